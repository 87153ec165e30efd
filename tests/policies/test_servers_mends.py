"""What the rules on servers mend by themselves, and what they leave to a person."""

from __future__ import annotations

from typing import Any

import pytest

from celeriac_policies.rule import ResourceRule
from celeriac_policies.servers import RULES
from tests.policies.harness import Break, changed, remediated, run
from tests.policies.servers_cases import BREAKS, FIXTURES

_MENDING = {rule.name: rule for rule in RULES if isinstance(rule, ResourceRule) and rule.mend}

_LEFT = {
    "postgresql-nothing-to-public": ("grants/", "grant/", "closed/", "defaults/"),
    "docker-ports-tls": ("redis/endpointSpec", "mongo/networkMode", "rabbitmq/publishAllPorts"),
    "docker-restart-policy": ("redis/taskSpec",),
    "docker-log-limit": ("redis/taskSpec",),
}
"""By rule, changes that a person has to undo: rights somebody may need, a swarm's ports and tasks,
a container without a network of its own."""


def _is_left(broken: Break) -> bool:
    return any(path.startswith(_LEFT.get(broken.rule, ())) for path in broken.change)


_BROKEN = [broken for broken in BREAKS if broken.rule in _MENDING]


@pytest.mark.parametrize("broken", [one for one in _BROKEN if not _is_left(one)], ids=str)
def test_a_mended_resource_complies(broken: Break) -> None:
    """With its own rule, and with whatever did not object before."""
    fixture = changed(FIXTURES[broken.fixture], broken.change)
    mended = remediated(RULES, fixture, broken.rule)
    assert {one.rule for one in run(RULES, mended)} <= set(broken.also) - {broken.rule}


@pytest.mark.parametrize("broken", [one for one in _BROKEN if _is_left(one)], ids=str)
def test_what_is_left_to_a_person_is_left_as_it_is(broken: Break) -> None:
    """And still is a violation."""
    fixture = changed(FIXTURES[broken.fixture], broken.change)
    mended = remediated(RULES, fixture, broken.rule)
    assert [one.props for one in mended] == [one.props for one in fixture]
    assert len(run([_MENDING[broken.rule]], mended)) == broken.times


@pytest.mark.parametrize("name", FIXTURES)
def test_what_complies_is_not_touched(name: str) -> None:
    """Not even to say the same in other words."""
    mended = remediated(RULES, FIXTURES[name], *_MENDING)
    assert [one.props for one in mended] == [one.props for one in FIXTURES[name]]


def _after(rule: str, fixture: str, change: dict[str, Any], name: str) -> dict[str, Any]:
    mended = remediated(RULES, changed(FIXTURES[fixture], change), rule)
    return dict(next(one.props for one in mended if one.name == name))


def test_only_open_ports_are_moved_to_loopback() -> None:
    """AMQP with TLS stays where it was."""
    ports = [{"internal": 5671}, {"internal": 5672, "external": 5672}]
    after = _after("docker-ports-tls", "docker-servers", {"rabbitmq/ports": ports}, "rabbitmq")
    assert after["ports"] == [
        {"internal": 5671},
        {"internal": 5672, "external": 5672, "ip": "127.0.0.1"},
    ]


def test_dangerous_commands_are_taken_back_and_no_others() -> None:
    """What is granted stays granted; what is optional is left out."""
    change = {"user/commands": ["+get", "+keys"], "user/optionalCommands": ["+config", "+ping"]}
    after = _after("redis-acl-no-dangerous-commands", "redis-user", change, "user")
    assert after["commands"] == ["+get", "+keys", "-config", "-keys"]
    assert after["optionalCommands"] == ["+ping"]
