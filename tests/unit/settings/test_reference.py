"""docs/stack-file.md names every key that the program reads, and no other.

The keys are the program's own answer: each map is given a key that no map has, and the sentence
about it lists those that are known.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from celeriac.settings import StackFileError, load
from celeriac.settings.without import EXISTING_SQS, ON_AWS

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "stack-file.md").read_text(encoding="utf-8")
UNKNOWN = "%"
STRANGE: dict[str, Any] = yaml.safe_load(
    """
    servers:
      rabbit: {kind: rabbitmq, platform: existing, "%": 1, via: {"%": 1, ssh: {"%": 1}}}
      cache: {kind: redis, platform: existing, "%": 1, via: {ssm: {"%": 1}}}
      hosts: {kind: rabbitmq, platform: existing, url: ["amqps://a", "amqps://b"], "%": 1}
      sentinels: {kind: redis, platform: existing, url: ["sentinel://h"], "%": 1}
      db: {kind: postgresql, platform: existing, "%": 1}
      my: {kind: mysql, platform: existing, "%": 1}
      sqs: {kind: sqs, platform: existing, "%": 1}
      kafka: {kind: kafka, platform: existing, "%": 1}
      pubsub: {kind: pubsub, platform: existing, "%": 1}
      mq: {kind: rabbitmq, platform: aws, "%": 1}
      elasticache: {kind: redis, platform: aws, "%": 1}
      rds: {kind: postgresql, platform: aws, "%": 1}
      mysql: {kind: mysql, platform: aws, "%": 1}
      queues: {kind: sqs, platform: aws, "%": 1}
      memcached: {kind: memcached, platform: existing, "%": 1}
      mongodb: {kind: mongodb, platform: existing, "%": 1}
      elastic: {kind: elasticsearch, platform: existing, "%": 1}
      d-rabbit: {kind: rabbitmq, platform: docker, password: p, "%": 1}
      d-redis: {kind: redis, platform: docker, password: p, "%": 1}
      d-db: {kind: postgresql, platform: docker, password: p, "%": 1}
      d-my: {kind: mysql, platform: docker, password: p, "%": 1}
      d-mongodb: {kind: mongodb, platform: docker, password: p, "%": 1}
      d-kafka: {kind: kafka, platform: docker, password: p, "%": 1}
      d-elastic: {kind: elasticsearch, platform: docker, "%": 1}
      d-memcached: {kind: memcached, platform: docker, "%": 1}
      d-sqs: {kind: sqs, platform: docker, "%": 1}
    apps:
      one:
        "%": 1
        monitor: {"%": 1}
        broker: {server: rabbit, queues: {q: {"%": 1}}, "%": 1}
        resultBackend: {server: db, "%": 1}
        uses: {"%": 1}
      two:
        broker: {server: cache, queues: {q: {"%": 1}}, "%": 1}
        resultBackend: {server: cache, "%": 1}
      three:
        broker: {server: rabbit}
        resultBackend: {kind: rpc, "%": 1}
      four:
        broker: {server: queues, queues: {q: {"%": 1}}, "%": 1}
        resultBackend: {server: rds}
      five:
        broker: {server: kafka, queues: {q: {"%": 1}}, "%": 1}
        resultBackend: {server: db}
      six:
        broker: {server: rabbit}
        resultBackend: {server: memcached, "%": 1}
      seven:
        broker: {server: rabbit}
        resultBackend: {server: mongodb, "%": 1}
      eight:
        broker: {server: rabbit}
        resultBackend: {server: elastic, "%": 1}
      nine:
        broker: {server: rabbit}
        resultBackend: {server: my, "%": 1}
      ten:
        broker: {server: rabbit}
        resultBackend: {server: db, django: cache, "%": 1}
      eleven:
        broker: {server: pubsub, queues: {q: {"%": 1}}, "%": 1}
        resultBackend: {server: db}
    aws: {"%": 1}
    docker: {"%": 1}
    """
)
SECTIONS = {
    # A map's path: the sections of the page whose tables have its keys.
    "servers.rabbit": ("A server", "A server that exists", "RabbitMQ"),
    "servers.cache": ("A server", "A server that exists", "Redis"),
    "servers.hosts": (
        *("A server", "A server that exists", "RabbitMQ", "RabbitMQ of several hosts"),
    ),
    "servers.sentinels": (
        *("A server", "A server that exists", "Redis", "Redis through a socket or sentinels"),
    ),
    "servers.db": ("A server", "A server that exists", "PostgreSQL"),
    "servers.my": ("A server", "A server that exists"),
    "servers.sqs": ("A server", "SQS that exists"),
    "servers.kafka": ("A server", "A server that exists", "Kafka that exists"),
    "servers.pubsub": ("A server", "Pub/Sub that exists"),
    "servers.mq": ("A server", "A server on AWS", "RabbitMQ on AWS"),
    "servers.elasticache": ("A server", "A server on AWS", "Redis on AWS"),
    "servers.rds": ("A server", "A server on AWS", "PostgreSQL and MySQL on AWS"),
    "servers.mysql": ("A server", "A server on AWS", "PostgreSQL and MySQL on AWS"),
    "servers.queues": ("A server", "SQS on AWS"),
    "servers.memcached": ("A server", "Memcached"),
    "servers.mongodb": ("A server", "MongoDB"),
    "servers.elastic": ("A server", "Elasticsearch"),
    "servers.d-rabbit": ("A server", "A server in Docker", "RabbitMQ in Docker"),
    "servers.d-redis": ("A server", "A server in Docker", "Redis in Docker"),
    "servers.d-db": ("A server", "A server in Docker"),
    "servers.d-my": ("A server", "A server in Docker", "MySQL in Docker"),
    "servers.d-mongodb": ("A server", "A server in Docker"),
    "servers.d-kafka": ("A server", "A server in Docker"),
    "servers.d-elastic": ("A server", "A server in Docker"),
    "servers.d-memcached": ("A server", "A server in Docker", "Memcached in Docker"),
    "servers.d-sqs": ("A server", "A server in Docker", "SQS in Docker"),
    "docker": ("In Docker",),
    "servers.rabbit.via": ("Via",),
    "servers.rabbit.via.ssh": ("Via ssh",),
    "servers.cache.via.ssm": ("Via ssm",),
    "aws": ("On AWS",),
    "apps.one": ("An app",),
    "apps.one.broker": ("Broker on RabbitMQ",),
    "apps.two.broker": ("Broker on Redis",),
    "apps.four.broker": ("Broker on SQS",),
    "apps.five.broker": ("Broker on Kafka",),
    "apps.eleven.broker": ("Broker on Pub/Sub",),
    "apps.eleven.broker.queues.q": ("A queue",),
    "apps.one.broker.queues.q": ("A queue",),
    "apps.two.broker.queues.q": ("A queue",),
    "apps.four.broker.queues.q": ("A queue",),
    "apps.five.broker.queues.q": ("A queue",),
    "apps.two.resultBackend": ("Results on Redis",),
    "apps.one.resultBackend": ("Results in PostgreSQL",),
    "apps.nine.resultBackend": ("Results in MySQL",),
    "apps.ten.resultBackend": ("Results through Django",),
    "apps.three.resultBackend": ("Results over RPC",),
    "apps.six.resultBackend": ("Results in memcached",),
    "apps.seven.resultBackend": ("Results in MongoDB",),
    "apps.eight.resultBackend": ("Results in Elasticsearch",),
    "apps.one.uses": ("Uses",),
    "apps.one.monitor": ("Monitor",),
}

LACKING = {
    # Keys in a table of all kinds that one kind does not have, as the table says.
    "servers.d-elastic": {"password"},
    "servers.d-memcached": {"password", "keepVolume"},
    "servers.d-sqs": {"password", "keepVolume"},
}


@cache
def known() -> dict[str, set[str]]:
    """The keys of each map by its path, as the program's sentences list them."""
    with pytest.raises(StackFileError) as caught:
        load(**STRANGE)
    sentence = re.compile(rf"celeriac:(\S+)\.{UNKNOWN}: .*: the keys are (.*)")
    found = [sentence.fullmatch(line) for line in caught.value.problems]
    return {match[1]: set(match[2].split(", ")) for match in found if match}


def config_keys() -> set[str]:
    """Those of Pulumi.yaml; test_schema.py proves that the program reads the same."""
    return set(yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))["config"])


def tabled(heading: str) -> list[str]:
    """The keys in the tables of a section: first cells in backticks."""
    (text,) = re.findall(
        rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", PAGE, re.DOTALL | re.MULTILINE
    )
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def test_every_map_is_asked_and_every_section_compared() -> None:
    """None is forgotten: as many sentences as maps with the strange key, as many tables."""
    assert set(known()) == set(SECTIONS)
    compared = {heading for headings in SECTIONS.values() for heading in headings}
    headings = re.findall(r"^##+ (.*)$", PAGE, re.MULTILINE)
    assert {heading for heading in headings if tabled(heading)} == compared | {"Config keys"}


@pytest.mark.parametrize("path", SECTIONS)
def test_the_tables_have_the_keys_of_the_program(path: str) -> None:
    """All of them, each once, and no other."""
    lacking = LACKING.get(path, set())
    keys = [key for heading in SECTIONS[path] for key in tabled(heading)]
    assert sorted(set(keys) - lacking) == sorted(known()[path])
    assert lacking <= set(keys)
    assert len(set(keys)) == len(keys)


def test_the_page_has_the_config_keys() -> None:
    """All of them, and no other."""
    assert sorted(tabled("Config keys")) == sorted(config_keys())


def test_no_sentence_names_another_key() -> None:
    """What stands in backticks and is spelled like a key is one."""
    spelled = set(re.findall(r"`(celeriac:[A-Za-z]+|[a-z]+(?:[A-Z][a-z]+)+)(?:: [^`]*)?`", PAGE))
    assert spelled - config_keys().union(*known().values()) == set()


def test_the_table_of_what_is_lost_has_the_words_of_the_program() -> None:
    """Each word in the columns of the kinds that have it."""
    table = re.search(r"^\| Word \|.*?\n\n", PAGE, re.DOTALL | re.MULTILINE)
    assert table is not None
    head, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table[0].strip().splitlines()
    ]
    columns: dict[str, list[tuple[str, ...]]] = {
        "RabbitMQ on AWS": [ON_AWS["rabbitmq"]],
        "Redis on AWS": [ON_AWS["redis"]],
        "RDS": [ON_AWS["postgresql"], ON_AWS["mysql"]],
        "SQS on AWS": [ON_AWS["sqs"]],
        "SQS that exists": [EXISTING_SQS],
    }
    assert head[2:] == list(columns)
    for column, kinds in columns.items():
        words = [row[0] for row in rows if row[head.index(column)] == "yes"]
        assert all(sorted(words) == sorted(kind) for kind in kinds), column


def test_the_example_is_a_stack_file() -> None:
    """It is read without a problem."""
    (example,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    config = yaml.safe_load(example)["config"]
    assert load(servers=config["celeriac:servers"], apps=config["celeriac:apps"]).apps
