"""The life-cycle harness: a resource driven through the protocol, without the engine.

    life = Lifecycle(Vhost, config)
    vhost = life.create({"name": "orders"})
    assert life.diff(vhost, {"name": "orders"}) == {}
    vhost = life.update(vhost, {"name": "orders", "tags": ["eu"]})
    life.delete(vhost)

Every step goes through the servicer's own methods with the protocol's messages, so that what is
tested is what the engine calls: check, then diff, then the act; after each act a second diff must
be empty, and a read must agree with the state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NoReturn

import grpc
from google.protobuf import any_pb2
from google.rpc import status_pb2  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2

from celeriac_provider.engine.servicer import Provider
from celeriac_provider.engine.values import UNKNOWN, marshal, unmarshal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celeriac_provider.engine.resource import Resource

__all__ = ["UNKNOWN", "CheckFailed", "Failed", "Life", "Lifecycle"]


class Failed(Exception):  # noqa: N818 - reads as what it is in `pytest.raises(Failed)`
    """The provider answered with an error.

    Args:
        code: the gRPC status.
        sentence: what the user reads.
        partly: the state of a partly created object, if there is one.
    """

    def __init__(
        self, code: grpc.StatusCode, sentence: str, partly: dict[str, Any] | None = None
    ) -> None:
        super().__init__(f"{code.name}: {sentence}")
        self.code = code
        self.sentence = sentence
        self.partly = partly


class CheckFailed(Exception):  # noqa: N818
    """Check found bad properties: `problems` maps each to its sentence."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(problems)
        self.problems = problems


class _Call:
    """The servicer's view of one gRPC call."""

    def __init__(self) -> None:
        self.trailing: Any = ()

    def set_trailing_metadata(self, metadata: Any) -> None:
        self.trailing = metadata

    def abort(self, code: grpc.StatusCode, details: str) -> NoReturn:
        partly = None
        for _, packed in self.trailing:
            status = status_pb2.Status.FromString(packed)
            failed = provider_pb2.ErrorResourceInitFailed()
            any_pb2.Any(type_url=status.details[0].type_url, value=status.details[0].value).Unpack(
                failed
            )
            partly = unmarshal(failed.properties)[0]
        raise Failed(code, details, partly)


@dataclass(frozen=True)
class Life:
    """One resource as the engine's state holds it."""

    urn: str
    id: str
    inputs: dict[str, Any]
    state: dict[str, Any]
    secret: frozenset[str] = frozenset()


class Lifecycle:
    """Drives one resource type against one configured provider.

    Args:
        resource: the resource class.
        configuration: the provider's configuration by key (`endpoint`, `username` …).
        stack: the stack's name in URNs, so that two stacks can meet on one server.
    """

    def __init__(
        self,
        resource: type[Resource],
        configuration: Mapping[str, Any] | None = None,
        *,
        stack: str = "test",
    ) -> None:
        self.warnings: list[str] = []
        offered = {resource.token: resource}
        self.provider = Provider(offered, warn=lambda _urn, text: self.warnings.append(text))
        self.resource = resource
        self.stack = stack
        arguments = marshal(dict(configuration or {}), ())
        self._call("Configure", provider_pb2.ConfigureRequest(args=arguments))

    def close(self) -> None:
        """Close the provider's connections."""
        self.provider.close()

    def urn(self, name: str = "it") -> str:
        """The URN of a resource of this name, a child of a component."""
        parents = f"celeriac:index:App$celeriac:{self.resource.token}"
        return f"urn:pulumi:{self.stack}::celeriac::{parents}::{name}"

    def check(
        self, given: Mapping[str, Any], *, old: Life | None = None, name: str = "it"
    ) -> dict[str, Any]:
        """Inputs with defaults, or CheckFailed."""
        response = self._call(
            "Check",
            provider_pb2.CheckRequest(
                urn=self.urn(name),
                olds=marshal(old.inputs if old else {}, ()),
                news=marshal(given, ()),
            ),
        )
        if response.failures:
            raise CheckFailed({f.property: f.reason for f in response.failures})
        return unmarshal(response.inputs)[0]

    def preview(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What a preview of create says."""
        inputs = self.check(given)
        response = self._call(
            "Create",
            provider_pb2.CreateRequest(
                urn=self.urn(), properties=marshal(inputs, ()), preview=True
            ),
        )
        return unmarshal(response.properties)[0]

    def create(self, given: Mapping[str, Any], *, name: str = "it", settled: bool = True) -> Life:
        """Check and create; then nothing must be left to do (unless not `settled`)."""
        inputs = self.check(given, name=name)
        response = self._call(
            "Create",
            provider_pb2.CreateRequest(urn=self.urn(name), properties=marshal(inputs, ())),
        )
        state, secret = unmarshal(response.properties)
        life = Life(self.urn(name), response.id, inputs, state, secret)
        if settled:
            self.assert_settled(life, given)
        return life

    def diff(
        self, life: Life, given: Mapping[str, Any], *, ignore: tuple[str, ...] = ()
    ) -> dict[str, str]:
        """What would change: kind by key ("UPDATE", "ADD_REPLACE" …)."""
        response = self.raw_diff(life, given, ignore=ignore)
        kinds = provider_pb2.PropertyDiff.Kind
        return {key: kinds.Name(d.kind) for key, d in response.detailedDiff.items()}

    def raw_diff(
        self, life: Life, given: Mapping[str, Any], *, ignore: tuple[str, ...] = ()
    ) -> provider_pb2.DiffResponse:
        """The protocol's answer to Diff."""
        inputs = self.check(given, old=life)
        response: provider_pb2.DiffResponse = self._call(
            "Diff",
            provider_pb2.DiffRequest(
                urn=life.urn,
                id=life.id,
                olds=marshal(life.state, ()),
                old_inputs=marshal(life.inputs, ()),
                news=marshal(inputs, ()),
                ignoreChanges=ignore,
            ),
        )
        return response

    def update(self, life: Life, given: Mapping[str, Any], *, settled: bool = True) -> Life:
        """Check and update in place; the diff must not ask for a replacement."""
        response = self.raw_diff(life, given)
        assert list(response.replaces) == [], "this change takes a replacement"
        inputs = self.check(given, old=life)
        response = self._call(
            "Update",
            provider_pb2.UpdateRequest(
                urn=life.urn,
                id=life.id,
                olds=marshal(life.state, ()),
                old_inputs=marshal(life.inputs, ()),
                news=marshal(inputs, ()),
            ),
        )
        state, secret = unmarshal(response.properties)
        updated = replace(life, inputs=inputs, state=state, secret=secret)
        if settled:
            self.assert_settled(updated, given)
        return updated

    def refresh(self, life: Life) -> Life | None:
        """Read: the state as the server has it now; None when the object is gone."""
        response = self._call(
            "Read",
            provider_pb2.ReadRequest(
                urn=life.urn,
                id=life.id,
                properties=marshal(life.state, ()),
                inputs=marshal(life.inputs, ()),
            ),
        )
        if not response.id:
            return None
        state, secret = unmarshal(response.properties)
        return replace(life, state=state, inputs=unmarshal(response.inputs)[0], secret=secret)

    def drift(self, life: Life, given: Mapping[str, Any]) -> dict[str, str]:
        """What `preview --refresh` would name."""
        found = self.refresh(life)
        assert found is not None, "the object is gone"
        return self.diff(found, given)

    def import_(self, id_: str, *, name: str = "it") -> Life | None:
        """Read without a state: what `pulumi import` does."""
        return self.refresh(Life(self.urn(name), id_, {}, {}))

    def delete(self, life: Life) -> None:
        """Delete."""
        self._call(
            "Delete",
            provider_pb2.DeleteRequest(
                urn=life.urn,
                id=life.id,
                properties=marshal(life.state, ()),
                old_inputs=marshal(life.inputs, ()),
            ),
        )

    def exists(self, life: Life) -> bool:
        """Whether the object is on the server."""
        return self.refresh(life) is not None

    def assert_settled(self, life: Life, given: Mapping[str, Any]) -> None:
        """The same program again changes nothing, and a refresh finds the state true."""
        assert self.diff(life, given) == {}
        found = self.refresh(life)
        assert found is not None
        assert found.state == life.state
        assert found.inputs == life.inputs

    def _call(self, method: str, request: Any) -> Any:
        return getattr(self.provider, method)(request, _Call())
