"""The servers of a stack file on platform aws: this stack makes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from celeriac.contract.pairing import RABBITMQ_MESSAGE, SQS_MESSAGE
from celeriac.settings import readers
from celeriac.settings.problems import Wrong, listed, show
from celeriac.settings.server_model import (
    AwsDatabaseServer,
    AwsRabbitmqServer,
    AwsRedisServer,
    AwsSqsServer,
)
from celeriac.settings.via import read_via
from celeriac.settings.without import ON_AWS, read_without

if TYPE_CHECKING:
    from collections.abc import Callable

    from celeriac.settings.section import Section
    from celeriac.settings.server_model import Aws

LEAST_MESSAGE = 1024
"""Bytes of the smallest limit that a queue on SQS can have:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html."""

_GIB = 2**30
_LEAST_STORAGE, _MOST_STORAGE = 20, 64 * 1024
"""GiB of an RDS instance on gp3, PostgreSQL and MySQL:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html."""
_MOST_DAYS = 35
"""Days that RDS and ElastiCache keep backups at most:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html."""
_MOST_REPLICAS = 5
"""https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Replication.html."""

_MQ_TYPE = re.compile(r"mq\.m7g\.(medium|large|\d*xlarge)")
"""RabbitMQ 4 on Amazon MQ runs on mq.m7g only:
https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/rabbitmq-4.html."""
_NODE_TYPE = re.compile(r"cache\.[a-z0-9]+\.[a-z0-9]+")
_CLASS = re.compile(r"db\.[a-z0-9-]+\.[a-z0-9]+")
_VERSIONS: dict[str, tuple[re.Pattern[str], str, str]] = {
    # What is taken, the default, and what to write.
    "rabbitmq": (
        re.compile(r"4\.([2-9]|\d\d)"),
        "4.2",
        'Amazon MQ has RabbitMQ 4 from 4.2 on, and chooses the patch itself: write "4.2"',
    ),
    "valkey": (
        re.compile(r"7\.2|([89]|\d\d)\.\d+"),
        "8.0",
        'ElastiCache has Valkey from 7.2 on, and chooses the patch itself: write "8.0"',
    ),
    "redis": (
        re.compile(r"7\.[01]"),
        "7.1",
        'of Redis OSS, ElastiCache has 7.0 and 7.1: write "7.1", or engine: valkey',
    ),
    "postgresql": (
        re.compile(r"(1[3-9]|[2-9]\d)(\.\d+)?"),
        "17",
        'write a version from 13 on, such as "17", or "17.5" to choose the minor one too',
    ),
    "mysql": (
        re.compile(r"8\.[04](\.\d+)?"),
        "8.4",
        'write "8.4" or "8.0", or "8.4.5" to choose the patch too',
    ),
}
_NOT_ON_AWS = ("url", "management", "username", "password", "clientCertificate", "clientKey")
_BUNDLE = "https://truststore.pki.rds.amazonaws.com/{region}/{region}-bundle.pem"


def read_rabbitmq(name: str, entry: Section, aws: Aws) -> AwsRabbitmqServer:
    """Amazon MQ for RabbitMQ."""
    multi_az = _cluster(entry)
    server = AwsRabbitmqServer(
        version=entry.get("version", _version("rabbitmq"), _VERSIONS["rabbitmq"][1]),
        multi_az=aws.production if multi_az is None else multi_az,
        instance_type=entry.get(
            "instanceType", _mq_type, "mq.m7g.large" if aws.production else "mq.m7g.medium"
        ),
        max_message_size=entry.get("maxMessageSize", readers.size, RABBITMQ_MESSAGE),
        **_common(name, "rabbitmq", entry, aws),
    )
    entry.finish()
    return server


def _cluster(entry: Section) -> bool | None:
    """Whether it is a cluster: `multiAz`, or `deployment` with the words of Amazon MQ."""
    multi_az = entry.get("multiAz", readers.boolean, None)
    kinds: Callable[[object], Literal["cluster", "single"]] = readers.choice("cluster", "single")
    deployment = entry.get("deployment", kinds, None)
    if deployment is None:
        return multi_az
    if multi_az is not None:
        entry.problem("says the same as multiAz: leave one of them out", "deployment")
    return deployment == "cluster"


def read_redis(name: str, entry: Section, aws: Aws) -> AwsRedisServer:
    """An ElastiCache replication group."""
    engines: Callable[[object], Literal["valkey", "redis"]] = readers.choice("valkey", "redis")
    engine: Literal["valkey", "redis"] = entry.get("engine", engines, "valkey")
    written = entry.get("multiAz", readers.boolean, None)
    safe = aws.production if written is None else written
    replicas = entry.get("replicas", readers.whole(0, _MOST_REPLICAS), 1 if safe else 0)
    if written and replicas == 0:
        entry.problem(
            f"is 0, and multiAz: true needs one to fail over to: write 1 to {_MOST_REPLICAS}",
            "replicas",
        )
    _never(
        entry,
        ("clusterMode",),
        "spreads keys that kombu's transactions and scripts need in one place (CROSSSLOT): leave "
        "it out, and take a larger nodeType where one is too small",
    )
    common = _common(name, "redis", entry, aws)
    server = AwsRedisServer(
        engine=engine,
        version=entry.get("version", _version(engine), _VERSIONS[engine][1]),
        multi_az=safe and replicas > 0,
        node_type=entry.get(
            "nodeType",
            _form(_NODE_TYPE, "a node type of ElastiCache", "cache.m7g.large"),
            "cache.m7g.large" if aws.production else "cache.t4g.small",
        ),
        replicas=replicas,
        backup_days=_backup_days(entry, aws, common["without"]),
        shared_auth_token=entry.get("sharedAuthToken", readers.boolean, default=False),
        **common,
    )
    entry.finish()
    return server


def read_database(
    name: str, kind: Literal["postgresql", "mysql"], entry: Section, aws: Aws
) -> AwsDatabaseServer:
    """An RDS instance."""
    common = _common(name, kind, entry, aws)
    where = _BUNDLE.format(region=aws.region or "REGION")
    missing = {
        "ca": f"AWS's own authorities sign RDS's certificates, and no system knows them: write "
        f"{{file: path}} of their bundle, from {where}",
        "caPath": "the apps need that bundle too: write its path on their hosts",
    }
    for key, why in missing.items():
        if common["ca" if key == "ca" else "ca_path"] is None and key not in entry.wrong:
            entry.problem(f"is missing, and {why}", key)
    server = AwsDatabaseServer(
        engine=kind,
        version=entry.get("version", _version(kind), _VERSIONS[kind][1]),
        multi_az=entry.get("multiAz", readers.boolean, default=aws.production),
        instance_class=entry.get(
            "instanceClass",
            _form(_CLASS, "an instance class of RDS", "db.m7g.large"),
            "db.m7g.large" if aws.production else "db.t4g.medium",
        ),
        storage=entry.get("storage", _storage, 100 if aws.production else _LEAST_STORAGE),
        backup_days=_backup_days(entry, aws, common["without"]),
        master_password=entry.get("masterPassword", _master_password, "managed"),
        database=entry.get("database", readers.text, "postgres" if kind == "postgresql" else kind),
        **common,
    )
    entry.finish()
    return server


def read_sqs(name: str, entry: Section, aws: Aws) -> AwsSqsServer:
    """SQS, in the region and with the key of celeriac:aws."""
    _refuse(name, entry)
    server = AwsSqsServer(
        name=name,
        aws=aws,
        max_message_size=entry.get("maxMessageSize", message_size, SQS_MESSAGE),
        without=read_without(entry, ON_AWS["sqs"], "sqs on aws"),
    )
    if aws.production and aws.alarm_topic is None and "alarms" not in server.without:
        entry.problem(
            "has alarms in production and no topic for them: write alarmTopic, the ARN of an SNS "
            "topic, in celeriac:aws, or without: [alarms] here"
        )
    entry.finish()
    return server


def message_size(raw: object) -> int:
    """Bytes of the largest message of a queue on SQS."""
    found = readers.size(raw)
    if not LEAST_MESSAGE <= found <= SQS_MESSAGE:
        raise Wrong(f"is {show(raw)}: write a size from 1KiB to 1MiB, which is what SQS takes")
    return found


def _common(name: str, kind: str, entry: Section, aws: Aws) -> dict[str, Any]:
    """What every server in a network has."""
    _refuse(name, entry)
    _never(
        entry,
        ("public", "publiclyAccessible"),
        "would open it to the Internet, and no server of this stack is: leave it out, and name "
        "who may connect in clients of celeriac:aws",
    )
    common: dict[str, Any] = {
        "name": name,
        "aws": aws,
        "without": read_without(entry, ON_AWS[kind], f"{kind} on aws"),
        "ca": entry.get("ca", readers.certificate, None),
        "ca_path": entry.get("caPath", readers.app_path, None),
        "timeout": entry.get("timeout", readers.duration(), None),
        "via": read_via(entry, aws.region or None),
    }
    return common


def _refuse(name: str, entry: Section) -> None:
    for key in _NOT_ON_AWS:
        entry.refuse(key, f"is for platform existing, and {name} is made on AWS: leave it out")
    if "tls" in entry and not entry.get("tls", readers.switch, default=True):
        entry.problem("is off, and on AWS nothing goes without TLS: leave it out", "tls")


def _never(entry: Section, keys: tuple[str, ...], why: str) -> None:
    """Keys that other tools have: false is fine, true is not."""
    for key in keys:
        if key in entry and entry.get(key, readers.boolean, default=False):
            entry.problem(f"is true, which {why}", key)


def _version(engine: str) -> Callable[[object], str]:
    pattern, example, mend = _VERSIONS[engine]

    def read(raw: object) -> str:
        if not isinstance(raw, str):
            raise Wrong(f'is {show(raw)}, not text: write it in quotes, such as "{example}"')
        if not pattern.fullmatch(raw):
            raise Wrong(f"is {show(raw)}: {mend}")
        return raw

    return read


def _mq_type(raw: object) -> str:
    if not isinstance(raw, str) or not _MQ_TYPE.fullmatch(raw):
        raise Wrong(
            f"is {show(raw)}, and RabbitMQ 4 on Amazon MQ runs on mq.m7g only: write "
            f"{listed(['mq.m7g.medium', 'mq.m7g.large', 'a larger one'])}"
        )
    return raw


def _form(pattern: re.Pattern[str], what: str, example: str) -> Callable[[object], str]:
    def read(raw: object) -> str:
        if not isinstance(raw, str) or not pattern.fullmatch(raw):
            raise Wrong(f"is {show(raw)}: write {what}, such as {example}")
        return raw

    return read


def _master_password(raw: object) -> Literal["managed", "generated"]:
    """One of two words; anything else may be a password, and is not shown."""
    if raw == "managed":
        return "managed"
    if raw == "generated":
        return "generated"
    raise Wrong("is neither managed nor generated: write one of them, it takes no password")


def _storage(raw: object) -> int:
    gib = -(-readers.size(raw) // _GIB)
    if not _LEAST_STORAGE <= gib <= _MOST_STORAGE:
        raise Wrong(f"is {show(raw)}, which is {gib} GiB: write a size from 20GiB to 64TiB")
    return gib


def _backup_days(entry: Section, aws: Aws, lost: frozenset[str]) -> int:
    """Days of backups; none where `without` says so."""
    days = entry.get("backupDays", _days, 14 if aws.production else 1)
    if "backups" not in lost:
        return days
    if "backupDays" in entry and "backupDays" not in entry.wrong:
        entry.problem(
            "is written, and without has backups in it: leave one of them out", "backupDays"
        )
    return 0


def _days(raw: object) -> int:
    if raw == 0 and not isinstance(raw, bool):
        raise Wrong(f"is 0: write 1 to {_MOST_DAYS}, or without: [backups] to have none")
    return readers.whole(1, _MOST_DAYS)(raw)
