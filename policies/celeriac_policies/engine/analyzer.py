"""Runs rules on what Pulumi's engine sends, and answers with what they found."""

from __future__ import annotations

import functools
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2 as proto
from pulumi.runtime.proto import analyzer_pb2_grpc, plugin_pb2

from celeriac_policies.engine.configuration import (
    EXCLUSIONS,
    SCHEMA,
    ConfigurationError,
    configured,
    standard,
)
from celeriac_policies.engine.wire import Wire, pack, secrets
from celeriac_policies.resource import Resource, Stack
from celeriac_policies.rule import Level, Profile, ResourceRule, Rule, StackRule, Violation
from celeriac_policies.values import Properties, UnknownValue

PACK: Final = "celeriac"
VERSION: Final = "0.1.0"
_SHORTEST: Final = 4
"""Letters of the shortest secret that is looked for in a message: shorter ones are in any text."""

_LEVELS: Final = {
    Level.ADVISORY: proto.ADVISORY,
    Level.MANDATORY: proto.MANDATORY,
    Level.REMEDIATE: proto.REMEDIATE,
    Level.DISABLED: proto.DISABLED,
}
_BACK: Final[Mapping[int, Level]] = {number: level for level, number in _LEVELS.items()}

S = TypeVar("S")
T = TypeVar("T")


class Analyzer(analyzer_pb2_grpc.AnalyzerServicer):
    """The analyzer of one preview or `up`.

    Args:
        rules: all of the pack.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)
        self._configuration = standard(self._rules)
        self._of_type: dict[str, list[ResourceRule]] = {}
        for rule in self._rules:
            if isinstance(rule, ResourceRule):
                for token in rule.reads:
                    self._of_type.setdefault(token, []).append(rule)
        self._inputs: dict[str, struct_pb2.Struct] = {}

    # The protocol names its methods.

    def GetPluginInfo(self, request: empty_pb2.Empty, context: Any) -> plugin_pb2.PluginInfo:
        """The pack's version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetAnalyzerInfo(self, request: empty_pb2.Empty, context: Any) -> proto.AnalyzerInfo:
        """Every rule, with all that it says of itself."""
        exclusions = proto.PolicyInfo(
            name=EXCLUSIONS,
            displayName="Exclusions",
            description="Which resources some rules are not applied to, and why.",
            enforcementLevel=proto.ADVISORY,
            policy_type=proto.POLICY_TYPE_STACK,
            configSchema=_schema(SCHEMA),
        )
        return proto.AnalyzerInfo(
            name=PACK,
            displayName="Celeriac",
            version=VERSION,
            supportsConfig=True,
            description="What Celery needs of brokers and result backends, their servers and AWS",
            policies=[*map(_info, self._rules), exclusions],
        )

    def ConfigureStack(
        self,
        request: proto.AnalyzerStackConfigureRequest,
        context: Any,
    ) -> proto.AnalyzerStackConfigureResponse:
        """Nothing of the stack is needed."""
        return proto.AnalyzerStackConfigureResponse()

    def Configure(self, request: proto.ConfigureAnalyzerRequest, context: Any) -> empty_pb2.Empty:
        """Levels, parameters and exclusions; whatever cannot be is one error."""
        levels = {key: _BACK[value.enforcementLevel] for key, value in request.policyConfig.items()}
        properties = {
            key: json_format.MessageToDict(value.properties)
            for key, value in request.policyConfig.items()
        }
        try:
            self._configuration = configured(self._rules, levels, _whole(properties))
        except ConfigurationError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        return empty_pb2.Empty()

    def Remediate(self, request: proto.AnalyzeRequest, context: Any) -> proto.RemediateResponse:
        """Mend what rules at level `remediate` can mend."""
        response = proto.RemediateResponse()
        properties = request.properties
        for rule in self._of_type.get(_token(request.type), ()):
            if rule.mend is None or self._configuration.levels[rule.name] is not Level.REMEDIATE:
                continue
            resource = _resource(request, Wire(properties), request.options.parent)
            changes = self._mended(rule, resource)
            if not changes:
                continue
            mended = struct_pb2.Struct()
            mended.CopyFrom(properties)
            for name, value in changes.items():
                mended.fields[name].CopyFrom(pack(value))
            properties = mended
            response.remediations.append(
                proto.Remediation(
                    policyName=rule.name,
                    policyPackName=PACK,
                    policyPackVersion=VERSION,
                    description=rule.description,
                    properties=properties,
                )
            )
        return response

    def Analyze(self, request: proto.AnalyzeRequest, context: Any) -> proto.AnalyzeResponse:
        """One resource, before it is made."""
        response = proto.AnalyzeResponse()
        # A stack rule sees outputs only, and of a component those alone that it registers.
        self._inputs[request.urn] = request.properties
        rules = self._of_type.get(_token(request.type), ())
        if rules:
            resource = _resource(request, Wire(request.properties), request.options.parent)
            for rule in rules:
                for sentence in self._run(rule, rule.check, resource, str):
                    if not self._configuration.excluded(rule.name, resource):
                        said = _redacted(sentence, secrets(request.properties))
                        response.diagnostics.append(self._diagnostic(rule, said, resource.urn))
        return response

    def AnalyzeStack(
        self, request: proto.AnalyzeStackRequest, context: Any
    ) -> proto.AnalyzeResponse:
        """All resources together; and which exclusions were used."""
        response = proto.AnalyzeResponse()
        structs = {
            one.urn: [self._inputs.get(one.urn, struct_pb2.Struct()), one.properties]
            for one in request.resources
        }
        stack = Stack(
            _resource(one, Wire(*structs[one.urn]), one.parent) for one in request.resources
        )

        @functools.cache  # looked for once, and only where there is something to say
        def hidden() -> set[str]:
            return secrets(*(struct for pair in structs.values() for struct in pair))

        for rule in self._rules:
            if not isinstance(rule, StackRule):
                continue
            for found in self._run(rule, rule.check, stack, Violation):
                where = found.resource or _root(stack)
                if where is not None and self._configuration.excluded(rule.name, where):
                    continue
                said = _redacted(found.message, hidden())
                urn = found.resource.urn if found.resource else ""
                response.diagnostics.append(self._diagnostic(rule, said, urn))
        response.diagnostics.extend(self._exclusions())
        return response

    def _run(
        self,
        rule: Rule,
        check: Callable[[S, Mapping[str, Any]], Iterator[T]],
        subject: S,
        saying: Callable[[str], T],
    ) -> Iterator[T]:
        """What a rule finds, up to the first value that it would have to know."""
        if self._configuration.levels[rule.name] is Level.DISABLED:
            return
        try:
            yield from check(subject, self._given(rule))
        except UnknownValue:
            return
        except Exception as error:  # noqa: BLE001 - a program of others can have anything anywhere
            # What failed is not shown: there may be a value in it.
            at = traceback.extract_tb(error.__traceback__)[-1]
            yield saying(
                f"the rule could not read it ({type(error).__name__} at {Path(at.filename).name}:"
                f"{at.lineno}): a property has another type than its provider says, or this is a "
                "bug of the pack: report it, and disable the rule until it is mended"
            )

    def _mended(self, rule: ResourceRule, resource: Resource) -> Mapping[str, Any]:
        if rule.mend is None or self._configuration.excluded(rule.name, resource):
            return {}
        try:
            return rule.mend(resource, self._given(rule))
        except UnknownValue:
            return {}

    def _given(self, rule: Rule) -> Mapping[str, Any]:
        return self._configuration.parameters[rule.name]

    def _diagnostic(self, rule: Rule, said: str, urn: str) -> proto.AnalyzeDiagnostic:
        level = self._configuration.levels[rule.name]
        # What could not be remediated fails.
        shown = Level.MANDATORY if level is Level.REMEDIATE else level
        return proto.AnalyzeDiagnostic(
            policyName=rule.name,
            policyPackName=PACK,
            policyPackVersion=VERSION,
            description=rule.description,
            message=f"{rule.description}\n{said}",
            enforcementLevel=_LEVELS[shown],
            urn=urn,
            severity=_severity(rule),
        )

    def _exclusions(self) -> Iterator[proto.AnalyzeDiagnostic]:
        """Each exclusion, with what it covered."""
        for exclusion in self._configuration.exclusions:
            used = self._configuration.used.get(exclusion, [])
            covered = [f"left out: {rule} on {urn.rpartition('::')[2]}" for rule, urn in used]
            covered = covered or ["it left nothing out of this run"]
            yield proto.AnalyzeDiagnostic(
                policyName=EXCLUSIONS,
                policyPackName=PACK,
                policyPackVersion=VERSION,
                description="Which resources some rules are not applied to, and why.",
                message="\n".join([f"{exclusion.reason} ({exclusion})", *covered]),
                enforcementLevel=proto.ADVISORY,
            )


def _info(rule: Rule) -> proto.PolicyInfo:
    found = proto.PolicyInfo(
        name=rule.name,
        displayName=rule.name,
        description=rule.description,
        enforcementLevel=_LEVELS[rule.level(Profile.STANDARD)],
        severity=_severity(rule),
        remediation_steps=rule.steps,
        url=rule.url,
        policy_type=(
            proto.POLICY_TYPE_RESOURCE
            if isinstance(rule, ResourceRule)
            else proto.POLICY_TYPE_STACK
        ),
        tags=[f"{tool}:{one}" for tool, ids in rule.same_as.items() for one in ids],
    )
    if rule.parameters:
        properties = {parameter.name: parameter.schema for parameter in rule.parameters}
        found.configSchema.CopyFrom(_schema(properties))
    return found


def _schema(properties: Mapping[str, Any]) -> proto.PolicyConfigSchema:
    struct = struct_pb2.Struct()
    struct.update(properties)
    return proto.PolicyConfigSchema(properties=struct)


def _severity(rule: Rule) -> Any:
    return proto.PolicySeverity.Value(f"POLICY_SEVERITY_{rule.severity.name}")


def _token(type_: str) -> str:
    """The type without the components that it is inside of."""
    return type_.rpartition("$")[2]


def _resource(
    message: proto.AnalyzeRequest | proto.AnalyzerResource, wire: Wire, parent: str
) -> Resource:
    provider = None
    if message.HasField("provider"):
        given = message.provider
        provider = Resource(
            type=given.type,
            name=given.name,
            urn=given.urn,
            props=Properties(Wire(given.properties)),
        )
    return Resource(
        type=_token(message.type),
        name=message.name,
        urn=message.urn,
        props=Properties(wire),
        parent=parent,
        protect=message.options.protect,
        ignored=tuple(message.options.ignoreChanges),
        provider=provider,
    )


def _root(stack: Stack) -> Resource | None:
    return next(stack.of("pulumi:pulumi:Stack"), None)


def _redacted(sentence: str, hidden: set[str]) -> str:
    """Without any secret of the resources: rules do not write them, and this makes sure."""
    for secret in sorted(hidden, key=len, reverse=True):
        if len(secret) >= _SHORTEST:
            # A part of a longer word is that word: `[secret]ql` would give the secret away.
            sentence = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "[secret]", sentence)
    return sentence


def _whole(value: Any) -> Any:
    """Numbers of JSON as Python has them: the protocol has floats only."""
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
