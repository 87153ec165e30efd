"""The least rights on RabbitMQ with which each part of a Celery app still works.

What an operation needs (https://www.rabbitmq.com/docs/access-control#authorisation): declare =
configure; bind = write on the destination and read on the source; publish = write on the
exchange; consume = read on the queue. The default exchange is checked as `amq.default`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from celeriac.contract.rabbitmq_topology import DELAYED_DELIVERY, DELAYED_ENTRY, exchange_type
from celeriac.contract.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from celeriac.contract.rabbitmq_topology import QueueType


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """The three regular expressions of a user in a vhost; `^$` allows nothing."""

    configure: str
    """Names that may be declared and deleted."""
    write: str
    """Names that may be published to and bound as a destination."""
    read: str
    """Names that may be consumed from and bound as a source."""


_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NODE = "[^@]+@[^@]+"
_CONTROL = r"celery\.pidbox"
_NODE_CONTROL = rf"{_NODE}\.celery\.pidbox"
_REPLIES = r"reply\.celery\.pidbox"
_OWN_REPLIES = rf"{_UUID}\.reply\.celery\.pidbox"
_EVENTS = "celeryev"
_OWN_EVENTS = rf"celeryev\.{_UUID}"
_DEFAULT_EXCHANGE = r"amq\.default"
_DELAYED = ("celery_delayed_([0-9]|1[0-9]|2[0-7])", DELAYED_DELIVERY)

_SPECIAL = re.compile(r"[\\^$.\[\]|()?*+{}]")


def escape(name: str) -> str:
    """A name as an Erlang (PCRE) regular expression that matches exactly it.

    Narrower than `re.escape`, so that `bulk-emails` stays readable where people look at it.
    """
    return _SPECIAL.sub(r"\\\g<0>", name)


def exactly(names: Iterable[str]) -> str:
    """An anchored expression for these names: RabbitMQ's expressions match anywhere otherwise."""
    return _union(map(escape, names))


def permissions(
    *roles: Role,
    queues: Sequence[str],
    queue_type: QueueType = "quorum",
    rpc_results: bool = False,
) -> Permissions:
    """The rights of a user with these roles.

    Args:
        roles: what the user does; several roles are one user's rights together.
        queues: names of the app's queues, which are those of their exchanges, and of the queue of
            the proof where it runs.
        queue_type: with quorum queues tasks go through topic exchanges and Celery sets up native
            delayed delivery, with classic ones through the default exchange.
        rpc_results: whether the result backend is `rpc://`: results are then queues named by a
            UUID, published to through the default exchange.
    """
    own = tuple(map(escape, queues))
    delayed = exchange_type(queue_type) == "topic"
    configure: list[str] = []
    write: list[str] = []
    read: list[str] = []
    replies = (_UUID,) if rpc_results else ()
    if Role.WORKER in roles:
        control = (_CONTROL, _NODE_CONTROL, _REPLIES, _OWN_REPLIES, _EVENTS, _OWN_EVENTS)
        delays = _DELAYED if delayed else ()
        anonymous = (_DEFAULT_EXCHANGE,) if rpc_results or not delayed else ()
        configure += [*own, *control, *delays, *replies]
        write += [*own, *anonymous, *control, *delays]
        read += [*own, *control, *delays, *replies]
    if Role.PRODUCER in roles:
        # It declares queue, exchange and binding again before its first publish to each queue, and
        # the exchange of events where task_send_sent_event is on (celery/app/amqp.py).
        entry = (DELAYED_ENTRY,) if delayed else (_DEFAULT_EXCHANGE,)
        configure += [*own, _EVENTS, *replies]
        write += [*own, *entry, _EVENTS]
        read += [*own, *replies]
    if Role.MONITOR in roles:
        configure += [_CONTROL, _REPLIES, _OWN_REPLIES, _EVENTS, _OWN_EVENTS]
        write += [_CONTROL, _OWN_REPLIES, _OWN_EVENTS]
        read += [_REPLIES, _OWN_REPLIES, _EVENTS, _OWN_EVENTS]
    return Permissions(configure=_union(configure), write=_union(write), read=_union(read))


def _union(expressions: Iterable[str]) -> str:
    alternatives = "|".join(dict.fromkeys(expressions))
    return f"^({alternatives})$" if alternatives else "^$"
