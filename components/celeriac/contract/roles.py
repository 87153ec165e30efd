"""What a user of an app does: its rights on each system follow from that."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a user of an app does."""

    WORKER = "worker"
    """The app itself: runs and sends tasks, answers remote control, sends events, reads results.
    It has the rights of the other two as well."""
    PRODUCER = "producer"
    """Sends tasks and reads their results."""
    MONITOR = "monitor"
    """Inspects and controls workers and reads events: `celery inspect`, Flower."""
