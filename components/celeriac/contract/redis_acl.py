"""The least rights on Redis with which each part of a Celery app still works.

Proved with real workers of Celery 5.5 to 5.7 on Redis 7.0 and 8.0; what each command is for is in
kombu's and Celery's Redis modules (zrevrangebyscore: kombu 5.5).
https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/

Two traps shape the channel rules. kombu subscribes to patterns, and Redis compares a subscribed
pattern with the rules as a literal, so `&<prefix>*` allows nothing: the patterns themselves are
granted. And a channel's name holds the database's number, which key rules do not know at all:
keys are kept apart by prefix only, in whatever database they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from celeriac.contract.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True)
class Keyspace:
    """Where an app's keys are."""

    prefix: str
    """Begin of every key (global_keyprefix); ends in `:`, or Celery adds a `_` on one side."""
    db: int = 0
    """Number of the database; it is part of the names of kombu's channels."""


@dataclass(frozen=True, kw_only=True)
class AclRules:
    """Rules of an ACL user, each as `ACL SETUSER` takes it, in the order to be given."""

    keys: tuple[str, ...]
    """Such as `~orders:*`, or `%R~…` for reading only."""
    channels: tuple[str, ...]
    """Such as `&orders:/0.celery.pidbox`."""
    commands: tuple[str, ...]
    """`-@all` first, then such as `+get`."""
    optional_commands: tuple[str, ...] = ("+client|setinfo", "+client|setname")
    """What redis-py sends first, and takes a refusal of. Redis has it from 7.2 on, and a rule with
    a subcommand that is not known is refused: leave these out before."""

    @property
    def tokens(self) -> tuple[str, ...]:
        """All rules, with what resets keys and channels first (commands do it themselves)."""
        return ("resetkeys", *self.keys, "resetchannels", *self.channels, *self.commands)


_PRIORITY = "\x06\x16*"
"""kombu's separator and the priority's step, at the end of a queue's key."""

_SESSION = ("ping", "select", "multi", "exec")
_WORKER = (
    *_SESSION,
    *("discard", "watch", "unwatch"),
    *("get", "set", "setex", "mget", "del", "exists", "expire", "pexpire", "incr", "incrby"),
    *("lpush", "rpush", "brpop", "rpop", "llen", "lrange"),
    *("hset", "hget", "hdel"),
    *("sadd", "srem", "smembers", "sismember"),
    *("zadd", "zrem", "zrange", "zrangebyscore", "zrevrangebyscore", "zcount"),
    *("time", "eval", "evalsha", "script|load", "script|exists"),
    *("publish", "subscribe", "unsubscribe", "psubscribe", "punsubscribe"),
)
_PRODUCER = (*_SESSION, "llen", "lpush", "sadd", "smembers", "publish")
_RESULT_READER = ("get", "mget", "subscribe", "unsubscribe")
_CHORD_STARTER = ("set", "setex", "del", "incr", "expire", "publish")
_MONITOR = (
    *_SESSION,
    *("sadd", "srem", "smembers", "evalsha", "eval", "script|load", "script|exists"),
    *(
        "exists",
        "time",
        "zadd",
        "zrem",
        "zrange",
        "zrangebyscore",
        "zrevrangebyscore",
        "del",
        "set",
        "get",
    ),
    *("brpop", "rpop", "llen", "pexpire", "publish", "psubscribe", "punsubscribe"),
)


def acl_rules(
    *roles: Role,
    broker: Keyspace | None = None,
    results: Keyspace | None = None,
    queues: Sequence[str] = (),
) -> AclRules:
    """The rights of a user with these roles.

    Args:
        roles: what the user does; several roles are one user's rights together.
        broker: where the app's queues are; None when this Redis is not its broker.
        results: where its results are; None when this Redis is not its result backend.
        queues: names of the queues, for producers and monitors, and of the queue of the proof
            where it runs. A worker has all keys below the prefix.
    """
    keys: list[str] = []
    channels: list[str] = []
    commands: list[str] = []
    if broker is not None:
        for role in roles:
            keys += _broker_keys(role, broker.prefix, queues)
            channels += _broker_channels(role, broker)
    if results is not None:
        for role in roles:
            keys += _result_keys(role, results.prefix)
            if role is not Role.MONITOR:
                start = f"&{glob_escape(results.prefix)}"
                # Until Celery 5.6 what is set for a chord or a group is published too.
                channels += [f"{start}celery-task-meta-*", f"{start}celery-taskset-meta-*"]
    if Role.WORKER in roles:
        commands += _WORKER
    if Role.PRODUCER in roles:
        commands += _PRODUCER if broker is not None else _SESSION
        commands += (*_RESULT_READER, *_CHORD_STARTER) if results is not None else ()
    if Role.MONITOR in roles and broker is not None:
        commands += _MONITOR
    return AclRules(
        keys=_once(keys),
        channels=_once(channels),
        commands=("-@all", *(f"+{command}" for command in _once(commands))),
    )


def glob_escape(text: str) -> str:
    """Text as a pattern of Redis that matches exactly it."""
    return re.sub(r"[*?\[\]\\]", r"\\\g<0>", text)


def _broker_keys(role: Role, prefix: str, queues: Sequence[str]) -> list[str]:
    start = glob_escape(prefix)
    names = [start + glob_escape(queue) for queue in queues]
    if role is Role.WORKER:
        return [f"~{start}*"]
    if role is Role.PRODUCER:
        own = [f"~{name}{end}" for name in names for end in ("", _PRIORITY)]
        return [*own, f"~{start}_kombu.binding*"]
    seen = [f"%R~{name}{end}" for name in names for end in ("", _PRIORITY)]
    return [
        f"~{start}*.reply.celery.pidbox*",
        f"~{start}_kombu.binding*",
        f"~{start}celeryev.*",
        f"~{start}unacked*",
        *seen,
    ]


def _broker_channels(role: Role, broker: Keyspace) -> list[str]:
    start = f"&{glob_escape(broker.prefix)}/{broker.db}."
    if role is Role.PRODUCER:
        return [f"{start}celeryev/task.*"]
    gossip = [f"{start}celeryev/worker.*"] if role is Role.WORKER else []
    return [f"{start}celery.pidbox", *gossip, f"{start}celeryev/*"]


def _result_keys(role: Role, prefix: str) -> list[str]:
    """Keys of results, of groups and of chords' counters (celery/backends/base.py)."""
    start = glob_escape(prefix)
    task, group = f"{start}celery-task-meta-*", f"{start}celery-taskset-meta-*"
    if role is Role.WORKER:
        return [f"~{task}", f"~{group}", f"~{start}chord-unlock-*"]
    if role is Role.PRODUCER:
        return [f"~{task}", f"~{group}"]
    return []


def _once(rules: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rules))
