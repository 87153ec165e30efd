"""Every resource that this provider offers, by its token (`rabbitmq:Vhost`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from celeriac_provider.engine.resource import Resource

SYSTEMS: Final = (
    "celery",
    "elasticsearch",
    "kafka",
    "memcached",
    "mongodb",
    "mysql",
    "postgresql",
    "pubsub",
    "rabbitmq",
    "redis",
    "secrets",
    "sqs",
)
"""The packages with resources, which their tokens begin with."""


class _Offered(Mapping[str, "type[Resource]"]):
    """Imports a system when one of its resources is asked for first.

    A process of the provider serves one server, and the clients of all take longer to import than
    everything else that it does in an `up` without changes.
    """

    def __getitem__(self, token: str) -> type[Resource]:
        system = token.partition(":")[0]
        if system not in SYSTEMS:
            raise KeyError(token)
        return _of(system)[token]

    def __iter__(self) -> Iterator[str]:
        for system in SYSTEMS:
            yield from _of(system)

    def __len__(self) -> int:
        return sum(len(_of(system)) for system in SYSTEMS)


@cache
def _of(system: str) -> dict[str, type[Resource]]:
    package = import_module(f"celeriac_provider.{system}")
    return {resource.token: resource for resource in package.RESOURCES}


RESOURCES: Final[Mapping[str, type[Resource]]] = _Offered()
"""All of them; to go through them imports every system."""
