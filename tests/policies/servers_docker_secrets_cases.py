"""Breaks: secrets of containers, and Redis's settings in one."""

from __future__ import annotations

from typing import Final

from celeriac_policies.values import Secret
from tests.policies.harness import GONE, Break, Fixture
from tests.policies.servers_docker_fixtures import conf_without

FIXTURES: Final[dict[str, Fixture]] = {}

_SPEC: Final = "redis/taskSpec/containerSpec"

_SECRETS: Final = (
    Break(
        "docker-no-secret-on-show",
        "docker-servers",
        {"redis/command": ["redis-server", "--requirepass", "kM3-zzQ_t", "--appendonly", "yes"]},
        "the arguments hold a secret (requirepass)",
        also=["docker-redis-maxmemory"],
    ),
    Break(
        "docker-no-secret-on-show",
        "docker-worker",
        {"worker/command": ["celery", "-b", "amqps://orders:kM3-zzQ_t@mq.example.com/"]},
        "a URL with its password",
    ),
    Break(
        "docker-no-secret-on-show",
        "docker-worker",
        {"worker/command/2": Secret("orders.hidden")},
        "marked as a secret",
    ),
    Break(
        "docker-no-secret-on-show",
        "docker-worker",
        {"worker/entrypoints": ["env", "API_TOKEN=kM3-zzQ_t"]},
        "the arguments hold a secret (token)",
    ),
    Break(
        "docker-no-secret-on-show",
        "docker-worker",
        {"worker/labels": [{"label": "db.password", "value": "kM3-zzQ_t"}]},
        "the label db.password",
    ),
    Break(
        "docker-no-secret-on-show",
        "docker-swarm",
        {f"{_SPEC}/args": ["redis-server", "/run/c", "--masterauth", "kM3-zzQ_t"]},
        "the arguments hold a secret (masterauth)",
    ),
    Break(
        "docker-no-secret-on-show",
        "docker-swarm",
        {"redis/labels": [{"label": "url", "value": "redis://:kM3-zzQ_t@redis/0"}]},
        "the label url",
    ),
    Break(
        "docker-no-default-password",
        "docker-servers",
        {"postgres/envs": ["POSTGRES_PASSWORD=postgres"]},
        "POSTGRES_PASSWORD is a default password",
    ),
    Break(
        "docker-no-default-password",
        "docker-servers",
        {"rabbitmq/envs/1": "RABBITMQ_DEFAULT_PASS=guest"},
        "RABBITMQ_DEFAULT_PASS is a default password",
    ),
    Break(
        "docker-no-default-password",
        "docker-worker",
        {"worker/envs/0": "CELERY_BROKER_URL=amqp://guest:guest@rabbitmq//"},
        "the URL in CELERY_BROKER_URL",
    ),
    Break(
        "docker-no-default-password",
        "docker-swarm",
        {f"{_SPEC}/env/REDIS_PASSWORD": "changeme"},
        "REDIS_PASSWORD is a default password",
    ),
    Break(
        "docker-password-required",
        "docker-servers",
        {"rabbitmq/envs": ["RABBITMQ_DEFAULT_USER=deployer"]},
        "guest and the password guest",
    ),
    Break(
        "docker-password-required",
        "docker-servers",
        {"redis/uploads": conf_without("requirepass")},
        "Redis lets everybody in",
    ),
    Break(
        "docker-password-required",
        "docker-servers",
        {"redis/uploads": conf_without("requirepass", "requirepass redis123")},
        "requirepass is a default password",
    ),
    Break(
        "docker-password-required",
        "docker-servers",
        {"redis/command": ["redis-server"], "redis/entrypoints": []},
        "Redis lets everybody in",
        also=["docker-redis-maxmemory", "docker-redis-persistence"],
    ),
    Break(
        "docker-password-required",
        "docker-servers",
        {"postgres/envs": ["POSTGRES_HOST_AUTH_METHOD=trust"]},
        "POSTGRES_HOST_AUTH_METHOD is trust",
    ),
    Break(
        "docker-password-required",
        "docker-servers",
        {"mysql/envs": ["MYSQL_ALLOW_EMPTY_PASSWORD=yes"]},
        "MYSQL_ALLOW_EMPTY_PASSWORD lets everybody in",
    ),
    Break(
        "docker-password-required",
        "docker-servers",
        {"mongo/envs": GONE},
        "MongoDB lets everybody in",
    ),
    Break(
        "docker-password-required",
        "docker-servers",
        {"elasticsearch/envs/0": "xpack.security.enabled=false"},
        "xpack.security.enabled is false",
        also=["docker-ports-tls"],
    ),
    Break(
        "docker-password-required",
        "docker-swarm",
        {f"{_SPEC}/env/ALLOW_EMPTY_PASSWORD": "yes"},
        "ALLOW_EMPTY_PASSWORD lets everybody in",
    ),
    Break(
        "rabbitmq-no-guest",
        "docker-servers",
        {"rabbitmq/envs/0": "RABBITMQ_DEFAULT_USER=guest"},
        "RABBITMQ_DEFAULT_USER is guest",
    ),
    Break(
        "rabbitmq-no-guest",
        "docker-swarm",
        {f"{_SPEC}/env/RABBITMQ_DEFAULT_USER": "guest"},
        "RABBITMQ_DEFAULT_USER is guest",
    ),
)

_EVICTING: Final = ["redis-server", "/run/c", "--maxmemory-policy", "allkeys-lru"]

_REDIS: Final = (
    Break(
        "docker-redis-no-eviction",
        "docker-servers",
        {"redis/uploads": conf_without("maxmemory-policy", "maxmemory-policy allkeys-lru")},
        "maxmemory-policy is allkeys-lru",
    ),
    Break("docker-redis-no-eviction", "docker-servers", {"redis/command": _EVICTING}, "allkeys"),
    Break(
        "docker-redis-no-eviction",
        "docker-redis-by-arguments",
        {"redis/entrypoints": _EVICTING, "redis/command": []},
        "allkeys",
        also=["docker-ports-tls"],
    ),
    Break("docker-redis-no-eviction", "docker-swarm", {f"{_SPEC}/args": _EVICTING}, "allkeys"),
    Break(
        "docker-redis-persistence",
        "docker-servers",
        {"redis/uploads": conf_without("appendonly")},
        "appendonly is no",
    ),
    Break(
        "docker-redis-persistence",
        "docker-redis-by-arguments",
        {
            "redis/entrypoints": ["valkey-server"],
            "redis/command": ["--aclfile", "/u", "--maxmemory", "384mb", "--tls-port", "6379"],
        },
        "appendonly is no",
    ),
    Break(
        "docker-redis-persistence",
        "docker-swarm",
        {f"{_SPEC}/args": ["redis-server", "/run/c", "--appendonly", "no"]},
        "appendonly is no",
    ),
    Break(
        "docker-redis-maxmemory",
        "docker-servers",
        {"redis/uploads": conf_without("maxmemory")},
        "write maxmemory 384mb",
    ),
    Break(
        "docker-redis-maxmemory",
        "docker-servers",
        {"redis/memory": 256},
        "maxmemory is 384mb and the container has 256 MB",
    ),
    Break(
        "docker-redis-maxmemory",
        "docker-redis-by-arguments",
        {
            "redis/entrypoints": ["valkey-server", "/c"],
            "redis/command": ["--maxmemory", "1gb", "--tls-port", "6379"],
        },
        "maxmemory is 1gb",
    ),
    Break(
        "docker-redis-maxmemory",
        "docker-swarm",
        {f"{_SPEC}/args": ["redis-server", "/run/c", "--maxmemory", "1gb"]},
        "maxmemory is 1gb",
    ),
    Break(
        "docker-redis-no-cluster",
        "docker-servers",
        {"redis/uploads": conf_without("nothing", "cluster-enabled yes")},
        "Celery cannot use a cluster",
    ),
    Break(
        "docker-redis-no-cluster",
        "docker-redis-by-arguments",
        {
            "redis/entrypoints": ["valkey-server", "/c", "--tls-port", "6379"],
            "redis/command": ["--cluster-enabled", "yes"],
        },
        "Celery cannot use a cluster",
    ),
    Break(
        "docker-redis-no-cluster",
        "docker-swarm",
        {f"{_SPEC}/args": ["redis-server", "/run/c", "--cluster-enabled", "yes"]},
        "Celery cannot use a cluster",
    ),
)

BREAKS: Final[tuple[Break, ...]] = (*_SECRETS, *_REDIS)

_RULES: Final = ("no-eviction", "persistence", "maxmemory", "no-cluster")

CONTEXT: Final[dict[tuple[str, str], str]] = {
    **{(f"docker-redis-{rule}", "image"): "it tells that it is a Redis" for rule in _RULES},
    **{
        (f"docker-redis-{rule}", "command"): "the settings are in the file that it names"
        for rule in _RULES
    },
    ("docker-password-required", "image"): "it tells which server the container runs",
    ("docker-password-required", "mounts"): "a mounted configuration may set the password",
    ("docker-password-required", "volumes"): "a mounted configuration may set the password",
}
