"""The provider protocol, as far as the engine uses it with AWS's plugin."""

# ruff: noqa: N802 - the protocol names its methods

from __future__ import annotations

import functools
import json
import os
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import grpc
from botocore.exceptions import BotoCoreError, ClientError
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from celeriac_provider.engine.values import UNKNOWN, contains_unknown, marshal, unmarshal
from tests.standins.aws import catalogue
from tests.standins.aws.account import Account
from tests.standins.aws.errors import Refusal
from tests.standins.aws.resource import Resource, Values

NAME = "a test's STAND-IN for the AWS plugin, over a local moto server"
_VERSION = "7.51.1"  # of the package whose types it serves
_CONFIGURATION = {"region", "version", "pluginDownloadURL"}

F = TypeVar("F", bound=Callable[..., Any])


def _answering(method: F) -> F:
    """An exception becomes a sentence that says who failed."""

    @functools.wraps(method)
    def wrapped(self: Any, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(self, request, context)
        except (Refusal, ClientError, BotoCoreError) as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"{NAME}: {error}")
        except Exception as error:  # noqa: BLE001 - a bug of the stand-in is to be seen whole
            context.abort(
                grpc.StatusCode.INTERNAL,
                f"a bug in {NAME}: {error!r}\n{''.join(traceback.format_exception(error))}",
            )

    return wrapped  # type: ignore[return-value] # functools.wraps loses the exact signature


class StandIn(provider_pb2_grpc.ResourceProviderServicer):
    """Serves the types of `catalogue` and refuses all others."""

    def __init__(self) -> None:
        self._account: Account | None = None

    @property
    def account(self) -> Account:
        """The account, once the engine has said the region."""
        assert self._account is not None
        return self._account

    # About the provider.

    def Handshake(self, request: Any, context: Any) -> provider_pb2.ProviderHandshakeResponse:
        """Agree on the protocol's options."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:
        """The version of the plugin it stands for."""
        return plugin_pb2.PluginInfo(version=_VERSION)

    def GetSchema(self, request: Any, context: Any) -> provider_pb2.GetSchemaResponse:
        """A schema that says what this is, and describes nothing."""
        schema = {"name": "aws", "version": _VERSION, "displayName": NAME, "description": NAME}
        return provider_pb2.GetSchemaResponse(schema=json.dumps(schema))

    def GetMapping(self, request: Any, context: Any) -> provider_pb2.GetMappingResponse:
        """None."""
        return provider_pb2.GetMappingResponse()

    def GetMappings(self, request: Any, context: Any) -> provider_pb2.GetMappingsResponse:
        """None."""
        return provider_pb2.GetMappingsResponse()

    def Cancel(self, request: Any, context: Any) -> empty_pb2.Empty:
        """Calls under way end by themselves."""
        return empty_pb2.Empty()

    @_answering
    def CheckConfig(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        """Only a region can be configured; it may come from the environment, as AWS's own."""
        given, _ = unmarshal(request.news)
        failures = [
            provider_pb2.CheckFailure(property=key, reason=f"{NAME} does not know aws:{key}")
            for key in sorted(given.keys() - _CONFIGURATION)
        ]
        if "region" not in given:
            region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
            if region:
                given["region"] = region
            else:
                reason = "set aws:region or AWS_REGION"
                failures.append(provider_pb2.CheckFailure(property="region", reason=reason))
        return provider_pb2.CheckResponse(inputs=marshal(given, ()), failures=failures)

    @_answering
    def DiffConfig(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        """Another region is another provider."""
        old, _ = unmarshal(request.old_inputs)
        new, _ = unmarshal(request.news)
        moved = old.get("region") != new.get("region")
        response = provider_pb2.DiffResponse
        return response(
            changes=response.DIFF_SOME if moved else response.DIFF_NONE,
            diffs=["region"] if moved else [],
            replaces=["region"] if moved else [],
        )

    @_answering
    def Configure(self, request: Any, context: Any) -> provider_pb2.ConfigureResponse:
        """Take the region; everything else comes from boto3's own environment."""
        given, _ = unmarshal(request.args)
        self._account = Account(given["region"])
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, acceptResources=False, acceptOutputs=False
        )

    # The life of a resource.

    @_answering
    def Check(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        """Defaults, a name, and what AWS would refuse."""
        resource = self._resource(request.urn)
        old, _ = unmarshal(request.olds)
        given, secret = unmarshal(request.news)
        known = {p.name: p for p in resource.inputs()}
        failures = [
            (key, f"{NAME} does not know the property {key} of {resource.token}")
            for key in sorted(given.keys() - known.keys())
        ]
        values = dict(given)
        for p in known.values():
            if p.name in given:
                problem = p.problem(given[p.name])
                if problem:
                    failures.append((p.name, problem))
            elif p.required:
                failures.append((p.name, f"{p.name} is required"))
            elif p.default is not None:
                values[p.name] = p.default
        name = resource.name_property
        if name and name not in values:
            values[name] = old.get(name) or self._name(resource, request, values)
        if not failures and not contains_unknown(values):
            failures = [("", problem) for problem in resource.problems(values)]
        return provider_pb2.CheckResponse(
            inputs=marshal(values, secret | _secrets(resource)),
            failures=[provider_pb2.CheckFailure(property=k, reason=r) for k, r in failures],
        )

    @_answering
    def Diff(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        """What differs from the state, and whether that takes a new object."""
        resource = self._resource(request.urn)
        state, _ = unmarshal(request.olds)
        old, _ = unmarshal(request.old_inputs)
        new, _ = unmarshal(request.news)
        details = {}
        for p in resource.inputs():
            wanted, was, had = new.get(p.name), state.get(p.name), old.get(p.name)
            if p.name in request.ignoreChanges or not p.differs(wanted, was, had):
                continue
            kind = "ADD" if was is None else "DELETE" if wanted is None else "UPDATE"
            kind += "_REPLACE" if p.replaces else ""
            details[p.name] = provider_pb2.PropertyDiff(
                kind=getattr(provider_pb2.PropertyDiff, kind), inputDiff=had != wanted
            )
        replaces = [name for name in details if resource.property(name).replaces]
        named = resource.name_property
        response = provider_pb2.DiffResponse
        return response(
            changes=response.DIFF_SOME if details else response.DIFF_NONE,
            diffs=list(details),
            replaces=replaces,
            # As AWS's plugin: a name that was given can be had once only.
            deleteBeforeReplace=bool(replaces and named and state.get(named) == new.get(named)),
            hasDetailedDiff=True,
            detailedDiff=details,
        )

    @_answering
    def Create(self, request: Any, context: Any) -> provider_pb2.CreateResponse:
        """Make the object."""
        resource = self._resource(request.urn)
        inputs, secret = unmarshal(request.properties)
        secret |= _secrets(resource)
        if request.preview:
            state = dict.fromkeys(resource.outputs, UNKNOWN) | inputs
            return provider_pb2.CreateResponse(properties=marshal(state, secret))
        id_ = resource.create(inputs)
        state = self._state(resource, id_, inputs, inputs)
        return provider_pb2.CreateResponse(id=id_, properties=marshal(state, secret))

    @_answering
    def Update(self, request: Any, context: Any) -> provider_pb2.UpdateResponse:
        """Change the object in place."""
        resource = self._resource(request.urn)
        old, _ = unmarshal(request.olds)
        inputs, secret = unmarshal(request.news)
        had, _ = unmarshal(request.old_inputs)
        secret |= _secrets(resource)
        if request.preview:
            state = {k: v for k, v in old.items() if k in resource.outputs} | inputs
            return provider_pb2.UpdateResponse(properties=marshal(state, secret))
        changed = {
            p.name
            for p in resource.inputs()
            if p.differs(inputs.get(p.name), old.get(p.name), had.get(p.name))
        }
        resource.update(request.id, inputs, old, changed)
        state = self._state(resource, request.id, inputs, old | inputs)
        return provider_pb2.UpdateResponse(properties=marshal(state, secret))

    @_answering
    def Read(self, request: Any, context: Any) -> provider_pb2.ReadResponse:
        """What is there now; without a state, an import."""
        resource = self._resource(request.urn)
        state, secret = unmarshal(request.properties)
        inputs, _ = unmarshal(request.inputs)
        secret |= _secrets(resource)
        found = resource.read(request.id, state)
        if found is None:
            return provider_pb2.ReadResponse()
        now = _without_nulls(state | found)
        managed = {
            p.name: inputs.get(p.name) if p.elsewhere else now[p.name]
            for p in resource.inputs()
            if p.name in now and (not state or p.name in inputs)
        }
        return provider_pb2.ReadResponse(
            id=request.id, properties=marshal(now, secret), inputs=marshal(managed, secret)
        )

    @_answering
    def Delete(self, request: Any, context: Any) -> empty_pb2.Empty:
        """Remove the object."""
        resource = self._resource(request.urn)
        state, _ = unmarshal(request.properties)
        resource.delete(request.id, state)
        return empty_pb2.Empty()

    @_answering
    def Invoke(self, request: Any, context: Any) -> provider_pb2.InvokeResponse:
        """Answer a question of the program's."""
        try:
            function = catalogue.FUNCTIONS[request.tok]
        except KeyError:
            raise Refusal(f"there is no function {request.tok} in it") from None
        given, _ = unmarshal(request.args)
        if given.get("region") == self.account.region:
            del given["region"]
        answer = provider_pb2.InvokeResponse()
        # The field's name is a keyword of Python's.
        getattr(answer, "return").CopyFrom(marshal(function(self.account, given), ()))
        return answer

    # Inside.

    def _resource(self, urn: str) -> Resource:
        token = urn.split("::")[2].rpartition("$")[2]
        try:
            return catalogue.RESOURCES[token](self.account)
        except KeyError:
            raise Refusal(f"there is no resource {token} in it") from None

    def _name(self, resource: Resource, request: Any, values: Mapping[str, Any]) -> str:
        name = request.urn.rpartition("::")[2]
        return resource.autonamed(name, request.randomSeed, values)

    def _state(self, resource: Resource, id_: str, inputs: Values, prior: Values) -> Values:
        found = resource.read(id_, prior)
        if found is None:
            raise Refusal(f"{resource.token} {id_} is gone right after it was written")
        region = {} if resource.is_global else {"region": self.account.region}
        return _without_nulls(inputs | found | region)


def _secrets(resource: Resource) -> frozenset[str]:
    declared: Iterable[str] = (p.name for p in resource.inputs() if p.secret)
    return frozenset(declared) | frozenset(resource.secret_outputs)


def _without_nulls(values: Values) -> Values:
    return {key: value for key, value in values.items() if value is not None}
