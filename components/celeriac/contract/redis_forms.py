"""Redis through a Unix socket, and Redis whose primary the sentinels name.

Both differ from `redis://host:port/db` in the URL, and sentinels in the settings too: kombu and
Celery's backend take the primary's name and everything about the sentinels themselves from their
transport options (kombu/transport/redis.py, SentinelChannel; celery/backends/redis.py,
SentinelBackend).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from celeriac.contract.urls import authority

if TYPE_CHECKING:
    from celeriac.contract.urls import Tls

SENTINEL_PATIENCE = 5
"""Seconds that a client waits for one sentinel before it asks the next; redis-py waits for ever."""


@dataclass(frozen=True)
class RedisSocket:
    """A Redis on the app's own host, through a Unix socket."""

    path: str
    """Absolute path of the socket."""


@dataclass(frozen=True, kw_only=True)
class RedisSentinels:
    """A Redis of several nodes; sentinels say which one is the primary."""

    hosts: tuple[tuple[str, int], ...]
    """Host and port of each sentinel."""
    master_name: str
    """What they call the primary (`sentinel monitor NAME …`)."""
    username: str | None = None
    """The sentinels' own ACL user; None for their default one."""


RedisForm = RedisSocket | RedisSentinels
"""How Redis is reached where that is not a host and a port."""


def redis_socket_url(*, path: str, user: str, password: str, db: int) -> str:
    """broker_url and result_backend of a Redis behind a socket: the same grammar on both sides.

    The scheme is kombu's: `unix://` is redis-py's own, which Celery does not know.
    """
    login = f"{quote(user, safe='')}:{quote(password, safe='')}@"
    return f"redis+socket://{login}{quote(path)}?virtual_host={db}"


def sentinel_url(sentinels: RedisSentinels, *, user: str, password: str, db: int) -> str:
    """broker_url and result_backend of a Redis behind sentinels.

    User, password and database are the primary's. They stand in every part: kombu goes from one
    to the next when a connection fails, and then takes them from there.
    """
    return ";".join(
        f"sentinel://{authority(host, port, user, password)}/{db}" for host, port in sentinels.hosts
    )


def sentinel_broker_settings(
    sentinels: RedisSentinels, *, password: str | None, tls: Tls | None
) -> dict[str, Any]:
    """What the settings of a broker behind sentinels need besides those of any Redis.

    Args:
        sentinels: where they are.
        password: their own password; None where they have none.
        tls: how sentinels and nodes are verified; None for connections in clear.
    """
    found: dict[str, Any] = {"broker_transport_options": _options(sentinels, password, tls)}
    return found if tls is None else found | {"broker_use_ssl": _verified(tls)}


def sentinel_result_settings(
    sentinels: RedisSentinels, *, password: str | None, tls: Tls | None
) -> dict[str, Any]:
    """The same for a result backend."""
    found: dict[str, Any] = {"result_backend_transport_options": _options(sentinels, password, tls)}
    return found if tls is None else found | {"redis_backend_use_ssl": _verified(tls)}


def _options(sentinels: RedisSentinels, password: str | None, tls: Tls | None) -> dict[str, Any]:
    own: dict[str, Any] = {
        "socket_timeout": SENTINEL_PATIENCE,
        "socket_connect_timeout": SENTINEL_PATIENCE,
    }
    if sentinels.username is not None:
        own["username"] = sentinels.username
    if password is not None:
        own["password"] = password
    if tls is not None:
        own |= {"ssl": True, **_verified(tls)}
    return {"master_name": sentinels.master_name, "sentinel_kwargs": own}


def _verified(tls: Tls) -> dict[str, Any]:
    """TLS as redis-py takes it: the URL's options, which `sentinel://` has no place for."""
    found: dict[str, Any] = {"ssl_cert_reqs": "required", "ssl_check_hostname": True}
    return found if tls.ca_path is None else found | {"ssl_ca_certs": tls.ca_path}
