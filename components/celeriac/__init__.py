"""Pulumi components for what Celery runs on.

from celeriac import CeleryApp, PostgreSQLResults, PostgreSQLServer, RabbitMQBroker, …

rabbit = RabbitMQServer("rabbit", host="mq.example.com", management="https://mq.example.com:15671",
username="deployer", password=config.require_secret("rabbit"))
results = PostgreSQLServer("results", host="db.example.com", username="deployer",
password=Reference(env="RESULTS_PASSWORD"))
orders = CeleryApp(
"orders",
broker=RabbitMQBroker("orders", server=rabbit, longest_task=7200),
result_backend=PostgreSQLResults("orders", server=results),
)
pulumi.export("orders", orders.outputs())

Servers that are made on AWS are in `celeriac.aws`: to import pulumi_aws takes most of a second.
"""

from __future__ import annotations

from celeriac.apps import CeleryApp
from celeriac.backends.mysql import MySQLResults
from celeriac.backends.postgresql import PostgreSQLResults
from celeriac.backends.redis import RedisResults
from celeriac.backends.rpc import RPCResults
from celeriac.brokers.rabbitmq import RabbitMQBroker
from celeriac.brokers.redis import RedisBroker
from celeriac.brokers.sqs import SQSBroker
from celeriac.contract import Queue, Uses
from celeriac.resources import Provider
from celeriac.servers.existing import PostgreSQLServer, RabbitMQServer, RedisServer
from celeriac.servers.existing_mysql import MySQLServer
from celeriac.servers.existing_sqs import SQSEndpoint
from celeriac.settings import Reference

__all__ = [
    "CeleryApp",
    "MySQLResults",
    "MySQLServer",
    "PostgreSQLResults",
    "PostgreSQLServer",
    "Provider",
    "Queue",
    "RPCResults",
    "RabbitMQBroker",
    "RabbitMQServer",
    "RedisBroker",
    "RedisResults",
    "RedisServer",
    "Reference",
    "SQSBroker",
    "SQSEndpoint",
    "Uses",
]
