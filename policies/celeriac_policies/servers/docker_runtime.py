"""How a container runs: limited, started again, looked after, with its data kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac_policies.resource import Resource
from celeriac_policies.rule import Changes, ResourceRule, Settings, Severity, resource_rule
from celeriac_policies.servers.containers import CONTAINER, CONTAINERS, Container, Mount

_SYSTEM: Final = frozenset(
    {"/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/proc", "/root", "/sys", "/usr"}
    | {"/var", "/var/lib", "/var/run"}
)
"""Paths of a host that are no place for a server's data."""

_ROTATING: Final = "max-size"
_UNLIMITED: Final = frozenset({"", "json-file"})
"""Drivers that keep every line for ever where `max-size` is not said; empty is the daemon's."""


@resource_rule(
    name="docker-memory-limit",
    description="A container has a limit of memory.",
    severity=Severity.MEDIUM,
    reads=CONTAINERS,
    steps="Write memory (MB), in a service resources.limits.memoryBytes.",
    url="https://docs.docker.com/engine/containers/resource_constraints/",
)
def memory_limit(resource: Resource, given: Settings) -> Iterator[str]:
    """Without one the kernel ends whatever it likes on the host, the broker too."""
    if not Container.of(resource).memory:
        yield (
            "has no limit of memory, so a full queue or a leaking worker takes the host's: write "
            "memory (MB; in a service resources.limits.memoryBytes)"
        )


def _restarted(resource: Resource, given: Settings) -> Changes:
    if resource.type != CONTAINER or Container.of(resource).restarts:
        return {}
    return {"restart": "unless-stopped"}


@resource_rule(
    name="docker-restart-policy",
    description="A container that ends, or whose host restarts, is started again.",
    severity=Severity.MEDIUM,
    reads=CONTAINERS,
    steps="Write restart: unless-stopped; mustRun: false for what is meant to end.",
    url="https://docs.docker.com/engine/containers/start-containers-automatically/",
    mend=_restarted,
)
def restart_policy(resource: Resource, given: Settings) -> Iterator[str]:
    """Docker's default leaves a broker down after the host's next restart."""
    if not Container.of(resource).restarts:
        yield "is not started again when it ends: write restart unless-stopped"


@resource_rule(
    name="docker-health-check",
    description="A server in a container has a health check: its image has none.",
    severity=Severity.MEDIUM,
    reads=CONTAINERS,
    steps="Write healthcheck tests: rabbitmq-diagnostics -q ping, redis-cli ping, pg_isready.",
    url="https://docs.docker.com/reference/dockerfile/#healthcheck",
)
def health_check(resource: Resource, given: Settings) -> Iterator[str]:
    """A worker that starts before its broker gives up."""
    container = Container.of(resource)
    software = container.software
    if software is not None and not container.is_checked:
        yield (
            f"nobody sees whether {software.title} works: write a healthcheck, tests "
            f'["CMD-SHELL", "{software.check}"]'
        )


def _limited(resource: Resource, given: Settings) -> Changes:
    if resource.type != CONTAINER:
        return {}
    driver, options = Container.of(resource).log
    if driver not in _UNLIMITED or _ROTATING in options:
        return {}
    limits = {"max-size": "10m", "max-file": "3"}
    return {"logDriver": "json-file", "logOpts": {**options, **limits}}


@resource_rule(
    name="docker-log-limit",
    description="The log of a container does not grow for ever.",
    severity=Severity.MEDIUM,
    reads=CONTAINERS,
    steps="Write logDriver local, or logOpts max-size and max-file for json-file.",
    url="https://docs.docker.com/engine/logging/drivers/json-file/",
    mend=_limited,
)
def log_limit(resource: Resource, given: Settings) -> Iterator[str]:
    """Docker's default keeps every line, until the disk is full and the broker blocks."""
    driver, options = Container.of(resource).log
    if driver in _UNLIMITED and _ROTATING not in options:
        yield (
            f"the log ({driver or 'json-file, the default'}) grows until the disk is full: write "
            f"logOpts max-size 10m and max-file 3"
        )


@resource_rule(
    name="docker-data-volume",
    description="A server's data is on a named volume, and outlives its container.",
    severity=Severity.HIGH,
    reads=CONTAINERS,
    steps="Make a docker.Volume and mount it where the image keeps its data.",
    url="https://docs.docker.com/engine/storage/volumes/",
)
def data_volume(resource: Resource, given: Settings) -> Iterator[str]:
    """Each change of the image or an option makes a new container: without tasks and results."""
    container = Container.of(resource)
    software = container.software
    if software is None or not software.data:
        return
    found = [mount for mount in container.mounts if _holds(mount, software.data)]
    if not found:
        yield (
            f"{software.title} keeps its data in the container, where the next change drops it: "
            f"mount a docker.Volume on {software.data[0]}"
        )
    for mount in found:
        if mount.kind == "tmpfs":
            yield f"{mount.target} is in memory (tmpfs): mount a docker.Volume there"
        elif not mount.source:
            yield f"the volume on {mount.target} has no name, and is a new one next time: name it"
        elif mount.kind == "bind" and (mount.source.rstrip("/") or "/") in _SYSTEM:
            yield f"{mount.target} is {mount.source} of the host: mount a docker.Volume there"


def _holds(mount: Mount, paths: tuple[str, ...]) -> bool:
    """Whether a mount is where the data is: on it, above it or, the image's own way, below it."""
    target = mount.target.rstrip("/") + "/"
    return any(f"{path}/".startswith(target) or target.startswith(f"{path}/") for path in paths)


RULES: Final[tuple[ResourceRule, ...]] = (
    memory_limit,
    restart_policy,
    health_check,
    log_limit,
    data_volume,
)
