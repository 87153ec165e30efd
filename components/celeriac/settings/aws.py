"""celeriac:aws: the network and whatever else all servers on AWS share."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from celeriac.settings import readers
from celeriac.settings.problems import Wrong, show
from celeriac.settings.section import Section
from celeriac.settings.server_model import Aws, AwsDatabaseServer, AwsServer, Tags

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from celeriac.settings.server_model import AnyServer

PATH = "celeriac:aws"
REGION = "aws:region"
MULTI_AZ = 2
"""Subnets, in as many availability zones, of what survives the loss of one; a subnet group of RDS
always has them: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.html."""
WIDEST = 8
"""Bits of the widest network that may connect: 10.0.0.0/8, the widest private one (RFC 1918)."""

_HEX = r"([0-9a-f]{8}|[0-9a-f]{17})"
"""Ids of EC2's, old and new: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html."""
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d{1,2}")
_GROUP = re.compile(f"sg-{_HEX}")
_KEY = re.compile(
    r"alias/[A-Za-z0-9/_-]+|mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|arn:aws[a-z-]*:kms:(?P<region>[a-z0-9-]+):\d{12}:(key|alias)/[A-Za-z0-9/_-]+"
)
"""https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id."""
_TOPIC = re.compile(r"arn:aws[a-z-]*:sns:(?P<region>[a-z0-9-]+):\d{12}:[A-Za-z0-9_-]+(\.fifo)?")
_TAG_KEY, _TAG_VALUE = 128, 256
"""https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html."""


def read_aws(raw: object, region: str | None, problems: list[str], *, production: bool) -> Aws:
    """The value of celeriac:aws; `network_problems` says what of it the servers need.

    Args:
        raw: the value.
        region: aws:region, where it is known and right.
        problems: where problems are noted.
        production: celeriac:production.
    """
    section = Section(raw, PATH, problems)
    no_tags: Tags = {}
    no_subnets: tuple[str, ...] | Tags = ()
    found = Aws(
        region=region or "",
        production=production,
        vpc=section.get("vpc", _id_or_tags("vpc", "one VPC has"), None),
        subnets=section.get("subnets", _subnets, no_subnets),
        clients=section.get("clients", _clients, ()),
        kms_key=section.get("kmsKey", kms_key(region), None),
        alarm_topic=section.get("alarmTopic", _topic(region), None),
        tags=section.get("tags", _tags, no_tags),
    )
    section.finish()
    return found


def network_problems(
    raw: object, aws: Aws, servers: Mapping[str, AnyServer | None], problems: list[str]
) -> list[str]:
    """What celeriac:aws lacks for the servers that live in a network.

    Args:
        raw: the value of celeriac:aws.
        aws: what was read from it.
        servers: all servers by name.
        problems: those noted so far: a key that is wrong is not missing too.
    """
    needy = [server for server in servers.values() if isinstance(server, AwsServer)]
    if not needy or not (raw is None or isinstance(raw, dict)):
        return []
    if not raw:
        # The schema's default is an empty map.
        need = f"server {needy[0].name} on platform aws needs a network"
        return [f"{PATH}: is missing, and {need}: write vpc, subnets and clients below it"]
    section = Section(raw, PATH, [])
    missing = {
        "vpc": (aws.vpc, "the id of the VPC (vpc-…), or {tags: {Name: …}} that one VPC has"),
        "subnets": (aws.subnets, "ids of subnets [subnet-…], or {tags: {…}} that they have"),
        "clients": (aws.clients, "who may connect: security groups [sg-…] or networks"),
    }
    for key, (value, write) in missing.items():
        wrong = any(problem.startswith(f"{PATH}.{key}") for problem in problems)
        if not value and not wrong:
            section.problem(f"is missing, and server {needy[0].name} needs it: write {write}", key)
    if isinstance(aws.subnets, tuple) and 0 < len(aws.subnets) < MULTI_AZ:
        for server in needy:
            why = "is multi-AZ" if server.multi_az else "is an RDS instance"
            if server.multi_az or isinstance(server, AwsDatabaseServer):
                section.problem(
                    f"has one subnet, and server {server.name} {why}, which takes at least "
                    f"{MULTI_AZ} in different availability zones: add one",
                    "subnets",
                )
                break
    return section.problems


def region_problems(raw: object, servers: Mapping[str, AnyServer | None]) -> list[str]:
    """That aws:region is missing where a server is on AWS; `raw` is its value."""
    for name, server in servers.items():
        if raw in (None, "") and server is not None and server.platform == "aws":
            mend = "write it in the stack file, such as eu-west-1, or set AWS_REGION"
            return [f"{REGION}: is missing, and server {name} is on platform aws: {mend}"]
    return []


def region(raw: object) -> str:
    """A region of AWS."""
    name = readers.text(raw)
    if not _REGION.fullmatch(name):
        raise Wrong(f"is {show(name)}, which is no region of AWS: write one such as eu-west-1")
    return name


def kms_key(region: str | None) -> Callable[[object], str]:
    """A KMS key; one of another region is refused."""

    def read(raw: object) -> str:
        key = readers.text(raw)
        match = _KEY.fullmatch(key)
        if match is None:
            raise Wrong(f"is {show(key)}: write a KMS key's id, its ARN, or alias/NAME")
        _same_region(match["region"], region)
        return key

    return read


def _topic(region: str | None) -> Callable[[object], str]:
    def read(raw: object) -> str:
        topic = readers.text(raw)
        match = _TOPIC.fullmatch(topic)
        if match is None:
            raise Wrong(
                f"is {show(topic)}: write the ARN of an SNS topic, such as "
                "arn:aws:sns:eu-west-1:123456789012:alarms"
            )
        _same_region(match["region"], region)
        return topic

    return read


def _same_region(written: str | None, region: str | None) -> None:
    if written is not None and region is not None and written != region:
        raise Wrong(f"is in {written}, and aws:region is {region}: name one in {region}")


def _id(kind: str) -> Callable[[object], str]:
    pattern = re.compile(f"{kind}-{_HEX}")

    def read(raw: object) -> str:
        if isinstance(raw, str) and pattern.fullmatch(raw):
            return raw
        raise Wrong(f"is {show(raw)}: write an id such as {kind}-0123456789abcdef0, or tags")

    return read


def _id_or_tags(kind: str, whose: str) -> Callable[[object], str | Tags]:
    one = _id(kind)

    def read(raw: object) -> str | Tags:
        return _looked_up(raw, whose) if isinstance(raw, dict) else one(raw)

    return read


def _subnets(raw: object) -> tuple[str, ...] | Tags:
    if isinstance(raw, dict):
        return _looked_up(raw, "the subnets have")
    if not isinstance(raw, list):
        raise Wrong(f"is {show(raw)}: write a list of ids [subnet-…], or {{tags: {{…}}}}")
    return _each(raw, _id("subnet"))


def _looked_up(raw: dict[object, object], whose: str) -> Tags:
    if set(raw) != {"tags"} or not isinstance(raw["tags"], dict) or not raw["tags"]:
        raise Wrong(f"is a map, and not {{tags: {{NAME: VALUE}}}}: write tags that {whose}")
    return _tags(raw["tags"])


def _clients(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list):
        raise Wrong(
            f"is {show(raw)}: write a list of security groups (sg-…) and networks (10.20.0.0/16)"
        )
    return _each(raw, _client)


def _each(raw: list[object], read: Callable[[object], str]) -> tuple[str, ...]:
    """Every one of a list, none twice."""
    found: list[str] = []
    for place, one in enumerate(raw, 1):
        try:
            value = read(one)
        except Wrong as wrong:
            raise Wrong(f"has a wrong entry, number {place}: it {wrong}") from None
        if value in found:
            raise Wrong(f"has {show(value)} twice: leave one out")
        found.append(value)
    return tuple(found)


def _client(raw: object) -> str:
    """A security group, or an IPv4 network that is not half the Internet."""
    if isinstance(raw, str) and _GROUP.fullmatch(raw):
        return raw
    mend = "write the id of a security group (sg-…) or an IPv4 network such as 10.20.0.0/16"
    if not isinstance(raw, str) or "/" not in raw:
        raise Wrong(f"is {show(raw)}: {mend}")
    try:
        network = ipaddress.IPv4Network(raw, strict=False)
    except ValueError:
        raise Wrong(f"is {show(raw)}: {mend}") from None
    if network.prefixlen < WIDEST:
        who = "everybody" if network.prefixlen == 0 else f"{network.num_addresses} addresses"
        raise Wrong(
            f"is {show(raw)}, which lets in {who}: no server of this stack is public, write the "
            "networks that the apps are in"
        )
    if str(network) != raw:
        raise Wrong(f"is {show(raw)}, which has bits of a host: write {network}")
    return raw


def _tags(raw: object) -> Tags:
    if not isinstance(raw, dict):
        raise Wrong(f"is {show(raw)}: write a map of tags, such as {{team: data}}")
    for key, value in raw.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise Wrong(f"has a tag {show(key)} that is not text: write it in quotes")
        if key.lower().startswith("aws:"):
            raise Wrong(f"has a tag {show(key)}, and AWS keeps names with aws: for itself")
        if key.lower().startswith("celeriac:"):
            raise Wrong(f"has a tag {show(key)}, and names with celeriac: are the stack's own")
        if not 0 < len(key) <= _TAG_KEY or len(value) > _TAG_VALUE:
            raise Wrong(
                f"has a tag {show(key)} that is too long or empty: a name has 1 to {_TAG_KEY} "
                f"characters, a value at most {_TAG_VALUE}"
            )
    return dict(raw)
