"""A network for tests of servers on AWS, and AWS's answers to questions about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import grpc

from celeriac.settings import Aws

VPC, OTHER_VPC = "vpc-11111111", "vpc-22222222"
SUBNETS = {
    "subnet-aaaaaaaa": (VPC, "eu-west-1a", {"tier": "private"}),
    "subnet-bbbbbbbb": (VPC, "eu-west-1b", {"tier": "private"}),
    "subnet-cccccccc": (VPC, "eu-west-1b", {"tier": "public"}),
    "subnet-dddddddd": (OTHER_VPC, "eu-west-1a", {"tier": "private"}),
}
"""By id: VPC, availability zone, tags."""
VPCS = {VPC: {"env": "prod", "team": "data"}, OTHER_VPC: {"env": "prod"}}
"""By id: tags."""
KEY_ARN = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
TWO = ("subnet-aaaaaaaa", "subnet-bbbbbbbb")

Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class Refused(grpc.RpcError):  # type: ignore[misc] # grpc has no types
    """What AWS's plugin says when AWS refuses to answer."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self._said = said

    def code(self) -> grpc.StatusCode:
        """The plugin has no other."""
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        """What AWS said."""
        return self._said


def aws(**more: Any) -> Aws:
    """The stack file's celeriac:aws."""
    values: dict[str, Any] = {
        "region": "eu-west-1",
        "vpc": VPC,
        "subnets": TWO,
        "clients": ("sg-12345678", "10.20.0.0/16"),
        "tags": {"cost": "mail"},
    }
    return Aws(**{**values, **more})


def _has(tags: Mapping[str, str], wanted: Mapping[str, str] | None) -> bool:
    return all(tags.get(key) == value for key, value in (wanted or {}).items())


def _asked(args: Mapping[str, Any]) -> dict[str, list[str]]:
    return {one["name"]: one["values"] for one in args.get("filters") or []}


def _vpcs(args: Mapping[str, Any]) -> Mapping[str, Any]:
    ids = _asked(args).get("vpc-id", VPCS)
    found = [one for one, tags in VPCS.items() if one in ids and _has(tags, args.get("tags"))]
    return {"ids": found, "id": "eu-west-1", "region": "eu-west-1", "tags": {}}


def _subnets(args: Mapping[str, Any]) -> Mapping[str, Any]:
    asked = _asked(args)
    found = [
        one
        for one, (vpc, _, tags) in SUBNETS.items()
        if one in asked.get("subnet-id", SUBNETS)
        and vpc in asked.get("vpc-id", VPCS)
        and _has(tags, args.get("tags"))
    ]
    return {"ids": found, "id": "eu-west-1", "region": "eu-west-1", "tags": {}}


def _subnet(args: Mapping[str, Any]) -> Mapping[str, Any]:
    vpc, zone, _ = SUBNETS[args["id"]]
    return {"id": args["id"], "vpcId": vpc, "availabilityZone": zone}


def _key(args: Mapping[str, Any]) -> Mapping[str, Any]:
    if args["keyId"] != "alias/mail":
        raise Refused(f"NotFoundException: Alias {args['keyId']} is not found.")
    return {"arn": KEY_ARN}


ANSWERS: dict[str, Answer] = {
    "aws:ec2/getVpcs:getVpcs": _vpcs,
    "aws:ec2/getSubnets:getSubnets": _subnets,
    "aws:ec2/getSubnet:getSubnet": _subnet,
    "aws:kms/getKey:getKey": _key,
}
"""What AWS answers about VPCs, subnets and keys."""
