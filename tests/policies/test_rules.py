"""Every rule: silent on what complies, loud on each break, and honest about what it cannot know."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from celeriac_policies.rule import TOOLS, Profile, Rule
from celeriac_policies.rules import RULES
from celeriac_policies.values import UNKNOWN
from tests.policies import cases
from tests.policies.harness import Break, changed, recorded, run
from tests.rows import rows_of_types

BY_NAME = {rule.name: rule for rule in RULES}
FIXTURES = cases.FIXTURES
BREAKS = cases.BREAKS
MARKED = [
    pytest.param(one, id=str(one), marks=pytest.mark.row(*rows_of_types(BY_NAME[one.rule].reads)))
    for one in BREAKS
]


def names(rule: Rule) -> str:
    """For the test's id."""
    return rule.name


def test_names_are_unique() -> None:
    """A violation names one rule."""
    assert [name for name, times in Counter(rule.name for rule in RULES).items() if times > 1] == []


@pytest.mark.parametrize("rule", RULES, ids=names)
def test_a_rule_says_all_of_itself(rule: Rule) -> None:
    """Description, steps and documentation for a person; parameters with unit and default."""
    assert rule.description.endswith(".")
    assert rule.steps.endswith(".")
    assert rule.url.startswith("https://")
    for parameter in rule.parameters:
        assert parameter.doc.endswith(".")
        assert re.fullmatch("[a-z][A-Za-z]*", parameter.name)
    assert set(rule.same_as) <= set(TOOLS)
    assert all(ids for ids in rule.same_as.values())
    assert rule.level(Profile.ADVISORY).value == "advisory"


@pytest.mark.parametrize("name", FIXTURES)
def test_a_fixture_complies_with_every_rule(name: str) -> None:
    """All rules at once find nothing."""
    assert run(RULES, FIXTURES[name]) == []


@pytest.mark.shows("rules")
@pytest.mark.parametrize("broken", MARKED)
def test_a_break_is_found_by_its_rule_alone(broken: Break) -> None:
    """Just that rule, just that often, in the words that are expected, and by no other rule.

    A break that others object to as well names them in `also`.
    """
    rule = BY_NAME[broken.rule]
    fixture = changed(FIXTURES[broken.fixture], broken.change)
    parameters = {rule.name: broken.parameters}
    found = run([rule], fixture, parameters=parameters)
    assert [broken.rule] * broken.times == [one.rule for one in found], found
    assert all(broken.says in one.message for one in found), found
    others = {one.rule for one in run(RULES, fixture, parameters=parameters)} - {broken.rule}
    assert set(broken.also) == others


@pytest.mark.parametrize("rule", RULES, ids=names)
def test_each_property_that_a_rule_reads_has_a_break(rule: Rule) -> None:
    """Read in any fixture or break, and changed in at least one break of the rule.

    What a rule reads only to know whom it speaks of is listed, with the reason, in `CONTEXT`.
    """
    reads: set[tuple[str, str]] = set()
    broken = [one for one in BREAKS if one.rule == rule.name]
    assert broken, "the rule has no break"
    for fixture in FIXTURES.values():
        run([recorded(rule, reads)], fixture)
    covered: set[tuple[str, str]] = set()
    for one in broken:
        fixture = FIXTURES[one.fixture]
        run([recorded(rule, reads)], changed(fixture, one.change))
        types = {given.name: given.type for given in fixture}
        for path in one.change:
            name, *keys = path.split("/")
            covered.add((types[name], keys[1] if keys[0] == "@outputs" else keys[0]))
    context = {
        (token, key)
        for token, key in reads
        if (rule.name, key) in cases.CONTEXT or ("*", key) in cases.CONTEXT
    }
    assert reads - covered - context == set()


@pytest.mark.parametrize("rule", RULES, ids=names)
def test_a_rule_reads_the_types_that_it_says(rule: Rule) -> None:
    """And says no type that it never reads."""
    reads: set[tuple[str, str]] = set()
    for fixture in FIXTURES.values():
        run([recorded(rule, reads)], fixture)
    for one in BREAKS:
        if one.rule == rule.name:
            run([recorded(rule, reads)], changed(FIXTURES[one.fixture], one.change))
    read = {token for token, _ in reads}
    assert set(rule.reads) - read - cases.BY_PRESENCE.get(rule.name, set()) == set()


@pytest.mark.parametrize("broken", BREAKS, ids=str)
def test_what_is_not_known_yet_is_left_to_the_up(broken: Break) -> None:
    """Where what was broken is unknown, its rule says nothing of it, nor fails."""
    options = [path for path in broken.change if "@protect" in path]
    if options:
        pytest.skip("an option of Pulumi's is always known")
    tops = ["/".join(p.split("/")[: 3 if "@outputs" in p else 2]) for p in broken.change]
    fixture = changed(FIXTURES[broken.fixture], dict.fromkeys(tops, UNKNOWN))
    rule = BY_NAME[broken.rule]
    assert run([rule], fixture, parameters={rule.name: broken.parameters}) == []
