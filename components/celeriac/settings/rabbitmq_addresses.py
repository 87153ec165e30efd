"""Where a RabbitMQ that exists is: one host, or several with failover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from celeriac.contract import Failover
from celeriac.settings import readers
from celeriac.settings.addresses import Address, address, is_host
from celeriac.settings.problems import Wrong

if TYPE_CHECKING:
    from collections.abc import Callable

    from celeriac.contract import FailoverStrategy
    from celeriac.settings.section import Section

_VHOSTS = "every app has a vhost of its own: broker.vhost in its entry"
_SEVERAL = "is for several hosts (url: [amqps://…, amqps://…]): leave it out"


@dataclass(frozen=True)
class AmqpHosts:
    """What `url` and the keys beside it say."""

    first: Address
    """The host that is tried first."""
    failover: Failover | None
    """The others; None where there is one host."""


def read_amqp_hosts(entry: Section, *, encrypted: bool) -> AmqpHosts:
    """The hosts of a RabbitMQ; `encrypted` says that `tls: off` is not written."""
    one = address({"amqps": 5671}, {"amqp": 5672}, _VHOSTS, encrypted=encrypted)

    def every(raw: object) -> tuple[Address, ...]:
        if raw == []:
            raise Wrong("is an empty list: write a URL such as amqps://host:5671, or several")
        found = tuple(dict.fromkeys(map(one, raw if isinstance(raw, list) else [raw])))
        if len({host.scheme for host in found}) > 1:
            raise Wrong("has hosts with and without TLS: Celery has one setting for all of them")
        return found

    hosts = entry.require("url", every, "the server's URL") or (Address("", "localhost", 1, ""),)
    if len(hosts) == 1:
        for key in ("failover", "certificateName"):
            if "url" not in entry.wrong:
                entry.refuse(key, _SEVERAL)
            elif key in entry:
                # Whether it belongs beside the URL is anybody's guess.
                entry.get(key, lambda raw: raw, None)
        return AmqpHosts(hosts[0], None)
    strategies: Callable[[object], FailoverStrategy] = readers.choice("round-robin", "shuffle")
    failover = Failover(
        others=tuple((host.host, host.port) for host in hosts[1:]),
        strategy=entry.get("failover", strategies, "round-robin"),
        certificate_name=entry.get("certificateName", _name, None),
    )
    if failover.certificate_name is not None and hosts[0].scheme == "amqp":
        entry.problem("is for TLS, and the URLs are amqp://: leave it out", "certificateName")
    return AmqpHosts(hosts[0], failover)


def _name(raw: object) -> str:
    name = readers.text(raw)
    if not is_host(name):
        raise Wrong("is no name of a host: write one that all hosts' certificates hold")
    return name
