"""The provider protocol, as far as the engine uses it with a plugin that is stood in for."""

# ruff: noqa: N802 - the protocol names its methods

from __future__ import annotations

import functools
import json
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, ClassVar, Generic, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from celeriac_provider.engine.values import UNKNOWN, contains_unknown, marshal, unmarshal
from tests.standins.errors import Refusal
from tests.standins.resource import Place, Resource, Values

F = TypeVar("F", bound=Callable[..., Any])


def answering(method: F) -> F:
    """An exception becomes a sentence that says who failed."""

    @functools.wraps(method)
    def wrapped(self: Any, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(self, request, context)
        except (Refusal, *self.refusals) as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"{self.name}: {error}")
        except Exception as error:  # noqa: BLE001 - a bug of the stand-in is to be seen whole
            context.abort(
                grpc.StatusCode.INTERNAL,
                f"a bug in {self.name}: {error!r}\n{''.join(traceback.format_exception(error))}",
            )

    return wrapped  # type: ignore[return-value] # functools.wraps loses the exact signature


class StandIn(provider_pb2_grpc.ResourceProviderServicer, ABC, Generic[Place]):
    """Serves the types of `resources` and refuses all others."""

    name: ClassVar[str]
    """What it says it is."""
    package: ClassVar[str]
    """The provider that it stands for."""
    version: ClassVar[str]
    """Of the package whose types it serves."""
    configuration: ClassVar[Collection[str]] = ()
    """What of the provider can be configured."""
    refusals: ClassVar[tuple[type[Exception], ...]] = ()
    """Exceptions of what makes the resources, that are sentences for a user."""
    resources: ClassVar[Mapping[str, type[Resource[Any]]]]
    functions: ClassVar[Mapping[str, Callable[..., Values]]] = {}

    def __init__(self) -> None:
        self._place: Place | None = None

    @property
    def place(self) -> Place:
        """Where the resources are, once the engine has said so."""
        assert self._place is not None
        return self._place

    def configured(self, given: Values) -> tuple[Values, dict[str, str]]:
        """The configuration with defaults, and what is wrong with it, by key."""
        return given, {}

    @abstractmethod
    def placed(self, given: Values) -> Place:
        """Where a configuration says that the resources are."""

    # About the provider.

    def Handshake(self, request: Any, context: Any) -> provider_pb2.ProviderHandshakeResponse:
        """Agree on the protocol's options."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:
        """The version of the plugin it stands for."""
        return plugin_pb2.PluginInfo(version=self.version)

    def GetSchema(self, request: Any, context: Any) -> provider_pb2.GetSchemaResponse:
        """A schema that says what this is, and describes nothing."""
        schema = {
            "name": self.package,
            "version": self.version,
            "displayName": self.name,
            "description": self.name,
        }
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

    @answering
    def CheckConfig(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        """Only what is known can be configured."""
        given, secret = unmarshal(request.news)
        known = {*self.configuration, "version", "pluginDownloadURL"}
        problems = {
            key: f"{self.name} does not know {self.package}:{key}"
            for key in sorted(given.keys() - known)
        }
        given, more = self.configured(given)
        failures = [
            provider_pb2.CheckFailure(property=key, reason=reason)
            for key, reason in (problems | more).items()
        ]
        return provider_pb2.CheckResponse(inputs=marshal(given, secret), failures=failures)

    @answering
    def DiffConfig(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        """Another place is another provider."""
        old, _ = unmarshal(request.old_inputs)
        new, _ = unmarshal(request.news)
        moved = [key for key in self.configuration if old.get(key) != new.get(key)]
        response = provider_pb2.DiffResponse
        return response(
            changes=response.DIFF_SOME if moved else response.DIFF_NONE,
            diffs=moved,
            replaces=moved,
        )

    @answering
    def Configure(self, request: Any, context: Any) -> provider_pb2.ConfigureResponse:
        """Take the place; everything else comes from the environment."""
        given, _ = unmarshal(request.args)
        self._place = self.placed(given)
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, acceptResources=False, acceptOutputs=False
        )

    # The life of a resource.

    @answering
    def Check(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        """Defaults, a name, and what would be refused."""
        resource = self._resource(request.urn)
        old, _ = unmarshal(request.olds)
        given, secret = unmarshal(request.news)
        known = {p.name: p for p in resource.inputs()}
        failures = [
            (key, f"{self.name} does not know the property {key} of {resource.token}")
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

    @answering
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
            # As plugins do: a name that was given can be had once only.
            deleteBeforeReplace=bool(replaces and named and state.get(named) == new.get(named)),
            hasDetailedDiff=True,
            detailedDiff=details,
        )

    @answering
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

    @answering
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

    @answering
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

    @answering
    def Delete(self, request: Any, context: Any) -> empty_pb2.Empty:
        """Remove the object."""
        resource = self._resource(request.urn)
        state, _ = unmarshal(request.properties)
        resource.delete(request.id, state)
        return empty_pb2.Empty()

    @answering
    def Invoke(self, request: Any, context: Any) -> provider_pb2.InvokeResponse:
        """Answer a question of the program's."""
        try:
            function = self.functions[request.tok]
        except KeyError:
            raise Refusal(f"there is no function {request.tok} in it") from None
        given, _ = unmarshal(request.args)
        answer = provider_pb2.InvokeResponse()
        # The field's name is a keyword of Python's.
        getattr(answer, "return").CopyFrom(marshal(function(self.place, given), ()))
        return answer

    # Inside.

    def _resource(self, urn: str) -> Resource[Any]:
        token = urn.split("::")[2].rpartition("$")[2]
        try:
            return self.resources[token](self.place)
        except KeyError:
            raise Refusal(f"there is no resource {token} in it") from None

    def _name(self, resource: Resource[Any], request: Any, values: Mapping[str, Any]) -> str:
        name = request.urn.rpartition("::")[2]
        return resource.autonamed(name, request.randomSeed, values)

    def _state(self, resource: Resource[Any], id_: str, inputs: Values, prior: Values) -> Values:
        found = resource.read(id_, prior)
        if found is None:
            raise Refusal(f"{resource.token} {id_} is gone right after it was written")
        return _without_nulls(inputs | found | resource.fixed())


def _secrets(resource: Resource[Any]) -> frozenset[str]:
    declared: Iterable[str] = (p.name for p in resource.inputs() if p.secret)
    return frozenset(declared) | frozenset(resource.secret_outputs)


def _without_nulls(values: Values) -> Values:
    return {key: value for key, value in values.items() if value is not None}
