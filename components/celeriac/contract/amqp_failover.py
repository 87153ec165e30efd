"""A RabbitMQ of several hosts: when one does not answer, Celery goes on to the next.

https://docs.celeryq.dev/en/stable/userguide/configuration.html#broker-url
https://docs.celeryq.dev/en/stable/userguide/configuration.html#broker-failover-strategy
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from celeriac.contract.urls import amqp_url

FailoverStrategy = Literal["round-robin", "shuffle"]
"""In which order kombu tries the hosts: as they are written, or in any."""


@dataclass(frozen=True, kw_only=True)
class Failover:
    """The hosts of a broker beyond the first, and how Celery goes from one to another."""

    others: tuple[tuple[str, int], ...]
    """Host and port of each."""
    strategy: FailoverStrategy = "round-robin"
    """The order."""
    certificate_name: str | None = None
    """A name that the certificates of all hosts hold. Default: that of the first host.

    One for all: kombu writes the name of the first host that it tries into the options that all
    share, and checks the others against it as well (kombu/transport/pyamqp.py)."""


def amqp_urls(
    failover: Failover | None,
    *,
    host: str,
    port: int,
    user: str,
    password: str,
    vhost: str,
    tls: bool,
) -> str:
    """broker_url: of one host, or of several, separated by `;`."""
    hosts = [(host, port), *(failover.others if failover else ())]
    return ";".join(
        amqp_url(host=h, port=p, user=user, password=password, vhost=vhost, tls=tls)
        for h, p in hosts
    )


def failover_settings(failover: Failover | None) -> dict[str, Any]:
    """What Celery must be told of several hosts."""
    return {} if failover is None else {"broker_failover_strategy": failover.strategy}
