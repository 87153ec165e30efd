"""Stack `prod` as it is in `stacks/`, in an account of the test's own."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from tests.e2e.project import CHECKOUT, Project
from tests.standins.aws.account_of_a_test import TestAccount, is_real, on_aws, on_moto
from tests.standins.aws.behind import end_all

PROD = CHECKOUT / "stacks" / "Pulumi.prod.yaml"
WITH_CERTIFICATES = ("rabbitmq", "redis", "postgresql", "mysql")

VARIABLES = {
    "CELERIAC_TEST_AWS_VPC": "id of the VPC",
    "CELERIAC_TEST_AWS_SUBNETS": "ids of its subnets, by commas, in three availability zones",
    "CELERIAC_TEST_AWS_CLIENTS": "security group or network that the test runs in",
    "CELERIAC_TEST_AWS_CA": "path of RDS's bundle of the region",
}
"""What a real account has to have, because a stack never makes it."""


@dataclass(frozen=True)
class World:
    """What a production stack finds in the account: it makes none of it.

    Args:
        account: where.
        vpc: id of the VPC.
        subnets: ids of its subnets.
        clients: who may connect.
        topic: ARN of the alarms' topic.
        ca: path of the authority of the servers' certificates; on AWS, of RDS's only.
        real: whether it is AWS itself.
    """

    account: TestAccount
    vpc: str
    subnets: tuple[str, ...]
    clients: tuple[str, ...]
    topic: str
    ca: str
    real: bool

    def remove(self) -> None:
        """What was made here."""
        self.account.client("sns").delete_topic(TopicArn=self.topic)


def world_on_moto(account: TestAccount, ca: str) -> World:
    """A VPC with three private subnets, a security group for clients, a topic."""
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = tuple(
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=account.region + zone
        )["Subnet"]["SubnetId"]
        for number, zone in enumerate("abc")
    )
    group = ec2.create_security_group(GroupName="workers", Description="w", VpcId=vpc)["GroupId"]
    topic = account.client("sns").create_topic(Name="alarms")["TopicArn"]
    return World(account, vpc, subnets, (group, "10.20.0.0/16"), topic, ca, real=False)


def world_on_aws(account: TestAccount) -> World:
    """What the user's environment names, and a topic of the test's."""
    missing = [f"{name} ({what})" for name, what in VARIABLES.items() if name not in os.environ]
    assert not missing, f"on a real account these are needed: {', '.join(missing)}"
    vpc, subnets, clients, ca = (os.environ[name] for name in VARIABLES)
    topic = account.client("sns").create_topic(Name="celeriac-test-alarms")["TopicArn"]
    return World(
        account, vpc, tuple(subnets.split(",")), tuple(clients.split(",")), topic, ca, real=True
    )


@contextmanager
def opened(folder: Path, servers: dict[str, Any]) -> Iterator[World]:
    """A world for the tests of a file: on moto, or on AWS where the user says so.

    Args:
        folder: an empty folder.
        servers: the tests' servers.
    """
    folder.chmod(0o755)  # the servers behind run as nobody
    if is_real():
        found = world_on_aws(on_aws(folder))
    else:
        found = world_on_moto(on_moto(folder, servers["moto"]["url"]), servers["ca"])
    try:
        yield found
    finally:
        found.remove()
        end_all(folder)


def prod(world: World) -> dict[str, Any]:
    """The stack file, with only what is another thing in every account.

    On the stand-in the servers' certificates are signed by the tests' own authority.
    """
    config: dict[str, Any] = copy.deepcopy(yaml.safe_load(PROD.read_text())["config"])
    config["aws:region"] = world.account.region
    config["celeriac:aws"] |= {
        "vpc": world.vpc,
        "subnets": list(world.subnets),
        "clients": list(world.clients),
        "alarmTopic": world.topic,
    }
    for entry in config["celeriac:servers"].values():
        if entry["kind"] in WITH_CERTIFICATES and ("ca" in entry or not world.real):
            entry |= {"ca": {"file": world.ca}, "caPath": world.ca}
    return config


@dataclass(frozen=True)
class Stack:
    """Stack `prod`, and what is in the account.

    Args:
        project: the project.
        world: the account.
        config: the stack file.
    """

    project: Project
    world: World
    config: dict[str, Any]

    def app_on(self, kind: str) -> str:
        """The app whose broker is of this kind."""
        servers, apps = self.config["celeriac:servers"], self.config["celeriac:apps"]
        found = [
            name for name, app in apps.items() if servers[app["broker"]["server"]]["kind"] == kind
        ]
        assert len(found) == 1
        return str(found[0])

    def server(self, kind: str) -> str:
        """The server of this kind."""
        servers = self.config["celeriac:servers"].items()
        return str(next(name for name, entry in servers if entry["kind"] == kind))

    def inputs(self, type_: str) -> list[dict[str, Any]]:
        """The inputs of all resources of a type."""
        return [r["inputs"] for r in self.project.resources() if r["type"] == type_]

    @cached_property
    def sqs(self) -> Any:
        """SQS's client."""
        return self.world.account.client("sqs")

    def queues(self) -> dict[str, str]:
        """URLs of the queues with the app's prefix, by name: the account may have others'."""
        app = self.app_on("sqs")
        prefix = self.config["celeriac:apps"][app]["broker"].get("prefix", f"{app}-")
        urls = self.sqs.list_queues(QueueNamePrefix=prefix).get("QueueUrls", [])
        return {url.rpartition("/")[2]: url for url in urls}

    def attributes(self, name: str) -> dict[str, str]:
        """A queue's attributes; on moto with what the stand-in keeps."""
        url = self.queues()[name]
        found: dict[str, str] = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])[
            "Attributes"
        ]
        kept = self.world.account.kept().get("sqs redrive-allow policies", {})
        allowed = kept.get(found["QueueArn"])
        return found | ({} if allowed is None else {"RedriveAllowPolicy": allowed["policy"]})

    def document(self, arn: str) -> dict[str, Any]:
        """An IAM policy's document in force."""
        iam = self.world.account.client("iam")
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        found = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]
        document = found["Document"]
        parsed: dict[str, Any] = json.loads(document) if isinstance(document, str) else document
        return parsed

    def secret(self, arn: str) -> Any:
        """The value of a secret, parsed."""
        secrets = self.world.account.client("secretsmanager")
        return json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])

    def inventory(self) -> dict[str, list[str]]:
        """Everything in the account that a stack can make, and not the world it is made in."""
        account, clients = self.world.account, set(self.world.clients)
        iam, ec2 = account.client("iam"), account.client("ec2")
        rds, mq = account.client("rds"), account.client("mq")
        groups = ec2.describe_security_groups()["SecurityGroups"]
        found = {
            "queues": list(self.queues()),
            "policies": [p["PolicyName"] for p in iam.list_policies(Scope="Local")["Policies"]],
            "users": [u["UserName"] for u in iam.list_users()["Users"]],
            "alarms": [
                a["AlarmName"]
                for a in account.client("cloudwatch").describe_alarms()["MetricAlarms"]
            ],
            "log groups": [
                g["logGroupName"] for g in account.client("logs").describe_log_groups()["logGroups"]
            ],
            "security groups": [
                g["GroupName"]
                for g in groups
                if g["GroupName"] != "default" and g["GroupId"] not in clients
            ],
            "brokers": [b["BrokerName"] for b in mq.list_brokers()["BrokerSummaries"]],
            "databases": [
                i["DBInstanceIdentifier"] for i in rds.describe_db_instances()["DBInstances"]
            ],
            "subnet groups": [
                g["DBSubnetGroupName"] for g in rds.describe_db_subnet_groups()["DBSubnetGroups"]
            ],
            "secrets": [
                s["Name"] for s in account.client("secretsmanager").list_secrets()["SecretList"]
            ],
        }
        kept = account.kept()
        found |= {
            kind: list(entries) for kind, entries in kept.items() if kind != "elasticache snapshot"
        }
        return {kind: names for kind, names in found.items() if names}


def unprotected(config: dict[str, Any]) -> dict[str, Any]:
    """The stack file that lets everything be deleted, by the keys that say what is lost."""
    changes: dict[str, Any] = {"celeriac:forceDestroy": "true"}
    for name, entry in config["celeriac:servers"].items():
        if entry["platform"] == "aws" and entry["kind"] != "sqs":
            changes[f"celeriac:servers/{name}/without"] = ["deletionProtection"]
    return overlay(config, changes)


def mine(found: dict[str, list[str]], word: str) -> dict[str, list[str]]:
    """Of an inventory, what has a word in its name: in a real account there are others' too."""
    named = {kind: [name for name in names if word in name] for kind, names in found.items()}
    return {kind: names for kind, names in named.items() if names}


def overlay(config: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The stack file with values changed, by paths with slashes; None takes a key away."""
    new = copy.deepcopy(config)
    for path, value in changes.items():
        *parents, last = path.split("/")
        entry = new
        for key in parents:
            entry = entry.setdefault(key, {})
        if value is None:
            entry.pop(last, None)
        else:
            entry[last] = value
    return new


def project_in(folder: Path, account: TestAccount, config: dict[str, Any]) -> Project:
    """A project called `celeriac` with stack `prod`, for the processes of this account."""
    made = Project(folder, "prod")
    made.environment.update(account.environment)
    if "AWS_ENDPOINT_URL" in account.environment:
        made.environment.pop("AWS_PROFILE", None)
    made.write(config)
    return made
