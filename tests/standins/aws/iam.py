"""IAM: all of it in moto."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from tests.standins.aws.properties import TAGS, Property, pairs, tags_of
from tests.standins.aws.resource import Resource, Values

_VERSIONS = 5
"""IAM keeps so many versions of a policy."""


def _document(found: Any) -> str:
    """A policy document as a string: botocore parses it."""
    return found if isinstance(found, str) else json.dumps(found)


class _Iam(Resource):
    is_global = True

    @property
    def iam(self) -> Any:
        """IAM's client."""
        return self.account.client("iam")


class Policy(_Iam):
    """aws.iam.Policy: its id is its ARN."""

    token = "aws:iam/policy:Policy"
    name_property = "name"
    outputs = ("arn", "policyId", "attachmentCount", "tagsAll")
    properties = (
        Property("name", "PolicyName", replaces=True),
        Property("path", "Path", replaces=True, default="/"),
        Property("description", "Description", replaces=True),
        Property("policy", "PolicyDocument", "json", required=True),
        TAGS,
    )

    def create(self, inputs: Values) -> str:
        """Its first version."""
        given = self.parameters(inputs) | {"Tags": pairs(inputs.get("tags"))}
        arn: str = self.iam.create_policy(**given)["Policy"]["Arn"]
        return arn

    def read(self, id_: str, state: Values) -> Values | None:
        """Its default version."""
        try:
            found = self.iam.get_policy(PolicyArn=id_)["Policy"]
        except self.iam.exceptions.NoSuchEntityException:
            return None
        version = self.iam.get_policy_version(PolicyArn=id_, VersionId=found["DefaultVersionId"])
        tags = tags_of(self.iam.list_policy_tags(PolicyArn=id_)["Tags"])
        return {
            "arn": id_,
            "name": found["PolicyName"],
            "path": found["Path"],
            "description": found.get("Description") or None,
            "policy": _document(version["PolicyVersion"]["Document"]),
            "policyId": found["PolicyId"],
            "attachmentCount": found["AttachmentCount"],
            "tags": tags,
            "tagsAll": tags,
        }

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """A new version, which is the default."""
        if "policy" in changed:
            versions = self.iam.list_policy_versions(PolicyArn=id_)["Versions"]
            if len(versions) >= _VERSIONS:
                oldest = min(
                    (v for v in versions if not v["IsDefaultVersion"]),
                    key=lambda v: int(v["VersionId"][1:]),
                )
                self.iam.delete_policy_version(PolicyArn=id_, VersionId=oldest["VersionId"])
            self.iam.create_policy_version(
                PolicyArn=id_, PolicyDocument=inputs["policy"], SetAsDefault=True
            )
        if "tags" in changed:
            now = inputs.get("tags", {})
            gone = sorted(state.get("tags", {}).keys() - now.keys())
            self.iam.untag_policy(PolicyArn=id_, TagKeys=gone)
            self.iam.tag_policy(PolicyArn=id_, Tags=pairs(now))

    def delete(self, id_: str, state: Values) -> None:
        """With its versions."""
        if self.read(id_, state) is None:
            return
        for version in self.iam.list_policy_versions(PolicyArn=id_)["Versions"]:
            if not version["IsDefaultVersion"]:
                self.iam.delete_policy_version(PolicyArn=id_, VersionId=version["VersionId"])
        self.iam.delete_policy(PolicyArn=id_)


class User(_Iam):
    """aws.iam.User: its id is its name."""

    token = "aws:iam/user:User"
    name_property = "name"
    outputs = ("arn", "uniqueId", "tagsAll")
    properties = (
        Property("name", "UserName", replaces=True),
        Property("path", "Path", replaces=True, default="/"),
        Property("permissionsBoundary", "PermissionsBoundary", replaces=True),
        Property("forceDestroy", kind="boolean", default=False),
        TAGS,
    )

    def create(self, inputs: Values) -> str:
        """Without a key."""
        self.iam.create_user(**self.parameters(inputs) | {"Tags": pairs(inputs.get("tags"))})
        name: str = inputs["name"]
        return name

    def read(self, id_: str, state: Values) -> Values | None:
        """As it is."""
        try:
            found = self.iam.get_user(UserName=id_)["User"]
        except self.iam.exceptions.NoSuchEntityException:
            return None
        tags = tags_of(self.iam.list_user_tags(UserName=id_)["Tags"])
        return {
            "arn": found["Arn"],
            "name": found["UserName"],
            "path": found["Path"],
            "uniqueId": found["UserId"],
            "tags": tags,
            "tagsAll": tags,
        }

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """Tags."""
        if "tags" in changed:
            now = inputs.get("tags", {})
            gone = sorted(state.get("tags", {}).keys() - now.keys())
            self.iam.untag_user(UserName=id_, TagKeys=gone)
            self.iam.tag_user(UserName=id_, Tags=pairs(now))

    def delete(self, id_: str, state: Values) -> None:
        """IAM refuses while it has keys that are not this program's, unless forceDestroy."""
        try:
            if state.get("forceDestroy"):
                for key in self.iam.list_access_keys(UserName=id_)["AccessKeyMetadata"]:
                    self.iam.delete_access_key(UserName=id_, AccessKeyId=key["AccessKeyId"])
            self.iam.delete_user(UserName=id_)
        except self.iam.exceptions.NoSuchEntityException:
            return


class UserPolicyAttachment(_Iam):
    """aws.iam.UserPolicyAttachment."""

    token = "aws:iam/userPolicyAttachment:UserPolicyAttachment"
    properties = (
        Property("user", "UserName", required=True, replaces=True),
        Property("policyArn", "PolicyArn", required=True, replaces=True),
    )

    def create(self, inputs: Values) -> str:
        """Attach it."""
        self.iam.attach_user_policy(**self.parameters(inputs))
        return f"{inputs['user']}-{inputs['policyArn']}"

    def read(self, id_: str, state: Values) -> Values | None:
        """Gone when user or policy are."""
        try:
            found = self.iam.list_attached_user_policies(UserName=state["user"])
        except self.iam.exceptions.NoSuchEntityException:
            return None
        arns = [policy["PolicyArn"] for policy in found["AttachedPolicies"]]
        return {} if state["policyArn"] in arns else None

    def delete(self, id_: str, state: Values) -> None:
        """Detach it."""
        try:
            self.iam.detach_user_policy(**self.parameters(state))
        except self.iam.exceptions.NoSuchEntityException:
            return


class AccessKey(_Iam):
    """aws.iam.AccessKey: the secret is said once, and lives in the state."""

    token = "aws:iam/accessKey:AccessKey"
    outputs = ("createDate", "secret", "sesSmtpPasswordV4")
    secret_outputs = ("secret", "sesSmtpPasswordV4")
    properties = (
        Property("user", "UserName", required=True, replaces=True),
        Property("status", "Status", default="Active"),
    )

    def __init__(self, account: Any) -> None:
        super().__init__(account)
        self._secret: dict[str, str] = {}

    def create(self, inputs: Values) -> str:
        """One of at most two of a user."""
        made = self.iam.create_access_key(UserName=inputs["user"])["AccessKey"]
        key: str = made["AccessKeyId"]
        self._secret[key] = made["SecretAccessKey"]
        if inputs["status"] != "Active":
            self.update(key, inputs, inputs, {"status"})
        return key

    def read(self, id_: str, state: Values) -> Values | None:
        """All but the secret, which AWS does not say again."""
        try:
            keys = self.iam.list_access_keys(UserName=state["user"])["AccessKeyMetadata"]
        except ClientError:
            return None
        found = next((key for key in keys if key["AccessKeyId"] == id_), None)
        if found is None:
            return None
        secret = self._secret.get(id_, state.get("secret"))
        created = found["CreateDate"].isoformat()
        return {"status": found["Status"], "createDate": created, "secret": secret}

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """On or off."""
        self.iam.update_access_key(
            UserName=inputs["user"], AccessKeyId=id_, Status=inputs["status"]
        )

    def delete(self, id_: str, state: Values) -> None:
        """At once."""
        if self.read(id_, state) is not None:
            self.iam.delete_access_key(UserName=state["user"], AccessKeyId=id_)


TYPES = (Policy, User, UserPolicyAttachment, AccessKey)
