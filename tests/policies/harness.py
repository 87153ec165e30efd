"""Runs rules on small stacks as Pulumi's engine does: over its protocol, unknown values and all.

A fixture is a small stack that complies with every rule. A `Break` changes one property of it, so
that one rule objects. Tests then show, for every rule: it is silent on every fixture, it objects to
each of its breaks, it says nothing when what it reads is not known yet, and each property that it
reads has a break.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from google.protobuf import struct_pb2
from pulumi.runtime import rpc
from pulumi.runtime.proto import analyzer_pb2 as proto

from celeriac_policies.engine.analyzer import Analyzer
from celeriac_policies.engine.wire import Wire
from celeriac_policies.resource import Resource, Stack
from celeriac_policies.rule import ResourceRule, Rule, StackRule
from celeriac_policies.values import UNKNOWN, Properties, Secret

STACK: Final = "pulumi:pulumi:Stack"


class _Gone:
    def __repr__(self) -> str:
        return "GONE"


GONE: Final = _Gone()
"""As the value of a change: the property is not there."""


@dataclass(frozen=True)
class Given:
    """A resource of a fixture.

    Args:
        name: its name, unique in the fixture.
        type: its token.
        props: its inputs, plain; UNKNOWN and Secret(…) where that matters.
        outputs: what it has besides when it is made.
        parent: name of its component.
        protect: whether Pulumi refuses to delete it.
        provider: name of its provider, which is a resource of the fixture.
        called: its name in Pulumi, where resources of several types have the same.
    """

    name: str
    type: str
    props: Mapping[str, Any]
    outputs: Mapping[str, Any] = field(default_factory=dict)
    parent: str = ""
    protect: bool = False
    provider: str = ""
    called: str = ""

    @property
    def known_as(self) -> str:
        """Its name in Pulumi."""
        return self.called or self.name

    def urn(self) -> str:
        """As the engine would name it."""
        return f"urn:pulumi:test::policies::{self.type}::{self.known_as}"


Fixture = Sequence[Given]


@dataclass(frozen=True)
class Break:
    """A change after which one rule objects.

    Args:
        rule: its name.
        fixture: name of the fixture that is changed.
        change: new values by path, `resource/property/key/0`; GONE takes away; a function is given
            the old value. The path `resource/@protect` changes an option.
        says: a part of the sentence.
        times: how many violations of this rule there are.
        parameters: what is set for the rule.
        also: other rules that object to it too.
    """

    rule: str
    fixture: str
    change: Mapping[str, Any]
    says: str
    times: int = 1
    parameters: Mapping[str, Any] = field(default_factory=dict)
    also: Sequence[str] = ()

    def __str__(self) -> str:
        """For the test's id."""
        changed = ",".join(self.change) or "nothing"
        return f"{self.rule}:{self.fixture}:{changed}"


@dataclass(frozen=True)
class Found:
    """A violation.

    Args:
        rule: name of the rule.
        resource: name of the resource; empty for the stack.
        message: without the rule's description.
        level: `ADVISORY` or `MANDATORY`.
    """

    rule: str
    resource: str
    message: str
    level: str


def changed(fixture: Fixture, change: Mapping[str, Any]) -> list[Given]:
    """A fixture with some values changed."""
    found = {given.name: replace(given, props=copy.deepcopy(dict(given.props)),
                                 outputs=copy.deepcopy(dict(given.outputs)))
             for given in fixture}  # fmt: skip
    for path, value in change.items():
        name, *keys = path.split("/")
        if keys == ["@protect"]:
            found[name] = replace(found[name], protect=value)
            continue
        if keys[0] == "@outputs":
            _set(found[name].outputs, keys[1:], value)
        else:
            _set(found[name].props, keys, value)
    return list(found.values())


def _set(inside: Any, keys: Sequence[str], value: Any) -> None:
    *above, last = [int(key) if key.isdigit() else key for key in keys]
    for key in above:
        inside = inside.value[key] if isinstance(inside, Secret) else inside[key]
    if callable(value):
        value = value(inside[last])
    if value is GONE:
        del inside[last]
    else:
        inside[last] = value


def run(
    rules: Iterable[Rule],
    fixture: Fixture,
    *,
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
    levels: Mapping[str, str] | None = None,
) -> list[Found]:
    """What some rules find in a stack.

    Args:
        rules: what is asked.
        fixture: all resources.
        parameters: what is set, by rule.
        levels: `advisory`, `mandatory`, `remediate` or `disabled`, by rule.
    """
    analyzer = Analyzer(rules)
    analyzer.Configure(_configuration(parameters or {}, levels or {}), None)
    answers = [analyzer.Analyze(one, None) for one in requests(fixture)]
    answers.append(analyzer.AnalyzeStack(stack_request(fixture), None))
    return [_found(diagnostic) for answer in answers for diagnostic in answer.diagnostics]


def remediated(rules: Iterable[Rule], fixture: Fixture, *mended: str) -> list[Given]:
    """The fixture after some rules, by name, have mended it."""
    analyzer = Analyzer(rules)
    analyzer.Configure(_configuration({}, dict.fromkeys(mended, "remediate")), None)
    found = []
    for given, request in zip(fixture, requests(fixture), strict=True):
        answer = analyzer.Remediate(request, None)
        props = given.props
        if answer.remediations:
            props = dict(Wire(answer.remediations[-1].properties))
        found.append(replace(given, props=props))
    return found


def requests(fixture: Fixture) -> Iterator[proto.AnalyzeRequest]:
    """What the engine sends of each resource before it is made."""
    by_name = {given.name: given for given in fixture}
    for given in fixture:
        yield proto.AnalyzeRequest(
            type=given.type,
            name=given.known_as,
            urn=given.urn(),
            properties=_struct(given.props),
            options=_options(given, by_name),
            provider=_provider(given, by_name),
        )


def stack_request(fixture: Fixture) -> proto.AnalyzeStackRequest:
    """What the engine sends in the end: of components only what they registered as outputs."""
    by_name = {given.name: given for given in fixture}
    component = {given.name for given in fixture if given.type.startswith("celeriac:index:")}
    return proto.AnalyzeStackRequest(
        resources=[
            proto.AnalyzerResource(
                type=given.type,
                name=given.known_as,
                urn=given.urn(),
                properties=_struct(
                    given.outputs if given.name in component else {**given.props, **given.outputs}
                ),
                options=_options(given, by_name),
                provider=_provider(given, by_name),
                parent=by_name[given.parent].urn() if given.parent else "",
            )
            for given in fixture
        ]
    )


def _options(given: Given, by_name: Mapping[str, Given]) -> proto.AnalyzerResourceOptions:
    parent = by_name[given.parent].urn() if given.parent else ""
    return proto.AnalyzerResourceOptions(protect=given.protect, parent=parent)


def _provider(given: Given, by_name: Mapping[str, Given]) -> proto.AnalyzerProviderResource | None:
    if not given.provider:
        return None
    provider = by_name[given.provider]
    return proto.AnalyzerProviderResource(
        type=provider.type,
        name=provider.known_as,
        urn=provider.urn(),
        properties=_struct(provider.props),
    )


def _configuration(
    parameters: Mapping[str, Mapping[str, Any]], levels: Mapping[str, str]
) -> proto.ConfigureAnalyzerRequest:
    request = proto.ConfigureAnalyzerRequest()
    for name in {*parameters, *levels}:
        request.policyConfig[name].properties.update(parameters.get(name, {}))
        level = levels.get(name, "mandatory").upper()
        request.policyConfig[name].enforcementLevel = proto.EnforcementLevel.Value(level)
    return request


def _struct(props: Mapping[str, Any]) -> struct_pb2.Struct:
    return struct_pb2.Struct(fields={key: _wire(value) for key, value in props.items()})


def _wire(value: Any) -> struct_pb2.Value:
    if isinstance(value, Secret):
        signature = struct_pb2.Value(string_value=rpc._special_secret_sig)
        fields = {rpc._special_sig_key: signature, "value": _wire(value.value)}
        return struct_pb2.Value(struct_value=struct_pb2.Struct(fields=fields))
    if value is UNKNOWN:
        return struct_pb2.Value(string_value=rpc.UNKNOWN)
    if isinstance(value, Mapping):
        return struct_pb2.Value(struct_value=_struct(value))
    if isinstance(value, (list, tuple)):
        items = struct_pb2.ListValue(values=[_wire(item) for item in value])
        return struct_pb2.Value(list_value=items)
    if isinstance(value, bool):
        return struct_pb2.Value(bool_value=value)
    if isinstance(value, (int, float)):
        return struct_pb2.Value(number_value=value)
    if value is None:
        return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
    return struct_pb2.Value(string_value=value)


def _found(diagnostic: proto.AnalyzeDiagnostic) -> Found:
    return Found(
        rule=diagnostic.policyName,
        resource=diagnostic.urn.rpartition("::")[2],
        message=diagnostic.message.removeprefix(diagnostic.description).strip(),
        level=proto.EnforcementLevel.Name(diagnostic.enforcementLevel),
    )


def recorded(rule: Rule, reads: set[tuple[str, str]]) -> Rule:
    """The rule, noting type and property of all that it reads."""

    def noting(resource: Resource) -> Resource:
        provider = None if resource.provider is None else noting(resource.provider)
        values = _Recording(resource.props._values, resource.type, reads)
        return replace(resource, props=Properties(values), provider=provider)

    if isinstance(rule, StackRule):
        check_stack = rule.check
        return replace(
            rule, check=lambda stack, given: check_stack(Stack(map(noting, stack.resources)), given)
        )
    assert isinstance(rule, ResourceRule)
    check = rule.check
    return replace(rule, check=lambda resource, given: check(noting(resource), given))


class _Recording(Mapping[str, Any]):
    def __init__(self, values: Mapping[str, Any], token: str, reads: set[tuple[str, str]]) -> None:
        self._values, self._token, self._reads = values, token, reads

    def __getitem__(self, key: str) -> Any:
        self._reads.add((self._token, key))
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
