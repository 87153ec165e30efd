"""Fixtures and breaks of the rules in `celeriac_policies.celery`."""

from __future__ import annotations

from typing import Final

from tests.policies import celery_app_breaks, celery_broker_breaks, celery_fixtures
from tests.policies.harness import Break, Fixture

FIXTURES: Final[dict[str, Fixture]] = celery_fixtures.FIXTURES

BREAKS: Final[tuple[Break, ...]] = (*celery_broker_breaks.BREAKS, *celery_app_breaks.BREAKS)

_PROOF: Final = "which queue on SQS is the proof's, which waits for no task of the app"
_DEAD_LETTER: Final = "whose messages run no task, so that no timeout matters"

CONTEXT: Final[dict[tuple[str, str], str]] = {
    ("*", "broker"): "which broker's limits and settings count",
    ("*", "resultBackend"): "which result backend's limits and settings count",
    ("celery-sqs-queue-visibility-timeout", "prefix"): _PROOF,
    ("celery-sqs-queue-message-size", "prefix"): _PROOF,
    ("celery-sqs-queue-message-size", "name"): _PROOF,
    ("celery-sqs-queue-visibility-timeout", "name"): _DEAD_LETTER,
    ("celery-sqs-queue-visibility-timeout", "redriveAllowPolicy"): _DEAD_LETTER,
    ("aws-sqs-queue-visibility-timeout", "name"): _DEAD_LETTER,
    ("aws-sqs-queue-visibility-timeout", "redriveAllowPolicy"): _DEAD_LETTER,
    ("rabbitmq-queue-type-agrees", "name"): "the queue of dead letters has a type of its own",
}

BY_PRESENCE: Final[dict[str, set[str]]] = {}
