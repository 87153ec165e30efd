"""The provider protocol: messages in, messages out. What a resource does is decided elsewhere."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from celeriac_provider import __version__
from celeriac_provider.engine import lifecycle, unmanaged
from celeriac_provider.engine.configuration import PROPERTIES, Configuration, configuration
from celeriac_provider.engine.context import Clients, Context
from celeriac_provider.engine.diff import changes
from celeriac_provider.engine.errors import Mistake
from celeriac_provider.engine.faults import answering
from celeriac_provider.engine.interruption import interruptible
from celeriac_provider.engine.marks import Mark
from celeriac_provider.engine.properties import Problem, checked
from celeriac_provider.engine.resource import Resource
from celeriac_provider.engine.schema import schema
from celeriac_provider.engine.values import UNKNOWN, contains_unknown, marshal, unmarshal

T = TypeVar("T")
Warn = Callable[[str, str], None]
"""Shows the user a sentence: (urn, sentence)."""


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Serves one instance of the provider to the engine.

    Args:
        resources: the resource classes that this provider offers, by token.
        warn: how a warning reaches the user.
    """

    def __init__(self, resources: Mapping[str, type[Resource]], warn: Warn) -> None:
        self._resources = resources
        self._warn = warn
        self._configuration = Configuration()
        self._clients = Clients(self._configuration)
        self.cancelled = threading.Event()

    def close(self) -> None:
        """Close every connection to the server."""
        self._clients.close()

    # About the provider.

    def Handshake(self, request: Any, context: Any) -> provider_pb2.ProviderHandshakeResponse:
        """Agree on the protocol's options."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:
        """The provider's version."""
        return plugin_pb2.PluginInfo(version=__version__)

    def GetSchema(self, request: Any, context: Any) -> provider_pb2.GetSchemaResponse:
        """The package schema."""
        text = json.dumps(schema(self._resources.values()))
        return provider_pb2.GetSchemaResponse(schema=text)

    def GetMapping(self, request: Any, context: Any) -> provider_pb2.GetMappingResponse:
        """No other provider's names map to ours."""
        return provider_pb2.GetMappingResponse()

    def GetMappings(self, request: Any, context: Any) -> provider_pb2.GetMappingsResponse:
        """No other provider's names map to ours."""
        return provider_pb2.GetMappingsResponse()

    def Cancel(self, request: Any, context: Any) -> empty_pb2.Empty:
        """The user pressed Ctrl-C: waits end, calls under way finish."""
        self.cancelled.set()
        return empty_pb2.Empty()

    # Configuration.

    @answering
    def CheckConfig(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        """Name every bad property of the provider's configuration."""
        given, secret = unmarshal(request.news)
        # The engine adds its own (version, pluginDownloadURL), and nested values come as JSON.
        known = {p.key for p in PROPERTIES}
        ours = {key: value for key, value in given.items() if key in known}
        ours = _typed_from_strings(ours)
        values, problems = checked(PROPERTIES, ours, "the celeriac provider")
        secrets = secret | {p.key for p in PROPERTIES if p.secret}
        rest = {key: value for key, value in given.items() if key not in known}
        return _check_response(values | rest, secrets, problems)

    @answering
    def DiffConfig(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        """A change of configuration is taken up in place: it never replaces resources."""
        old, _ = unmarshal(request.old_inputs)
        new, _ = unmarshal(request.news)
        differing = sorted(k for k in old.keys() | new.keys() if old.get(k) != new.get(k))
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME
            if differing
            else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=differing,
        )

    @answering
    def Configure(self, request: Any, context: Any) -> provider_pb2.ConfigureResponse:
        """Take the configuration; connections are made when first needed."""
        given, _ = unmarshal(request.args)
        known = {key: value for key, value in given.items() if not contains_unknown(value)}
        self._configuration = configuration(_typed_from_strings(known))
        self._configuration.check_references()
        self._clients = Clients(self._configuration)
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, acceptResources=False, acceptOutputs=False
        )

    # The life of a resource.

    @answering
    def Check(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        """Fill in defaults and name every bad property."""
        resource = self._resource(request.urn)
        given, secret = unmarshal(request.news)
        values, problems = checked(resource.properties(), given, resource.noun())
        if not problems:
            if not contains_unknown(values):
                problems = list(resource.of(values).problems())
            values = resource.normalised(values)
        return _check_response(values, secret | _secrets(resource), problems)

    @answering
    def Diff(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        """What would change, and whether that takes a new object."""
        resource = self._resource(request.urn)
        state, _ = unmarshal(request.olds)
        old_inputs, _ = unmarshal(request.old_inputs)
        new, _ = unmarshal(request.news)
        if unmanaged.given(state, new):
            ctx, key = self._context(request), resource.parse(request.id)
            state = unmanaged.verified(
                state,
                new,
                lambda prior: ctx.persist(lambda: resource.read(ctx, key, resource.of(prior))),
            )
        found = list(
            changes(
                resource.properties(),
                state=state,
                old_inputs=old_inputs,
                new=new,
                ignored=request.ignoreChanges,
            )
        )
        replaces = [change.key for change in found if change.replaces]
        if replaces and (warning := resource.warning(state, new)) is not None:
            self._warn(request.urn, warning)
        named = {
            p.key for p in resource.properties() if p.name in resource.identity and not p.is_output
        }
        response = provider_pb2.DiffResponse
        return response(
            changes=response.DIFF_SOME if found else response.DIFF_NONE,
            diffs=[change.key for change in found],
            replaces=replaces,
            # With the same physical name, the new object would take up the old one, which would
            # then be deleted. A name that create computes is never the same.
            deleteBeforeReplace=bool(replaces and named) and not named & set(replaces),
            hasDetailedDiff=True,
            detailedDiff={
                change.key: provider_pb2.PropertyDiff(
                    kind=getattr(
                        provider_pb2.PropertyDiff,
                        change.kind + ("_REPLACE" if change.replaces else ""),
                    ),
                    inputDiff=not change.drifted,
                )
                for change in found
            },
        )

    @answering
    def Create(self, request: Any, context: Any) -> provider_pb2.CreateResponse:
        """Make the object; in a preview say what is known and touch nothing."""
        resource = self._resource(request.urn)
        values, secret = unmarshal(request.properties)
        if request.preview:
            state, id_ = self._foreseen(resource, values, {}), ""
        else:
            wanted, ctx = resource.of(values), self._context(request)
            made = self._do(
                "creating", wanted, ctx, lambda: lifecycle.create(wanted, ctx, request.urn)
            )
            state, id_ = made.values(), made.id()
        return provider_pb2.CreateResponse(
            id=id_, properties=marshal(state, secret | _secrets(resource))
        )

    @answering
    def Update(self, request: Any, context: Any) -> provider_pb2.UpdateResponse:
        """Change the object in place; in a preview say what is known and touch nothing."""
        resource = self._resource(request.urn)
        old, _ = unmarshal(request.olds)
        values, secret = unmarshal(request.news)
        if request.preview:
            state = self._foreseen(resource, values, old)
        else:
            wanted = resource.of(lifecycle.carried(resource, values, old))
            ctx = self._context(request)
            left = old.get(unmanaged.KEY, ())
            state = self._do(
                "updating",
                wanted,
                ctx,
                lambda: lifecycle.update(wanted, resource.of(old), ctx, left),
            ).values()
            state |= unmanaged.still(old, state)
        return provider_pb2.UpdateResponse(properties=marshal(state, secret | _secrets(resource)))

    @answering
    def Read(self, request: Any, context: Any) -> provider_pb2.ReadResponse:
        """What is there now; without a state, an import."""
        resource = self._resource(request.urn)
        state, secret = unmarshal(request.properties)
        inputs, secret_inputs = unmarshal(request.inputs)
        prior = resource.of(state | unmanaged.given(state, inputs)) if state else None
        if prior is None and resource.not_importable:
            raise Mistake(resource.not_importable)
        ctx, key = self._context(request), resource.parse(request.id)
        found = interruptible(
            lambda: ctx.persist(lambda: lifecycle.read(resource, ctx, key, prior)),
            self.cancelled,
            f"reading the {resource.noun()} {request.id!r}",
        )
        if found is None:
            return provider_pb2.ReadResponse()
        local = {p.key: state.get(p.key, p.default) for p in resource.properties() if p.local}
        now = found.values() | {key: value for key, value in local.items() if value is not None}
        managed = {
            p.key: now[p.key]
            for p in resource.properties()
            if not p.is_output and p.key in now and (prior is None or p.key in inputs)
        }
        now |= unmanaged.still(state, now) if state else unmanaged.of_import(resource, now)
        secrets = secret | secret_inputs | _secrets(resource)
        return provider_pb2.ReadResponse(
            id=request.id, properties=marshal(now, secrets), inputs=marshal(managed, secrets)
        )

    @answering
    def Delete(self, request: Any, context: Any) -> empty_pb2.Empty:
        """Remove the object, or find it gone."""
        resource = self._resource(request.urn)
        state, _ = unmarshal(request.properties)
        gone, ctx = resource.of(state), self._context(request)
        self._do("deleting", gone, ctx, lambda: lifecycle.delete(gone, ctx))
        return empty_pb2.Empty()

    # Inside.

    def _do(self, verb: str, resource: Resource, ctx: Context, work: Callable[[], T]) -> T:
        doing = f"{verb} the {resource.noun()} {resource.id()!r}"
        return interruptible(lambda: ctx.persist(work), self.cancelled, doing)

    def _resource(self, urn: str) -> type[Resource]:
        # A child's type is written behind its parents': `a$b$celeriac:rabbitmq:Vhost`.
        token = urn.split("::")[2].rpartition("$")[2]
        try:
            return self._resources[token.removeprefix("celeriac:")]
        except KeyError:
            known = ", ".join(sorted(f"celeriac:{one}" for one in self._resources))
            raise Mistake(f"there is no resource {token}: there are {known}") from None

    def _context(self, request: Any) -> Context:
        urn, settings = request.urn, self._configuration
        return Context(
            configuration=settings,
            clients=self._clients,
            mark=Mark.of(urn, settings.organization, settings.owner),
            timeout=getattr(request, "timeout", 0) or settings.timeout,
            warn=lambda sentence: self._warn(urn, sentence),
            cancelled=self.cancelled,
        )

    def _foreseen(
        self, resource: type[Resource], values: dict[str, Any], old: dict[str, Any]
    ) -> dict[str, Any]:
        """The state as far as a preview can know it."""
        state = dict(lifecycle.carried(resource, values, old))
        for p in resource.properties():
            if p.key not in state and (p.is_output or p.generated):
                state[p.key] = old.get(p.key, UNKNOWN)
        return state


def _secrets(resource: type[Resource]) -> frozenset[str]:
    return frozenset(p.key for p in resource.properties() if p.secret)


def _check_response(
    values: dict[str, Any], secret: Iterable[str], problems: Iterable[Problem]
) -> provider_pb2.CheckResponse:
    failures = [provider_pb2.CheckFailure(property=p.key, reason=p.sentence) for p in problems]
    return provider_pb2.CheckResponse(inputs=marshal(values, frozenset(secret)), failures=failures)


def _typed_from_strings(given: dict[str, Any]) -> dict[str, Any]:
    """Configuration values arrive as JSON strings where they are not strings themselves."""
    typed = dict(given)
    for p in PROPERTIES:
        value = typed.get(p.key)
        if p.type is not str and isinstance(value, str):
            try:
                typed[p.key] = json.loads(value)
            except ValueError:
                continue
    return typed
