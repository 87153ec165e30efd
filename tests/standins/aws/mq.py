"""Amazon MQ: in moto, with a real RabbitMQ behind it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from tests.standins.aws.behind import RabbitMQBehind
from tests.standins.aws.properties import Property
from tests.standins.aws.resource import Resource, Values
from tests.standins.errors import Refusal

_TAGS = Property("tags", "Tags", "map")
_WINDOW = "maintenanceWindowStartTime"


class _Mq(Resource):
    @property
    def mq(self) -> Any:
        """The client."""
        return self.account.client("mq")

    def tag(self, arn: str, inputs: Values, state: Values) -> None:
        """Bring tags to what is wanted."""
        now = inputs.get("tags", {})
        gone = sorted(state.get("tags", {}).keys() - now.keys())
        if gone:
            self.mq.delete_tags(ResourceArn=arn, TagKeys=gone)
        if now:
            self.mq.create_tags(ResourceArn=arn, Tags=now)


class Configuration(_Mq):
    """aws.mq.Configuration: its id is `c-…`."""

    token = "aws:mq/configuration:Configuration"
    name_property = "name"
    outputs = ("arn", "latestRevision", "tagsAll")
    properties = (
        Property("name", "Name", replaces=True),
        Property("data", required=True),
        Property("description", "Description"),
        Property("engineType", "EngineType", required=True, replaces=True),
        Property("engineVersion", "EngineVersion", required=True),
        Property("authenticationStrategy", "AuthenticationStrategy", replaces=True, computed=True),
        Property("skipDestroy", kind="boolean", default=False),
        _TAGS,
    )

    def create(self, inputs: Values) -> str:
        """Amazon MQ makes a first revision of its own; ours is the second."""
        given = self.parameters(inputs)
        given.pop("Description", None)
        id_: str = self.mq.create_configuration(**given)["Id"]
        self._revise(id_, inputs)
        return id_

    def _revise(self, id_: str, inputs: Values) -> None:
        data = base64.b64encode(inputs["data"].encode()).decode()
        self.mq.update_configuration(
            ConfigurationId=id_, Data=data, Description=inputs.get("description", "")
        )

    def read(self, id_: str, state: Values) -> Values | None:
        """Its latest revision."""
        try:
            found = self.mq.describe_configuration(ConfigurationId=id_)
        except self.mq.exceptions.NotFoundException:
            return None
        latest = found["LatestRevision"]["Revision"]
        revision = self.mq.describe_configuration_revision(
            ConfigurationId=id_, ConfigurationRevision=str(latest)
        )
        tags = found.get("Tags", {})
        return {
            "name": found["Name"],
            "arn": found["Arn"],
            "engineType": found["EngineType"],
            "engineVersion": found["EngineVersion"],
            "data": base64.b64decode(revision["Data"]).decode(),
            "latestRevision": latest,
            "tags": tags,
            "tagsAll": tags,
        }

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """Another revision."""
        if changed & {"data", "description"}:
            self._revise(id_, inputs)
        if "engineVersion" in changed:
            raise Refusal("the engine version of a configuration does not change on moto")
        self.tag(state["arn"], inputs, state)

    def delete(self, id_: str, state: Values) -> None:
        """Moto does not mind brokers that use it; Amazon MQ does, so look."""
        if state.get("skipDestroy") or self.read(id_, state) is None:
            return
        for summary in self.mq.list_brokers()["BrokerSummaries"]:
            broker = self.mq.describe_broker(BrokerId=summary["BrokerId"])
            if broker["Configurations"]["Current"].get("Id") == id_:
                raise Refusal(f"the configuration {id_} is used by {summary['BrokerName']}")
        self.mq.delete_configuration(ConfigurationId=id_)


class Broker(_Mq):
    """aws.mq.Broker: its id is the broker's; users can be neither changed nor read back."""

    token = "aws:mq/broker:Broker"
    name_property = "brokerName"
    outputs = ("arn", "instances", "tagsAll")
    properties = (
        Property("brokerName", "BrokerName", replaces=True),
        Property("applyImmediately", kind="boolean", default=False),
        Property(
            "authenticationStrategy", "AuthenticationStrategy", replaces=True, default="simple"
        ),
        Property("autoMinorVersionUpgrade", "AutoMinorVersionUpgrade", "boolean", default=False),
        Property("configuration", kind="object", computed=True, fields=("id", "revision")),
        Property("deploymentMode", "DeploymentMode", replaces=True, default="SINGLE_INSTANCE"),
        Property(
            "encryptionOptions", kind="object", replaces=True, fields=("kmsKeyId", "useAwsOwnedKey")
        ),
        Property("engineType", "EngineType", required=True, replaces=True),
        Property("engineVersion", "EngineVersion", required=True),
        Property("hostInstanceType", "HostInstanceType", required=True),
        Property("logs", kind="object", fields=("audit", "general")),
        Property(
            _WINDOW,
            kind="object",
            computed=True,
            fields=("dayOfWeek", "timeOfDay", "timeZone"),
        ),
        Property(
            "publiclyAccessible", "PubliclyAccessible", "boolean", replaces=True, default=False
        ),
        Property("securityGroups", "SecurityGroups", "set", computed=True),
        Property("storageType", "StorageType", replaces=True, default="ebs"),
        Property("subnetIds", "SubnetIds", "set", replaces=True, computed=True),
        Property(
            "users",
            kind="objects",
            secret=True,
            fields=("username", "password", "consoleAccess", "groups", "replicationUser"),
        ),
        _TAGS,
    )

    def problems(self, inputs: Values) -> Iterator[str]:
        """What Amazon MQ refuses of a RabbitMQ."""
        if inputs["engineType"].upper() != "RABBITMQ":
            yield f"the stand-in has no {inputs['engineType']}"
        if inputs.get("logs", {}).get("audit"):
            yield "audit logs cannot be had for RabbitMQ"
        if len(inputs.get("users", [])) != 1:
            yield "RabbitMQ is created with exactly one user"
        for user in inputs.get("users", []):
            if not 12 <= len(user["password"]) <= 250 or set(",:=") & set(user["password"]):
                yield "a password has 12 to 250 characters, none of them , : or ="
            if user["username"] == "guest":
                yield "the user cannot be guest"
        count = len(inputs.get("subnetIds", []))
        if inputs["deploymentMode"] == "SINGLE_INSTANCE" and count > 1:
            yield "a single instance has one subnet"

    def create(self, inputs: Values) -> str:
        """The broker, and a RabbitMQ with the user as its administrator."""
        self._check_network(inputs)
        given = self.parameters(inputs) | {
            "Users": [
                {"Username": u["username"], "Password": u["password"]} for u in inputs["users"]
            ]
        }
        given |= self._objects(inputs, {"configuration", "encryptionOptions", "logs", _WINDOW})
        id_: str = self.mq.create_broker(**given)["BrokerId"]
        user = inputs["users"][0]
        RabbitMQBehind(self.account, id_).start(user["username"], user["password"])
        return id_

    def _check_network(self, inputs: Values) -> None:
        """Moto takes any subnet and security group; AWS does not."""
        ec2 = self.account.client("ec2")
        ec2.describe_subnets(SubnetIds=inputs.get("subnetIds", []))
        ec2.describe_security_groups(GroupIds=inputs.get("securityGroups", []))

    def _objects(self, inputs: Values, names: set[str]) -> dict[str, Any]:
        """Nested inputs as boto3 has them: the same keys with a capital."""
        return {
            name[0].upper() + name[1:]: {k[0].upper() + k[1:]: v for k, v in inputs[name].items()}
            for name in sorted(names)
            if inputs.get(name)
        }

    def read(self, id_: str, state: Values) -> Values | None:
        """As it is, with the real server's endpoints."""
        try:
            found = self.mq.describe_broker(BrokerId=id_)
        except self.mq.exceptions.NotFoundException:
            return None
        values: Values = {
            p.name: found.get(p.aws)
            for p in self.properties
            if p.aws and p.aws not in ("Tags", "AuthenticationStrategy")
        }
        tags = found.get("Tags", {})
        current = found["Configurations"]["Current"]
        window = found["MaintenanceWindowStartTime"]
        return values | {
            "arn": found["BrokerArn"],
            "configuration": {"id": current["Id"], "revision": current["Revision"]},
            "logs": {"general": found["Logs"]["General"]} if "logs" in state else None,
            _WINDOW: {k[0].lower() + k[1:]: v for k, v in window.items()},
            "instances": RabbitMQBehind(self.account, id_).instances(),
            "tags": tags,
            "tagsAll": tags,
        }

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """What can be; users cannot."""
        if "users" in changed:
            raise Refusal("users of Amazon MQ for RabbitMQ cannot be changed")
        nested = {"configuration", "logs", _WINDOW} & changed
        plain = changed - nested - {"tags", "applyImmediately"}
        given = self.parameters(inputs, *plain) if plain else {}
        given |= self._objects(inputs, nested)
        if given:
            self.mq.update_broker(BrokerId=id_, **given)
        self.tag(state["arn"], inputs, state)

    def delete(self, id_: str, state: Values) -> None:
        """With everything on it."""
        RabbitMQBehind(self.account, id_).remove()
        if self.read(id_, state) is not None:
            self.mq.delete_broker(BrokerId=id_)


TYPES = (Configuration, Broker)
