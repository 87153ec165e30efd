"""`via` as it is configured: which bastion, or which machine under AWS Systems Manager."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_KEYS: Final[Mapping[str, Mapping[str, type]]] = {
    "ssh": {"host": str, "port": int, "user": str, "keyFile": str, "knownHostsFile": str},
    "ssm": {"target": str, "region": str},
}
_REQUIRED: Final = {"ssh": "host", "ssm": "target"}
_HIGHEST_PORT: Final = 65535


@dataclass(frozen=True)
class Ssh:
    """An SSH bastion.

    Args:
        host: its name or address, or an alias of ssh's own configuration.
        port: its port; ssh's own configuration, or 22, when None.
        user: who logs in; ssh's own configuration, or the caller, when None.
        key_file: path of the private key; ssh's own, or its agent's, when None.
        known_hosts_file: path of the file with its host key; ssh's own when None.
    """

    host: str
    port: int | None = None
    user: str | None = None
    key_file: str | None = None
    known_hosts_file: str | None = None

    def __str__(self) -> str:
        """For messages."""
        return f"the SSH bastion {self.host}{f':{self.port}' if self.port else ''}"


@dataclass(frozen=True)
class Ssm:
    """A machine under AWS Systems Manager.

    Args:
        target: its id: `i-…`, or `mi-…`.
        region: its region; AWS's own configuration when None.
    """

    target: str
    region: str | None = None

    def __str__(self) -> str:
        """For messages."""
        return f"the SSM target {self.target}"


Way = Ssh | Ssm


def problem(value: Any) -> str | None:
    """What is wrong with a configured `via`, as the predicate of a sentence."""
    if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in _KEYS:
        return "must be {ssh: {host: …}} or {ssm: {target: …}}"
    ((kind, given),) = value.items()
    if not isinstance(given, dict):
        return f"must be {{{kind}: {{{_REQUIRED[kind]}: …}}}}"
    keys = _KEYS[kind]
    for key, item in given.items():
        if key not in keys:
            near = difflib.get_close_matches(key, keys, n=1)
            mend = f"did you mean {near[0]}?" if near else f"it has {', '.join(sorted(keys))}"
            return f"has {key} in {kind}, which is not there: {mend}"
        wrong = _wrong(keys[key], item)
        if wrong is not None:
            return f"has {kind}.{key}, which {wrong}"
    if _REQUIRED[kind] not in given:
        return f"has no {kind}.{_REQUIRED[kind]}: write it"
    return None


def way(value: Mapping[str, Any] | None) -> Way | None:
    """A configured `via`, which was checked."""
    if value is None:
        return None
    ((kind, given),) = value.items()
    if kind == "ssm":
        return Ssm(given["target"], given.get("region"))
    return Ssh(
        given["host"],
        given.get("port"),
        given.get("user"),
        given.get("keyFile"),
        given.get("knownHostsFile"),
    )


def _wrong(expected: type, item: Any) -> str | None:
    if expected is int:
        if isinstance(item, bool) or not isinstance(item, int) or not 0 < item <= _HIGHEST_PORT:
            return f"must be a port, 1 to {_HIGHEST_PORT}"
        return None
    if not isinstance(item, str) or not item.strip():
        return "must be a text that is not empty"
    # ssh would take the one for an option, and the other for an end of a line of its settings.
    if item.startswith("-") or not item.isprintable() or '"' in item:
        return 'must neither begin with - nor have a " in it'
    return None
