"""What rules of Redis's ACL allow: all keys, all channels, dangerous commands, no password.

Read as Redis does, one after the other, the last word on a command winning:
https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/. The categories of the
dangerous commands are those that Redis 8.0 tells with `ACL CAT`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_KEYSPACE: Final = frozenset({"flushall", "flushdb", "keys", "migrate", "restore", "swapdb"})
_ADMIN: Final = frozenset(
    {
        *("acl", "bgrewriteaof", "bgsave", "client", "cluster", "config", "debug", "failover"),
        *("module", "monitor", "psync", "replconf", "replicaof", "save", "shutdown", "slaveof"),
        "sync",
    }
)
DANGEROUS: Final = _ADMIN | _KEYSPACE
"""Commands with which an app drops the others' data, stops the server, or becomes its
administrator; `KEYS` blocks it. Left out of @dangerous is what only tells, as INFO and ROLE do."""

_CATEGORIES: Final = {
    "all": DANGEROUS,
    "dangerous": DANGEROUS,
    "admin": _ADMIN,
    "keyspace": _KEYSPACE,
    "read": frozenset({"keys"}),
    "write": _KEYSPACE - {"keys"},
    "connection": frozenset({"client"}),
    "fast": frozenset({"swapdb"}),
    "slow": DANGEROUS - {"swapdb"},
}

_HARMLESS: Final = {
    "acl": frozenset({"cat", "genpass", "help", "whoami"}),
    "client": frozenset(
        {
            *("caching", "getname", "getredir", "help", "id", "info", "no-touch", "reply"),
            *("setinfo", "setname", "tracking", "trackinginfo"),
        }
    ),
    "cluster": frozenset(
        {
            *("countkeysinslot", "getkeysinslot", "help", "info", "keyslot", "links", "myid"),
            *("myshardid", "nodes", "shards", "slots"),
        }
    ),
    "config": frozenset({"help"}),
    "module": frozenset({"help"}),
}
"""Subcommands that may be granted by themselves."""

_EVERYTHING: Final = re.compile(r"[*?]*\*[*?]*")
_KEY_RULE: Final = re.compile(r"(?:~|%[rw]+~)(.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Rights:
    """What a user may do that it should not.

    Args:
        keys: rules that open every key, as they were written.
        channels: rules that open every channel.
        commands: dangerous commands that are allowed, in order.
        nopass: whether any password is taken.
    """

    keys: tuple[str, ...]
    channels: tuple[str, ...]
    commands: tuple[str, ...]
    nopass: bool


def opens_all(pattern: str) -> bool:
    """Whether a pattern of keys or channels, without its `~` or `&`, matches every name."""
    return _EVERYTHING.fullmatch(pattern) is not None


def dangerous(rules: Iterable[str]) -> tuple[str, ...]:
    """The dangerous commands that rules of commands allow: `+get`, `+@read`, `-@dangerous`."""
    allowed: set[str] = set()
    for rule in rules:
        word = _ALIASES.get(rule.lower(), rule.lower())
        command, _, subcommand = word[1:].partition("|")
        named = _CATEGORIES.get(command[1:], frozenset()) if command[:1] == "@" else {command}
        if word[:1] == "+" and subcommand not in _HARMLESS.get(command, frozenset()):
            allowed |= named & DANGEROUS
        elif word[:1] == "-" and not subcommand:
            allowed -= named
    return tuple(sorted(allowed))


def rights(access: str) -> Rights:
    """What an access string allows: `on ~orders:* resetchannels -@all +get`.

    A selector, `(…)`, allows what it says besides.
    """
    keys: list[str] = []
    channels: list[str] = []
    commands: set[str] = set()
    nopass = False
    for rules in _selectors(access):
        opened, heard = _opened(rules)
        keys += opened
        channels += heard
        commands |= set(dangerous(rules))
        nopass = _takes_any_password(rules, before=nopass)
    return Rights(tuple(keys), tuple(channels), tuple(sorted(commands)), nopass)


_ALIASES: Final = {"allcommands": "+@all", "nocommands": "-@all", "reset": "-@all"}


def _selectors(access: str) -> Iterator[list[str]]:
    """The user's own rules, then those of each selector."""
    yield re.sub(r"\([^)]*\)", " ", access).split()
    for inside in re.findall(r"\(([^)]*)\)", access):
        yield inside.split()


def _opened(rules: Iterable[str]) -> tuple[list[str], list[str]]:
    """The rules that open all keys, and all channels."""
    keys: list[str] = []
    channels: list[str] = []
    for rule in rules:
        word = rule.lower()
        key = _KEY_RULE.fullmatch(rule)
        if word in {"reset", "resetkeys"}:
            keys.clear()
        if word in {"reset", "resetchannels"}:
            channels.clear()
        if word == "allkeys" or (key and opens_all(key[1])):
            keys.append(rule)
        if word == "allchannels" or (rule[:1] == "&" and opens_all(rule[1:])):
            channels.append(rule)
    return keys, channels


def _takes_any_password(rules: Iterable[str], *, before: bool) -> bool:
    found = before
    for rule in rules:
        if rule.lower() == "nopass":
            found = True
        elif rule.lower() in {"reset", "resetpass"} or rule[:1] in {">", "#"}:
            found = False
    return found
