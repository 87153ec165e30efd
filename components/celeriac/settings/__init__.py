"""The stack file: read as a whole, every problem in one message, then typed objects."""

from __future__ import annotations

from celeriac.settings.load import load
from celeriac.settings.model import (
    App,
    Broker,
    DelayedDelivery,
    PostgresqlResults,
    PostgresqlServer,
    RabbitmqBroker,
    RabbitmqServer,
    RedisBroker,
    RedisResults,
    RedisServer,
    Reference,
    Results,
    RpcResults,
    Server,
    SshVia,
    SsmVia,
    StackFile,
    Via,
)
from celeriac.settings.problems import StackFileError

__all__ = [
    "App",
    "Broker",
    "DelayedDelivery",
    "PostgresqlResults",
    "PostgresqlServer",
    "RabbitmqBroker",
    "RabbitmqServer",
    "RedisBroker",
    "RedisResults",
    "RedisServer",
    "Reference",
    "Results",
    "RpcResults",
    "Server",
    "SshVia",
    "SsmVia",
    "StackFile",
    "StackFileError",
    "Via",
    "load",
]
