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
from celeriac.backends.django_caches import DjangoMemcachedResults, DjangoRedisResults
from celeriac.backends.django_databases import DjangoMySQLResults, DjangoPostgreSQLResults
from celeriac.backends.elasticsearch import ElasticsearchResults
from celeriac.backends.memcached import MemcachedResults
from celeriac.backends.mongodb import MongoDBResults
from celeriac.backends.mysql import MySQLResults
from celeriac.backends.postgresql import PostgreSQLResults
from celeriac.backends.redis import RedisResults
from celeriac.backends.rpc import RPCResults
from celeriac.brokers.kafka import KafkaBroker
from celeriac.brokers.pubsub import PubSubBroker
from celeriac.brokers.rabbitmq import RabbitMQBroker
from celeriac.brokers.redis import RedisBroker
from celeriac.brokers.sqs import SQSBroker
from celeriac.contract import Failover, Queue, RedisSentinels, RedisSocket, Uses
from celeriac.monitor import Monitor
from celeriac.resources import Provider
from celeriac.servers.existing import PostgreSQLServer, RabbitMQServer, RedisServer
from celeriac.servers.existing_elasticsearch import ElasticsearchServer
from celeriac.servers.existing_kafka import KafkaServer
from celeriac.servers.existing_memcached import MemcachedServers
from celeriac.servers.existing_mongodb import MongoDBServer
from celeriac.servers.existing_mysql import MySQLServer
from celeriac.servers.existing_pubsub import PubSubProject
from celeriac.servers.existing_sqs import SQSEndpoint
from celeriac.settings import Reference

__all__ = [
    "CeleryApp",
    "DjangoMemcachedResults",
    "DjangoMySQLResults",
    "DjangoPostgreSQLResults",
    "DjangoRedisResults",
    "ElasticsearchResults",
    "ElasticsearchServer",
    "Failover",
    "KafkaBroker",
    "KafkaServer",
    "MemcachedResults",
    "MemcachedServers",
    "MongoDBResults",
    "MongoDBServer",
    "Monitor",
    "MySQLResults",
    "MySQLServer",
    "PostgreSQLResults",
    "PostgreSQLServer",
    "Provider",
    "PubSubBroker",
    "PubSubProject",
    "Queue",
    "RPCResults",
    "RabbitMQBroker",
    "RabbitMQServer",
    "RedisBroker",
    "RedisResults",
    "RedisSentinels",
    "RedisServer",
    "RedisSocket",
    "Reference",
    "SQSBroker",
    "SQSEndpoint",
    "Uses",
]
