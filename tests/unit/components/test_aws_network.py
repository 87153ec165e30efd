"""The network of servers on AWS is found or refused, and never made."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from tests.unit.components.aws_network import ANSWERS, KEY_ARN, OTHER_VPC, TWO, VPC, Refused, aws
from tests.unit.components.aws_world import AwsWorld
from tests.unit.components.world import run_in

from celeriac.servers.aws.network import Network, find_network
from celeriac.settings import Aws


def asked(settings: Aws, zones: dict[str, int] | None = None, **world: Any) -> Network:
    """The network that is found."""
    found: list[Network] = []

    def program() -> dict[str, pulumi.Output[Any]]:
        found.append(find_network(settings, zones or {"rabbit": 1}))
        return {}

    run_in(AwsWorld(answers={**ANSWERS, **world.pop("answers", {})}, **world), program)
    return found[0]


def refused(settings: Aws, zones: dict[str, int] | None = None, **world: Any) -> list[str]:
    """What is said of a network that is not there: the lines below the first."""
    seen = AwsWorld(answers={**ANSWERS, **world.pop("answers", {})}, **world)

    def program() -> dict[str, pulumi.Output[Any]]:
        find_network(settings, zones or {"rabbit": 1})
        return {}

    with pytest.raises(pulumi.RunError) as error:
        run_in(seen, program)
    assert seen.registered == {}
    return str(error.value).splitlines()


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
@pytest.mark.parametrize(
    "settings",
    [
        aws(),
        aws(vpc={"team": "data"}),
        aws(subnets={"tier": "private"}),
        aws(vpc={"env": "prod", "team": "data"}, subnets={"tier": "private"}),
        aws(vpc=None),
    ],
    ids=["ids", "VPC by tag", "subnets by tag", "both by tags", "VPC of the subnets"],
)
def test_a_network_is_found_by_ids_and_by_tags(settings: Aws, preview: bool) -> None:
    """In a preview too: the invokes are made, and it is the same network."""
    found = asked(settings, {"rabbit": 2}, preview=preview)
    assert found.vpc_id == VPC
    assert tuple(found.subnet_ids) == TWO
    assert found.zones == ["eu-west-1a", "eu-west-1b"]


def test_a_key_is_named_by_its_arn() -> None:
    """RDS answers with the ARN: an alias would differ from it for ever."""
    assert asked(aws(kms_key="alias/mail")).kms_key == KEY_ARN


def test_amazon_mq_gets_one_subnet_of_each_zone() -> None:
    """It refuses two of one; the first that was written is taken."""
    three = asked(aws(subnets=("subnet-cccccccc", *TWO)))
    assert three.one_per_zone == ["subnet-cccccccc", "subnet-aaaaaaaa"]


MISSING = "in this account and region"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (aws(vpc="vpc-33333333"), f"celeriac:aws.vpc: there is no VPC vpc-33333333 {MISSING}"),
        (aws(vpc={"env": "dev"}), f"celeriac:aws.vpc: no VPC {MISSING} has the tags env=dev"),
        (
            aws(vpc={"env": "prod"}),
            f"celeriac:aws.vpc: 2 VPCs have the tags env=prod ({VPC}, {OTHER_VPC}): add a tag",
        ),
        (
            aws(subnets=("subnet-aaaaaaaa", "subnet-eeeeeeee")),
            f"celeriac:aws.subnets: there is no subnet subnet-eeeeeeee {MISSING}",
        ),
        (
            aws(subnets={"tier": "database"}),
            f"celeriac:aws.subnets: no subnet of {VPC} has the tags tier=database",
        ),
        (
            aws(subnets=("subnet-aaaaaaaa", "subnet-dddddddd")),
            f"celeriac:aws.subnets: subnet-dddddddd is in the VPC {OTHER_VPC}, not in {VPC}",
        ),
        (
            aws(vpc=None, subnets=("subnet-aaaaaaaa", "subnet-dddddddd")),
            f"celeriac:aws.subnets: subnet-dddddddd is in the VPC {OTHER_VPC}, not in {VPC}",
        ),
        (
            aws(kms_key="alias/gone"),
            f"celeriac:aws.kmsKey: there is no key alias/gone {MISSING}",
        ),
    ],
)
@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_what_is_not_there_is_said_in_one_sentence(settings: Aws, said: str, preview: bool) -> None:
    """One line for it, naming key and value, and nothing is made."""
    first, *lines = refused(settings, preview=preview)
    assert first == "The stack file has a problem:"
    assert len(lines) == 1
    assert lines[0].startswith(said)


def test_too_few_zones_are_said_for_each_server_that_needs_more() -> None:
    """And not for one that lives in a single zone."""
    one = aws(subnets=("subnet-bbbbbbbb", "subnet-cccccccc"))
    _, *lines = refused(one, {"rabbit": 2, "cache": 1, "results": 2})
    assert [line.split("and ")[1].split(" needs")[0] for line in lines] == ["rabbit", "results"]
    assert lines[0].startswith(
        "celeriac:aws.subnets: are all in the availability zone eu-west-1b, and rabbit needs 2"
    )


def test_all_that_is_wrong_is_said_at_once() -> None:
    """A missing VPC, a missing subnet and a missing key: three lines."""
    first, *lines = refused(
        aws(vpc="vpc-33333333", subnets=("subnet-eeeeeeee",), kms_key="alias/gone")
    )
    assert first == "The stack file has 3 problems:"
    assert len(lines) == 3


def test_aws_that_does_not_answer_is_no_missing_network() -> None:
    """Credentials that are wrong are said to be that."""

    def denied(args: Any) -> Any:
        raise Refused("UnauthorizedOperation: you may not\n  describe VPCs")

    lines = refused(aws(), answers={"aws:ec2/getVpcs:getVpcs": denied})
    assert len(lines) == 1
    assert lines[0].startswith("celeriac:aws: AWS could not be asked for the network")
    assert "UnauthorizedOperation: you may not describe VPCs" in lines[0]
    assert lines[0].endswith("check aws:region and the credentials")
