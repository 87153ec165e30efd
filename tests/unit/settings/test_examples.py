"""The example stack files load, and are what their names say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from tests.rows import ROWS

from celeriac.settings import StackFile, load

STACKS = Path(__file__).resolve().parents[3] / "stacks"
EXAMPLES = sorted(STACKS.glob("Pulumi.example-*.yaml"))
SHOWS = {
    "rabbitmq": {"broker: RabbitmqBroker", "queues: quorum", "RabbitmqServer: tls"},
    "rabbitmq-tls": {"broker: RabbitmqBroker", "RabbitmqServer: ca", "RabbitmqServer: client"},
    "rabbitmq-hosts": {"broker: RabbitmqBroker", "RabbitmqServer: failover"},
    "rabbitmq-classic": {"broker: RabbitmqBroker", "queues: classic", "priorities: 10"},
    "redis": {"broker: RedisBroker", "results: RedisResults", "RedisServer: clear"},
    "redis-tls": {"broker: RedisBroker", "RedisServer: tls", "RedisServer: ca"},
    "redis-socket": {"broker: RedisBroker", "form: RedisSocket"},
    "redis-sentinel": {"broker: RedisBroker", "form: RedisSentinels"},
    "valkey": {"broker: RedisBroker", "kind: valkey"},
    "sqs": {"broker: SqsBroker", "SqsServer"},
    "kafka": {"broker: KafkaBroker", "KafkaServer: tls"},
    "pubsub": {"broker: PubsubBroker", "kind: pubsub"},
    "rpc": {"results: RpcResults"},
    "redis-results": {"broker: RabbitmqBroker", "results: RedisResults"},
    "postgresql": {"results: PostgresqlResults", "PostgresqlServer: tls"},
    "postgresql-tls": {"results: PostgresqlResults", "PostgresqlServer: ca"},
    "mysql": {"results: MysqlResults", "MysqlServer: tls"},
    "mariadb": {"results: MysqlResults", "MysqlServer: clear"},
    "memcached": {"results: MemcachedResults", "MemcachedServer"},
    "mongodb": {"results: MongodbResults", "MongodbServer: tls"},
    "elasticsearch": {"results: ElasticsearchResults", "ElasticsearchServer: tls"},
    "django-db": {"results: DjangoResults", "django: django-db"},
    "django-cache": {"results: DjangoResults", "django: django-cache"},
    "monitor-rabbitmq": {"broker: RabbitmqBroker", "monitor"},
    "monitor-redis": {"broker: RedisBroker", "monitor"},
    "via-ssh": {"via: SshVia"},
    "via-ssm": {"via: SsmVia"},
}
"""What must be true of the stack that is an example of it."""


def name_of(file: Path) -> str:
    """What a file is an example of."""
    return file.name.removeprefix("Pulumi.example-").removesuffix(".yaml")


def facts(file: StackFile) -> set[str]:
    """What can be said of a stack with one app."""
    (app,) = file.apps.values()
    found = {f"broker: {type(app.broker).__name__}", f"results: {type(app.results).__name__}"}
    found |= {f"queues: {getattr(app.broker, 'queue_type', None)}"}
    found |= {f"django: {getattr(app.results, 'backend', None)}"}
    found |= {f"priorities: {app.uses.priorities}"}
    found |= {"monitor"} if app.monitor else set()
    for server in file.servers.values():
        kind = type(server).__name__
        found |= {kind, f"{kind}: {'tls' if getattr(server, 'tls', True) else 'clear'}"}
        found |= {f"{kind}: ca"} if getattr(server, "ca", None) else set()
        found |= {f"{kind}: client"} if getattr(server, "client_certificate", None) else set()
        found |= {f"{kind}: failover"} if getattr(server, "failover", None) else set()
        found |= {f"{key}: {type(getattr(server, key, None)).__name__}" for key in ("form", "via")}
    return found


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_loads_and_is_what_its_name_says(file: Path) -> None:
    """Without a problem; it begins with what it shows."""
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# ")
    config = yaml.safe_load(text)["config"]
    found = load(**{key.removeprefix("celeriac:"): value for key, value in config.items()})
    said = {f"kind: {entry['kind']}" for entry in config["celeriac:servers"].values()}
    assert SHOWS.get(name_of(file), {f"kind: {name_of(file)}"}) <= said | facts(found)


def test_every_name_has_its_example() -> None:
    """None was left out: each row of the README's table has one of its name."""
    missing = (SHOWS.keys() | ROWS.keys()) - {name_of(file) for file in EXAMPLES}
    assert missing == set()


def test_the_list_has_every_stack() -> None:
    """Once, and nothing that is not there."""
    listed = re.findall(r"\]\((Pulumi\.[^)]*)\)", (STACKS / "README.md").read_text())
    assert sorted(listed) == sorted(file.name for file in STACKS.glob("Pulumi.*.yaml"))
