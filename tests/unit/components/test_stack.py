"""From a stack file's text to what is registered, without an engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest
import yaml
from tests.unit.components.aws_network import ANSWERS
from tests.unit.components.aws_world import AwsWorld, identity
from tests.unit.components.world import run_in

from celeriac.stack import build

AWS = """
aws:region: eu-west-1
celeriac:production: true
celeriac:aws:
  vpc: vpc-11111111
  subnets: [subnet-aaaaaaaa, subnet-bbbbbbbb]
  clients: [sg-12345678]
  alarmTopic: arn:aws:sns:eu-west-1:123456789012:alarms
celeriac:servers:
  rabbit: {kind: rabbitmq, platform: aws}
  cache: {kind: redis, platform: aws}
  results: {kind: postgresql, platform: aws, ca: "-----BEGIN CERTIFICATE-----\\n", caPath: /ca.pem}
  queues: {kind: sqs, platform: aws}
  other: {kind: redis, platform: existing, url: "rediss://cache.example.com"}
celeriac:apps: {}
"""


def built(changes: dict[str, Any] | None = None, *, preview: bool = False) -> AwsWorld:
    """What the program registers for a stack file."""
    config = {**yaml.safe_load(AWS), **(changes or {})}
    answers = {**ANSWERS, "aws:index/getCallerIdentity:getCallerIdentity": identity}
    world = AwsWorld(answers=answers, preview=preview)
    flat = {
        key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()
    }

    def program() -> dict[str, pulumi.Output[Any]]:
        pulumi.runtime.set_all_config(flat)
        build()
        return {}

    run_in(world, program)
    return world


@pytest.fixture(autouse=True)
def no_settings_of_others(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of whoever runs the tests, and nothing left for the next one."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    yield
    pulumi.runtime.set_all_config({})


def test_servers_on_aws_are_made_without_an_app() -> None:
    """The stack file says that they are; one that exists is not even connected to."""
    world = built()
    made = {key.partition("::")[0] for key in world.registered}
    assert {"aws:mq/broker:Broker", "aws:rds/instance:Instance"} < made
    assert "aws:elasticache/replicationGroup:ReplicationGroup" in made
    assert "celeriac:index:SQSServer" in made
    assert "pulumi:providers:celeriac::other" not in world.registered


def test_production_decides_what_the_file_does_not() -> None:
    """The same entries, with and without it."""
    for production in (True, False):
        world = built({"celeriac:production": production})
        broker = world.aws("mq/broker:Broker", "rabbit")
        assert (broker["deploymentMode"] == "CLUSTER_MULTI_AZ") is production
        instance = world.aws("rds/instance:Instance", "results")
        assert instance["multiAz"] is instance["deletionProtection"] is production
        group = world.aws("elasticache/replicationGroup:ReplicationGroup", "cache")
        assert group["multiAzEnabled"] is production


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
def test_a_subnet_that_does_not_exist_stops_everything(preview: bool) -> None:
    """One sentence, before a single resource."""
    config = yaml.safe_load(AWS)["celeriac:aws"] | {
        "subnets": ["subnet-aaaaaaaa", "subnet-ffffffff"]
    }
    with pytest.raises(pulumi.RunError) as error:
        built({"celeriac:aws": config}, preview=preview)
    _, *lines = str(error.value).splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("celeriac:aws.subnets: there is no subnet subnet-ffffffff in this")


def test_apps_find_servers_of_every_platform() -> None:
    """Redis of one's own as a result backend beside a broker on SQS, and the secret of settings."""
    apps = {
        "mails": {
            "broker": {"server": "queues"},
            "resultBackend": {"server": "other"},
            "longestTask": "10m",
        },
        "orders": {
            "broker": {"server": "rabbit"},
            "resultBackend": {"server": "results"},
            "settingsSecret": "off",
        },
    }
    world = built({"celeriac:apps": apps})
    assert "celeriac:redis:AclUser::mails-results-user" in world.registered
    assert "celeriac:postgresql:Database::orders-database" in world.registered
    secrets = world.all_of("secretsmanager/secret:Secret")
    assert secrets.keys() == {"mails-settings"}
    assert secrets["mails-settings"]["recoveryWindowInDays"] == 30


def test_a_stack_without_aws_asks_aws_nothing() -> None:
    """No call is made, and no region is needed."""
    text = """
celeriac:servers:
  other: {kind: redis, platform: existing, url: "rediss://cache.example.com"}
celeriac:apps:
  thumbs: {broker: {server: other}, resultBackend: {server: other, expires: 1h}}
"""
    config = yaml.safe_load(text)
    world = AwsWorld()

    def program() -> dict[str, pulumi.Output[Any]]:
        pulumi.runtime.set_all_config({key: json.dumps(value) for key, value in config.items()})
        build()
        return {}

    run_in(world, program)
    assert "celeriac:redis:AclUser::thumbs-user" in world.registered
    assert [key for key in world.registered if key.startswith("aws:")] == []


def test_a_misspelt_key_of_the_file_is_named() -> None:
    """Production that is not on by a typo would be found out too late."""
    changes = {"celeriac:prodution": "true", "celeriac:colour": "red", "aws:region": "eu-west-1"}
    with pytest.raises(pulumi.RunError) as refused:
        built(changes)
    said = str(refused.value)
    assert "celeriac:prodution: is not a key of the stack file: did you mean" in said
    assert "celeriac:colour: is not a key of the stack file: the keys are apps, aws, docker" in said
    assert "aws:region" not in said
