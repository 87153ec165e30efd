"""Rules on security groups: who reaches the servers."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Final

from celeriac_policies.resource import Resource
from celeriac_policies.rule import Parameter, Rule, Settings, Severity, resource_rule
from celeriac_policies.values import Properties

GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"

_WIDE: Final = {4: 8, 6: 16}
"""Networks with a shorter prefix, by version of IP, are the world or great parts of it."""


@resource_rule(
    name="aws-security-group-not-open",
    description="A security group lets in nobody from all over the internet.",
    severity=Severity.CRITICAL,
    reads=(GROUP, RULE, INGRESS),
    steps="Name the security groups or the networks of the clients instead of 0.0.0.0/0 and ::/0.",
    url="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    parameters=(
        Parameter(
            "openPorts", "array", [443], "Ports that may be open to all, such as a web site's."
        ),
    ),
    same_as={
        "checkov": ("CKV_AWS_277",),
        "cdk-nag": ("AwsSolutions-EC23",),
        "cfn-nag": ("W2",),
        "security-hub": ("EC2.18",),
    },
)
def not_open(resource: Resource, given: Settings) -> Iterator[str]:
    """Ingress, in a group and beside it."""
    props = resource.props
    if resource.type == GROUP:
        for rule in props.items_of("ingress"):
            yield from _open(rule, "protocol", _networks(rule), given)
    elif resource.type == INGRESS:
        found = [str(props.get(key)) for key in ("cidrIpv4", "cidrIpv6") if key in props]
        yield from _open(props, "ipProtocol", found, given)
    elif props.get("type") == "ingress":
        yield from _open(props, "protocol", _networks(props), given)


def _networks(rule: Properties) -> list[str]:
    return [str(n) for key in ("cidrBlocks", "ipv6CidrBlocks") for n in rule.items_of(key)]


def _open(rule: Properties, protocol: str, networks: list[str], given: Settings) -> Iterator[str]:
    """A sentence for each network that is too wide."""
    wide = [network for network in networks if _is_wide(network)]
    if not wide:
        return
    first, last = rule.get("fromPort"), rule.get("toPort")
    all_ports = str(rule.get(protocol, "-1")) in {"-1", "all"}
    if not all_ports and first == last and first in given["openPorts"]:
        return
    ports = (
        "all ports"
        if all_ports
        else f"port {first}"
        if first == last
        else f"ports {first} to {last}"
    )
    for network in wide:
        yield f"{network} reaches {ports}: name the clients' security group or network instead"


def _is_wide(network: str) -> bool:
    try:
        found = ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
    return found.prefixlen < _WIDE[found.version]


RULES: Final[tuple[Rule, ...]] = (not_open,)
