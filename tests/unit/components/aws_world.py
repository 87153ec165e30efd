"""AWS without AWS: the types and calls that components may use, and nothing else.

Types and their properties are looked up in pulumi_aws's own classes, so that a property that the
plugin does not have is an error here as it would be there.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi.runtime import mocks, rpc
from tests.unit.components.world import World, inputs_of

ACCOUNT = "123456789012"
REGION = "eu-west-1"

Computed = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
"""What AWS makes of a resource's name in Pulumi and its inputs: outputs, `id` among them."""


def _queue(name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{inputs['name']}"
    return {"id": url, "url": url, "arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{inputs['name']}"}


def _iam(kind: str) -> Computed:
    def computed(name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        arn = f"arn:aws:iam::{ACCOUNT}:{kind}/{inputs['name']}"
        return {"id": arn if kind == "policy" else inputs["name"], "arn": arn}

    return computed


def _secret(name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    full = inputs.get("name") or f"{inputs['namePrefix']}20260101"
    arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{full}-AbCdEf"
    return {"id": arn, "arn": arn, "name": full}


def _nothing(name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": f"{name}-id"}


def _broker(name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    host = f"b-1234.mq.{REGION}.on.aws"
    instance = {"consoleUrl": f"https://{host}", "endpoints": [f"amqps://{host}:5671"]}
    return {"id": "b-1234", "instances": [instance]}


def _replication_group(name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    host = f"master.{inputs['replicationGroupId']}.euw1.cache.amazonaws.com"
    return {"id": inputs["replicationGroupId"], "primaryEndpointAddress": host, "port": 6379}


def _instance(name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": "db-ABC",
        "address": f"{inputs['identifier']}.abc.{REGION}.rds.amazonaws.com",
    }
    if inputs.get("manageMasterUserPassword"):
        arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:rds!db-abc"
        made["masterUserSecrets"] = [{"secretArn": arn}]
    return made


def _named(key: str) -> Computed:
    return lambda name, inputs: {"id": inputs[key]}


TYPES: dict[str, Computed] = {
    "aws:sqs/queue:Queue": _queue,
    "aws:sqs/queuePolicy:QueuePolicy": _nothing,
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": _nothing,
    "aws:iam/policy:Policy": _iam("policy"),
    "aws:iam/user:User": _iam("user"),
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": _nothing,
    "aws:iam/accessKey:AccessKey": lambda name, inputs: {
        "id": f"AKIA{inputs['user']}",
        "secret": f"{name}-secret",
    },
    "aws:cloudwatch/metricAlarm:MetricAlarm": _nothing,
    "aws:cloudwatch/logGroup:LogGroup": _named("name"),
    "aws:ec2/securityGroup:SecurityGroup": lambda name, inputs: {"id": f"sg-{name}"},
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _nothing,
    "aws:mq/broker:Broker": _broker,
    "aws:elasticache/parameterGroup:ParameterGroup": _named("name"),
    "aws:elasticache/subnetGroup:SubnetGroup": _named("name"),
    "aws:elasticache/user:User": _named("userId"),
    "aws:elasticache/userGroup:UserGroup": _named("userGroupId"),
    "aws:elasticache/userGroupAssociation:UserGroupAssociation": _nothing,
    "aws:elasticache/replicationGroup:ReplicationGroup": _replication_group,
    "aws:rds/subnetGroup:SubnetGroup": _named("name"),
    "aws:rds/parameterGroup:ParameterGroup": _named("name"),
    "aws:rds/instance:Instance": _instance,
    "aws:secretsmanager/secret:Secret": _secret,
    "aws:secretsmanager/secretVersion:SecretVersion": _nothing,
}
"""Every type of AWS that a component may make, with what AWS makes of it."""


@dataclass
class AwsWorld(World):
    """Answers as AWS's plugin would; a type, property or call that it does not have is an error."""

    answers: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = field(
        default_factory=dict
    )
    """What AWS answers when it is asked, by the call's token. No call but these may be made."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """Inputs come back as outputs, and what AWS computes is added; in a preview it is not."""
        if args.typ == "pulumi:providers:aws":
            return args.name, dict(args.inputs)
        if not args.typ.startswith("aws:"):
            return super().new_resource(args)
        assert args.typ in TYPES, f"no component makes {args.typ}: add it to aws_world.TYPES"
        self.registered[f"{args.typ}::{args.name}"] = dict(args.inputs)
        self.types.setdefault(args.typ, []).append(args.name)
        known, required = _inputs_of(args.typ)
        unknown = args.inputs.keys() - known
        assert unknown == set(), f"{args.typ} has no {unknown}"
        missing = required - args.inputs.keys()
        assert self.preview or missing == set(), f"{args.typ} needs {missing}"
        computed = dict(TYPES[args.typ](args.name, args.inputs))
        made = computed.pop("id")
        if self.preview:
            return "", dict.fromkeys(computed, rpc.UNKNOWN) | dict(args.inputs)
        return made, computed | dict(args.inputs)

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """Answers what the test expects to be asked."""
        if args.token not in self.answers:
            return super().call(args)
        return dict(self.answers[args.token](args.args)), []

    def aws(self, token: str, name: str) -> dict[str, Any]:
        """The inputs of a resource: `world.aws("sqs/queue:Queue", "mails-queue-mails")`."""
        return self.registered[f"aws:{token}::{name}"]

    def all_of(self, token: str) -> dict[str, dict[str, Any]]:
        """The inputs of all resources of a type, by name."""
        whole = f"aws:{token}"
        return {name: self.registered[f"{whole}::{name}"] for name in self.types.get(whole, [])}


def is_secret(value: Any) -> bool:
    """Whether an input was handed over as a secret."""
    return isinstance(value, dict) and rpc._special_sig_key in value


def plain(value: Any) -> Any:
    """An input without the wrapping of a secret."""
    return value["value"] if is_secret(value) else value


def identity(args: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer to `aws:index/getCallerIdentity:getCallerIdentity`."""
    arn = f"arn:aws:iam::{ACCOUNT}:role/deployer"
    return {"accountId": ACCOUNT, "arn": arn, "id": ACCOUNT, "userId": "AROA"}


def _inputs_of(token: str) -> tuple[set[str], set[str]]:
    """The inputs of a type and the required ones among them, as the protocol spells them."""
    package, kind = token.removeprefix("aws:").split(":")
    module = importlib.import_module(f"pulumi_aws.{package.split('/')[0]}")
    args = getattr(module, f"{kind}Args")
    return inputs_of(args)
