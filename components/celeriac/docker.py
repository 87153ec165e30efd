"""Servers in containers, made through pulumi_docker, which this module imports, `celeriac` not.

In a program of one's own:

    from celeriac.docker import DockerEngine, RabbitMQContainers

    rabbit = RabbitMQContainers(
        "rabbit", engine=DockerEngine(), image="rabbitmq:4.1.4-management", password=secret
    )
    RabbitMQBroker("orders", server=rabbit.server)
"""

from __future__ import annotations

from celeriac.servers.docker.elasticmq import ElasticMQContainer
from celeriac.servers.docker.elasticsearch import ElasticsearchContainer
from celeriac.servers.docker.engine import DockerEngine
from celeriac.servers.docker.kafka import KafkaContainer
from celeriac.servers.docker.memcached import MemcachedContainer
from celeriac.servers.docker.mongodb import MongoDBContainer
from celeriac.servers.docker.mysql import MySQLContainer
from celeriac.servers.docker.postgresql import PostgreSQLContainer
from celeriac.servers.docker.rabbitmq import RabbitMQContainers
from celeriac.servers.docker.redis import RedisContainer
from celeriac.servers.docker.sentinel import RedisSentinelContainers

__all__ = [
    "DockerEngine",
    "ElasticMQContainer",
    "ElasticsearchContainer",
    "KafkaContainer",
    "MemcachedContainer",
    "MongoDBContainer",
    "MySQLContainer",
    "PostgreSQLContainer",
    "RabbitMQContainers",
    "RedisContainer",
    "RedisSentinelContainers",
]
