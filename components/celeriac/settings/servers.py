"""The servers of a stack file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from celeriac.contract import server_problem
from celeriac.settings import aws_servers, readers
from celeriac.settings.docker_servers import read_in_docker
from celeriac.settings.existing_servers import read_existing
from celeriac.settings.problems import listed
from celeriac.settings.section import Section

if TYPE_CHECKING:
    from collections.abc import Callable

    from celeriac.settings.docker_model import Docker
    from celeriac.settings.server_model import AnyServer, Aws, Kind

_SAID: tuple[Kind | Literal["valkey"], ...] = (
    "rabbitmq",
    "redis",
    "valkey",
    "postgresql",
    "mysql",
    "sqs",
    "kafka",
    "pubsub",
    "memcached",
    "mongodb",
    "elasticsearch",
)
LATER_KINDS: tuple[str, ...] = ()

_DATABASES_ON_AWS = ("postgresql", "mysql")
_KEYS_OF_SOME_KINDS: dict[str, tuple[str, ...]] = {
    "management": ("rabbitmq",),
    "failover": ("rabbitmq",),
    "certificateName": ("rabbitmq",),
    "maxMessageSize": ("rabbitmq", "sqs"),
    "instanceType": ("rabbitmq",),
    "deployment": ("rabbitmq",),
    "managesConfig": ("redis",),
    "persist": ("redis",),
    "db": ("redis",),
    "masterName": ("redis",),
    "sentinelUsername": ("redis",),
    "sentinelPassword": ("redis",),
    "engine": ("redis", "mysql"),
    "nodes": ("rabbitmq",),
    "managementPort": ("rabbitmq",),
    "sentinels": ("redis",),
    "sentinelPort": ("redis",),
    "nodeType": ("redis",),
    "replicas": ("redis",),
    "sharedAuthToken": ("redis",),
    "clusterMode": ("redis",),
    "database": _DATABASES_ON_AWS,
    "instanceClass": _DATABASES_ON_AWS,
    "storage": _DATABASES_ON_AWS,
    "masterPassword": _DATABASES_ON_AWS,
    "backupDays": ("redis", *_DATABASES_ON_AWS),
    "maxItemSize": ("memcached",),
    "replicaSet": ("mongodb",),
    "authSource": ("mongodb",),
    "region": ("sqs",),
    "kmsKey": ("sqs",),
    "mechanism": ("kafka",),
    "servers": ("kafka",),
    "project": ("pubsub",),
    "credentials": ("pubsub",),
    "emulator": ("pubsub",),
}
_KEYS_OF_SOME_PLATFORMS: dict[str, tuple[str, ...]] = {
    "failover": ("existing",),
    "certificateName": ("existing",),
    "managesConfig": ("existing",),
    "persist": ("existing",),
    "db": ("existing",),
    "masterName": ("existing",),
    "sentinelUsername": ("existing",),
    "sentinelPassword": ("existing",),
    "region": ("existing",),
    "mechanism": ("existing",),
    "servers": ("existing",),
    "project": ("existing",),
    "credentials": ("existing",),
    "emulator": ("existing",),
    "instanceType": ("aws",),
    "deployment": ("aws",),
    "engine": ("aws", "docker"),
    "nodeType": ("aws",),
    "replicas": ("aws",),
    "sharedAuthToken": ("aws",),
    "clusterMode": ("aws",),
    "instanceClass": ("aws",),
    "storage": ("aws",),
    "masterPassword": ("aws",),
    "backupDays": ("aws",),
    "multiAz": ("aws",),
    "version": ("aws",),
    "image": ("docker",),
    "memory": ("docker",),
    "port": ("docker",),
    "keepVolume": ("docker",),
    "nodes": ("docker",),
    "managementPort": ("docker",),
    "sentinels": ("docker",),
    "sentinelPort": ("docker",),
}


def read_servers(
    raw: object, path: str, aws: Aws, docker: Docker, problems: list[str]
) -> dict[str, AnyServer | None]:
    """All servers by name; None for one whose kind is not known.

    Args:
        raw: the value of celeriac:servers.
        path: its path.
        aws: what servers on platform aws share.
        docker: what servers on platform docker share.
        problems: where problems are noted.
    """
    section = Section(raw, path, problems)
    servers: dict[str, AnyServer | None] = {}
    for name in section:
        wrong = server_problem(name)
        if wrong is not None:
            section.problem(wrong, name)
        servers[name] = _read_server(name, section.child(name), aws, docker)
    return servers


def _read_server(name: str, entry: Section, aws: Aws, docker: Docker) -> AnyServer | None:
    if not entry.is_map:
        return None
    said = _read_kind(entry)
    # A Valkey speaks as Redis does, in everything that Celery and Celeriac ask of it.
    kind: Kind | None = "redis" if said == "valkey" else said
    platforms: Callable[[object], Literal["existing", "docker", "aws"]]
    platforms = readers.choice("existing", "docker", "aws")
    platform = entry.require("platform", platforms, "existing, docker or aws")
    if platform is None and "url" not in entry:
        # Another platform's entry has other keys: one problem is enough.
        return None
    if platform == "aws":
        entry.refuse("kmsKey", "stands in celeriac:aws, for all servers on AWS: leave it out here")
    _refuse_others_keys(name, kind, platform or "existing", entry)
    if kind is None:
        return None
    if platform == "aws":
        return _on_aws(name, kind, entry, aws)
    if platform == "docker" and kind == "pubsub":
        entry.problem(
            "is docker, where pubsub is not there yet: write existing, and for an emulator in a "
            "container its emulator: host:port",
            "platform",
        )
        return None
    if platform == "docker":
        return read_in_docker(name, kind, entry, docker, valkey=said == "valkey")
    return read_existing(name, kind, entry, aws)


def _refuse_others_keys(name: str, kind: Kind | None, platform: str, entry: Section) -> None:
    """Keys that are for another kind of server, or for another platform."""
    for key, others in _KEYS_OF_SOME_KINDS.items():
        if kind is not None and kind not in others and key not in entry.wrong:
            article = "an" if others[0] == "sqs" else "a"
            entry.refuse(
                key,
                f"is for {article} {listed(others)} server, and {name} is {kind}: leave it out",
            )
    for key, others in _KEYS_OF_SOME_PLATFORMS.items():
        if platform not in others and key not in entry.wrong:
            entry.refuse(
                key, f"is for platform {listed(others)}, and {name} is on {platform}: leave it out"
            )


def _read_kind(entry: Section) -> Kind | Literal["valkey"] | None:
    kinds: Callable[[object], Kind | Literal["valkey"]]
    kinds = readers.choice(*_SAID, later=LATER_KINDS)
    said = entry.require("kind", kinds, listed(_SAID))
    if said == "valkey":
        entry.refuse("engine", "is said by kind: valkey already: leave it out")
    return said


def _on_aws(name: str, kind: Kind, entry: Section, aws: Aws) -> AnyServer | None:
    if kind == "kafka":
        entry.problem(
            "is aws, where kafka is not there yet: write existing, for a cluster that runs already",
            "platform",
        )
        return None
    if kind == "rabbitmq":
        return aws_servers.read_rabbitmq(name, entry, aws)
    if kind == "redis":
        return aws_servers.read_redis(name, entry, aws)
    if kind == "sqs":
        return aws_servers.read_sqs(name, entry, aws)
    if kind == "postgresql":
        return aws_servers.read_database(name, "postgresql", entry, aws)
    if kind == "mysql":
        return aws_servers.read_database(name, "mysql", entry, aws)
    entry.problem(f'is "aws", which is not there yet for {kind}: write existing', "platform")
    return None
