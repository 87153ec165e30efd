"""Breaks: images, limits, volumes and ports of containers."""

from __future__ import annotations

from typing import Final

from celeriac_policies.values import Secret
from tests.policies.harness import GONE, Break, Fixture
from tests.policies.servers_docker_fixtures import FIXTURES as _FIXTURES

FIXTURES: Final[dict[str, Fixture]] = _FIXTURES

_SPEC: Final = "redis/taskSpec/containerSpec"


def _untagged(reference: str) -> str:
    return reference.partition("@")[0]


_IMAGES: Final = (
    Break(
        "docker-image-pinned",
        "docker-servers",
        {"rabbitmq/image": "rabbitmq"},
        "rabbitmq:latest is another image tomorrow",
    ),
    Break(
        "docker-image-pinned",
        "docker-worker",
        {"worker/image": "registry.example.com:5000/orders:latest"},
        "registry.example.com:5000/orders:latest",
    ),
    Break("docker-image-pinned", "docker-images", {"pulled/name": "redis:latest"}, "redis:latest"),
    Break(
        "docker-image-pinned",
        "docker-images",
        {"built/tags": ["orders:latest", "orders"]},
        "add a tag that names the version",
    ),
    Break("docker-image-pinned", "docker-swarm", {f"{_SPEC}/image": "redis"}, "redis:latest"),
    Break("docker-image-digest", "docker-servers", {"redis/image": _untagged}, "add @sha256:…"),
    Break("docker-image-digest", "docker-images", {"pulled/name": _untagged}, "add @sha256:…"),
    Break("docker-image-digest", "docker-swarm", {f"{_SPEC}/image": _untagged}, "add @sha256:…"),
    Break(
        "docker-build-no-secret-argument",
        "docker-images",
        {"built/buildArgs/PIP_INDEX_TOKEN": "t0ken"},
        "PIP_INDEX_TOKEN stays in the image",
    ),
    Break(
        "docker-build-no-secret-argument",
        "docker-images",
        {"built/buildArgs/VERSION": Secret("3.2-hidden")},
        "VERSION stays in the image",
    ),
    Break(
        "docker-build-no-secret-argument",
        "docker-images",
        {"built-before/build/args": {"NPM_TOKEN": "t0ken"}},
        "NPM_TOKEN stays in the image",
    ),
)

_RUNTIME: Final = (
    Break("docker-memory-limit", "docker-worker", {"worker/memory": GONE}, "no limit of memory"),
    Break(
        "docker-memory-limit",
        "docker-swarm",
        {"redis/taskSpec/resources": GONE},
        "no limit of memory",
    ),
    Break(
        "docker-restart-policy",
        "docker-servers",
        {"redis/restart": "no"},
        "write restart unless-stopped",
    ),
    Break(
        "docker-restart-policy",
        "docker-worker",
        {"migrations/mustRun": True},
        "write restart unless-stopped",
    ),
    Break(
        "docker-restart-policy",
        "docker-swarm",
        {"redis/taskSpec/restartPolicy": {"condition": "none"}},
        "is not started again",
    ),
    Break(
        "docker-health-check",
        "docker-servers",
        {"rabbitmq/healthcheck": GONE},
        "whether RabbitMQ works",
    ),
    Break(
        "docker-health-check",
        "docker-swarm",
        {f"{_SPEC}/healthcheck/tests": ["NONE"]},
        "whether Redis works",
    ),
    Break("docker-log-limit", "docker-worker", {"worker/logOpts": GONE}, "the log (json-file)"),
    Break(
        "docker-log-limit",
        "docker-worker",
        {"worker/logDriver": GONE, "worker/logOpts": {"max-file": "3"}},
        "the log (json-file, the default)",
    ),
    Break(
        "docker-log-limit",
        "docker-swarm",
        {"redis/taskSpec/logDriver": GONE},
        "write logOpts max-size",
    ),
    Break(
        "docker-data-volume",
        "docker-servers",
        {"rabbitmq/mounts": []},
        "RabbitMQ keeps its data in the container",
    ),
    Break(
        "docker-data-volume",
        "docker-servers",
        {"rabbitmq/mounts/0/type": "tmpfs"},
        "is in memory",
    ),
    Break(
        "docker-data-volume",
        "docker-servers",
        {"redis/volumes": [{"containerPath": "/data"}]},
        "has no name",
    ),
    Break(
        "docker-data-volume",
        "docker-servers",
        {"redis/volumes": [{"containerPath": "/data", "hostPath": "/var/lib/"}]},
        "/data is /var/lib/ of the host",
    ),
    Break(
        "docker-data-volume",
        "docker-swarm",
        {f"{_SPEC}/mounts": []},
        "mount a docker.Volume on /data",
    ),
)

_NETWORK: Final = (
    Break(
        "docker-ports-tls",
        "docker-servers",
        {"rabbitmq/ports/1/ip": "0.0.0.0"},  # noqa: S104 - the break
        "RabbitMQ's management in clear (port 15672)",
    ),
    Break(
        "docker-ports-tls",
        "docker-servers",
        {"rabbitmq/ports": [{"internal": 5672}, {"internal": 4369, "ip": "::"}]},
        "is published on all interfaces",
        times=2,
    ),
    Break("docker-ports-tls", "docker-servers", {"redis/ports/0/ip": GONE}, "Redis (port 6379)"),
    Break(
        "docker-ports-tls",
        "docker-servers",
        {"redis/ports/0/ip": GONE, "redis/uploads": GONE},
        "Redis (port 6379)",
    ),
    Break(
        "docker-ports-tls",
        "docker-servers",
        {"postgres/command": ["postgres"]},
        "PostgreSQL (port 5432)",
    ),
    Break(
        "docker-ports-tls",
        "docker-servers",
        {"mysql/command": ["--require-secure-transport=OFF"]},
        "MySQL (port 3306)",
    ),
    Break(
        "docker-ports-tls",
        "docker-servers",
        {"elasticsearch/envs": []},
        "Elasticsearch (port 9200)",
    ),
    Break(
        "docker-ports-tls",
        "docker-redis-by-arguments",
        {"redis/entrypoints": ["valkey-server"], "redis/command": ["--appendonly", "yes"]},
        "Redis (port 6379)",
        also=["docker-password-required", "docker-redis-maxmemory"],
    ),
    Break(
        "docker-ports-tls",
        "docker-servers",
        {"mongo/networkMode": "host"},
        "networkMode is host, so MongoDB (port 27017) is on all interfaces",
    ),
    Break(
        "docker-ports-tls",
        "docker-servers",
        {"rabbitmq/publishAllPorts": True},
        "publishAllPorts is true",
        times=2,
    ),
    Break(
        "docker-ports-tls",
        "docker-swarm",
        {"redis/endpointSpec/ports/0/targetPort": 6379},
        "Redis (port 6379)",
    ),
    Break(
        "docker-ports-tls",
        "docker-swarm",
        {
            "redis/endpointSpec": {"ports": [{"targetPort": 6379}]},
            f"{_SPEC}/args": ["redis-server", "--port", "0"],
        },
        "Redis (port 6379)",
        also=["docker-password-required", "docker-redis-maxmemory", "docker-redis-persistence"],
    ),
    Break(
        "docker-urls-tls",
        "docker-worker",
        {"worker/envs/0": "BROKER_URL=amqp://orders:{p}@mq.example.com//"},
        "BROKER_URL talks to mq.example.com in clear (amqp://)",
    ),
    Break(
        "docker-urls-tls",
        "docker-swarm",
        {f"{_SPEC}/env/CELERY_RESULT_BACKEND": "redis://10.0.0.7:6379/0"},
        "CELERY_RESULT_BACKEND talks to 10.0.0.7 in clear",
    ),
    Break(
        "celery-tls-verified",
        "docker-worker",
        {"worker/envs/1": "RESULTS=rediss://cache.example.com/0?ssl_cert_reqs=none"},
        "RESULTS has ssl_cert_reqs=none",
    ),
    Break(
        "celery-tls-verified",
        "docker-swarm",
        {f"{_SPEC}/env/RESULTS": "rediss://cache.example.com/0?ssl_cert_reqs=CERT_OPTIONAL"},
        "RESULTS has ssl_cert_reqs=CERT_OPTIONAL",
    ),
)

BREAKS: Final[tuple[Break, ...]] = (*_IMAGES, *_RUNTIME, *_NETWORK)

CONTEXT: Final[dict[tuple[str, str], str]] = {
    ("docker-health-check", "image"): "it tells which server the container runs",
    ("docker-data-volume", "image"): "it tells which server the container runs",
    ("docker-ports-tls", "image"): "it tells which server the container runs",
}
