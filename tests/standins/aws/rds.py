"""RDS: in moto, but for Performance Insights; a real PostgreSQL, or a MariaDB for MySQL, behind."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.standins.aws.account import Account
from tests.standins.aws.behind import PostgreSQLBehind, host
from tests.standins.aws.behind_mysql import MySQLBehind
from tests.standins.aws.properties import TAGS, Property, pairs, tags_of
from tests.standins.aws.resource import Resource, Values
from tests.standins.errors import Refusal

_INSIGHTS: Final = "rds performance insights"


class _Rds(Resource):
    @classmethod
    def autonamed(cls, name: str, seed: bytes, inputs: Mapping[str, Any]) -> str:
        """RDS makes names small."""
        return super().autonamed(name, seed, inputs).lower()

    @property
    def rds(self) -> Any:
        """The client."""
        return self.account.client("rds")

    def tags(self, arn: str) -> dict[str, str]:
        """The tags of anything in RDS."""
        return tags_of(self.rds.list_tags_for_resource(ResourceName=arn)["TagList"])

    def tag(self, arn: str, inputs: Values, state: Values) -> None:
        """Bring tags to what is wanted."""
        now = inputs.get("tags", {})
        gone = sorted(state.get("tags", {}).keys() - now.keys())
        if gone:
            self.rds.remove_tags_from_resource(ResourceName=arn, TagKeys=gone)
        if now:
            self.rds.add_tags_to_resource(ResourceName=arn, Tags=pairs(now))


class SubnetGroup(_Rds):
    """aws.rds.SubnetGroup: its id is its name."""

    token = "aws:rds/subnetGroup:SubnetGroup"
    name_property = "name"
    outputs = ("arn", "vpcId", "tagsAll")
    properties = (
        Property("name", "DBSubnetGroupName", replaces=True),
        Property("description", "DBSubnetGroupDescription", default="Managed by Pulumi"),
        Property("subnetIds", "SubnetIds", "set", required=True),
        TAGS,
    )

    def create(self, inputs: Values) -> str:
        """Moto looks whether the subnets are there."""
        self.rds.create_db_subnet_group(
            **self.parameters(inputs) | {"Tags": pairs(inputs.get("tags"))}
        )
        name: str = inputs["name"]
        return name

    def read(self, id_: str, state: Values) -> Values | None:
        """As it is."""
        try:
            groups = self.rds.describe_db_subnet_groups(DBSubnetGroupName=id_)["DBSubnetGroups"]
        except self.rds.exceptions.DBSubnetGroupNotFoundFault:
            return None
        found = groups[0]
        tags = self.tags(found["DBSubnetGroupArn"])
        return {
            "name": found["DBSubnetGroupName"],
            "description": found["DBSubnetGroupDescription"],
            "subnetIds": [subnet["SubnetIdentifier"] for subnet in found["Subnets"]],
            "vpcId": found["VpcId"],
            "arn": found["DBSubnetGroupArn"],
            "tags": tags,
            "tagsAll": tags,
        }

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """Subnets, description, tags."""
        if changed & {"subnetIds", "description"}:
            given = self.parameters(inputs, "name", "description", "subnetIds")
            self.rds.modify_db_subnet_group(**given)
        self.tag(state["arn"], inputs, state)

    def delete(self, id_: str, state: Values) -> None:
        """RDS refuses while an instance is in it; so does the stand-in."""
        if self.read(id_, state) is None:
            return
        for instance in self.rds.describe_db_instances()["DBInstances"]:
            if instance.get("DBSubnetGroup", {}).get("DBSubnetGroupName") == id_:
                raise Refusal(f"the subnet group {id_} is used by an instance")
        self.rds.delete_db_subnet_group(DBSubnetGroupName=id_)


class ParameterGroup(_Rds):
    """aws.rds.ParameterGroup: its id is its name."""

    token = "aws:rds/parameterGroup:ParameterGroup"
    name_property = "name"
    outputs = ("arn", "tagsAll")
    properties = (
        Property("name", "DBParameterGroupName", replaces=True),
        Property("family", "DBParameterGroupFamily", required=True, replaces=True),
        Property("description", "Description", replaces=True, default="Managed by Pulumi"),
        Property("parameters", kind="objects", fields=("name", "value", "applyMethod")),
        Property("skipDestroy", kind="boolean", default=False),
        TAGS,
    )

    def create(self, inputs: Values) -> str:
        """With its parameters."""
        self.rds.create_db_parameter_group(
            **self.parameters(inputs) | {"Tags": pairs(inputs.get("tags"))}
        )
        self._set(inputs["name"], inputs)
        name: str = inputs["name"]
        return name

    def _set(self, name: str, inputs: Values) -> None:
        wanted = [
            {
                "ParameterName": p["name"],
                "ParameterValue": p["value"],
                "ApplyMethod": p.get("applyMethod", "immediate"),
            }
            for p in inputs.get("parameters", [])
        ]
        if wanted:
            self.rds.modify_db_parameter_group(DBParameterGroupName=name, Parameters=wanted)
        for instance in self.rds.describe_db_instances()["DBInstances"]:
            groups = [g["DBParameterGroupName"] for g in instance["DBParameterGroups"]]
            behind = _behind(self.account, instance)
            if name in groups and behind.running:
                behind.apply(parameters_of(self.rds, name))

    def read(self, id_: str, state: Values) -> Values | None:
        """As it is; `applyMethod` is said only where the program said it."""
        try:
            answer = self.rds.describe_db_parameter_groups(DBParameterGroupName=id_)
        except self.rds.exceptions.DBParameterGroupNotFoundFault:
            return None
        found = answer["DBParameterGroups"][0]
        said = {p["name"]: p for p in state.get("parameters", [])}
        parameters = [
            {"name": name, "value": value}
            | {k: v for k, v in said.get(name, {}).items() if k == "applyMethod"}
            for name, value in parameters_of(self.rds, id_).items()
        ]
        tags = self.tags(found["DBParameterGroupArn"])
        return {
            "name": found["DBParameterGroupName"],
            "family": found["DBParameterGroupFamily"],
            "description": found["Description"],
            "parameters": parameters or None,
            "arn": found["DBParameterGroupArn"],
            "tags": tags,
            "tagsAll": tags,
        }

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """Parameters, which the instances get at once, and tags."""
        if "parameters" in changed:
            now = {p["name"] for p in inputs.get("parameters", [])}
            if {p["name"] for p in state.get("parameters", [])} - now:
                raise Refusal("moto cannot reset a parameter: replace the group")
            self._set(id_, inputs)
        self.tag(state["arn"], inputs, state)

    def delete(self, id_: str, state: Values) -> None:
        """RDS refuses while an instance uses it; so does the stand-in."""
        if state.get("skipDestroy") or self.read(id_, state) is None:
            return
        for instance in self.rds.describe_db_instances()["DBInstances"]:
            if id_ in [group["DBParameterGroupName"] for group in instance["DBParameterGroups"]]:
                raise Refusal(f"the parameter group {id_} is used by an instance")
        self.rds.delete_db_parameter_group(DBParameterGroupName=id_)


def parameters_of(rds: Any, group: str) -> dict[str, str]:
    """The parameters that a group sets."""
    found = rds.describe_db_parameters(DBParameterGroupName=group)["Parameters"]
    return {p["ParameterName"]: p["ParameterValue"] for p in found if "ParameterValue" in p}


class Instance(_Rds):
    """aws.rds.Instance. Its id on AWS is a resource id, which moto has one of."""

    token = "aws:rds/instance:Instance"
    name_property = "identifier"
    outputs = (
        *("address", "arn", "endpoint", "engineVersionActual", "hostedZoneId", "status", "port"),
        *("masterUserSecrets", "resourceId", "tagsAll"),
    )
    properties = (
        Property("identifier", "DBInstanceIdentifier", replaces=True),
        Property("instanceClass", "DBInstanceClass", required=True),
        Property("allocatedStorage", "AllocatedStorage", "integer", required=True),
        Property("allowMajorVersionUpgrade", kind="boolean"),
        Property("applyImmediately", kind="boolean", default=False),
        Property(
            "autoMinorVersionUpgrade", "AutoMinorVersionUpgrade", kind="boolean", default=True
        ),
        Property("backupRetentionPeriod", "BackupRetentionPeriod", "integer", computed=True),
        Property("backupWindow", "PreferredBackupWindow", computed=True),
        Property("caCertIdentifier", "CACertificateIdentifier", computed=True),
        Property("copyTagsToSnapshot", "CopyTagsToSnapshot", "boolean", default=False),
        Property("dbName", "DBName", replaces=True, computed=True),
        Property("dbSubnetGroupName", "DBSubnetGroupName", replaces=True, computed=True),
        Property("deleteAutomatedBackups", kind="boolean", default=True),
        Property("deletionProtection", "DeletionProtection", "boolean", default=False),
        Property("enabledCloudwatchLogsExports", "EnableCloudwatchLogsExports", "set"),
        Property("engine", "Engine", replaces=True, required=True),
        Property("engineVersion", "EngineVersion", computed=True),
        Property("finalSnapshotIdentifier"),
        Property("kmsKeyId", "KmsKeyId", replaces=True, computed=True),
        Property("maintenanceWindow", "PreferredMaintenanceWindow", computed=True),
        Property("manageMasterUserPassword", "ManageMasterUserPassword", "boolean"),
        Property("masterUserSecretKmsKeyId", "MasterUserSecretKmsKeyId", computed=True),
        Property("maxAllocatedStorage", "MaxAllocatedStorage", "integer"),
        Property("multiAz", "MultiAZ", "boolean", computed=True),
        Property("parameterGroupName", "DBParameterGroupName", computed=True),
        Property("password", "MasterUserPassword", secret=True),
        Property("port", "Port", "integer", computed=True, elsewhere=True),
        Property("performanceInsightsEnabled", kind="boolean", default=False),
        Property("performanceInsightsKmsKeyId", computed=True),
        Property("performanceInsightsRetentionPeriod", kind="integer", computed=True),
        Property("publiclyAccessible", "PubliclyAccessible", "boolean", default=False),
        Property("skipFinalSnapshot", kind="boolean", default=False),
        Property("storageEncrypted", "StorageEncrypted", "boolean", replaces=True, default=False),
        Property("storageType", "StorageType", computed=True),
        TAGS,
        Property("username", "MasterUsername", required=True, replaces=True),
        Property("vpcSecurityGroupIds", "VpcSecurityGroupIds", "set", computed=True),
    )

    def problems(self, inputs: Values) -> Iterator[str]:
        """Combinations that RDS refuses, and what the stand-in has not."""
        if inputs["engine"] not in _BEHIND:
            yield f"the stand-in has no {inputs['engine']}: it has {' and '.join(_BEHIND)}"
        if bool(inputs.get("manageMasterUserPassword")) == bool(inputs.get("password")):
            yield "either manageMasterUserPassword or password is needed"
        if not inputs["skipFinalSnapshot"] and not inputs.get("finalSnapshotIdentifier"):
            yield "finalSnapshotIdentifier is required when skipFinalSnapshot is false"
        if inputs["username"] in ("postgres", "rdsadmin", "admin", "user"):
            yield f"the name {inputs['username']} is RDS's own"

    def create(self, inputs: Values) -> str:
        """The instance, and a server with the user as its administrator."""
        groups = inputs.get("vpcSecurityGroupIds", [])
        self.account.client("ec2").describe_security_groups(GroupIds=groups)
        given = self.parameters(inputs) | {"Tags": pairs(inputs.get("tags"))}
        found = self.rds.create_db_instance(**given)["DBInstance"]
        id_: str = found["DBInstanceIdentifier"]
        self._insights(id_, inputs)
        password = inputs.get("password") or self._managed(found, inputs["username"])
        behind = _behind(self.account, found)
        behind.start(inputs["username"], password, inputs.get("dbName"))
        behind.apply(self._parameters(inputs))
        return id_

    def _parameters(self, inputs: Values) -> dict[str, str]:
        group = inputs.get("parameterGroupName")
        return parameters_of(self.rds, group) if group else {}

    def _managed(self, found: dict[str, Any], username: str) -> str:
        """A password in Secrets Manager in RDS's form; moto's own is the same everywhere."""
        password = secrets.token_urlsafe(24)
        value = json.dumps({"username": username, "password": password})
        self.account.client("secretsmanager").put_secret_value(
            SecretId=found["MasterUserSecret"]["SecretArn"], SecretString=value
        )
        return password

    def _insights(self, id_: str, inputs: Values) -> None:
        names = [p.name for p in self.properties if p.name.startswith("performanceInsights")]
        given = {name: inputs[name] for name in names if name in inputs}
        self.account.kept.put(_INSIGHTS, id_, given)

    def read(self, id_: str, state: Values) -> Values | None:
        """As it is, with the real server's address."""
        try:
            answer = self.rds.describe_db_instances(DBInstanceIdentifier=id_)
        except self.rds.exceptions.DBInstanceNotFoundFault:
            return None
        found = answer["DBInstances"][0]
        hidden = ("MasterUserPassword", "Tags", "ManageMasterUserPassword", "KmsKeyId", "Port")
        values: Values = {
            p.name: found.get(p.aws) for p in self.properties if p.aws and p.aws not in hidden
        }
        secret = found.get("MasterUserSecret")
        port = _behind(self.account, found).port
        tags = self.tags(found["DBInstanceArn"])
        groups = [group["VpcSecurityGroupId"] for group in found["VpcSecurityGroups"]]
        return values | {
            **(self.account.kept.get(_INSIGHTS, id_) or {}),
            "kmsKeyId": state.get("kmsKeyId"),
            "dbSubnetGroupName": found.get("DBSubnetGroup", {}).get("DBSubnetGroupName"),
            "parameterGroupName": found["DBParameterGroups"][0]["DBParameterGroupName"],
            "vpcSecurityGroupIds": groups,
            "enabledCloudwatchLogsExports": found.get("EnabledCloudwatchLogsExports"),
            "masterUserSecretKmsKeyId": secret and secret.get("KmsKeyId"),
            "manageMasterUserPassword": True if secret else None,
            "masterUserSecrets": [
                {
                    "secretArn": secret["SecretArn"],
                    "secretStatus": secret["SecretStatus"],
                    "kmsKeyId": secret.get("KmsKeyId", ""),
                }
            ]
            if secret
            else [],
            "address": host(),
            "port": port,
            "endpoint": f"{host()}:{port}",
            "arn": found["DBInstanceArn"],
            "engineVersionActual": found["EngineVersion"],
            "resourceId": found["DbiResourceId"],
            "status": found["DBInstanceStatus"],
            "tags": tags,
            "tagsAll": tags,
        }

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """At once, whatever applyImmediately says."""
        log_types = "enabledCloudwatchLogsExports"
        plain = {p.name for p in self.properties if p.aws and p is not TAGS} - {log_types}
        given = self.parameters(inputs, *(changed & plain)) if changed & plain else {}
        if log_types in changed:
            was, now = set(state.get(log_types, [])), set(inputs.get(log_types, []))
            given["CloudwatchLogsExportConfiguration"] = {
                "EnableLogTypes": sorted(now - was),
                "DisableLogTypes": sorted(was - now),
            }
        if "manageMasterUserPassword" in changed:
            given["ManageMasterUserPassword"] = bool(inputs.get("manageMasterUserPassword"))
        engine = {"Engine": inputs["engine"], "DBInstanceIdentifier": id_}
        behind = _behind(self.account, engine)
        if given:
            found = self.rds.modify_db_instance(
                DBInstanceIdentifier=id_, ApplyImmediately=True, **given
            )["DBInstance"]
            if given.get("ManageMasterUserPassword"):
                password = self._managed(found, inputs["username"])
                behind.set_password(inputs["username"], password)
        if "password" in changed and inputs.get("password"):
            behind.set_password(inputs["username"], inputs["password"])
        if "parameterGroupName" in changed:
            behind.apply(self._parameters(inputs))
        self._insights(id_, inputs)
        self.tag(state["arn"], inputs, state)

    def delete(self, id_: str, state: Values) -> None:
        """RDS itself refuses while it is protected; its server stays until RDS has agreed."""
        if self.read(id_, state) is not None:
            how: dict[str, Any] = {"SkipFinalSnapshot": True}
            if not state["skipFinalSnapshot"]:
                how = {"FinalDBSnapshotIdentifier": state["finalSnapshotIdentifier"]}
            self.rds.delete_db_instance(DBInstanceIdentifier=id_, **how)
        for kind in _BEHIND.values():
            kind(self.account, id_).remove()
        self.account.kept.drop(_INSIGHTS, id_)


_BEHIND: Final[dict[str, type[PostgreSQLBehind | MySQLBehind]]] = {
    "postgres": PostgreSQLBehind,
    "mysql": MySQLBehind,
}


def _behind(account: Account, instance: Mapping[str, Any]) -> PostgreSQLBehind | MySQLBehind:
    """The server behind an instance, as RDS describes that."""
    kind = _BEHIND[instance["Engine"]]
    return kind(account, instance["DBInstanceIdentifier"])


TYPES = (SubnetGroup, ParameterGroup, Instance)
