"""The analyzer: levels, exclusions, remediation, unknown and secret values, over its protocol."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2 as proto

from celeriac_policies.engine.analyzer import Analyzer
from celeriac_policies.engine.wire import Wire
from celeriac_policies.resource import Resource, Stack, each
from celeriac_policies.rule import (
    Parameter,
    Settings,
    Severity,
    Violation,
    resource_rule,
    stack_rule,
)
from celeriac_policies.values import UNKNOWN, Properties, Secret
from tests.policies.harness import Given, recorded, remediated, requests, run, stack_request

ABOUT: dict[str, Any] = {
    "description": "Things are small.",
    "reads": ("test:index:Thing",),
    "steps": "Make them small.",
    "url": "https://example.com",
}


@resource_rule(
    name="thing-size",
    severity=Severity.HIGH,
    parameters=(Parameter("most", "integer", 5, "How large a thing may be."),),
    mend=lambda resource, given: {"size": given["most"]},
    **ABOUT,
)
def size(resource: Resource, given: Settings) -> Iterator[str]:
    """Objects to large ones, then looks at another property."""
    if resource.props.get("size", 0) > given["most"]:
        yield f"its size is {resource.props['size']}: write {given['most']}"
    if resource.props.get("password"):
        yield f"its password is {resource.props['password']}: nobody should see it"


@stack_rule(name="thing-count", severity=Severity.LOW, **ABOUT)
def count(stack: Stack, given: Settings) -> Iterator[Violation]:
    """Objects to each that is made with a large size."""

    def check(thing: Resource) -> Iterator[Violation]:
        if thing.props["size"] > 5:
            yield Violation("is too large", thing)

    yield from each(stack.of("test:index:Thing"), check)


RULES = (size, count)


def thing(name: str = "a", **props: Any) -> Given:
    """A resource that both rules read."""
    return Given(name, "test:index:Thing", props)


def test_a_violation_names_rule_resource_and_mend() -> None:
    """The resource rule before it is made, the stack rule in the end."""
    found = run(RULES, [thing(size=9), thing("b", size=1)])
    assert [(one.rule, one.resource, one.message) for one in found] == [
        ("thing-size", "a", "its size is 9: write 5"),
        ("thing-count", "a", "is too large"),
    ]


def test_parameters_are_whole_numbers_again() -> None:
    """The protocol has floats only."""
    found = run([size], [thing(size=7)], parameters={"thing-size": {"most": 6}})
    assert [one.message for one in found] == ["its size is 7: write 6"]


def test_what_was_found_before_an_unknown_value_is_kept() -> None:
    """The first sentence is there; nothing is said of what cannot be known."""
    found = run([size], [thing(size=9, password=UNKNOWN)])
    assert [one.message for one in found] == ["its size is 9: write 5"]


def test_an_unknown_value_ends_the_check_of_its_resource_only() -> None:
    """In a stack rule the other resources are still looked at."""
    found = run([count], [thing(size=UNKNOWN), thing("b", size=9)])
    assert [one.resource for one in found] == ["b"]


@pytest.mark.parametrize("token", ["1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
                                   "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
                                   "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
                                   "dd056dcd-154b-4c76-9bd3-c8f88648b5ff"])  # fmt: skip
def test_unknown_values_of_every_type_are_known_as_such(token: str) -> None:
    """The engine writes another word for each."""
    assert run([size], [thing(size=token)]) == []


def test_no_secret_is_in_a_message() -> None:
    """Even where a rule wrote it there."""
    found = run([size], [thing(size=1, password=Secret("hunter2-hunter2"))])
    assert [one.message for one in found] == ["its password is [secret]: nobody should see it"]


def test_a_secret_that_is_a_word_of_the_sentence_is_not_told_by_its_absence() -> None:
    """Neither where the same stands in clear beside it, nor inside of another word."""

    @resource_rule(name="thing-engine", severity=Severity.HIGH, **ABOUT)
    def engine(resource: Resource, given: Settings) -> Iterator[str]:
        yield "postgres writes its log postgresql; its word is wordy, a word"

    words = Secret({"password": "postgres", "other": "word"})
    found = run([engine], [thing(engine="postgres", password=words)])
    assert [one.message for one in found] == [
        "postgres writes its log postgresql; its [secret] is wordy, a [secret]"
    ]


def test_a_secret_inside_is_seen_as_one() -> None:
    """A rule can ask whether a value is marked."""
    (request,) = requests([thing(map={"inner": [Secret("x")]}, clear="y")])
    props = Properties(Wire(request.properties))
    assert props.is_secret("map")
    assert not props.is_secret("clear")


def test_levels_by_rule() -> None:
    """Advisory is shown as such, mandatory fails, a disabled rule does not run."""
    levels = {"thing-size": "advisory", "thing-count": "disabled"}
    found = run(RULES, [thing(size=9)], levels=levels)
    assert [(one.rule, one.level) for one in found] == [("thing-size", "ADVISORY")]


def test_without_a_configuration_severity_decides() -> None:
    """High is mandatory, low is advisory: the standard profile."""
    analyzer = Analyzer(RULES)
    (request,) = requests([thing(size=9)])
    (found,) = analyzer.Analyze(request, None).diagnostics
    (late,) = analyzer.AnalyzeStack(stack_request([thing(size=9)]), None).diagnostics
    assert (found.enforcementLevel, late.enforcementLevel) == (proto.MANDATORY, proto.ADVISORY)


def test_a_remediation_mends_and_leaves_the_rest_as_it_is() -> None:
    """Unknown and secret values go through unchanged."""
    given = [thing(size=9, other=UNKNOWN, password=Secret("hunter2"), map={"a": [1, None]})]
    (mended,) = remediated([size], given, "thing-size")
    assert dict(mended.props) == {
        "size": 5,
        "other": UNKNOWN,
        "password": Secret("hunter2"),
        "map": {"a": [1, None]},
    }


def test_only_rules_at_the_level_remediate() -> None:
    """Otherwise nothing is changed."""
    (mended,) = remediated([size], [thing(size=9)])
    assert dict(mended.props) == {"size": 9}


def test_a_rule_that_fails_is_a_sentence_without_a_value() -> None:
    """Where a program of others has something else than the rule could think of."""

    @resource_rule(name="thing-bug", severity=Severity.HIGH, **ABOUT)
    def bug(resource: Resource, given: Settings) -> Iterator[str]:
        yield "found before"
        raise TypeError(resource.props["size"])

    found = run([bug], [thing(size="hunter2")])
    first, second = [one.message for one in found]
    assert first == "found before"
    assert second.startswith("the rule could not read it (TypeError at test_analyzer.py:")
    assert "hunter2" not in second


def test_what_a_remediation_left_fails() -> None:
    """Level `remediate` reports as mandatory."""
    found = run([size], [thing(size=9)], levels={"thing-size": "remediate"})
    assert [one.level for one in found] == ["MANDATORY"]


def _configured(**config: dict[str, Any]) -> Analyzer:
    analyzer = Analyzer(RULES)
    request = proto.ConfigureAnalyzerRequest()
    for name, properties in config.items():
        key = name.replace("_", "-")
        request.policyConfig[key].properties.update(properties)
        request.policyConfig[key].enforcementLevel = proto.MANDATORY
    analyzer.Configure(request, _Context())
    return analyzer


class _Context:
    def abort(self, code: grpc.StatusCode, details: str) -> None:
        assert code is grpc.StatusCode.INVALID_ARGUMENT
        raise ValueError(details)


def _excluded(**entry: Any) -> list[str]:
    analyzer = _configured(exclusions={"resources": [entry]})
    fixture = [thing(size=9, tags={"team": "legacy"}), thing("b", size=9)]
    for request in requests(fixture):
        analyzer.Analyze(request, None)
    answer = analyzer.AnalyzeStack(stack_request(fixture), None)
    return [one.message.partition("\n")[2] or one.message for one in answer.diagnostics]


def test_an_exclusion_by_name_is_listed_with_what_it_covered() -> None:
    """So that everybody who runs the pack reads the reason."""
    said = _excluded(name="a*", rules=["thing-*"], reason="migrated in spring")
    assert said == [
        "is too large",
        "left out: thing-size on a\nleft out: thing-count on a",
    ]


def test_an_exclusion_by_tag() -> None:
    """The resource has the tag with that value."""
    said = _excluded(tag="team=legacy", reason="migrated in spring")
    assert said[-1] == "left out: thing-size on a\nleft out: thing-count on a"


def test_an_exclusion_that_covers_nothing_says_so() -> None:
    """Exclusions that outlived their reason are found."""
    said = _excluded(tag="team=other", reason="migrated in spring")
    assert said[-1] == "it left nothing out of this run"


def test_all_problems_of_a_configuration_at_once() -> None:
    """Each with its key, and what was probably meant."""
    with pytest.raises(ValueError, match="thing-size") as error:
        _configured(
            thing_sise={"most": 1},
            thing_size={"mots": 1},
            exclusions={
                "resource": [],
                "resources": [
                    {"rules": ["thing-width"], "reason": "because I say so"},
                    {"name": "*", "reason": "          "},
                ],
            },
        )
    assert set(str(error.value).splitlines()) == {
        "thing-sise: is no rule of this pack: did you mean thing-size?",
        "thing-size.mots: is no parameter of this rule: did you mean most?",
        (
            "exclusions.resources[0].rules: thing-width is no rule of this pack: did you mean "
            "thing-size?"
        ),
        "exclusions.resources[0]: says of no resource: write its name (* is allowed) or a tag",
        "exclusions.resource: is no key of exclusions: did you mean resources?",
        "exclusions.resources[1].reason: is blank: write why, for everybody who runs the pack",
        "exclusions.resources[1]: leaves out everything: name rules, or resources",
    }


def test_a_stack_rule_sees_inputs_of_components_and_outputs_of_resources() -> None:
    """The engine sends outputs only, and of a component none that it does not register."""
    component = Given("app", "celeriac:index:CeleryApp", {"uses": {"chords": True}}, {"url": "x"})
    made = Given("q", "test:index:Thing", {"size": UNKNOWN}, {"size": 3})
    seen: dict[str, Any] = {}

    @stack_rule(name="look-around", severity=Severity.LOW, **ABOUT)
    def look(stack: Stack, given: Settings) -> Iterator[Violation]:
        for resource in stack.resources:
            seen[resource.name] = {key: resource.props[key] for key in resource.props}
        yield from ()

    run([look], [component, made])
    assert seen["app"]["uses"]["chords"] is True
    assert seen["app"]["url"] == "x"
    assert seen["q"] == {"size": 3}


def test_the_family_of_a_resource() -> None:
    """Parents, ancestors of a type, and what is inside of a component."""
    family = [
        Given("app", "celeriac:index:App", {}),
        Given("broker", "celeriac:index:Broker", {}, parent="app"),
        Given("queue", "test:index:Thing", {}, parent="broker"),
        Given("other", "test:index:Thing", {}),
    ]
    found: list[Any] = []

    @stack_rule(name="look-around", severity=Severity.LOW, **ABOUT)
    def look(stack: Stack, given: Settings) -> Iterator[Violation]:
        for resource in stack.of("test:index:Thing"):
            above = stack.ancestor(resource, "celeriac:index:App")
            found.append((resource.name, above.name if above else None))
        (app,) = stack.of("celeriac:index:App")
        found.append([one.name for one in stack.inside(app, "test:index:Thing")])
        yield from ()

    run([look], family)
    assert found == [("queue", "app"), ("other", None), ["queue"]]


def test_a_type_inside_a_component_is_known_by_its_last_part() -> None:
    """Some engines write the parents' types before it."""
    (request,) = requests([thing(size=9)])
    request.type = f"celeriac:index:App${request.type}"
    assert len(Analyzer(RULES).Analyze(request, None).diagnostics) == 1


def test_every_rule_tells_the_engine_all_of_itself() -> None:
    """Level, severity, steps, documentation, schema and correspondences."""
    info = Analyzer(RULES).GetAnalyzerInfo(empty_pb2.Empty(), None)
    first, second, exclusions = info.policies
    assert info.supportsConfig
    assert (first.name, first.severity, first.policy_type) == (
        "thing-size",
        proto.POLICY_SEVERITY_HIGH,
        proto.POLICY_TYPE_RESOURCE,
    )
    assert (first.remediation_steps, first.url) == ("Make them small.", "https://example.com")
    schema = json_format.MessageToDict(first.configSchema.properties)
    assert schema["most"]["default"] == 5
    assert second.policy_type == proto.POLICY_TYPE_STACK
    assert exclusions.name == "exclusions"


def test_the_harness_notes_what_is_read() -> None:
    """What shows that each property has a break can itself tell them apart."""
    reads: set[tuple[str, str]] = set()
    run([recorded(size, reads)], [thing(size=1, unread=2)])
    assert reads == {("test:index:Thing", "size"), ("test:index:Thing", "password")}
