"""Wrong doors: one sentence each, in time, that says which setting to look at."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from celeriac_provider.engine.resource import Resource
from celeriac_provider.postgresql import Database, Role
from celeriac_provider.rabbitmq import User
from celeriac_provider.redis import AclUser
from tests.lifecycle import Failed, Lifecycle
from tests.provider.weather.doors import CANARY, NOBODY, TIMEOUT, House, powerless, strangers
from tests.provider.weather.doors_table import DOORS

_SLACK = 5.0
"""Seconds: many doors are tried at once, on few cores."""

RESOURCES: dict[str, tuple[type[Resource], dict[str, Any]]] = {
    "rabbitmq": (User, {"name": NOBODY}),
    "redis": (AclUser, {"name": NOBODY}),
    "postgresql": (Role, {"name": NOBODY}),
}

Said = dict[tuple[str, str], "Answer"]


@dataclass(frozen=True)
class Answer:
    """What the provider did at a door.

    Args:
        failed: what it said; None where it got in.
        took: seconds.
        timeout: the provider's.
    """

    failed: Failed | None
    took: float
    timeout: float


def knock(resource: type[Resource], given: dict[str, Any], configuration: dict[str, Any]) -> Answer:
    """Read something there with this configuration; what is not there is made."""
    settings = {key: value for key, value in configuration.items() if value is not None}
    with closing(Lifecycle(resource, settings)) as life:
        began = time.monotonic()
        try:
            life.delete(life.create(given, settled=False))
        except Failed as failed:
            return Answer(failed, time.monotonic() - began, settings["timeout"])
        return Answer(None, time.monotonic() - began, settings["timeout"])


@pytest.fixture(scope="module")
def house(servers: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The servers, and strangers beside them."""
    house = House(servers, tmp_path_factory.mktemp("doors"))
    with strangers(house):
        yield house


@pytest.fixture(scope="module")
def names(house: House) -> Iterator[dict[str, str]]:
    """Users without rights."""
    with powerless(house) as found:
        yield found


@pytest.fixture(scope="module")
def said(house: House, names: dict[str, str]) -> Said:
    """Every door, several at once."""

    def one(place: tuple[str, str]) -> Answer:
        system, door = place
        resource, given = RESOURCES[system]
        given = given | {"name": f"{NOBODY}-{door}".replace(" ", "-")}
        configuration = house.right(system) | DOORS[door].door(house, system, names)
        answer, expected = knock(resource, given, configuration), getattr(DOORS[door], system)
        late = answer.failed is not None and answer.took >= TIMEOUT / 2
        if late and (expected is None or expected not in str(answer.failed)):
            # The server may be busy: once more, and with more patience.
            return knock(resource, given, configuration | {"timeout": 4 * TIMEOUT})
        return answer

    places = [(system, door) for system in RESOURCES for door in DOORS]
    with ThreadPoolExecutor(6) as threads:
        return dict(zip(places, threads.map(one, places), strict=True))


def assert_readable(answer: Answer) -> None:
    """One sentence, in time, without a secret."""
    assert answer.failed is not None
    sentence = answer.failed.sentence
    assert answer.took < answer.timeout + _SLACK, sentence
    assert answer.failed.code.name != "INTERNAL", sentence
    assert CANARY not in sentence
    assert sentence.isprintable(), sentence


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("system", RESOURCES)
def test_a_wrong_door_says_which_setting_to_look_at(said: Said, system: str, door: str) -> None:
    """The table; where it has no sentence, the door is a right one."""
    answer, expected = said[system, door], getattr(DOORS[door], system)
    if expected is None:
        assert answer.failed is None
        return
    assert_readable(answer)
    assert answer.failed is not None
    assert expected in answer.failed.sentence


@pytest.mark.parametrize(
    ("system", "who", "resource", "given", "expected"),
    [
        ("rabbitmq", "monitoring", User, {"name": NOBODY}, "give it the tag administrator"),
        (
            "postgresql",
            "createrole",
            Database,
            {"name": NOBODY, "owner": "{who}"},
            "permission denied to create database: look at the rights of `username`",
        ),
    ],
)
def test_a_part_of_the_rights_is_not_enough(
    house: House,
    names: dict[str, str],
    system: str,
    who: str,
    resource: type[Resource],
    given: dict[str, str],
    expected: str,
) -> None:
    """A monitor on RabbitMQ; a role that makes roles, and may not make databases."""
    inputs = {key: value.format(who=names[who]) for key, value in given.items()}
    right = house.right(system) | {"username": names[who], "password": CANARY}
    answer = knock(resource, inputs, right)
    assert_readable(answer)
    assert answer.failed is not None
    assert expected in answer.failed.sentence
