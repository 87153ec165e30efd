"""SQS's resource type: how it is made, changed, marked and guarded."""

from __future__ import annotations

from tests.provider.conformance.sqs.queue import QueueCase

CASES: tuple[type[QueueCase], ...] = (QueueCase,)
