"""Every case, by resource type; and the types that have none, each with its reason."""

from __future__ import annotations

from typing import Final

from celeriac_provider.engine.resource import Resource
from celeriac_provider.resources import RESOURCES
from tests.provider.conformance import (
    elasticsearch,
    kafka,
    mongodb,
    mysql,
    postgresql,
    pubsub,
    rabbitmq,
    redis,
    sqs,
)
from tests.provider.conformance.case import Case

EXCEPTIONS: Final = {
    "celery:RoundTrip": "the proof leaves nothing on a server that could be owned or drift; its "
    "own tests are in tests/provider/celery",
    "memcached:Servers": "it makes nothing, it looks; its own tests are in "
    "tests/provider/memcached",
    "secrets:Password": "a password is in no other place than the state; its own tests are in "
    "tests/provider/secrets",
}

CASES: Final[dict[str, type[Case]]] = {
    case.resource.token: case
    for case in (
        *rabbitmq.CASES,
        *redis.CASES,
        *postgresql.CASES,
        *mysql.CASES,
        *sqs.CASES,
        *kafka.CASES,
        *pubsub.CASES,
        *mongodb.CASES,
        *elasticsearch.CASES,
    )
}

TYPES: Final[dict[str, type[Resource]]] = {
    token: resource for token, resource in RESOURCES.items() if token not in EXCEPTIONS
}
