"""The stack file: read as a whole, every problem in one message, then typed objects."""

from __future__ import annotations

from celeriac.settings.load import load
from celeriac.settings.model import (
    App,
    Broker,
    DelayedDelivery,
    PostgresqlResults,
    RabbitmqBroker,
    RedisBroker,
    RedisResults,
    Results,
    RpcResults,
    SqsBroker,
    StackFile,
)
from celeriac.settings.problems import StackFileError
from celeriac.settings.server_model import (
    AnyServer,
    Aws,
    AwsDatabaseServer,
    AwsRabbitmqServer,
    AwsRedisServer,
    AwsServer,
    AwsSqsServer,
    PostgresqlServer,
    RabbitmqServer,
    RedisServer,
    Reference,
    Server,
    SqsServer,
    SshVia,
    SsmVia,
    Via,
)

__all__ = [
    "AnyServer",
    "App",
    "Aws",
    "AwsDatabaseServer",
    "AwsRabbitmqServer",
    "AwsRedisServer",
    "AwsServer",
    "AwsSqsServer",
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
    "SqsBroker",
    "SqsServer",
    "SshVia",
    "SsmVia",
    "StackFile",
    "StackFileError",
    "Via",
    "load",
]
