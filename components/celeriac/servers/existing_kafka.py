"""Kafka on platform `existing`: brokers that run already, with an authorizer and SCRAM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack
from urllib.parse import urlencode

from celeriac.servers.existing import Connection, Existing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celeriac.contract.kafka import Mechanism


class KafkaServer(Existing):
    """A Kafka of 3.5 or later, with KRaft, an authorizer and SCRAM.

    Args:
        name: the component's name.
        host: host name of a broker that apps and the administrator ask first.
        port: its port with SASL. Default: 9093, or 9092 without TLS.
        servers: `host:port` of further brokers to ask, should the first be down.
        mechanism: how the administrator and the apps' users log in.
        tls: whether to connect with TLS.
        connection: how the administrator connects, see `Connection`; never `via`, because brokers
            say by themselves where clients find them.
    """

    def __init__(
        self,
        name: str,
        *,
        host: str,
        port: int | None = None,
        servers: Sequence[str] = (),
        mechanism: Mechanism = "SCRAM-SHA-512",
        tls: bool = True,
        **connection: Unpack[Connection],
    ) -> None:
        port = port or (9093 if tls else 9092)
        where = f"[{host}]" if ":" in host else host
        self.servers = (f"{where}:{port}", *servers)
        self.mechanism = mechanism
        query = {"mechanism": mechanism} | ({"servers": ",".join(servers)} if servers else {})
        scheme = "kafka+ssl" if tls else "kafka"
        super().__init__(
            name,
            endpoint=f"{scheme}://{where}:{port}?{urlencode(query, safe=':,[]')}",
            host=host,
            port=port,
            tls=tls,
            connection=connection,
        )
