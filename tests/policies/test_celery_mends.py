"""What the rules on Celery mend by themselves, at level `remediate`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from celeriac_policies.celery import RULES
from tests.policies.celery_cases import FIXTURES
from tests.policies.harness import changed, remediated, run

_DEFINITION = "plain-policy/policy/definition"


@pytest.mark.parametrize(
    ("rule", "fixture", "change"),
    [
        (
            "redis-no-eviction",
            "celery-redis",
            {"eviction/settings": {"maxmemory-policy": "allkeys-lru", "maxmemory": "1gb"}},
        ),
        ("rabbitmq-at-least-once", "celery-rabbitmq", {"policy/overflow": "drop-head"}),
        ("rabbitmq-at-least-once", "celery-rabbitmq", {f"{_DEFINITION}/overflow": "drop-head"}),
    ],
)
def test_what_is_mended_complies(rule: str, fixture: str, change: Mapping[str, Any]) -> None:
    """Nothing is found afterwards, by any rule, and the mended fixture is the compliant one."""
    broken = changed(FIXTURES[fixture], change)
    assert [one.rule for one in run(RULES, broken)] == [rule]
    assert run(RULES, remediated(RULES, broken, rule)) == []


@pytest.mark.parametrize("fixture", ["celery-redis", "celery-rabbitmq"])
def test_what_complies_stays_as_it_is(fixture: str) -> None:
    """A mend leaves alone what needs none."""
    before = list(FIXTURES[fixture])
    assert remediated(RULES, before, "redis-no-eviction", "rabbitmq-at-least-once") == before


def test_a_mend_keeps_the_other_settings() -> None:
    """Only the policy changes."""
    kept = {"maxmemory-policy": "allkeys-lru", "maxmemory": "1gb"}
    broken = changed(FIXTURES["celery-redis"], {"eviction/settings": kept})
    mended = {given.name: given for given in remediated(RULES, broken, "redis-no-eviction")}
    assert mended["eviction"].props["settings"] == kept | {"maxmemory-policy": "noeviction"}
