"""What goes wrong with stack `prod`, with the real engine and the stand-in for the AWS plugin.

A sentence each, before anything is made; and servers that are out of reach, before anything is made
on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.aws import Stack, World, opened, overlay, prod, project_in, unprotected
from tests.standins.aws.account_of_a_test import is_real
from tests.standins.aws.behind import ELSEWHERE

pytestmark = pytest.mark.skipif(
    is_real(), reason="with CELERIAC_TEST_AWS=1 only test_prod.py runs: mistakes need no AWS"
)


@pytest.fixture(scope="module")
def world(servers: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An account with a network, and nothing of a stack in it."""
    with opened(tmp_path_factory.mktemp("aws"), servers) as found:
        yield found


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param(
            {"celeriac:aws/subnets": ["{first}", "{second}", "subnet-0123456789abcdef0"]},
            ["celeriac:aws.subnets", "subnet-0123456789abcdef0"],
            id="a subnet that does not exist",
        ),
        pytest.param(
            {"{sqs}/broker/visibilityTimeout": "10m", "{sqs}/longestTask": "1h"},
            ["{sqs.}", "visibilityTimeout"],
            id="a visibility timeout below the longest task",
        ),
        pytest.param(
            {"{sqs}/broker/visibilityTimeout": None, "{sqs}/longestTask": "13h"},
            ["{sqs.}", "43200"],
            id="a visibility timeout above what SQS takes",
        ),
        pytest.param(
            {"{sqs}/uses": {"priorities": True}}, ["{sqs.}.uses.priorities"], id="priorities on SQS"
        ),
        pytest.param(
            {"{redis}/clusterMode": True}, ["{redis.}.clusterMode"], id="Redis in cluster mode"
        ),
        pytest.param(
            {"{postgresql}/publiclyAccessible": True},
            ["{postgresql.}.publiclyAccessible"],
            id="a public database",
        ),
    ],
)
def test_a_mistake_gets_one_sentence(
    world: World, tmp_path: Path, changes: dict[str, Any], words: list[str]
) -> None:
    """Before anything is made."""
    config = prod(world)
    stack = Stack(project_in(tmp_path / "project", world.account, config), world, config)
    places = {
        "sqs": f"celeriac:apps/{stack.app_on('sqs')}",
        "redis": f"celeriac:servers/{stack.server('redis')}",
        "postgresql": f"celeriac:servers/{stack.server('postgresql')}",
    }
    places |= {f"{kind}.": place.replace("/", ".") for kind, place in places.items()}
    places |= {"first": world.subnets[0], "second": world.subnets[1]}

    def placed(value: Any) -> Any:
        if isinstance(value, list):
            return [placed(one) for one in value]
        for name, place in places.items() if isinstance(value, str) else ():
            value = value.replace("{" + name + "}", place)
        return value

    changed = {placed(path): placed(value) for path, value in changes.items()}
    stack.project.write(overlay(config, changed))
    before = stack.inventory()
    done = stack.project.up(check=False)
    assert done.code != 0
    assert "Traceback" not in done.output
    lines = {line.strip() for line in done.output.splitlines()}
    (said,) = {
        line for line in lines if line.startswith(("celeriac:aws", "celeriac:s", "celeriac:ap"))
    }
    assert all(placed(word) in said for word in words)
    assert stack.inventory() == before
    assert [r["type"] for r in stack.project.resources() if "celeriac" in r["type"]] == []


def test_servers_out_of_reach(world: World, tmp_path: Path) -> None:
    """Outside their network `up` names all the ways in, and has made nothing on the servers."""
    config = unprotected(prod(world))
    for entry in config["celeriac:servers"].values():
        if entry["kind"] != "sqs":
            entry["timeout"] = "3s"
    project = project_in(tmp_path / "project", world.account, config)
    project.environment[ELSEWHERE] = "private.invalid"
    done = project.up(check=False)
    assert done.code != 0
    assert "Traceback" not in done.output
    # The engine stops at the first that fails, and with it those that are on their way.
    said = [line for line in done.output.splitlines() if line.strip().startswith("error: the ")]
    assert said
    for line in said:
        for way in ("private.invalid", "run Pulumi where", "`via:`", "`proof: off`"):
            assert way in line
    types = {r["type"] for r in project.resources() if r["type"].startswith("celeriac:")}
    assert {kind for kind in types if ":index:" not in kind} == {"celeriac:secrets:Password"}
    project.destroy()
    assert project.resources() == []
