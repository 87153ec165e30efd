"""Several hosts of RabbitMQ: kombu reads back all of them, each with its login."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from kombu.connection import Connection
from tests.unit.contract.test_urls import HOSTS, PORTS, TEXT

from celeriac.contract import Failover, amqp_urls, failover_settings

ADDRESSES = st.lists(st.tuples(HOSTS, PORTS), min_size=2, max_size=4, unique=True)


@settings(deadline=None)  # a URL of four hosts is read five times
@given(hosts=ADDRESSES, user=TEXT, password=TEXT, vhost=TEXT, tls=st.booleans())
@example(hosts=[("a", 1), ("b", 2)], user="u", password="p;@/:", vhost="/my;vh", tls=True)
def test_kombu_reads_every_host_back(
    hosts: list[tuple[str, int]], user: str, password: str, vhost: str, tls: bool
) -> None:
    """In their order, the first first; whatever is in password and vhost."""
    (host, port), *others = hosts
    url = amqp_urls(
        Failover(others=tuple(others)),
        host=host,
        port=port,
        user=user,
        password=password,
        vhost=vhost,
        tls=tls,
    )
    found = [Connection(one) for one in Connection(url).alt]
    assert [(one.hostname, one.port) for one in found] == hosts
    assert {(one.userid, one.password, one.virtual_host) for one in found} == {
        (user, password, vhost)
    }


def test_the_strategy_is_said() -> None:
    """Only where there is something to choose."""
    assert failover_settings(None) == {}
    found = failover_settings(Failover(others=(("b", 1),), strategy="shuffle"))
    assert found == {"broker_failover_strategy": "shuffle"}
