"""ElastiCache: kept by the stand-in, with a real Redis behind each replication group.

Moto neither has parameter groups, user groups and their changes, nor deletes a subnet group.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from tests.standins.aws.behind import RedisBehind, host
from tests.standins.aws.properties import TAGS, Property
from tests.standins.aws.resource import Resource, Values
from tests.standins.errors import Refusal

ENGINES = ("redis", "valkey")
_APPLYING = threading.Lock()
"""A server is not brought up to date while it is being removed."""


class KeptResource(Resource):
    """Something that is kept, whole, under an id that the program gives."""

    kind: ClassVar[str]
    """In the file of what is kept, and the ARN: `usergroup`."""
    key: ClassVar[str]
    """The input with its id."""

    @classmethod
    def autonamed(cls, name: str, seed: bytes, inputs: Mapping[str, Any]) -> str:
        """ElastiCache makes names small."""
        return super().autonamed(name, seed, inputs).lower()

    def _name(self, kind: str) -> str:
        return f"elasticache {kind}"

    def others(self, kind: str) -> dict[str, Values]:
        """What is kept of a kind."""
        return self.account.kept.of(self._name(kind))

    def needed(self, kind: str, key: str) -> Values:
        """Another object that this one refers to."""
        found = self.account.kept.get(self._name(kind), key)
        if found is None:
            raise Refusal(f"there is no {kind} {key} in ElastiCache")
        return found

    def create(self, inputs: Values) -> str:
        """Keep it."""
        id_: str = inputs[self.key]
        if id_ in self.others(self.kind):
            raise Refusal(f"the {self.kind} {id_} exists already in ElastiCache")
        self.account.kept.put(self._name(self.kind), id_, inputs)
        self.changed()
        return id_

    def read(self, id_: str, state: Values) -> Values | None:
        """As kept; a password is said to nobody."""
        found = self.account.kept.get(self._name(self.kind), id_)
        if found is None:
            return None
        absent = {p.name: None for p in self.properties if p.computed is False}
        tags = found.get("tags", {})
        arn = self.account.arn("elasticache", f"{self.kind}:{id_}")
        return absent | found | {"arn": arn, "tagsAll": tags}

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """Keep what is new."""
        old = self.account.kept.get(self._name(self.kind), id_) or {}
        rest = {k: v for k, v in old.items() if k not in {p.name for p in self.properties}}
        computed = {p.name: old[p.name] for p in self.properties if p.computed and p.name in old}
        self.account.kept.put(self._name(self.kind), id_, rest | computed | inputs)
        self.changed()

    def delete(self, id_: str, state: Values) -> None:
        """ElastiCache refuses while it is used."""
        for kind, name in self.users_of(id_):
            raise Refusal(f"the {self.kind} {id_} is used by the {kind} {name}")
        self.account.kept.drop(self._name(self.kind), id_)
        self.changed()

    def users_of(self, id_: str) -> Iterator[tuple[str, str]]:
        """What would not work without it."""
        yield from ()

    def changed(self) -> None:
        """Bring the servers behind to what is kept now."""
        with _APPLYING:
            for id_, group in self.others("replicationgroup").items():
                behind = RedisBehind(self.account, id_)
                if behind.running:
                    parameters = self.needed("parametergroup", group["parameterGroupName"])
                    behind.apply(self._users(group), _settings(parameters))

    def _users(self, group: Values) -> dict[str, tuple[list[str], str]]:
        if group.get("authToken"):
            return {"default": ([group["authToken"]], "on ~* &* +@all")}
        if not group.get("userGroupIds"):
            return {"default": ([], "on ~* &* +@all")}
        found = {}
        for user_group in group["userGroupIds"]:
            for id_ in self.needed("usergroup", user_group).get("userIds", []):
                user = self.needed("user", id_)
                found[user["userName"]] = (_passwords(user), user["accessString"])
        return found


def _passwords(user: Values) -> list[str]:
    mode = user.get("authenticationMode", {})
    return [*user.get("passwords", []), *mode.get("passwords", [])]


def _settings(group: Values) -> dict[str, str]:
    return {p["name"]: p["value"] for p in group.get("parameters", [])}


class ParameterGroup(KeptResource):
    """aws.elasticache.ParameterGroup."""

    token = "aws:elasticache/parameterGroup:ParameterGroup"
    kind, key, name_property = "parametergroup", "name", "name"
    outputs = ("arn", "tagsAll")
    properties = (
        Property("name", replaces=True),
        Property("family", required=True, replaces=True),
        Property("description", replaces=True, default="Managed by Pulumi"),
        Property("parameters", kind="objects", fields=("name", "value")),
        TAGS,
    )
    _FAMILIES = ("redis7", "valkey7", "valkey8", "valkey9")

    def problems(self, inputs: Values) -> Iterator[str]:
        """A family that there is."""
        if inputs["family"] not in self._FAMILIES:
            yield f"family is {inputs['family']!r}: there are {', '.join(self._FAMILIES)}"

    def users_of(self, id_: str) -> Iterator[tuple[str, str]]:
        """Replication groups."""
        for name, group in self.others("replicationgroup").items():
            if group["parameterGroupName"] == id_:
                yield "replicationgroup", name


class SubnetGroup(KeptResource):
    """aws.elasticache.SubnetGroup."""

    token = "aws:elasticache/subnetGroup:SubnetGroup"
    kind, key, name_property = "subnetgroup", "name", "name"
    outputs = ("arn", "vpcId", "tagsAll")
    properties = (
        Property("name", replaces=True),
        Property("description", default="Managed by Pulumi"),
        Property("subnetIds", kind="set", required=True),
        TAGS,
    )

    def create(self, inputs: Values) -> str:
        """In the subnets' VPC."""
        ec2 = self.account.client("ec2")
        subnets = ec2.describe_subnets(SubnetIds=inputs["subnetIds"])["Subnets"]
        return super().create(inputs | {"vpcId": subnets[0]["VpcId"]})

    def users_of(self, id_: str) -> Iterator[tuple[str, str]]:
        """Replication groups."""
        for name, group in self.others("replicationgroup").items():
            if group.get("subnetGroupName") == id_:
                yield "replicationgroup", name


class User(KeptResource):
    """aws.elasticache.User."""

    token = "aws:elasticache/user:User"
    kind, key = "user", "userId"
    outputs = ("arn", "tagsAll")
    properties = (
        Property("userId", required=True, replaces=True),
        Property("userName", required=True, replaces=True),
        Property("engine", required=True),
        Property("accessString", required=True),
        Property("authenticationMode", kind="object", computed=True, fields=("type", "passwords")),
        Property("noPasswordRequired", kind="boolean"),
        Property("passwords", kind="set", secret=True),
        TAGS,
    )

    def problems(self, inputs: Values) -> Iterator[str]:
        """What ElastiCache asks of a user."""
        if inputs["engine"].lower() not in ENGINES:
            yield f"engine is {inputs['engine']!r}"
        passwords = _passwords(inputs)
        mode = inputs.get("authenticationMode", {}).get("type")
        free = inputs.get("noPasswordRequired") or mode == "no-password-required"
        if bool(passwords) == bool(free) or len(passwords) > 2:
            yield "a user has one or two passwords, or needs none"
        if any(not 16 <= len(password) <= 128 for password in passwords):
            yield "a password has 16 to 128 characters"
        if not inputs["userId"][:1].isalpha() or len(inputs["userId"]) > 40:
            yield "userId begins with a letter and has at most 40 characters"

    def users_of(self, id_: str) -> Iterator[tuple[str, str]]:
        """ElastiCache takes a user out of its groups itself, but not their default user."""
        for name, group in self.others("usergroup").items():
            user = self.account.kept.get(self._name("user"), id_) or {}
            if id_ in group.get("userIds", []) and user.get("userName") == "default":
                yield "usergroup", name

    def delete(self, id_: str, state: Values) -> None:
        """With its memberships."""
        super().delete(id_, state)
        with self.account.kept.changing() as entries:
            for group in entries.get(self._name("usergroup"), {}).values():
                group["userIds"] = [user for user in group.get("userIds", []) if user != id_]
        self.changed()


class UserGroup(KeptResource):
    """aws.elasticache.UserGroup."""

    token = "aws:elasticache/userGroup:UserGroup"
    kind, key = "usergroup", "userGroupId"
    outputs = ("arn", "tagsAll")
    properties = (
        Property("userGroupId", required=True, replaces=True),
        Property("engine", required=True),
        Property("userIds", kind="set"),
        TAGS,
    )

    def create(self, inputs: Values) -> str:
        """Its users exist, no two have a name, and one is called default."""
        names = [self.needed("user", id_)["userName"] for id_ in inputs.get("userIds", [])]
        if len(set(names)) != len(names):
            raise Refusal("two users of a user group have the same name")
        if "default" not in names and inputs["engine"].lower() == "redis":
            raise Refusal("a user group needs a user with the name default")
        return super().create(inputs)

    def users_of(self, id_: str) -> Iterator[tuple[str, str]]:
        """Replication groups."""
        for name, group in self.others("replicationgroup").items():
            if id_ in group.get("userGroupIds", []):
                yield "replicationgroup", name


class UserGroupAssociation(KeptResource):
    """aws.elasticache.UserGroupAssociation: kept in the group's list."""

    token = "aws:elasticache/userGroupAssociation:UserGroupAssociation"
    kind, key = "association", "userId"
    properties = (
        Property("userGroupId", required=True, replaces=True),
        Property("userId", required=True, replaces=True),
    )

    def create(self, inputs: Values) -> str:
        """Once only."""
        self.needed("usergroup", inputs["userGroupId"])
        self.needed("user", inputs["userId"])
        with self.account.kept.changing() as entries:
            group = entries[self._name("usergroup")][inputs["userGroupId"]]
            if inputs["userId"] in group.get("userIds", []):
                raise Refusal(f"{inputs['userId']} is in {inputs['userGroupId']} already")
            group["userIds"] = [*group.get("userIds", []), inputs["userId"]]
        self.changed()
        return f"{inputs['userGroupId']},{inputs['userId']}"

    def read(self, id_: str, state: Values) -> Values | None:
        """Gone when the group or the user is."""
        group, _, user = id_.partition(",")
        found = self.account.kept.get(self._name("usergroup"), group) or {}
        known = user in found.get("userIds", [])
        return {"userGroupId": group, "userId": user} if known else None

    def delete(self, id_: str, state: Values) -> None:
        """Out of the list."""
        group, _, user = id_.partition(",")
        with self.account.kept.changing() as entries:
            found = entries.get(self._name("usergroup"), {}).get(group, {})
            if user in found.get("userIds", []):
                found["userIds"].remove(user)
        self.changed()


class ReplicationGroup(KeptResource):
    """aws.elasticache.ReplicationGroup, cluster mode off."""

    token = "aws:elasticache/replicationGroup:ReplicationGroup"
    kind, key, name_property = "replicationgroup", "replicationGroupId", "replicationGroupId"
    outputs = (
        *("arn", "clusterEnabled", "engineVersionActual", "memberClusters", "tagsAll", "port"),
        *("primaryEndpointAddress", "readerEndpointAddress", "configurationEndpointAddress"),
    )
    properties = (
        Property("replicationGroupId", replaces=True),
        Property("description", required=True),
        Property("applyImmediately", kind="boolean", computed=True),
        Property("atRestEncryptionEnabled", kind="boolean", replaces=True, computed=True),
        Property("authToken", secret=True),
        Property("authTokenUpdateStrategy", computed=True),
        Property("autoMinorVersionUpgrade", kind="boolean", computed=True),
        Property("automaticFailoverEnabled", kind="boolean", default=False),
        Property("clusterMode", computed=True),
        Property("engine", default="redis"),
        Property("engineVersion", computed=True),
        Property("finalSnapshotIdentifier"),
        Property("kmsKeyId", replaces=True),
        Property(
            "logDeliveryConfigurations",
            kind="objects",
            fields=("destination", "destinationType", "logFormat", "logType"),
        ),
        Property("maintenanceWindow", computed=True),
        Property("multiAzEnabled", kind="boolean", default=False),
        Property("nodeType", computed=True),
        Property("notificationTopicArn"),
        Property("numCacheClusters", kind="integer", computed=True),
        Property("parameterGroupName", required=True),
        Property("port", kind="integer", replaces=True, computed=True, elsewhere=True),
        Property("securityGroupIds", kind="set", computed=True),
        Property("snapshotRetentionLimit", kind="integer", default=0),
        Property("snapshotWindow", computed=True),
        Property("subnetGroupName", replaces=True, computed=True),
        Property("transitEncryptionEnabled", kind="boolean", computed=True),
        Property("transitEncryptionMode", computed=True),
        Property("userGroupIds", kind="set"),
        TAGS,
    )

    def problems(self, inputs: Values) -> Iterator[str]:
        """Combinations that ElastiCache refuses, and what the stand-in has not."""
        if inputs.get("engine") not in ENGINES:
            yield f"engine is {inputs.get('engine')!r}"
        if inputs.get("clusterMode", "disabled") != "disabled":
            yield "the stand-in has no cluster mode"
        if not inputs.get("transitEncryptionEnabled"):
            yield "the stand-in has TLS only: transitEncryptionEnabled is missing"
        if inputs.get("authToken") and inputs.get("userGroupIds"):
            yield "authToken conflicts with userGroupIds"
        failover = inputs.get("automaticFailoverEnabled")
        if failover and inputs.get("numCacheClusters", 1) < 2:
            yield "automatic failover needs numCacheClusters of 2 or more"
        if inputs.get("multiAzEnabled") and not failover:
            yield "multiAzEnabled needs automaticFailoverEnabled"
        if len(inputs["replicationGroupId"]) > 40:
            yield "replicationGroupId has more than 40 characters"
        if len(inputs.get("userGroupIds", [])) > 1:
            yield "a replication group has one user group"

    def create(self, inputs: Values) -> str:
        """A Redis of its own, which then gets users and parameters."""
        self.needed("parametergroup", inputs["parameterGroupName"])
        if inputs.get("subnetGroupName"):
            self.needed("subnetgroup", inputs["subnetGroupName"])
        for group in inputs.get("userGroupIds", []):
            self.needed("usergroup", group)
        groups = inputs.get("securityGroupIds", [])
        self.account.client("ec2").describe_security_groups(GroupIds=groups)
        id_ = inputs["replicationGroupId"]
        behind = RedisBehind(self.account, id_)
        behind.launch()
        count = inputs.get("numCacheClusters", 1)
        given = {"port": behind.port, "clusterEnabled": False, "clusterMode": "disabled"}
        given |= {
            "primaryEndpointAddress": host(),
            "readerEndpointAddress": host(),
            "memberClusters": [f"{id_}-{number:03}" for number in range(1, count + 1)],
            "engineVersionActual": inputs.get("engineVersion", "7.2"),
        }
        return super().create(inputs | given)

    def delete(self, id_: str, state: Values) -> None:
        """With everything on it; a final snapshot is kept by its name."""
        snapshot = state.get("finalSnapshotIdentifier")
        super().delete(id_, state)
        with _APPLYING:
            RedisBehind(self.account, id_).remove()
        if snapshot:
            self.account.kept.put(self._name("snapshot"), snapshot, {"of": id_})


TYPES = (
    ParameterGroup,
    SubnetGroup,
    User,
    UserGroup,
    UserGroupAssociation,
    ReplicationGroup,
)
