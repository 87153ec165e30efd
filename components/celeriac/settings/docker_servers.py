"""The servers of a stack file on platform docker: existing ones, in containers that are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from celeriac.contract import RedisSentinels, elasticsearch, memcached, mongodb
from celeriac.contract.amqp_failover import Failover
from celeriac.contract.pairing import RABBITMQ_MESSAGE, SQS_MESSAGE
from celeriac.settings import readers
from celeriac.settings.aws_servers import message_size
from celeriac.settings.docker import ssh_of
from celeriac.settings.docker_model import (
    NODES,
    Containers,
    MysqlContainers,
    RabbitmqContainers,
    RedisContainers,
)
from celeriac.settings.problems import Wrong, listed, show
from celeriac.settings.server_model import (
    AnyServer,
    ElasticsearchServer,
    KafkaServer,
    MemcachedServer,
    MongodbServer,
    MysqlServer,
    PostgresqlServer,
    RabbitmqServer,
    RedisServer,
    Reference,
    SqsServer,
)
from celeriac.settings.without import EXISTING_SQS

if TYPE_CHECKING:
    from collections.abc import Callable

    from celeriac.settings.docker_model import Docker
    from celeriac.settings.section import Section
    from celeriac.settings.server_model import Kind

LOOPBACK = "127.0.0.1"
ADMINISTRATOR = "celeriac"
"""The administrator, where an image lets one choose."""
MASTER = "celeriac"
"""What the sentinels call the primary."""
REGION = "elasticmq"
"""The region of ElasticMQ, in the ARNs of its queues."""

IMAGES = {
    "rabbitmq": "rabbitmq:4.1.4-management",
    "redis": "redis:8.2.1",
    "valkey": "valkey/valkey:8.1.3",
    "postgresql": "postgres:17.6",
    "mysql": "mysql:8.4.6",
    "mariadb": "mariadb:11.8.3",
    "mongodb": "mongo:8.0.13",
    "elasticsearch": "elasticsearch:8.19.3",
    "memcached": "memcached:1.6.39",
    "kafka": "apache/kafka:4.1.0",
    "sqs": "softwaremill/elasticmq:1.6.14",
}
"""The images, by kind or engine: the official ones of each system."""

_MIB = 2**20
_MEMORY = {
    # The default, and the least with which it starts and takes a task; MiB.
    "rabbitmq": (1024, 512),
    "redis": (512, 64),
    "postgresql": (512, 256),
    "mysql": (1024, 768),
    "mongodb": (1024, 512),
    "elasticsearch": (1536, 1024),
    "memcached": (128, 64),
    "kafka": (1024, 768),
    "sqs": (512, 256),
}
_PORTS = {
    "rabbitmq": 5672,
    "redis": 6379,
    "postgresql": 5432,
    "mysql": 3306,
    "mongodb": mongodb.PORT,
    "elasticsearch": elasticsearch.PORT,
    "memcached": memcached.PORT,
    "kafka": 9092,
    "sqs": 9324,
}
_MANAGEMENT, _SENTINEL = 15672, 26379
_HIGHEST = 65535 - NODES

_NOT_IN_DOCKER = (
    *("url", "management", "username", "tls", "ca", "caPath", "clientCertificate", "clientKey"),
    *("via", "without"),
)
_WITHOUT_LOGIN = ("memcached", "elasticsearch", "sqs")
_WITHOUT_DATA = ("memcached", "sqs")
_WITHOUT_VIA = ("kafka", "sqs")


def read_in_docker(
    name: str, kind: Kind, entry: Section, docker: Docker, *, valkey: bool
) -> AnyServer:
    """A server of any kind; `valkey` says that the entry's kind is written so."""
    for key in _NOT_IN_DOCKER:
        entry.refuse(key, f"is for what exists, and {name} is made with Docker: leave it out")
    _check_reach(name, kind, entry, docker)
    engine = _engine(kind, entry, valkey=valkey)
    keep = _keep_volume(name, kind, entry)
    password = _password(kind, entry, keep=keep)
    server: dict[str, Any] = {
        "name": name,
        "platform": "docker",
        "timeout": entry.get("timeout", readers.duration(), None),
    }
    if kind not in _WITHOUT_LOGIN:
        server["password"] = password
    if kind not in _WITHOUT_VIA:
        server["via"] = ssh_of(docker)
    containers: dict[str, Any] = {
        "docker": docker,
        "image": entry.get("image", _image, IMAGES[engine]),
        "memory": entry.get("memory", _memory(kind), _MEMORY[kind][0]),
        "keep_volume": keep,
    }
    port = entry.get("port", readers.whole(1, _HIGHEST), _PORTS[kind])
    found = _READERS[kind](_Common(entry, engine, port, containers, server))
    entry.finish()
    return found


def _check_reach(name: str, kind: Kind, entry: Section, docker: Docker) -> None:
    """That the administrator gets to the loopback of the engine's machine."""
    far = ssh_of(docker) is not None
    if far and kind in _WITHOUT_VIA:
        entry.problem(
            f"is docker on another machine, where {name} listens on the loopback and no "
            f"administrator of {kind} goes through ssh: run pulumi on that machine",
            "platform",
        )
    elif far and kind == "redis" and "sentinels" in entry:
        entry.problem(
            "name addresses on the loopback of another machine: run pulumi on that machine",
            "sentinels",
        )


def _engine(kind: Kind, entry: Section, *, valkey: bool) -> str:
    engines: dict[str, tuple[str, str]] = {
        "redis": ("redis", "valkey"),
        "mysql": ("mysql", "mariadb"),
    }
    if kind not in engines:
        return kind
    choice: Callable[[object], str] = readers.choice(*engines[kind])
    return "valkey" if valkey else entry.get("engine", choice, engines[kind][0])


def _keep_volume(name: str, kind: Kind, entry: Section) -> bool:
    if kind in _WITHOUT_DATA:
        entry.refuse("keepVolume", f"is for what has data, and {name} forgets: leave it out")
        return False
    return entry.get("keepVolume", readers.boolean, default=True)


def _password(kind: Kind, entry: Section, *, keep: bool) -> Reference | None:
    """The administrator's; one that the state makes up is lost with the state."""
    if kind in _WITHOUT_LOGIN:
        entry.refuse("password", f"is of no use to {kind} in Docker, where nobody logs in")
        return None
    given: Callable[[object], Reference] = readers.reference
    password = entry.get("password", given, None)
    if keep and password is None and "password" not in entry.wrong:
        entry.problem(
            "is missing: the data outlives `pulumi destroy`, and its administrator's password "
            "must too; write text (`pulumi config set --secret`), {env: NAME} or {file: path}, or "
            "keepVolume: false to delete the data with the stack",
            "password",
        )
    return password


@dataclass(frozen=True)
class _Common:
    """What was read of any kind's entry."""

    entry: Section
    """The entry itself, for what is of its kind alone."""
    engine: str
    port: int
    containers: dict[str, Any]
    """What every `Containers` has."""
    server: dict[str, Any]
    """What every server has."""


def _rabbitmq(common: _Common) -> AnyServer:
    nodes: Literal[1, 3] = common.entry.get("nodes", _nodes, 1)
    management = common.entry.get("managementPort", readers.whole(1, _HIGHEST), _MANAGEMENT)
    others = tuple((LOOPBACK, common.port + n) for n in range(1, nodes))
    return RabbitmqServer(
        host=LOOPBACK,
        port=common.port,
        tls=False,
        username=ADMINISTRATOR,
        management=f"http://{LOOPBACK}:{management}",
        failover=Failover(others=others) if others else None,
        max_message_size=common.entry.get("maxMessageSize", readers.size, RABBITMQ_MESSAGE),
        containers=RabbitmqContainers(nodes=nodes, management_port=management, **common.containers),
        **common.server,
    )


def _redis(common: _Common) -> AnyServer:
    sentinels = common.entry.get("sentinels", readers.boolean, default=False)
    first = common.entry.get("sentinelPort", readers.whole(1, _HIGHEST), _SENTINEL)
    if "sentinelPort" in common.entry and not sentinels:
        common.entry.problem(
            "is for sentinels, and there are none: write sentinels: true", "sentinelPort"
        )
    hosts = tuple((LOOPBACK, first + n) for n in range(NODES))
    return RedisServer(
        host=LOOPBACK,
        port=first if sentinels else common.port,
        tls=False,
        form=RedisSentinels(hosts=hosts, master_name=MASTER) if sentinels else None,
        containers=RedisContainers(
            engine="valkey" if common.engine == "valkey" else "redis",
            sentinel_port=first if sentinels else None,
            node_port=common.port,
            **common.containers,
        ),
        **common.server,
    )


def _postgresql(common: _Common) -> AnyServer:
    return PostgresqlServer(
        host=LOOPBACK,
        port=common.port,
        tls=False,
        username=ADMINISTRATOR,
        containers=Containers(**common.containers),
        **common.server,
    )


def _mysql(common: _Common) -> AnyServer:
    engine: Literal["mysql", "mariadb"] = "mariadb" if common.engine == "mariadb" else "mysql"
    return MysqlServer(
        host=LOOPBACK,
        port=common.port,
        tls=False,
        # What the images call it.
        username="root",
        containers=MysqlContainers(engine=engine, **common.containers),
        **common.server,
    )


def _mongodb(common: _Common) -> AnyServer:
    return MongodbServer(
        servers=((LOOPBACK, common.port),),
        tls=False,
        username=ADMINISTRATOR,
        containers=Containers(**common.containers),
        **common.server,
    )


def _elasticsearch(common: _Common) -> AnyServer:
    return ElasticsearchServer(
        host=LOOPBACK,
        port=common.port,
        tls=False,
        containers=Containers(**common.containers),
        **common.server,
    )


def _memcached(common: _Common) -> AnyServer:
    return MemcachedServer(
        servers=((LOOPBACK, common.port),),
        max_item_size=common.entry.get("maxItemSize", readers.size, memcached.ITEM),
        containers=Containers(**common.containers),
        **common.server,
    )


def _kafka(common: _Common) -> AnyServer:
    return KafkaServer(
        host=LOOPBACK,
        port=common.port,
        tls=False,
        username=ADMINISTRATOR,
        containers=Containers(**common.containers),
        **common.server,
    )


def _sqs(common: _Common) -> AnyServer:
    return SqsServer(
        region=REGION,
        url=f"http://{LOOPBACK}:{common.port}",
        # Any access key will do.
        username=ADMINISTRATOR,
        password=Reference(value=ADMINISTRATOR),
        max_message_size=common.entry.get("maxMessageSize", message_size, SQS_MESSAGE),
        # ElasticMQ encrypts nothing and has no policies of queues.
        without=frozenset(EXISTING_SQS),
        containers=Containers(**common.containers),
        **common.server,
    )


_READERS: dict[str, Callable[[_Common], AnyServer]] = {
    "rabbitmq": _rabbitmq,
    "redis": _redis,
    "postgresql": _postgresql,
    "mysql": _mysql,
    "mongodb": _mongodb,
    "elasticsearch": _elasticsearch,
    "memcached": _memcached,
    "kafka": _kafka,
    "sqs": _sqs,
}


def _nodes(raw: object) -> Literal[1, 3]:
    if raw in (1, 3) and not isinstance(raw, bool):
        return 3 if raw == NODES else 1
    raise Wrong(f"is {show(raw)}: write 1, or 3 for a cluster, of which one node may be lost")


def _image(raw: object) -> str:
    """An image that is the same one tomorrow."""
    image = readers.text(raw)
    if any(character.isspace() for character in image):
        raise Wrong(f"is {show(image)}, which has a space in it: write NAME:VERSION")
    tag = image.rpartition("/")[2].partition(":")[2]
    if "@sha256:" not in image and tag in ("", "latest"):
        raise Wrong(
            f"is {show(image)}, which is another image tomorrow: write its version, such as "
            f"{listed(['redis:8.2.1', 'NAME@sha256:…'])}"
        )
    return image


def _memory(kind: Kind) -> Callable[[object], int]:
    least = _MEMORY[kind][1]

    def read(raw: object) -> int:
        mib = readers.size(raw) // _MIB
        if mib < least:
            raise Wrong(f"is {show(raw)}: {kind} needs {least}MiB at least")
        return mib

    return read
