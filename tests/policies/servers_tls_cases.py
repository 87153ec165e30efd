"""Fixtures and breaks: how servers are reached, and with which password."""

from __future__ import annotations

from typing import Final

from tests.policies.celery_apps import RABBITMQ, app, setting
from tests.policies.harness import GONE, Break, Fixture, Given

STRONG: Final = "Vu3-eKq7_wPzT1nRbL9xYdGmHc5sAoJf"
"""A password that nobody guesses, and no rule shows."""

_SOCKET: Final = "unix:///run/redis/redis.sock?db=0"
_SEARCH: Final = "http://127.0.0.1:9200"

FIXTURES: Final[dict[str, Fixture]] = {
    "servers-ours": [
        Given(
            "rabbit",
            "celeriac:index:RabbitMQServer",
            {"endpoint": "https://mq.example.com:15671", "tls": True},
        ),
        Given(
            "cache",
            "celeriac:index:RedisServer",
            {"endpoint": "rediss://cache.example.com:6379/0", "tls": True},
        ),
        Given(
            "results",
            "celeriac:index:PostgreSQLServer",
            {
                "endpoint": "postgresql://db.example.com:5432/postgres?sslmode=verify-full",
                "tls": True,
            },
        ),
        Given(
            "to-rabbit",
            "pulumi:providers:celeriac",
            {
                "endpoint": "https://mq.example.com:15671",
                "username": "deployer",
                "password": STRONG,
            },
        ),
        Given(
            "to-cache",
            "pulumi:providers:celeriac",
            {
                "endpoint": "rediss://cache.example.com:6379/0",
                "username": "deployer",
                "passwordEnv": "REDIS_PASSWORD",
            },
        ),
        Given(
            "to-results",
            "pulumi:providers:celeriac",
            {
                "endpoint": "postgresql://db.example.com:5432/postgres?sslmode=verify-full",
                "username": "deployer",
                "passwordFile": "/run/secrets/postgresql",
            },
        ),
    ],
    "servers-without-tls-of-their-own": [
        Given("socket", "celeriac:index:RedisServer", {"endpoint": _SOCKET, "tls": False}),
        Given(
            "to-socket",
            "pulumi:providers:celeriac",
            {"endpoint": _SOCKET, "username": "deployer", "passwordEnv": "REDIS_PASSWORD"},
            parent="socket",
        ),
        Given("search", "celeriac:index:ElasticsearchServer", {"endpoint": _SEARCH, "tls": False}),
        Given("to-search", "pulumi:providers:celeriac", {"endpoint": _SEARCH}, parent="search"),
    ],
    "servers-on-loopback": [
        Given(
            "rabbit",
            "celeriac:index:RabbitMQServer",
            {"endpoint": "http://127.0.0.1:15672", "tls": False},
        ),
        Given(
            "results",
            "pulumi:providers:celeriac",
            {
                "endpoint": "postgresql://localhost:5432/postgres?sslmode=disable",
                "username": "deployer",
                "passwordEnv": "PGPASSWORD",
            },
        ),
        Given(
            "cache",
            "pulumi:providers:celeriac",
            {
                "endpoint": "redis://[::1]:6379/0",
                "username": "deployer",
                "passwordEnv": "REDIS_PASSWORD",
            },
        ),
        Given(
            "plain-rabbit",
            "pulumi:providers:rabbitmq",
            {"endpoint": "http://localhost:15672", "username": "deployer", "password": STRONG},
        ),
        Given(
            "plain-results",
            "pulumi:providers:postgresql",
            {"host": "/var/run/postgresql", "sslmode": "disable", "username": "deployer"},
        ),
    ],
    "servers-plain": [
        Given(
            "rabbit",
            "pulumi:providers:rabbitmq",
            {
                "endpoint": "https://mq.example.com:15671",
                "cacertFile": "ca.pem",
                "username": "deployer",
                "password": STRONG,
            },
        ),
        Given(
            "results",
            "pulumi:providers:postgresql",
            {
                "host": "db.example.com",
                "sslmode": "verify-full",
                "sslrootcert": "ca.pem",
                "username": "deployer",
                "password": STRONG,
            },
        ),
        Given(
            "cloud-sql",
            "pulumi:providers:postgresql",
            {
                "scheme": "gcppostgres",
                "host": "project/region/results",
                "username": "deployer",
                "password": STRONG,
            },
        ),
    ],
    "servers-app": [app("orders", RABBITMQ, broker="rabbitmq", backend="postgresql")],
}

_CLEAR: Final = (
    Break(
        "redis-tls-only",
        "servers-without-tls-of-their-own",
        {"socket/endpoint": "redis://cache.example.com:6379/0"},
        "tls is off for cache.example.com",
    ),
    Break(
        "rabbitmq-tls-only",
        "servers-ours",
        {"rabbit/tls": False},
        "tls is off for mq.example.com",
    ),
    Break(
        "rabbitmq-tls-only",
        "servers-on-loopback",
        {"rabbit/endpoint": "http://mq.example.com:15672"},
        "tls is off for mq.example.com",
    ),
    Break(
        "rabbitmq-tls-only",
        "servers-ours",
        {"to-rabbit/endpoint": "http://mq.example.com:15672"},
        "reached at http://mq.example.com:15672",
    ),
    Break(
        "rabbitmq-tls-only",
        "servers-plain",
        {"rabbit/endpoint": "http://mq.example.com:15672"},
        "write https://",
    ),
    Break(
        "rabbitmq-tls-verified",
        "servers-plain",
        {"rabbit/insecure": "true"},
        "whoever answers at https://mq.example.com:15671",
    ),
    Break(
        "rabbitmq-tls-verified",
        "servers-plain",
        {"rabbit/insecure": True, "rabbit/endpoint": "https://10.0.0.7:15671"},
        "cacertFile",
    ),
    Break("redis-tls-only", "servers-ours", {"cache/tls": False}, "tls is off"),
    Break(
        "redis-tls-only",
        "servers-ours",
        {"cache/tls": False, "cache/endpoint": "redis://cache.example.com:6379/0"},
        "tls is off",
    ),
    Break(
        "redis-tls-only",
        "servers-ours",
        {"to-cache/endpoint": "redis://cache.example.com:6379/0"},
        "write rediss://",
    ),
    Break("postgresql-tls-only", "servers-ours", {"results/tls": False}, "tls is off"),
    Break(
        "postgresql-tls-only",
        "servers-ours",
        {"results/tls": False, "results/endpoint": "postgresql://db.example.com:5432/postgres"},
        "tls is off",
    ),
    Break(
        "postgresql-tls-only",
        "servers-ours",
        {"to-results/endpoint": "postgresql://db.example.com:5432/postgres?sslmode=prefer"},
        "sslmode=prefer",
    ),
    Break(
        "postgresql-tls-only", "servers-plain", {"results/sslmode": "disable"}, "sslmode=disable"
    ),
    Break(
        "postgresql-tls-only",
        "servers-plain",
        {"results/sslMode": "allow", "results/sslmode": GONE},
        "sslmode=allow talks to db.example.com",
    ),
    Break(
        "postgresql-tls-only",
        "servers-on-loopback",
        {"plain-results/host": "db.example.com"},
        "sslmode=disable",
    ),
    Break(
        "postgresql-tls-verified",
        "servers-ours",
        {"to-results/endpoint": "postgres://db.example.com:5432/postgres?sslmode=verify-ca"},
        "a certificate of any host",
    ),
    Break(
        "postgresql-tls-verified",
        "servers-plain",
        {"results/sslmode": GONE, "results/host": "10.0.0.9"},
        "sslmode=require takes any certificate for 10.0.0.9",
    ),
    Break(
        "postgresql-tls-verified",
        "servers-plain",
        {"results/sslmode": GONE, "results/sslMode": "require"},
        "sslmode=require",
    ),
    Break(
        "postgresql-tls-verified",
        "servers-plain",
        {"cloud-sql/scheme": "postgres"},
        "sslmode=require",
    ),
    Break(
        "celery-tls-verified",
        "servers-app",
        {"orders-app/settings": setting("broker_use_ssl", {"cert_reqs": 0})},
        "broker_use_ssl has cert_reqs 0",
    ),
)

_PASSWORDS: Final = (
    Break(
        "server-no-default-password",
        "servers-ours",
        {"to-rabbit/password": "Password123!"},
        "take 32 random letters",
    ),
    Break(
        "server-no-default-password",
        "servers-ours",
        {"to-rabbit/username": STRONG},
        "the user's name",
    ),
    Break(
        "server-no-default-password", "servers-plain", {"rabbit/password": "rabbitmq"}, "default"
    ),
    Break(
        "server-no-default-password", "servers-plain", {"results/password": "postgres"}, "default"
    ),
    Break(
        "redis-password",
        "servers-ours",
        {"to-cache/passwordEnv": GONE},
        "the administrator of cache.example.com has no password",
    ),
    Break(
        "redis-password",
        "servers-ours",
        {"to-rabbit/endpoint": "rediss://cache.example.com", "to-rabbit/password": GONE},
        "everybody is one",
    ),
    Break(
        "redis-password",
        "servers-ours",
        {"to-results/endpoint": "rediss://cache.example.com", "to-results/passwordFile": GONE},
        "everybody is one",
    ),
    Break("rabbitmq-no-guest", "servers-plain", {"rabbit/username": "guest"}, "delete guest"),
    Break("rabbitmq-no-guest", "servers-ours", {"to-rabbit/username": "guest"}, "delete guest"),
)

BREAKS: Final[tuple[Break, ...]] = (*_CLEAR, *_PASSWORDS)

CONTEXT: Final[dict[tuple[str, str], str]] = {
    ("redis-password", "passwordSecret"): "any of the ways to a password is one",
    ("redis-password", "clientCertificateFile"): "a certificate stands for the password",
    ("server-no-default-password", "username"): "the password is compared with it",
    ("server-no-default-password", "name"): "the password is compared with it",
}
