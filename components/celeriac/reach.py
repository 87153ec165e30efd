"""How a server on a private network is reached, from the stack file to the provider."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from celeriac.settings import SshVia

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celeriac.settings import SsmVia

_SSH = 22


def via_input(via: SshVia | SsmVia | None) -> Mapping[str, Any] | None:
    """`via` as the provider takes it: files as absolute paths, what is left out left out."""
    if via is None:
        return None
    if isinstance(via, SshVia):
        ssh = {
            "host": via.host,
            # ssh's own configuration may know another one for this host.
            "port": None if via.port == _SSH else via.port,
            "user": via.user,
            "keyFile": _absolute(via.key_file),
            "knownHostsFile": _absolute(via.known_hosts_file),
        }
        return {"ssh": _given(ssh)}
    return {"ssm": _given({"target": via.target, "region": via.region})}


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _absolute(path: str | None) -> str | None:
    """The provider runs in another folder."""
    return None if path is None else str(Path(path).expanduser().resolve())
