"""Secrets Manager: in moto."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.standins.aws.properties import TAGS, Property, pairs, tags_of
from tests.standins.aws.resource import Resource, Values
from tests.standins.errors import Refusal


class _OfSecretsManager(Resource):
    @property
    def secrets(self) -> Any:
        """The client."""
        return self.account.client("secretsmanager")

    def described(self, arn: str) -> dict[str, Any] | None:
        """A secret that is there and not scheduled for deletion."""
        try:
            found: dict[str, Any] = self.secrets.describe_secret(SecretId=arn)
        except self.secrets.exceptions.ResourceNotFoundException:
            return None
        return None if found.get("DeletedDate") else found


class Secret(_OfSecretsManager):
    """aws.secretsmanager.Secret: its id is its ARN."""

    token = "aws:secretsmanager/secret:Secret"
    name_property = "name"
    outputs = ("arn", "tagsAll")
    properties = (
        Property("name", "Name", replaces=True),
        Property("namePrefix", replaces=True),
        Property("description", "Description"),
        Property("kmsKeyId", "KmsKeyId"),
        Property("policy", kind="json"),
        Property("recoveryWindowInDays", kind="integer", default=30),
        Property("forceOverwriteReplicaSecret", kind="boolean", default=False),
        TAGS,
    )

    @classmethod
    def autonamed(cls, name: str, seed: bytes, inputs: Mapping[str, Any]) -> str:
        """After the prefix, where there is one."""
        made = super().autonamed(name, seed, inputs)
        prefix = inputs.get("namePrefix")
        return made if prefix is None else f"{prefix}{made.rpartition('-')[2]}"

    def create(self, inputs: Values) -> str:
        """Without a value; a name that waits for its deletion is refused, as on AWS."""
        given = self.parameters(inputs) | {"Tags": pairs(inputs.get("tags"))}
        arn: str = self.secrets.create_secret(**given)["ARN"]
        if inputs.get("policy"):
            self.secrets.put_resource_policy(SecretId=arn, ResourcePolicy=inputs["policy"])
        return arn

    def read(self, id_: str, state: Values) -> Values | None:
        """All but its value."""
        found = self.described(id_)
        if found is None:
            return None
        tags = tags_of(found.get("Tags", []))
        policy = self.secrets.get_resource_policy(SecretId=id_).get("ResourcePolicy")
        return {
            "arn": id_,
            "name": found["Name"],
            "description": found.get("Description") or None,
            "kmsKeyId": found.get("KmsKeyId"),
            "policy": policy,
            "tags": tags,
            "tagsAll": tags,
        }

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """Description, key, policy, tags."""
        if changed & {"description", "kmsKeyId"}:
            given = self.parameters(inputs, "description", "kmsKeyId")
            self.secrets.update_secret(SecretId=id_, **given)
        if "policy" in changed:
            if inputs.get("policy"):
                self.secrets.put_resource_policy(SecretId=id_, ResourcePolicy=inputs["policy"])
            else:
                self.secrets.delete_resource_policy(SecretId=id_)
        if "tags" in changed:
            now = inputs.get("tags", {})
            gone = sorted(state.get("tags", {}).keys() - now.keys())
            self.secrets.untag_resource(SecretId=id_, TagKeys=gone)
            self.secrets.tag_resource(SecretId=id_, Tags=pairs(now))

    def delete(self, id_: str, state: Values) -> None:
        """At once, or after the days that it can be had back."""
        if self.described(id_) is None:
            return
        days = state.get("recoveryWindowInDays", 30)
        how = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
        self.secrets.delete_secret(SecretId=id_, **how)


class SecretVersion(_OfSecretsManager):
    """aws.secretsmanager.SecretVersion: its id is the secret's ARN and the version's id."""

    token = "aws:secretsmanager/secretVersion:SecretVersion"
    outputs = ("arn", "versionId")
    properties = (
        Property("secretId", required=True, replaces=True),
        Property("secretString", required=True, replaces=True, secret=True),
        Property("versionStages", kind="set", computed=True),
    )

    def create(self, inputs: Values) -> str:
        """The current version from now on."""
        if self.described(inputs["secretId"]) is None:
            raise Refusal(f"there is no secret {inputs['secretId']}")
        stages = inputs.get("versionStages")
        made = self.secrets.put_secret_value(
            SecretId=inputs["secretId"],
            SecretString=inputs["secretString"],
            **({"VersionStages": stages} if stages else {}),
        )
        return f"{made['ARN']}|{made['VersionId']}"

    def read(self, id_: str, state: Values) -> Values | None:
        """Gone when it has no stage any more, as Secrets Manager has it."""
        arn, _, version = id_.partition("|")
        found = self.described(arn)
        stages = (found or {}).get("VersionIdsToStages", {}).get(version)
        if not stages:
            return None
        value = self.secrets.get_secret_value(SecretId=arn, VersionId=version)
        return {
            "arn": arn,
            "secretId": arn,
            "secretString": value["SecretString"],
            "versionId": version,
            "versionStages": stages,
        }

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """Stages only."""
        raise Refusal("stages of a secret's version do not change here")

    def delete(self, id_: str, state: Values) -> None:
        """The current version stays with its secret, as AWS's plugin has it."""


TYPES = (Secret, SecretVersion)
