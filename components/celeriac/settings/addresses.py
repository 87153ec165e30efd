"""URLs of servers: scheme, host and port, and nothing that belongs in a key of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from celeriac.settings.problems import Wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from urllib.parse import SplitResult


_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+(%[A-Za-z0-9]+)?")


@dataclass(frozen=True)
class Address:
    """Where a server is."""

    scheme: str
    """As written, in small letters."""
    host: str
    """Name or address, without brackets."""
    port: int
    """As written, or the scheme's own."""
    path: str
    """What comes after the host, without its first slash."""

    @property
    def origin(self) -> str:
        """Scheme, host and port as a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def address(
    secure: Mapping[str, int], plain: Mapping[str, int], path: str | None, *, encrypted: bool
) -> Callable[[object], Address]:
    """Reads a URL; no part of it is ever shown, because it may hold a password.

    Args:
        secure: schemes with TLS, with their ports.
        plain: schemes without; only where `tls: off` is written.
        path: what to write instead of a path in the URL; None where a path is meant to be there.
        encrypted: whether `tls: off` is not written.
    """
    schemes = {**secure, **plain}
    example = f"{next(iter(secure or plain))}://host:{next(iter((secure or plain).values()))}"

    def read(raw: object) -> Address:
        if not isinstance(raw, str) or "://" not in raw:
            raise Wrong(f"is not a URL: write one such as {example}")
        try:
            parts = urlsplit(raw)
            port = parts.port
        except ValueError:
            raise Wrong(f"is not a URL, or its port is no port: write {example}") from None
        scheme = parts.scheme.lower()
        if scheme not in schemes:
            raise Wrong(f"has another scheme than {' and '.join(schemes)}: write {example}")
        _refuse_extras(parts, path)
        if not parts.hostname:
            raise Wrong(f"has no host: write {example}")
        if not is_host(parts.hostname) or port == 0:
            raise Wrong(f"has a host or a port that cannot be: write {example}")
        if scheme in plain and scheme not in secure and encrypted:
            mend = f"write {next(iter(secure))}:// if the server has TLS, else tls: off beside it"
            raise Wrong(f"is {scheme}://, which is not encrypted: {mend}")
        return Address(scheme, parts.hostname, port or schemes[scheme], parts.path.lstrip("/"))

    return read


def addresses(scheme: str, port: int) -> Callable[[object], tuple[tuple[str, int], ...]]:
    """Reads servers that are used together: `scheme://one:1,other:2`; host and port of each.

    Args:
        scheme: the only one there is.
        port: where none is written.
    """
    example = f"{scheme}://host:{port}, further servers after commas"

    def read(raw: object) -> tuple[tuple[str, int], ...]:
        if not isinstance(raw, str) or "://" not in raw:
            raise Wrong(f"is not a URL: write one such as {example}")
        found, rest = raw.partition("://")[::2]
        if found.lower() != scheme:
            raise Wrong(f"has another scheme than {scheme}: write {example}")
        servers, slash, path = rest.partition("/")
        # The rules of a single address, for each.
        one = address({scheme: port}, {}, "servers are named by host and port", encrypted=True)
        each = [one(f"{scheme}://{server}{slash}{path}") for server in servers.split(",")]
        named = tuple((server.host, server.port) for server in each)
        if len(set(named)) < len(named):
            raise Wrong("names a server twice: leave one of them out")
        return named

    return read


def is_host(text: str) -> bool:
    """Whether it may be a host: a name or an address."""
    return _HOST.fullmatch(text) is not None


def _refuse_extras(parts: SplitResult, path: str | None) -> None:
    if parts.username is not None or parts.password is not None:
        raise Wrong(
            "has a user name or a password in it: leave them out and write username and password "
            "beside it"
        )
    if parts.query or parts.fragment:
        raise Wrong(
            "has options after ? or #: leave them out (TLS has keys of its own: ca, caPath)"
        )
    if path is not None and parts.path not in ("", "/"):
        raise Wrong(f"has a path: leave it out ({path})")
