"""What the program asks AWS: networks, keys, who it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.standins.aws.account import Account
from tests.standins.aws.properties import tags_of
from tests.standins.aws.resource import Values
from tests.standins.errors import Refusal

Question = Callable[[Account, Values], Values]


def _filters(given: Values, **named: str) -> list[dict[str, Any]]:
    """EC2's filters from a question's; named ones are arguments that are filters of EC2."""
    unknown = given.keys() - {"filters", "tags", "id", "region", *named}
    if unknown:
        raise Refusal(f"it does not know {', '.join(sorted(unknown))} in a question about networks")
    found = [{"Name": f["name"], "Values": f["values"]} for f in given.get("filters", [])]
    tags = sorted(given.get("tags", {}).items())
    found += [{"Name": f"tag:{key}", "Values": [value]} for key, value in tags]
    return found + [
        {"Name": name, "Values": [given[key]]} for key, name in named.items() if key in given
    ]


def _vpcs(account: Account, given: Values) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = account.client("ec2").describe_vpcs(Filters=_filters(given))[
        "Vpcs"
    ]
    return found


def get_vpcs(account: Account, given: Values) -> Values:
    """Ids of those with the tags."""
    ids = [vpc["VpcId"] for vpc in _vpcs(account, given)]
    return {"id": account.region, "ids": ids, "region": account.region}


def get_vpc(account: Account, given: Values) -> Values:
    """The only one, as AWS's plugin says it where there is another number."""
    wanted = {**given, "filters": [*given.get("filters", [])]}
    if "id" in wanted:
        wanted["filters"].append({"name": "vpc-id", "values": [wanted.pop("id")]})
    found = _vpcs(account, wanted)
    if len(found) != 1:
        many = "no matching EC2 VPC found" if not found else "multiple EC2 VPCs matched"
        raise Refusal(many)
    vpc = found[0]
    return {
        "id": vpc["VpcId"],
        "arn": account.arn("ec2", f"vpc/{vpc['VpcId']}"),
        "cidrBlock": vpc["CidrBlock"],
        "ownerId": account.id,
        "state": vpc["State"],
        "tags": tags_of(vpc.get("Tags", [])),
        "region": account.region,
    }


def get_subnets(account: Account, given: Values) -> Values:
    """Ids of those that match: none is an empty list."""
    found = account.client("ec2").describe_subnets(Filters=_filters(given))["Subnets"]
    ids = [subnet["SubnetId"] for subnet in found]
    return {"id": account.region, "ids": ids, "region": account.region}


def get_subnet(account: Account, given: Values) -> Values:
    """The only one."""
    filters = _filters(given, vpcId="vpc-id", availabilityZone="availability-zone")
    if "id" in given:
        filters.append({"Name": "subnet-id", "Values": [given["id"]]})
    found = account.client("ec2").describe_subnets(Filters=filters)["Subnets"]
    if len(found) != 1:
        many = "no matching EC2 Subnet found" if not found else "multiple EC2 Subnets matched"
        raise Refusal(many)
    subnet = found[0]
    return {
        "id": subnet["SubnetId"],
        "arn": subnet["SubnetArn"],
        "vpcId": subnet["VpcId"],
        "availabilityZone": subnet["AvailabilityZone"],
        "availabilityZoneId": subnet["AvailabilityZoneId"],
        "cidrBlock": subnet["CidrBlock"],
        "mapPublicIpOnLaunch": subnet["MapPublicIpOnLaunch"],
        "ownerId": account.id,
        "state": subnet["State"],
        "tags": tags_of(subnet.get("Tags", [])),
        "region": account.region,
    }


def get_caller_identity(account: Account, given: Values) -> Values:
    """Who asks."""
    who = account.identity
    user = who["UserId"]
    return {"id": who["Account"], "accountId": who["Account"], "arn": who["Arn"], "userId": user}


def get_region(account: Account, given: Values) -> Values:
    """Where."""
    name = account.region
    return {"id": name, "name": name, "region": name, "description": "", "endpoint": ""}


def get_key(account: Account, given: Values) -> Values:
    """A key by its id, ARN or alias."""
    found = account.client("kms").describe_key(KeyId=given["keyId"])["KeyMetadata"]
    return {
        "id": found["KeyId"],
        "keyId": given["keyId"],
        "arn": found["Arn"],
        "awsAccountId": found["AWSAccountId"],
        "enabled": found["Enabled"],
        "keyState": found["KeyState"],
        "keyUsage": found["KeyUsage"],
        "multiRegion": found["MultiRegion"],
        "description": found.get("Description", ""),
        "region": account.region,
    }


FUNCTIONS: Mapping[str, Question] = {
    "aws:ec2/getVpcs:getVpcs": get_vpcs,
    "aws:ec2/getVpc:getVpc": get_vpc,
    "aws:ec2/getSubnets:getSubnets": get_subnets,
    "aws:ec2/getSubnet:getSubnet": get_subnet,
    "aws:index/getCallerIdentity:getCallerIdentity": get_caller_identity,
    "aws:index/getRegion:getRegion": get_region,
    "aws:kms/getKey:getKey": get_key,
}
