"""The stack file with SQS and servers on AWS: what is read, and every sentence about bad ones."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from celeriac.contract import Queue
from celeriac.settings import (
    App,
    Aws,
    AwsDatabaseServer,
    AwsRabbitmqServer,
    AwsRedisServer,
    AwsServer,
    AwsSqsServer,
    PostgresqlResults,
    RabbitmqServer,
    RedisBroker,
    RedisServer,
    Reference,
    SqsBroker,
    SqsServer,
    SshVia,
    SsmVia,
    StackFile,
    StackFileError,
    load,
)

ROOT = Path(__file__).resolve().parents[3]
SECRET = "hunter2"
GOOD = yaml.safe_load(
    """
    aws_region: eu-west-1
    aws:
      vpc: vpc-0123456789abcdef0
      subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
      clients: [sg-0123456789abcdef0, 10.20.0.0/16]
    servers:
      rabbit: {kind: rabbitmq, platform: aws}
      cache: {kind: redis, platform: aws}
      results:
        kind: postgresql
        platform: aws
        ca: {file: bundle.pem}
        caPath: /etc/ssl/bundle.pem
      queues: {kind: sqs, platform: aws}
      other:
        kind: sqs
        platform: existing
        region: elasticmq
        url: https://sqs.example.com:9324
        username: AKIAEXAMPLE
        password: hunter2
    apps:
      orders:
        broker: {server: rabbit}
        resultBackend: {server: results}
      mails:
        broker: {server: queues, queues: {mails: {default: true}, bulk.mails: {}}}
        resultBackend: {server: results}
        longestTask: 1h
      thumbnails:
        broker: {server: cache}
        resultBackend: {server: cache}
      pings:
        broker: {server: other}
        resultBackend: {server: cache}
    """
)
BAD = yaml.safe_load((Path(__file__).parent / "bad_aws_stack_files.yaml").read_text())


def changed(change: dict[str, Any]) -> dict[str, Any]:
    """The good file with changes at paths of keys."""
    file: dict[str, Any] = copy.deepcopy(GOOD)
    for path, value in change.items():
        *way, last = path.split("/")
        place: Any = file
        for key in way:
            place = place.setdefault(key, {})
        if value == "MISSING":
            del place[last]
        else:
            place[last] = value
    return file


@pytest.mark.parametrize("bad", BAD, ids=[bad["name"] for bad in BAD])
def test_a_bad_file_gets_its_sentences(bad: dict[str, Any]) -> None:
    """All of them, no others, one line each, and no secret among them."""
    with pytest.raises(StackFileError) as caught:
        load(**changed(bad["change"]))
    assert list(caught.value.problems) == bad["says"]
    assert SECRET not in str(caught.value)
    assert len(str(caught.value).splitlines()) == len(bad["says"]) + 1


def test_the_table_is_long() -> None:
    """A hundred at least, no name and no change twice."""
    assert len(BAD) >= 100
    assert len({bad["name"] for bad in BAD}) == len(BAD)
    assert len({str(bad["change"]) for bad in BAD}) == len(BAD)


AWS = Aws(
    region="eu-west-1",
    vpc="vpc-0123456789abcdef0",
    subnets=("subnet-0123456789abcdef0", "subnet-0123456789abcdef1"),
    clients=("sg-0123456789abcdef0", "10.20.0.0/16"),
)


def test_the_defaults() -> None:
    """Small machines in one zone, a day of backups; nothing is left out."""
    file = load(**GOOD)
    assert file.aws == AWS
    assert file.servers == {
        "rabbit": AwsRabbitmqServer(
            name="rabbit",
            aws=AWS,
            version="4.2",
            multi_az=False,
            instance_type="mq.m7g.medium",
            max_message_size=16 * 2**20,
        ),
        "cache": AwsRedisServer(
            name="cache",
            aws=AWS,
            engine="valkey",
            version="8.0",
            multi_az=False,
            node_type="cache.t4g.small",
            replicas=0,
            backup_days=1,
        ),
        "results": AwsDatabaseServer(
            name="results",
            aws=AWS,
            engine="postgresql",
            version="17",
            multi_az=False,
            instance_class="db.t4g.medium",
            storage=20,
            backup_days=1,
            master_password="managed",
            database="postgres",
            ca=Reference(file="bundle.pem"),
            ca_path="/etc/ssl/bundle.pem",
        ),
        "queues": AwsSqsServer(name="queues", aws=AWS, max_message_size=2**20),
        "other": SqsServer(
            name="other",
            region="elasticmq",
            url="https://sqs.example.com:9324",
            username="AKIAEXAMPLE",
            password=Reference(value=SECRET),
            max_message_size=2**20,
        ),
    }
    assert file.apps["mails"] == App(
        name="mails",
        broker=SqsBroker(
            server="queues",
            prefix="mails-",
            queues=(Queue(name="bulk.mails"), Queue(name="mails", default=True)),
            # An hour held, three of an hour (one more than there are queues), a tenth.
            visibility_timeout=15_840,
            max_receive_count=5,
            retention=345_600,
            access="policy",
            oldest_message=15_840 + 3600,
        ),
        results=PostgresqlResults(
            server="results", user="mails", database="mails", driver="psycopg2", expires=86_400
        ),
        longest_task=3600,
        longest_delay=3600,
        prefetch=1,
        uses=file.apps["mails"].uses,
        proof=True,
        force_destroy=False,
        settings_secret=True,
    )
    pings = file.apps["pings"].broker
    assert isinstance(pings, SqsBroker)
    assert (pings.access, pings.oldest_message, pings.visibility_timeout) == ("policy", 0, 5940)


def test_production() -> None:
    """Larger, in several zones, two weeks of backups, without being asked."""
    file = load(
        **changed({"aws/alarmTopic": "arn:aws:sns:eu-west-1:123456789012:a"}), production="true"
    )
    rabbit, cache, results, queues = (
        file.servers[name] for name in ("rabbit", "cache", "results", "queues")
    )
    assert isinstance(rabbit, AwsRabbitmqServer)
    assert (rabbit.multi_az, rabbit.instance_type) == (True, "mq.m7g.large")
    assert isinstance(cache, AwsRedisServer)
    assert (cache.multi_az, cache.replicas, cache.backup_days, cache.node_type) == (
        (True, 1, 14, "cache.m7g.large")
    )
    assert isinstance(results, AwsDatabaseServer)
    assert (results.multi_az, results.backup_days, results.instance_class, results.storage) == (
        (True, 14, "db.m7g.large", 100)
    )
    assert isinstance(queues, AwsSqsServer)
    assert queues.aws.production is rabbit.aws.production is True
    assert {server.without for server in (rabbit, cache, results, queues)} == {frozenset()}


def test_everything_written_out() -> None:
    """Every key that there is, with another value than its default."""
    file = load(
        **yaml.safe_load(
            """
            aws_region: eu-central-1
            production: true
            aws:
              vpc: {tags: {Name: main}}
              subnets: {tags: {tier: private}}
              clients: [10.0.0.0/8]
              kmsKey: alias/celery
              alarmTopic: arn:aws:sns:eu-central-1:123456789012:alarms
              tags: {team: data}
            servers:
              rabbit:
                kind: rabbitmq
                platform: aws
                instanceType: mq.m7g.2xlarge
                version: "4.3"
                deployment: single
                maxMessageSize: 64MiB
                without: [logs]
                timeout: 60
                tls: on
                public: false
                via: {ssh: {host: bastion, port: 2222, user: me, keyFile: k, knownHostsFile: h}}
              cache:
                kind: redis
                platform: aws
                engine: redis
                nodeType: cache.r7g.large
                version: "7.1"
                replicas: 0
                without: [backups, encryptionAtRest]
                sharedAuthToken: true
                clusterMode: false
              results:
                kind: postgresql
                platform: aws
                instanceClass: db.r8g.xlarge
                storage: 1TiB
                version: "16.3"
                multiAz: false
                backupDays: 35
                masterPassword: generated
                database: admin
                ca: {file: bundle.pem}
                caPath: /b.pem
                via: {ssm: {target: i-0123456789abcdef0}}
              spare: {kind: mysql, platform: aws, ca: {file: b}, caPath: /b, version: "8.0"}
              queues:
                {kind: sqs, platform: aws, maxMessageSize: 256KiB, without: [alarms, tlsOnly]}
              account: {kind: sqs, platform: existing, kmsKey: alias/other}
              local:
                kind: sqs
                platform: existing
                region: elasticmq
                url: http://127.0.0.1:9324
                tls: off
                maxMessageSize: 1KiB
                timeout: 3
                without: [redriveAllow]
              old:
                kind: redis
                platform: existing
                url: rediss://old
                via: {ssm: {target: mi-0123456789abcdef0, region: us-east-1}}
            apps:
              mails:
                broker:
                  server: queues
                  prefix: ""
                  queues:
                    a.fifo: {default: true, maxReceiveCount: 1, retention: 14d}
                    b: {deadLetter: false}
                  visibilityTimeout: 12h
                  maxReceiveCount: 1000
                  retention: 1m
                  access: user
                  oldestMessage: 1d
                resultBackend: {server: cache}
                settingsSecret: off
              old:
                broker: {server: old, visibilityTimeout: 30d}
                resultBackend: {server: old}
                settingsSecret: on
              account:
                broker: {server: account}
                resultBackend: {server: old}
            """
        )
    )
    assert file.aws == Aws(
        region="eu-central-1",
        production=True,
        vpc={"Name": "main"},
        subnets={"tier": "private"},
        clients=("10.0.0.0/8",),
        kms_key="alias/celery",
        alarm_topic="arn:aws:sns:eu-central-1:123456789012:alarms",
        tags={"team": "data"},
    )
    rabbit = file.servers["rabbit"]
    assert rabbit == AwsRabbitmqServer(
        name="rabbit",
        aws=file.aws,
        version="4.3",
        multi_az=False,
        without=frozenset({"logs"}),
        timeout=60,
        instance_type="mq.m7g.2xlarge",
        max_message_size=2**26,
        via=SshVia(host="bastion", port=2222, user="me", key_file="k", known_hosts_file="h"),
    )
    assert file.servers["cache"] == AwsRedisServer(
        name="cache",
        aws=file.aws,
        engine="redis",
        version="7.1",
        multi_az=False,
        node_type="cache.r7g.large",
        replicas=0,
        backup_days=0,
        without=frozenset({"backups", "encryptionAtRest"}),
        shared_auth_token=True,
    )
    assert file.servers["results"] == AwsDatabaseServer(
        name="results",
        aws=file.aws,
        engine="postgresql",
        version="16.3",
        multi_az=False,
        instance_class="db.r8g.xlarge",
        storage=1024,
        backup_days=35,
        master_password="generated",
        database="admin",
        ca=Reference(file="bundle.pem"),
        ca_path="/b.pem",
        via=SsmVia(target="i-0123456789abcdef0", region="eu-central-1"),
    )
    spare = file.servers["spare"]
    assert isinstance(spare, AwsDatabaseServer)
    assert (spare.engine, spare.version, spare.database) == ("mysql", "8.0", "mysql")
    assert file.servers["queues"] == AwsSqsServer(
        name="queues",
        aws=file.aws,
        max_message_size=2**18,
        without=frozenset({"alarms", "tlsOnly"}),
    )
    account = file.servers["account"]
    assert account == SqsServer(
        name="account", region="eu-central-1", kms_key="alias/other", max_message_size=2**20
    )
    assert account.tls
    local = file.servers["local"]
    assert local == SqsServer(
        name="local",
        region="elasticmq",
        url="http://127.0.0.1:9324",
        max_message_size=1024,
        timeout=3,
        without=frozenset({"redriveAllow"}),
    )
    assert not local.tls
    old = file.servers["old"]
    assert isinstance(old, RedisServer)
    assert old.via == SsmVia(target="mi-0123456789abcdef0", region="us-east-1")
    assert file.apps["mails"].broker == SqsBroker(
        server="queues",
        prefix="",
        queues=(
            Queue(name="a.fifo", default=True, max_receive_count=1, retention=1_209_600),
            Queue(name="b", dead_letter=False),
        ),
        visibility_timeout=43_200,
        max_receive_count=1000,
        retention=60,
        access="user",
        oldest_message=86_400,
    )
    broker = file.apps["old"].broker
    assert isinstance(broker, RedisBroker)
    assert broker.visibility_timeout == 30 * 86_400
    secrets = {name: app.settings_secret for name, app in file.apps.items()}
    assert secrets == {"mails": False, "old": True, "account": False}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"multiAz": True}, (True, 1)),
        ({"multiAz": True, "replicas": 3}, (True, 3)),
        ({"multiAz": False, "replicas": 3}, (False, 3)),
        ({"replicas": 2}, (False, 2)),
    ],
)
def test_replicas_of_redis(entry: dict[str, Any], expected: tuple[bool, int]) -> None:
    """Several zones need a replica; replicas alone may be in one zone."""
    changes = {f"servers/cache/{key}": value for key, value in entry.items()}
    server = load(**changed(changes)).servers["cache"]
    assert isinstance(server, AwsRedisServer)
    assert (server.multi_az, server.replicas) == expected


@pytest.mark.parametrize("word", ["cluster", "single"])
def test_deployment_is_multi_az_in_other_words(word: str) -> None:
    """The words of Amazon MQ."""
    server = load(**changed({"servers/rabbit/deployment": word})).servers["rabbit"]
    assert isinstance(server, AwsRabbitmqServer)
    assert server.multi_az is (word == "cluster")


def test_many_queues_are_no_reason_to_refuse() -> None:
    """What one worker with all of them would need is cut off at SQS's 12 hours."""
    queues = {f"q{number}": {"default": number == 0} for number in range(30)}
    broker = load(**changed({"apps/mails/broker/queues": queues})).apps["mails"].broker
    assert isinstance(broker, SqsBroker)
    assert broker.visibility_timeout == 43_200


def test_two_accounts_may_have_equal_queues() -> None:
    """Other credentials or another endpoint: nothing says that they are one."""
    change = {
        "servers/third": {"kind": "sqs", "platform": "existing", "region": "eu-west-1"}
        | {"username": "A", "password": "p"},
        "apps/pings/broker": {"server": "third", "prefix": "mails-", "queues": {"mails": {}}},
    }
    assert load(**changed(change)).apps


def test_the_administrators_are_those_that_are_made() -> None:
    """No app gets a user of that name."""
    from celeriac.servers.aws import elasticache, mq, rds  # noqa: PLC0415 - imports pulumi_aws

    made = {mq.ADMINISTRATOR, rds.ADMINISTRATOR, elasticache.ADMINISTRATORS_NAME}
    servers = load(**GOOD).servers.values()
    assert {server.username for server in servers if isinstance(server, AwsServer)} == made


def test_a_file_without_aws_knows_nothing_of_it() -> None:
    """No region, no object."""
    server = {"kind": "redis", "platform": "existing", "url": "rediss://h"}
    assert load(servers={"cache": server}, apps={}, aws={}, production="false").aws is None


def test_a_password_is_in_no_repr() -> None:
    """Objects end up in logs and in failing tests."""
    assert SECRET not in repr(load(**GOOD))


def test_the_production_stack_of_the_repository() -> None:
    """It is valid as it is, has no secret in it, and asks for no protection by name."""
    text = (ROOT / "stacks" / "Pulumi.prod.yaml").read_text(encoding="utf-8")
    config = yaml.safe_load(text)["config"]
    file = load(
        servers=config["celeriac:servers"],
        apps=config["celeriac:apps"],
        aws=config["celeriac:aws"],
        production=config["celeriac:production"],
        aws_region=config["aws:region"],
    )
    assert isinstance(file, StackFile)
    pairs = {
        (type(file.servers[app.broker.server]), type(app.results)) for app in file.apps.values()
    }
    assert len(pairs) == len(file.apps) == 3
    assert not any(isinstance(server, RabbitmqServer) for server in file.servers.values())
    assert {server.without for server in file.servers.values() if hasattr(server, "without")} == {
        frozenset()
    }
    mails = file.apps["mails"].broker
    assert isinstance(mails, SqsBroker)
    # As the file's own comment says.
    assert mails.visibility_timeout == 3 * 3600 + 18 * 60
    assert "secure:" not in text
    assert "password" not in {key for entry in config["celeriac:servers"].values() for key in entry}
