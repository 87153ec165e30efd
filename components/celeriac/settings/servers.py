"""The servers of a stack file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from celeriac.contract import server_problem
from celeriac.settings import aws_servers, readers
from celeriac.settings.existing_servers import read_existing
from celeriac.settings.problems import listed
from celeriac.settings.section import Section

if TYPE_CHECKING:
    from collections.abc import Callable

    from celeriac.settings.server_model import AnyServer, Aws, Kind

LATER_KINDS = (
    "kafka",
    "pubsub",
    "mongodb",
    "elasticsearch",
    "memcached",
)
LATER_PLATFORMS = ("docker",)

_DATABASES_ON_AWS = ("postgresql", "mysql")
_KEYS_OF_SOME_KINDS: dict[str, tuple[str, ...]] = {
    "management": ("rabbitmq",),
    "maxMessageSize": ("rabbitmq", "sqs"),
    "instanceType": ("rabbitmq",),
    "deployment": ("rabbitmq",),
    "managesConfig": ("redis",),
    "persist": ("redis",),
    "engine": ("redis",),
    "nodeType": ("redis",),
    "replicas": ("redis",),
    "sharedAuthToken": ("redis",),
    "clusterMode": ("redis",),
    "database": _DATABASES_ON_AWS,
    "instanceClass": _DATABASES_ON_AWS,
    "storage": _DATABASES_ON_AWS,
    "masterPassword": _DATABASES_ON_AWS,
    "backupDays": ("redis", *_DATABASES_ON_AWS),
    "region": ("sqs",),
    "kmsKey": ("sqs",),
}
_KEYS_OF_ONE_PLATFORM = {
    "managesConfig": "existing",
    "persist": "existing",
    "region": "existing",
    "instanceType": "aws",
    "deployment": "aws",
    "engine": "aws",
    "nodeType": "aws",
    "replicas": "aws",
    "sharedAuthToken": "aws",
    "clusterMode": "aws",
    "instanceClass": "aws",
    "storage": "aws",
    "masterPassword": "aws",
    "backupDays": "aws",
    "multiAz": "aws",
    "version": "aws",
}


def read_servers(
    raw: object, path: str, aws: Aws, problems: list[str]
) -> dict[str, AnyServer | None]:
    """All servers by name; None for one whose kind is not known.

    Args:
        raw: the value of celeriac:servers.
        path: its path.
        aws: what servers on platform aws share.
        problems: where problems are noted.
    """
    section = Section(raw, path, problems)
    servers: dict[str, AnyServer | None] = {}
    for name in section:
        wrong = server_problem(name)
        if wrong is not None:
            section.problem(wrong, name)
        servers[name] = _read_server(name, section.child(name), aws)
    return servers


def _read_server(name: str, entry: Section, aws: Aws) -> AnyServer | None:
    if not entry.is_map:
        return None
    kinds: Callable[[object], Kind]
    kinds = readers.choice("rabbitmq", "redis", "postgresql", "mysql", "sqs", later=LATER_KINDS)
    kind = entry.require("kind", kinds, "rabbitmq, redis, postgresql, mysql or sqs")
    platforms: Callable[[object], Literal["existing", "aws"]]
    platforms = readers.choice("existing", "aws", later=LATER_PLATFORMS)
    platform = entry.require("platform", platforms, "existing or aws")
    if platform is None and "url" not in entry:
        # Another platform's entry has other keys: one problem is enough.
        return None
    if platform == "aws":
        entry.refuse("kmsKey", "stands in celeriac:aws, for all servers on AWS: leave it out here")
    for key, others in _KEYS_OF_SOME_KINDS.items():
        if kind is not None and kind not in others and key not in entry.wrong:
            article = "an" if others[0] == "sqs" else "a"
            entry.refuse(
                key,
                f"is for {article} {listed(others)} server, and {name} is {kind}: leave it out",
            )
    for key, other in _KEYS_OF_ONE_PLATFORM.items():
        if (platform or "existing") != other and key not in entry.wrong:
            entry.refuse(
                key,
                f"is for platform {other}, and {name} is on {platform or 'existing'}: leave it out",
            )
    if kind is None:
        return None
    if platform == "aws":
        return _on_aws(name, kind, entry, aws)
    return read_existing(name, kind, entry, aws)


def _on_aws(name: str, kind: Kind, entry: Section, aws: Aws) -> AnyServer:
    if kind == "rabbitmq":
        return aws_servers.read_rabbitmq(name, entry, aws)
    if kind == "redis":
        return aws_servers.read_redis(name, entry, aws)
    if kind == "sqs":
        return aws_servers.read_sqs(name, entry, aws)
    return aws_servers.read_database(name, kind, entry, aws)
