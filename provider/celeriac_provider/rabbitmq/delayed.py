"""The objects of native delayed delivery, exactly as kombu declares them.

A message that waits n seconds enters at level 27 with n in binary before its routing key. A level
whose bit is 1 holds it 2^level seconds; either way it goes on to the next lower level, and from 0
to the delivery exchange. Source: kombu/transport/native_delayed_delivery.py (5.5 to 5.7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

QueueType = Literal["quorum", "classic"]

Objects = dict[str, list[dict[str, Any]]]
"""`queues`, `exchanges` and `bindings` as the management API writes definitions."""

Found = Mapping[str, Mapping[Any, dict[str, Any]]]
"""The same of a whole vhost, by name; bindings by what `_identity` makes of them."""

_COUNT: Final = 28
LEVELS: Final = tuple(f"celery_delayed_{level}" for level in range(_COUNT))
DELIVERY: Final = "celery_delayed_delivery"


def levels(kind: QueueType) -> Objects:
    """All objects that are the same for every app."""
    queues, exchanges, bindings = [], [_exchange(DELIVERY)], []
    for level, name in enumerate(LEVELS):
        lower = LEVELS[level - 1] if level else DELIVERY
        skipped = "*." * (_COUNT - 1 - level)
        queues.append(_queue(name, kind, seconds=2**level, then=lower))
        exchanges.append(_exchange(name))
        bindings.append(_binding(name, "queue", name, f"{skipped}1.#"))
        bindings.append(_binding(name, "exchange", lower, f"{skipped}0.#"))
    return {"queues": queues, "exchanges": exchanges, "bindings": bindings}


def for_queue(queue: str, routing_key: str) -> Objects:
    """The two bindings that bring a message back to one queue, through the exchange of its name."""
    key = pattern(routing_key)
    bindings = [
        _binding(DELIVERY, "exchange", queue, key),
        _binding(queue, "queue", queue, key),
    ]
    return {"queues": [], "exchanges": [], "bindings": bindings}


def pattern(routing_key: str) -> str:
    """The delay's words come before a queue's own routing key."""
    return routing_key if routing_key.startswith("#") else f"#.{routing_key}"


def joined(parts: Iterable[Objects]) -> Objects:
    """Several sets of objects as one."""
    whole: Objects = {"queues": [], "exchanges": [], "bindings": []}
    for part in parts:
        for kind, objects in part.items():
            whole[kind] += objects
    return whole


def indexed(objects: Mapping[str, Iterable[dict[str, Any]]]) -> Found:
    """A vhost's objects, by what identifies each."""
    return {
        kind: {_identity(kind, found): found for found in objects[kind]}
        for kind in ("queues", "exchanges", "bindings")
    }


def type_of(found: Found) -> QueueType:
    """The type of most levels that are there."""
    types = [
        found["queues"][name]["arguments"].get("x-queue-type", "classic")
        for name in LEVELS
        if name in found["queues"]
    ]
    return "quorum" if types.count("quorum") * 2 >= len(types) else "classic"


def different(found: Found, wanted: Objects) -> list[tuple[str, str]]:
    """(kind, name) of queues and exchanges that are there, but declared otherwise."""
    return [
        (kind, each["name"])
        for kind in ("queues", "exchanges")
        for each in wanted[kind]
        if each["name"] in found[kind] and not _equal(found[kind][each["name"]], each)
    ]


def lacking(found: Found, wanted: Objects) -> list[str]:
    """What is missing or declared otherwise, each in a few words."""
    missing = [
        f"{kind[:-1]} {each['name']}"
        for kind in ("queues", "exchanges")
        for each in wanted[kind]
        if each["name"] not in found[kind] or not _equal(found[kind][each["name"]], each)
    ]
    return missing + [
        f"binding of {each['source']} to the {each['destination_type']} {each['destination']}"
        for each in wanted["bindings"]
        if _identity("bindings", each) not in found["bindings"]
    ]


def bound(found: Found, expected: Mapping[str, str] | None) -> dict[str, str]:
    """The routing keys of the queues that have both bindings, by queue.

    Args:
        found: the vhost.
        expected: only these count, because workers bind queues of their own as well; all if None.
    """
    if expected is None:
        expected = {
            each["destination"]: each["routing_key"].removeprefix("#.")
            for each in found["bindings"].values()
            if each["source"] == DELIVERY
        }
    return {
        queue: key for queue, key in expected.items() if not lacking(found, for_queue(queue, key))
    }


def _equal(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(found.get(key) == value for key, value in wanted.items())


def _identity(kind: str, each: Mapping[str, Any]) -> Any:
    if kind != "bindings":
        return each["name"]
    arguments = repr(sorted(each["arguments"].items()))
    return (
        each["source"],
        each["destination_type"],
        each["destination"],
        each["routing_key"],
        arguments,
    )


def _queue(name: str, kind: QueueType, *, seconds: int, then: str) -> dict[str, Any]:
    arguments = {
        "x-queue-type": kind,
        "x-overflow": "reject-publish",
        "x-message-ttl": seconds * 1000,
        "x-dead-letter-exchange": then,
    }
    if kind == "quorum":
        arguments["x-dead-letter-strategy"] = "at-least-once"
    return {"name": name, "durable": True, "auto_delete": False, "arguments": arguments}


def _exchange(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "type": "topic",
        "durable": True,
        "auto_delete": False,
        "internal": False,
        "arguments": {},
    }


def _binding(
    source: str, kind: Literal["queue", "exchange"], destination: str, key: str
) -> dict[str, Any]:
    return {
        "source": source,
        "destination_type": kind,
        "destination": destination,
        "routing_key": key,
        "arguments": {},
    }
