"""The network that servers on AWS are put into: found, never made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import ec2, kms, vpc

from celeriac.servers.names import tags_of
from celeriac.settings.problems import StackFileError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from celeriac.settings import Aws

MULTI_AZ = 2
"""Availability zones that a server needs to survive the loss of one, and a subnet group of RDS
always (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html)."""


@dataclass(frozen=True)
class Subnet:
    """A subnet that is there."""

    id: str
    """Its id."""
    zone: str
    """Its availability zone."""


@dataclass(frozen=True)
class _Found(Subnet):
    """A subnet, and where it is."""

    vpc_id: str
    """Its VPC."""


@dataclass(frozen=True, kw_only=True)
class Network:
    """Where servers are put, and who may connect to them."""

    vpc_id: str
    """The VPC."""
    subnets: tuple[Subnet, ...]
    """Its subnets that servers are put into."""
    clients: tuple[str, ...] = ()
    """Ids of security groups (sg-…) and IPv4 networks (10.0.0.0/16) that may connect."""
    kms_key: str | None = None
    """ARN of the key that encrypts at rest. Default: AWS's own keys."""
    region: str | None = None
    """The region. Default: that of the AWS configuration in force."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """On everything that is made."""

    @property
    def subnet_ids(self) -> list[str]:
        """All subnets."""
        return [subnet.id for subnet in self.subnets]

    @property
    def one_per_zone(self) -> list[str]:
        """The first subnet of each availability zone: Amazon MQ takes no two of one."""
        first: dict[str, str] = {}
        for subnet in self.subnets:
            first.setdefault(subnet.zone, subnet.id)
        return list(first.values())

    @property
    def zones(self) -> list[str]:
        """The availability zones that the subnets are in."""
        return sorted({subnet.zone for subnet in self.subnets})


def find_network(aws: Aws, zones: Mapping[str, int]) -> Network:
    """Ask AWS for the network of the stack file, in a preview too.

    Args:
        aws: what the stack file says.
        zones: by server, how many availability zones it needs.

    Raises:
        pulumi.RunError: with everything that is not there or does not fit. Nothing was made.
    """
    problems: list[str] = []
    try:
        vpc_id = _vpc(aws, problems)
        subnets = _subnets(aws, vpc_id, problems)
        kms_key = find_kms_key(aws.kms_key, problems)
    except Exception as error:  # noqa: BLE001 - Pulumi raises nothing narrower
        raise pulumi.RunError(
            f"celeriac:aws: AWS could not be asked for the network ({_said(error)}): check "
            f"aws:region and the credentials"
        ) from None
    found, complete = sorted({subnet.zone for subnet in subnets}), not problems
    for server, needed in zones.items():
        if complete and len(found) < needed:
            problems.append(
                f"celeriac:aws.subnets: are all in the availability zone {found[0]}, and {server} "
                f"needs {needed}: add a subnet in another one"
            )
    if problems:
        raise pulumi.RunError(str(StackFileError(problems)))
    return Network(
        vpc_id=vpc_id or subnets[0].vpc_id,
        subnets=tuple(Subnet(subnet.id, subnet.zone) for subnet in subnets),
        clients=aws.clients,
        kms_key=kms_key,
        region=aws.region,
        tags=aws.tags,
    )


def find_kms_key(key: str | None, problems: list[str]) -> str | None:
    """ARN of a key given as id, ARN or alias, in a preview too."""
    if key is None:
        return None
    try:
        return kms.get_key(key_id=key).arn
    except Exception as error:
        if "NotFound" not in str(error):
            raise
        problems.append(
            f"celeriac:aws.kmsKey: there is no key {key} in this account and region: write the "
            f"id, the ARN or alias/… of one that is"
        )
        return None


def admit(
    network: Network, server: str, name: str, ports: Sequence[int], parent: pulumi.Resource
) -> ec2.SecurityGroup:
    """A security group for one server: the given clients on its ports, and nothing outwards."""
    group = ec2.SecurityGroup(
        f"{server}-clients",
        name=name,
        description=f"Clients of {server}",
        vpc_id=network.vpc_id,
        # AWS begins a group with a rule that lets everything out.
        egress=[],
        tags=tags_of(network.tags, server=server, name=name),
        # Another name or another word would replace a group that is in use.
        opts=pulumi.ResourceOptions(parent=parent, ignore_changes=["name", "description"]),
    )
    for client in network.clients:
        for port in ports:
            is_group = client.startswith("sg-")
            vpc.SecurityGroupIngressRule(
                f"{server}-from-{client.replace('/', '-')}-{port}",
                security_group_id=group.id,
                referenced_security_group_id=client if is_group else None,
                cidr_ipv4=None if is_group else client,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                tags=tags_of(network.tags, server=server),
                opts=pulumi.ResourceOptions(parent=parent),
            )
    return group


def _vpc(aws: Aws, problems: list[str]) -> str:
    """The VPC's id, empty where it is not known."""
    if aws.vpc is None:
        return ""
    if isinstance(aws.vpc, str):
        found = ec2.get_vpcs(filters=[{"name": "vpc-id", "values": [aws.vpc]}]).ids
        if not found:
            problems.append(
                f"celeriac:aws.vpc: there is no VPC {aws.vpc} in this account and region: write "
                f"the id of one that is, or make it first"
            )
        return aws.vpc if found else ""
    found = ec2.get_vpcs(tags=aws.vpc).ids
    if len(found) == 1:
        return found[0]
    tags = _shown(aws.vpc)
    problems.append(
        f"celeriac:aws.vpc: {len(found)} VPCs have the tags {tags} ({', '.join(sorted(found))}): "
        f"add a tag that only one has, or write its id"
        if found
        else f"celeriac:aws.vpc: no VPC in this account and region has the tags {tags}: write "
        f"those of one, or its id"
    )
    return ""


def _subnets(aws: Aws, vpc_id: str, problems: list[str]) -> list[_Found]:
    """The subnets, as far as they are there and of one VPC."""
    ids = (
        _by_tags(aws.subnets, vpc_id, aws, problems)
        if isinstance(aws.subnets, dict)
        else (_by_id(aws.subnets, problems))
    )
    found: list[_Found] = []
    for one in ids:
        subnet = ec2.get_subnet(id=one)
        wanted = vpc_id or (found[0].vpc_id if found and aws.vpc is None else subnet.vpc_id)
        if subnet.vpc_id != wanted:
            problems.append(
                f"celeriac:aws.subnets: {one} is in the VPC {subnet.vpc_id}, not in {wanted}: "
                f"write subnets of one VPC"
            )
            continue
        found.append(_Found(one, subnet.availability_zone, subnet.vpc_id))
    return found


def _by_id(ids: Sequence[str], problems: list[str]) -> list[str]:
    wanted = list(dict.fromkeys(ids))
    there = set(ec2.get_subnets(filters=[{"name": "subnet-id", "values": wanted}]).ids)
    problems.extend(
        f"celeriac:aws.subnets: there is no subnet {one} in this account and region: write the id "
        f"of one that is, or make it first"
        for one in wanted
        if one not in there
    )
    return [one for one in wanted if one in there]


def _by_tags(tags: Mapping[str, str], vpc_id: str, aws: Aws, problems: list[str]) -> list[str]:
    if not vpc_id and aws.vpc is not None:
        # Of which VPC is what has to be mended first.
        return []
    inside = ec2.GetSubnetsFilterArgs(name="vpc-id", values=[vpc_id])
    ids = ec2.get_subnets(filters=[inside] if vpc_id else None, tags=dict(tags)).ids
    if not ids:
        problems.append(
            f"celeriac:aws.subnets: no subnet of {vpc_id or 'this account and region'} has the "
            f"tags {_shown(tags)}: write those of some, or their ids"
        )
    return sorted(ids)


def _shown(tags: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(tags.items()))


def _said(error: Exception) -> str:
    """What AWS said, without Pulumi's words around it."""
    return " ".join(str(error).split())
