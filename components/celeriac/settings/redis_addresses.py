"""Where a Redis that exists is: a host, a socket, or a list of sentinels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from celeriac.contract import RedisForm, RedisSentinels, RedisSocket
from celeriac.settings import readers
from celeriac.settings.addresses import Address, address
from celeriac.settings.problems import Wrong

if TYPE_CHECKING:
    from celeriac.settings.section import Section
    from celeriac.settings.server_model import Reference

_SENTINEL_KEYS = ("masterName", "sentinelUsername", "sentinelPassword")
_DB = "the number of the database is the key db"
_NETWORK_KEYS = ("via", "ca", "caPath", "clientCertificate", "clientKey")


@dataclass(frozen=True, kw_only=True)
class RedisAddress:
    """What `url` and the keys beside it say."""

    host: str = "localhost"
    """Host; that of the first sentinel; `localhost` for a socket."""
    port: int = 0
    """Its port; 0 for a socket."""
    tls: bool = False
    """Whether connections are encrypted."""
    db: int = 0
    """Number of the database."""
    form: RedisForm | None = None
    """A socket or sentinels."""
    sentinel_password: Reference | None = None
    """The sentinels' own password."""

    @property
    def on_network(self) -> bool:
        """Whether there is something to encrypt."""
        return not isinstance(self.form, RedisSocket)


def read_redis_address(entry: Section, *, encrypted: bool) -> RedisAddress:
    """The address of a Redis; `encrypted` says that `tls: off` is not written."""
    scheme = entry.get("url", _scheme, "")
    if "url" in entry.wrong:
        # What belongs beside it is anybody's guess.
        for key in (*_SENTINEL_KEYS, "db"):
            entry.get(key, lambda raw: raw, None)
        return RedisAddress(tls=True)
    if scheme == "unix":
        return _socket(entry)
    if scheme == "sentinel":
        return _sentinels(entry, encrypted=encrypted)
    for key in _SENTINEL_KEYS:
        entry.refuse(key, "is for a Redis behind sentinels (url: [sentinel://…]): leave it out")
    entry.refuse("db", "stands in the URL, as in rediss://host:6379/1: write it there")
    hosts = address({"rediss": 6379}, {"redis": 6379}, None, encrypted=encrypted)
    found = entry.require("url", hosts, "the server's URL") or Address("", "localhost", 1, "")
    db = 0
    if found.path.isascii() and found.path.isdigit():
        db = int(found.path)
    elif found.path:
        entry.problem(
            "has a path that is no number of a database: write one such as rediss://host:6379/0",
            "url",
        )
    tls = found.scheme == "rediss"
    return RedisAddress(host=found.host, port=found.port, tls=tls, db=db)


def _socket(entry: Section) -> RedisAddress:
    for key in _SENTINEL_KEYS:
        entry.refuse(key, "is for a Redis behind sentinels (url: [sentinel://…]): leave it out")
    for key in _NETWORK_KEYS:
        entry.refuse(key, "is for a server on a network, and this one is a socket: leave it out")
    path = entry.get("url", _path, "/")
    return RedisAddress(db=entry.get("db", readers.whole(0), 0), form=RedisSocket(path))


def _sentinels(entry: Section, *, encrypted: bool) -> RedisAddress:
    entry.refuse(
        "via",
        "is not there yet for a Redis behind sentinels, which name nodes of their own network: run "
        "pulumi inside it, and leave this out",
    )
    one = address({"sentinel": 26379}, {}, _DB, encrypted=encrypted)

    def every(raw: object) -> tuple[tuple[str, int], ...]:
        urls = raw if isinstance(raw, list) else [raw]
        return tuple(dict.fromkeys((found.host, found.port) for found in map(one, urls)))

    nowhere: tuple[tuple[str, int], ...] = (("localhost", 26379),)
    hosts = entry.get("url", every, nowhere)
    name = entry.require(
        "masterName", _master_name, "what the sentinels call the primary, such as mymaster"
    )
    form = RedisSentinels(
        hosts=hosts,
        master_name=name or "",
        username=entry.get("sentinelUsername", readers.text, None),
    )
    password = entry.get("sentinelPassword", readers.reference, None)
    if form.username is not None and password is None and "sentinelPassword" not in entry.wrong:
        entry.problem("is missing: sentinelUsername needs it", "sentinelPassword")
    return RedisAddress(
        host=hosts[0][0],
        port=hosts[0][1],
        tls=encrypted,
        db=entry.get("db", readers.whole(0), 0),
        form=form,
        sentinel_password=password,
    )


def _scheme(raw: object) -> str:
    """`unix` or `sentinel`; anything else is read as the URL of a host."""
    if isinstance(raw, list):
        if not raw:
            raise Wrong(
                "is an empty list: write the sentinels' URLs, such as sentinel://host:26379"
            )
        if not all(isinstance(url, str) and url.startswith("sentinel://") for url in raw):
            raise Wrong(
                "is a list, which sentinels are: write each as sentinel://host:26379, or one URL "
                "of the Redis itself"
            )
        return "sentinel"
    scheme = raw.partition("://")[0].lower() if isinstance(raw, str) else ""
    if scheme == "redis+socket":
        raise Wrong("has Celery's scheme for a socket: write unix:///path, and the key db")
    return scheme


def _path(raw: object) -> str:
    path = readers.app_path(str(raw).partition("://")[2])
    for char in "?#;":
        if char in path:
            raise Wrong(f'has a path with "{char}" in it, which is special in a URL: leave it out')
    return path


def _master_name(raw: object) -> str:
    name = readers.text(raw)
    if not all(char.isascii() and (char.isalnum() or char in ".-_") for char in name):
        raise Wrong("is no name that a sentinel takes: use letters and digits of ASCII, and . - _")
    return name
