"""Redis in a container, under Celery: nothing is evicted, nothing is lost, one node has it all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac_policies.resource import Resource
from celeriac_policies.rule import ResourceRule, Settings, Severity, resource_rule
from celeriac_policies.servers.containers import CONTAINERS, Container
from celeriac_policies.servers.redis_conf import RedisConf, redis_conf, size

_CELERY: Final = (
    "https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html"
)


def _conf(resource: Resource) -> RedisConf | None:
    """The settings where it is a Redis or a Valkey."""
    container = Container.of(resource)
    software = container.software
    if software is None or software.title not in {"Redis", "Valkey"}:
        return None
    return redis_conf(container)


@resource_rule(
    name="docker-redis-no-eviction",
    description="Redis in a container evicts nothing, so that no task and no binding is lost.",
    severity=Severity.HIGH,
    reads=CONTAINERS,
    steps="Start redis-server with --maxmemory-policy noeviction, or leave it out.",
    url=f"{_CELERY}#key-eviction",
)
def no_eviction(resource: Resource, given: Settings) -> Iterator[str]:
    """It is Redis's default."""
    conf = _conf(resource)
    policy = conf.get("maxmemory-policy", "noeviction") if conf else None
    if policy not in {None, "noeviction"}:
        yield f"maxmemory-policy is {policy}, which deletes tasks under pressure: write noeviction"


@resource_rule(
    name="docker-redis-persistence",
    description="Redis in a container writes each task to its disk (appendonly yes).",
    severity=Severity.HIGH,
    reads=CONTAINERS,
    steps="Start redis-server with --appendonly yes and its data on a named volume.",
    url="https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/",
)
def persistence(resource: Resource, given: Settings) -> Iterator[str]:
    """By default a restart loses what was sent since the last snapshot, up to an hour."""
    conf = _conf(resource)
    if conf and conf.get("appendonly", "no") == "no":
        yield "appendonly is no, so a restart loses the latest tasks and results: write yes"


@resource_rule(
    name="docker-redis-maxmemory",
    description="Redis in a container refuses writes before the container has no memory left.",
    severity=Severity.MEDIUM,
    reads=CONTAINERS,
    steps="Write maxmemory at about three quarters of the container's memory.",
    url="https://redis.io/docs/latest/operate/oss_and_stack/management/admin/",
)
def maxmemory(resource: Resource, given: Settings) -> Iterator[str]:
    """Else the kernel ends Redis, where an error would have told who sends."""
    conf = _conf(resource)
    said = conf.get("maxmemory", "0") if conf else None
    if said is None:
        return
    limit = Container.of(resource).memory
    if limit and not (0 < (size(said) or 0) < limit):
        yield (
            f"maxmemory is {said} and the container has {limit // 1024**2} MB: the kernel ends "
            f"Redis when it is full: write maxmemory {limit * 3 // 4 // 1024**2}mb"
        )


@resource_rule(
    name="docker-redis-no-cluster",
    description="Redis under Celery is no cluster: kombu does not speak to one.",
    severity=Severity.HIGH,
    reads=CONTAINERS,
    steps="Take --cluster-enabled away; Sentinel is Celery's way to a second node.",
    url=_CELERY,
)
def no_cluster(resource: Resource, given: Settings) -> Iterator[str]:
    """A worker's transaction over keys of several slots is refused with CROSSSLOT."""
    conf = _conf(resource)
    if conf and conf.get("cluster-enabled", "no") == "yes":
        yield "cluster-enabled is yes, and Celery cannot use a cluster: take it away"


RULES: Final[tuple[ResourceRule, ...]] = (no_eviction, persistence, maxmemory, no_cluster)
