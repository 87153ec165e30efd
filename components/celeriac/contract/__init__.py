"""The Celery contract: what a broker and a result backend must look like, and what to tell Celery.

Pure functions and small frozen dataclasses; nothing here knows Pulumi or imports Celery. The rules
come from the sources and the documentation of Celery 5.5 to 5.7, kombu, RabbitMQ, Redis, SQS and
PostgreSQL, named where they are used.
"""

from __future__ import annotations

from celeriac.contract.amqp_failover import (
    Failover,
    FailoverStrategy,
    amqp_urls,
    failover_settings,
)
from celeriac.contract.elasticsearch import (
    CLEANUP,
    elasticsearch_settings,
    elasticsearch_url,
    index_problem,
)
from celeriac.contract.memcached import (
    memcached_prefix_problem,
    memcached_settings,
    memcached_url,
)
from celeriac.contract.mongodb import (
    mongodb_database_problem,
    mongodb_settings,
    mongodb_url,
    mongodb_user_problem,
)
from celeriac.contract.monitors import broker_api_url, monitor_name, monitor_settings
from celeriac.contract.mysql import (
    mysql_database_problem,
    mysql_privileges,
    mysql_settings,
    mysql_url,
    mysql_user_problem,
)
from celeriac.contract.names import (
    app_problem,
    database_problem,
    default_problem,
    nested_prefixes,
    prefix_problem,
    queue_problem,
    role_problem,
    server_problem,
    user_problem,
    vhost_problem,
)
from celeriac.contract.outputs import environment, merge, to_json
from celeriac.contract.pairing import BrokerKind, Problem, Uses, pairing_problems
from celeriac.contract.proof import proof_queue
from celeriac.contract.queues import Queue, default_queue, direct_queue_settings
from celeriac.contract.rabbitmq_permissions import Permissions, escape, exactly, permissions
from celeriac.contract.rabbitmq_policies import DELIVERY_LIMIT, Policy, policies
from celeriac.contract.rabbitmq_settings import (
    broker_use_ssl,
    rabbitmq_queue_settings,
    rabbitmq_settings,
)
from celeriac.contract.rabbitmq_topology import (
    DEAD_LETTER,
    DELAYED_DELIVERY,
    DELAYED_ENTRY,
    DELAYED_LEVELS,
    BindingDeclaration,
    ExchangeDeclaration,
    QueueDeclaration,
    QueueType,
    Topology,
    delayed_bindings,
    exchange_type,
    queue_arguments,
    routing_key,
    topology,
)
from celeriac.contract.redis_acl import AclRules, Keyspace, acl_rules, glob_escape
from celeriac.contract.redis_forms import (
    RedisForm,
    RedisSentinels,
    RedisSocket,
    redis_socket_url,
    sentinel_broker_settings,
    sentinel_result_settings,
    sentinel_url,
)
from celeriac.contract.redis_settings import (
    redis_result_settings,
    redis_settings,
)
from celeriac.contract.results import (
    CLEANED_BY,
    SEQUENCES,
    TABLES,
    Backend,
    cleaned_by,
    group_role,
    owner_role,
    postgresql_settings,
    rpc_settings,
)
from celeriac.contract.roles import Role
from celeriac.contract.sqs_names import (
    is_fifo,
    sqs_dead_letter_name,
    sqs_names,
    sqs_prefix_problem,
    sqs_queue_name,
    sqs_queue_problem,
)
from celeriac.contract.sqs_settings import sqs_queue_settings, sqs_settings
from celeriac.contract.timeouts import (
    SQS_LONGEST,
    consumer_timeout,
    sqs_visibility_timeout,
    visibility_timeout,
)
from celeriac.contract.urls import (
    RPC_URL,
    Driver,
    Tls,
    amqp_url,
    postgresql_url,
    redis_url,
    sqs_url,
)

__all__ = [
    "CLEANED_BY",
    "CLEANUP",
    "DEAD_LETTER",
    "DELAYED_DELIVERY",
    "DELAYED_ENTRY",
    "DELAYED_LEVELS",
    "DELIVERY_LIMIT",
    "RPC_URL",
    "SEQUENCES",
    "SQS_LONGEST",
    "TABLES",
    "AclRules",
    "Backend",
    "BindingDeclaration",
    "BrokerKind",
    "Driver",
    "ExchangeDeclaration",
    "Failover",
    "FailoverStrategy",
    "Keyspace",
    "Permissions",
    "Policy",
    "Problem",
    "Queue",
    "QueueDeclaration",
    "QueueType",
    "RedisForm",
    "RedisSentinels",
    "RedisSocket",
    "Role",
    "Tls",
    "Topology",
    "Uses",
    "acl_rules",
    "amqp_url",
    "amqp_urls",
    "app_problem",
    "broker_api_url",
    "broker_use_ssl",
    "cleaned_by",
    "consumer_timeout",
    "database_problem",
    "default_problem",
    "default_queue",
    "delayed_bindings",
    "direct_queue_settings",
    "elasticsearch_settings",
    "elasticsearch_url",
    "environment",
    "escape",
    "exactly",
    "exchange_type",
    "failover_settings",
    "glob_escape",
    "group_role",
    "index_problem",
    "is_fifo",
    "memcached_prefix_problem",
    "memcached_settings",
    "memcached_url",
    "merge",
    "mongodb_database_problem",
    "mongodb_settings",
    "mongodb_url",
    "mongodb_user_problem",
    "monitor_name",
    "monitor_settings",
    "mysql_database_problem",
    "mysql_privileges",
    "mysql_settings",
    "mysql_url",
    "mysql_user_problem",
    "nested_prefixes",
    "owner_role",
    "pairing_problems",
    "permissions",
    "policies",
    "postgresql_settings",
    "postgresql_url",
    "prefix_problem",
    "proof_queue",
    "queue_arguments",
    "queue_problem",
    "rabbitmq_queue_settings",
    "rabbitmq_settings",
    "redis_result_settings",
    "redis_settings",
    "redis_socket_url",
    "redis_url",
    "role_problem",
    "routing_key",
    "rpc_settings",
    "sentinel_broker_settings",
    "sentinel_result_settings",
    "sentinel_url",
    "server_problem",
    "sqs_dead_letter_name",
    "sqs_names",
    "sqs_prefix_problem",
    "sqs_queue_name",
    "sqs_queue_problem",
    "sqs_queue_settings",
    "sqs_settings",
    "sqs_url",
    "sqs_visibility_timeout",
    "to_json",
    "topology",
    "user_problem",
    "vhost_problem",
    "visibility_timeout",
]
