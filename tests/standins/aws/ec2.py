"""Security groups and what the program asks about networks: in moto."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from tests.standins.aws.properties import TAGS, Property, pairs, tags_of
from tests.standins.aws.resource import Resource, Values

_RULE = (
    *("protocol", "fromPort", "toPort", "cidrBlocks", "ipv6CidrBlocks", "securityGroups"),
    *("self", "description", "prefixListIds"),
)


class _Ec2(Resource):
    @property
    def ec2(self) -> Any:
        """The client."""
        return self.account.client("ec2")

    def tag(self, id_: str, inputs: Values, state: Values) -> None:
        """Bring the tags of anything in EC2 to what is wanted."""
        now = inputs.get("tags", {})
        gone = sorted(state.get("tags", {}).keys() - now.keys())
        if gone:
            self.ec2.delete_tags(Resources=[id_], Tags=[{"Key": key} for key in gone])
        if now:
            self.ec2.create_tags(Resources=[id_], Tags=pairs(now))


class SecurityGroup(_Ec2):
    """aws.ec2.SecurityGroup: AWS's plugin takes away the rule that lets everything out."""

    token = "aws:ec2/securityGroup:SecurityGroup"
    name_property = "name"
    outputs = ("arn", "ownerId", "tagsAll")
    properties = (
        Property("name", "GroupName", replaces=True),
        Property("description", "Description", replaces=True, default="Managed by Pulumi"),
        Property("egress", kind="objects", computed=True, fields=_RULE),
        Property("ingress", kind="objects", computed=True, fields=_RULE),
        Property("revokeRulesOnDelete", kind="boolean", default=False),
        Property("vpcId", "VpcId", replaces=True, required=True),
        TAGS,
    )

    def create(self, inputs: Values) -> str:
        """With the rules that are given, and no others."""
        given = self.parameters(inputs, "name", "description", "vpcId")
        id_: str = self.ec2.create_security_group(**given)["GroupId"]
        self.tag(id_, inputs, {})
        found = self._found(id_)
        if found and found["IpPermissionsEgress"]:
            self.ec2.revoke_security_group_egress(
                GroupId=id_, IpPermissions=found["IpPermissionsEgress"]
            )
        self._rules(id_, inputs)
        return id_

    def _rules(self, id_: str, inputs: Values) -> None:
        for way, authorize in (
            ("ingress", self.ec2.authorize_security_group_ingress),
            ("egress", self.ec2.authorize_security_group_egress),
        ):
            rules = [_permission(rule, id_) for rule in inputs.get(way, [])]
            if rules:
                authorize(GroupId=id_, IpPermissions=rules)

    def _found(self, id_: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self.ec2.describe_security_groups(GroupIds=[id_])[
                "SecurityGroups"
            ][0]
        except ClientError as error:
            if error.response["Error"]["Code"] == "InvalidGroup.NotFound":
                return None
            raise
        return found

    def read(self, id_: str, state: Values) -> Values | None:
        """Inline rules are kept as given: the rules of others are resources of their own."""
        found = self._found(id_)
        if found is None:
            return None
        tags = tags_of(found.get("Tags", []))
        return {
            "name": found["GroupName"],
            "description": found["Description"],
            "vpcId": found["VpcId"],
            "ownerId": found["OwnerId"],
            "arn": self.account.arn("ec2", f"security-group/{id_}"),
            "tags": tags,
            "tagsAll": tags,
        }

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """Tags and inline rules."""
        self.tag(id_, inputs, state)
        for way, revoke in (
            ("ingress", self.ec2.revoke_security_group_ingress),
            ("egress", self.ec2.revoke_security_group_egress),
        ):
            if way in changed and state.get(way):
                rules = [_permission(rule, id_) for rule in state[way]]
                revoke(GroupId=id_, IpPermissions=rules)
        self._rules(id_, {way: inputs.get(way, []) for way in changed})

    def delete(self, id_: str, state: Values) -> None:
        """EC2 refuses while something uses it."""
        if self._found(id_) is not None:
            self.ec2.delete_security_group(GroupId=id_)


def _permission(rule: Values, group: str) -> dict[str, Any]:
    """An inline rule as boto3 has it."""
    note = {"Description": rule["description"]} if rule.get("description") else {}
    groups = [*rule.get("securityGroups", []), *([group] if rule.get("self") else [])]
    found: dict[str, Any] = {"IpProtocol": rule["protocol"]}
    if rule["protocol"] not in ("-1", "all"):
        found |= {"FromPort": rule["fromPort"], "ToPort": rule["toPort"]}
    if rule.get("cidrBlocks"):
        found["IpRanges"] = [{"CidrIp": cidr} | note for cidr in rule["cidrBlocks"]]
    if rule.get("ipv6CidrBlocks"):
        found["Ipv6Ranges"] = [{"CidrIpv6": cidr} | note for cidr in rule["ipv6CidrBlocks"]]
    if groups:
        found["UserIdGroupPairs"] = [{"GroupId": g} | note for g in groups]
    return found


class SecurityGroupIngressRule(_Ec2):
    """aws.vpc.SecurityGroupIngressRule: one source, one range of ports."""

    token = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    outputs = ("arn", "securityGroupRuleId", "tagsAll")
    properties = (
        Property("securityGroupId", required=True, replaces=True),
        Property("ipProtocol", "IpProtocol", required=True),
        Property("fromPort", "FromPort", "integer"),
        Property("toPort", "ToPort", "integer"),
        Property("cidrIpv4", "CidrIpv4"),
        Property("cidrIpv6", "CidrIpv6"),
        Property("referencedSecurityGroupId"),
        Property("prefixListId", "PrefixListId"),
        Property("description", "Description"),
        TAGS,
    )

    def problems(self, inputs: Values) -> Any:
        """Exactly one source."""
        sources = ("cidrIpv4", "cidrIpv6", "referencedSecurityGroupId", "prefixListId")
        if sum(source in inputs for source in sources) != 1:
            yield f"exactly one of {', '.join(sources)} is needed"

    def create(self, inputs: Values) -> str:
        """Let the source in."""
        rule: dict[str, Any] = {"IpProtocol": inputs["ipProtocol"]}
        rule |= self.parameters(inputs, "fromPort", "toPort")
        note = {"Description": inputs["description"]} if inputs.get("description") else {}
        if "cidrIpv4" in inputs:
            rule["IpRanges"] = [{"CidrIp": inputs["cidrIpv4"]} | note]
        if "cidrIpv6" in inputs:
            rule["Ipv6Ranges"] = [{"CidrIpv6": inputs["cidrIpv6"]} | note]
        if "prefixListId" in inputs:
            rule["PrefixListIds"] = [{"PrefixListId": inputs["prefixListId"]} | note]
        if "referencedSecurityGroupId" in inputs:
            rule["UserIdGroupPairs"] = [{"GroupId": inputs["referencedSecurityGroupId"]} | note]
        answer = self.ec2.authorize_security_group_ingress(
            GroupId=inputs["securityGroupId"], IpPermissions=[rule]
        )
        id_: str = answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]
        self.tag(id_, inputs, {})
        return id_

    def read(self, id_: str, state: Values) -> Values | None:
        """As it is."""
        rules = self.ec2.describe_security_group_rules(
            Filters=[{"Name": "group-id", "Values": [state["securityGroupId"]]}]
        )["SecurityGroupRules"]
        found = next((rule for rule in rules if rule["SecurityGroupRuleId"] == id_), None)
        if found is None:
            return None
        tags = tags_of(found.get("Tags", []))
        values: Values = {
            p.name: found.get(p.aws) or None
            for p in self.properties
            if p.aws and p is not TAGS and p.name not in ("fromPort", "toPort")
        }
        group = found.get("ReferencedGroupInfo", {}).get("GroupId")
        return values | {
            "fromPort": found.get("FromPort") if "fromPort" in state else None,
            "toPort": found.get("ToPort") if "toPort" in state else None,
            "securityGroupId": found["GroupId"],
            "referencedSecurityGroupId": group,
            "securityGroupRuleId": id_,
            "arn": self.account.arn("ec2", f"security-group-rule/{id_}"),
            "tags": tags or state.get("tags"),
            "tagsAll": tags or state.get("tags"),
        }

    def update(self, id_: str, inputs: Values, state: Values, changed: set[str]) -> None:
        """In place, as AWS does."""
        rule = self.parameters(inputs)
        rule.pop("Tags", None)
        if inputs.get("referencedSecurityGroupId"):
            rule["ReferencedGroupId"] = inputs["referencedSecurityGroupId"]
        if changed - {"tags"}:
            self.ec2.modify_security_group_rules(
                GroupId=inputs["securityGroupId"],
                SecurityGroupRules=[{"SecurityGroupRuleId": id_, "SecurityGroupRule": rule}],
            )
        self.tag(id_, inputs, state)

    def delete(self, id_: str, state: Values) -> None:
        """Close it."""
        try:
            if self.read(id_, state) is not None:
                self.ec2.revoke_security_group_ingress(
                    GroupId=state["securityGroupId"], SecurityGroupRuleIds=[id_]
                )
        except ClientError as error:
            if "NotFound" not in error.response["Error"]["Code"]:
                raise


TYPES = (SecurityGroup, SecurityGroupIngressRule)
