"""Containers that comply: a server of each kind, a worker, images, and services of a swarm."""

from __future__ import annotations

from typing import Any, Final

from tests.policies.harness import Fixture, Given
from tests.policies.servers_tls_cases import STRONG

_DIGEST: Final = "@sha256:" + "5c0ffee1" * 8
_CONF: Final = "/usr/local/etc/redis/redis.conf"

CONF_LINES: Final = [
    f"requirepass {STRONG}",
    "maxmemory 384mb",
    "maxmemory-policy noeviction",
    "appendonly yes",
    "# cluster-enabled yes",
]


def redis_conf(*lines: str) -> list[dict[str, str]]:
    """A redis.conf that is put into a container."""
    return [{"file": _CONF, "content": "\n".join(lines)}]


def conf_without(name: str, *lines: str) -> list[dict[str, str]]:
    """The compliant one without a setting, and with others."""
    return redis_conf(*(line for line in CONF_LINES if not line.startswith(f"{name} ")), *lines)


def _container(name: str, image: str, test: str, **more: Any) -> Given:
    props = {
        "image": image + _DIGEST,
        "memory": 512,
        "restart": "unless-stopped",
        "healthcheck": {"tests": ["CMD", test]},
        "logDriver": "json-file",
        "logOpts": {"max-size": "10m", "max-file": "3"},
        "labels": [{"label": "team", "value": "orders"}],
    }
    return Given(name, "docker:index/container:Container", {**props, **more})


def _data(path: str, name: str) -> list[dict[str, str]]:
    return [{"containerPath": path, "volumeName": name}]


_SCRIPT: Final = (
    "exec valkey-server --appendonly yes --maxmemory 384mb --aclfile /etc/users.acl "
    "--tls-port 6379 --port 0"
)

_SERVICE: Final = {
    "taskSpec": {
        "containerSpec": {
            "image": f"redis:8.0.2{_DIGEST}",
            "args": ["redis-server", "/run/secrets/redis.conf"],
            "env": {"TZ": "UTC"},
            "healthcheck": {"tests": ["CMD", "redis-cli", "ping"]},
            "mounts": [{"target": "/data", "type": "volume", "source": "redis"}],
            "labels": [{"label": "team", "value": "orders"}],
        },
        "resources": {"limits": {"memoryBytes": 512 * 1024**2}},
        "logDriver": {"name": "local"},
    },
    "labels": [{"label": "team", "value": "orders"}],
    "endpointSpec": {"ports": [{"targetPort": 8080}]},
}

FIXTURES: Final[dict[str, Fixture]] = {
    "docker-servers": [
        _container(
            "rabbitmq",
            "rabbitmq:4.1.4-management",
            "rabbitmq-diagnostics",
            envs=["RABBITMQ_DEFAULT_USER=deployer", f"RABBITMQ_DEFAULT_PASS={STRONG}"],
            ports=[{"internal": 5671}, {"internal": 15672, "ip": "127.0.0.1"}],
            mounts=[{"target": "/var/lib/rabbitmq", "type": "volume", "source": "rabbitmq"}],
        ),
        _container(
            "redis",
            "docker.io/library/redis:8.0.2",
            "redis-cli",
            command=["redis-server", _CONF],
            uploads=redis_conf(*CONF_LINES),
            volumes=_data("/data", "redis"),
            ports=[{"internal": 6379, "external": 6379, "ip": "127.0.0.1"}],
        ),
        _container(
            "postgres",
            "postgres:17.5",
            "pg_isready",
            command=["postgres", "-c", "ssl=on"],
            envs=[f"POSTGRES_PASSWORD={STRONG}"],
            volumes=_data("/var/lib/postgresql/data", "postgres"),
            ports=[{"internal": 5432}],
        ),
        _container(
            "mysql",
            "mysql:8.4",
            "mysqladmin",
            command=["--require-secure-transport=ON"],
            envs=[f"MYSQL_ROOT_PASSWORD={STRONG}"],
            volumes=_data("/var/lib/mysql", "mysql"),
            ports=[{"internal": 3306}],
        ),
        _container(
            "mongo",
            "mongo:8.0",
            "mongosh",
            envs=["MONGO_INITDB_ROOT_PASSWORD_FILE=/run/secrets/mongo"],
            volumes=_data("/data/db", "mongo"),
        ),
        _container(
            "elasticsearch",
            "elasticsearch:9.0.2",
            "curl",
            envs=["xpack.security.http.ssl.enabled=true"],
            volumes=_data("/usr/share/elasticsearch/data", "elasticsearch"),
            ports=[{"internal": 9200}],
        ),
    ],
    "docker-redis-by-arguments": [
        _container(
            "redis",
            "valkey/valkey:8.1",
            "valkey-cli",
            entrypoints=["sh", "-c"],
            command=[_SCRIPT],
            volumes=_data("/data", "redis"),
            ports=[{"internal": 6379}],
        ),
    ],
    "docker-worker": [
        _container(
            "worker",
            "registry.example.com:5000/orders:3.2",
            "celery",
            command=["celery", "-A", "orders", "worker"],
            envs=[
                f"CELERY_BROKER_URL=amqps://orders:{STRONG}@mq.example.com:5671/orders",
                f"CELERY_RESULT_BACKEND=rediss://:{STRONG}@cache.example.com/0?ssl_cert_reqs=required",
                f"EVENTS_URL=redis://:{STRONG}@redis:6379/0",
                "DJANGO_SETTINGS_MODULE=orders.settings",
            ],
        ),
        _container("migrations", "orders:3.2", "true", restart="no", mustRun=False),
    ],
    "docker-images": [
        Given("pulled", "docker:index/remoteImage:RemoteImage", {"name": f"redis:8.0{_DIGEST}"}),
        Given(
            "built",
            "docker-build:index:Image",
            {
                "tags": ["registry.example.com/orders:latest", "registry.example.com/orders:3.2"],
                "buildArgs": {"VERSION": "3.2", "PIP_INDEX_TOKEN": ""},
            },
        ),
        Given(
            "built-before",
            "docker:index/image:Image",
            {"imageName": "orders:3.2", "build": {"context": ".", "args": {"VERSION": "3.2"}}},
        ),
    ],
    "docker-swarm": [Given("redis", "docker:index/service:Service", _SERVICE)],
}
