"""The servers of a stack file that keep results only, on platform existing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac.contract.memcached import ITEM, PORT
from celeriac.settings import readers
from celeriac.settings.addresses import addresses
from celeriac.settings.server_model import MemcachedServer

if TYPE_CHECKING:
    from celeriac.settings.section import Section

_NO_LOGIN = "is of no use to memcached, to which Celery cannot log in: leave it out"
_NO_TLS = "is of no use to memcached, to which Celery connects without TLS: leave it out"


def read_memcached(name: str, entry: Section) -> MemcachedServer:
    """Memcached: addresses, and how large an item may be."""
    for key in ("username", "password"):
        entry.refuse(key, _NO_LOGIN)
    for key in ("ca", "caPath", "clientCertificate", "clientKey"):
        entry.refuse(key, _NO_TLS)
    entry.refuse("via", "is not there yet for a memcached server: leave it out")
    encrypted = entry.get("tls", readers.switch, default=True)
    found = entry.require(
        "url", addresses("memcached", PORT), "the servers, such as memcached://host:11211"
    )
    if encrypted and "tls" not in entry.wrong:
        entry.problem(
            "is not off, and Celery connects to memcached without TLS, so that everybody on the "
            "way reads the results: write tls: off, where the network is the apps' own",
            "tls",
        )
    server = MemcachedServer(
        name=name,
        servers=found or (("localhost", PORT),),
        max_item_size=entry.get("maxItemSize", readers.size, ITEM),
        timeout=entry.get("timeout", readers.duration(), None),
    )
    entry.finish()
    return server
