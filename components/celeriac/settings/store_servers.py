"""The servers of a stack file that keep results only, on platform existing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celeriac.contract import elasticsearch, memcached, mongodb
from celeriac.settings import readers
from celeriac.settings.addresses import address, addresses
from celeriac.settings.server_model import ElasticsearchServer, MemcachedServer, MongodbServer
from celeriac.settings.via import read_via

if TYPE_CHECKING:
    from collections.abc import Callable

    from celeriac.settings.section import Section
    from celeriac.settings.server_model import Reference

_NO_LOGIN = "is of no use to memcached, to which Celery cannot log in: leave it out"
_NO_TLS = "is of no use to memcached, to which Celery connects without TLS: leave it out"


def read_memcached(name: str, entry: Section) -> MemcachedServer:
    """Memcached: addresses, and how large an item may be."""
    for key in ("username", "password"):
        entry.refuse(key, _NO_LOGIN)
    for key in ("ca", "caPath", "clientCertificate", "clientKey"):
        entry.refuse(key, _NO_TLS)
    encrypted = entry.get("tls", readers.switch, default=True)
    found = entry.require(
        "url", addresses("memcached", memcached.PORT), "the servers, such as memcached://host:11211"
    )
    if encrypted and "tls" not in entry.wrong:
        entry.problem(
            "is not off, and Celery connects to memcached without TLS, so that everybody on the "
            "way reads the results: write tls: off, where the network is the apps' own",
            "tls",
        )
    server = MemcachedServer(
        name=name,
        servers=found or (("localhost", memcached.PORT),),
        max_item_size=entry.get("maxItemSize", readers.size, memcached.ITEM),
        timeout=entry.get("timeout", readers.duration(), None),
        via=read_via(entry),
    )
    entry.finish()
    return server


def read_mongodb(name: str, entry: Section) -> MongodbServer:
    """MongoDB: a server, or members of a replica set."""
    _not_yet(entry, "mongodb", "clientCertificate", "clientKey")
    login = _login(entry, required=True)
    url = entry.require(
        "url", addresses("mongodb", mongodb.PORT), "the servers, such as mongodb://host:27017"
    )
    servers = url or (("localhost", mongodb.PORT),)
    _refuse_ipv6(entry, servers)
    replica_set = entry.get("replicaSet", readers.text, None)
    if len(servers) > 1 and replica_set is None and "replicaSet" not in entry.wrong:
        entry.problem("is missing: write the name of the replica set", "replicaSet")
    server = MongodbServer(
        name=name,
        servers=servers,
        tls=entry.get("tls", readers.switch, default=True),
        replica_set=replica_set,
        auth_source=entry.get("authSource", readers.text, "admin"),
        ca=entry.get("ca", readers.certificate, None),
        ca_path=entry.get("caPath", readers.app_path, None),
        timeout=entry.get("timeout", readers.duration(), None),
        via=read_via(entry),
        **login,
    )
    entry.finish()
    return server


def read_elasticsearch(name: str, entry: Section) -> ElasticsearchServer:
    """Elasticsearch: a URL, and an administrator where there is one."""
    _not_yet(entry, "elasticsearch", "clientCertificate", "clientKey")
    entry.refuse(
        "caPath",
        "cannot be told to Celery, whose client knows the authorities of Python's certifi: leave "
        "it out, and give the server a certificate of one of those",
    )
    encrypted = entry.get("tls", readers.switch, default=True)
    login = _login(entry, required=False)
    schemes = ({"https": elasticsearch.PORT}, {"http": elasticsearch.PORT})
    index = "the index is resultBackend.index in an app's entry"
    url = entry.require(
        "url", address(*schemes, index, encrypted=encrypted), "the URL, such as https://host:9200"
    )
    if not encrypted and url is not None and url.scheme == "https":
        entry.problem("is off, and the URL beside it is encrypted: leave it out", "tls")
    _refuse_ipv6(entry, () if url is None else ((url.host, url.port),))
    server = ElasticsearchServer(
        name=name,
        host="localhost" if url is None else url.host,
        port=elasticsearch.PORT if url is None else url.port,
        tls=url is None or url.scheme == "https",
        ca=entry.get("ca", readers.certificate, None),
        timeout=entry.get("timeout", readers.duration(), None),
        via=read_via(entry),
        **login,
    )
    entry.finish()
    return server


def _not_yet(entry: Section, kind: str, *keys: str) -> None:
    article = "an" if kind == "elasticsearch" else "a"
    for key in keys:
        entry.refuse(key, f"is not there yet for {article} {kind} server: leave it out")


def _refuse_ipv6(entry: Section, servers: tuple[tuple[str, int], ...]) -> None:
    if any(":" in host for host, _ in servers):
        entry.problem(
            "has an IPv6 address, which Celery hands on without its brackets: write a host name",
            "url",
        )


def _login(entry: Section, *, required: bool) -> dict[str, Any]:
    """The administrator: both halves, or neither where none is needed."""
    secret: Callable[[object], Reference] = readers.password
    if required or "username" in entry or "password" in entry:
        return {
            "username": entry.require("username", readers.text, "the administrator's name"),
            "password": entry.require(
                "password",
                secret,
                "the administrator's password, or {env: NAME}, {file: path} or {secret: ARN} for "
                "where it is",
            ),
        }
    return {
        "username": entry.get("username", readers.text, None),
        "password": entry.get("password", secret, None),
    }
