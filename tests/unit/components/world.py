"""Pulumi without an engine: every resource that a program registers, and nothing it may not."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pulumi
import pytest
from pulumi.runtime import mocks

from celeriac_provider.resources import RESOURCES

DECLARED = {f"celeriac:{r.token}": r for r in RESOURCES.values()}


@dataclass
class World(mocks.Mocks):
    """Answers as the provider would; a type or property that it does not have is an error."""

    registered: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Inputs by `type::name`."""
    types: dict[str, list[str]] = field(default_factory=dict)
    """Names by type."""
    preview: bool = False
    """In a preview, unknown inputs are not handed over."""
    options: dict[str, Any] = field(default_factory=dict)
    """What was registered as Pulumi's protocol has it (parent, protect …), by `type::name`."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """Inputs come back as outputs; passwords are made."""
        self.registered[f"{args.typ}::{args.name}"] = dict(args.inputs)
        self.types.setdefault(args.typ, []).append(args.name)
        if args.typ == "pulumi:providers:celeriac" or args.typ.startswith("celeriac:index:"):
            return args.name, dict(args.inputs)
        declared = DECLARED[args.typ]
        keys = {p.key for p in declared.properties() if not p.is_output}
        unknown = args.inputs.keys() - keys
        assert unknown == set(), f"{args.typ} has no {unknown}"
        missing = {p.key for p in declared.properties() if p.required} - args.inputs.keys()
        assert self.preview or missing == set(), f"{args.typ} needs {missing}"
        made = {
            p.key: f"{args.name}-{p.key}"
            for p in declared.properties()
            if p.generated or (p.is_output and p.secret)
        }
        return args.name, made | dict(args.inputs)

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """Nothing in a component may look anything up."""
        raise AssertionError(f"unexpected call of {args.token}")

    def one(self, token: str, name: str) -> dict[str, Any]:
        """The inputs of a resource."""
        return self.registered[f"celeriac:{token}::{name}"]

    @contextmanager
    def watching_options(self) -> Iterator[None]:
        """Keeps what mocks are not told, in `options`."""
        original = mocks.MockMonitor.RegisterResource

        def register(monitor: Any, request: Any) -> Any:
            self.options[f"{request.type}::{request.name}"] = request
            return original(monitor, request)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(mocks.MockMonitor, "RegisterResource", register)
            yield


def inputs_of(args: type) -> tuple[set[str], set[str]]:
    """The inputs of a type and the required ones among them, as the protocol spells them.

    Args:
        args: the class of a provider's SDK that holds them.
    """
    parameters = list(inspect.signature(args).parameters.values())
    spelled = {p.name: getattr(args, p.name).fget._pulumi_name for p in parameters}
    required = {spelled[p.name] for p in parameters if p.default is inspect.Parameter.empty}
    return set(spelled.values()), required


W = TypeVar("W", bound=World)


def unknown() -> pulumi.Output[Any]:
    """What a preview does not know yet: the host of a server that is made in the same `up`."""

    async def known() -> bool:
        return False

    async def value() -> None:
        return None

    return pulumi.Output(set(), value(), known())


def run(
    program: Callable[[], dict[str, pulumi.Output[Any]]], *, preview: bool = False
) -> tuple[World, dict[str, Any]]:
    """Run a program; what it registered, and the values of the outputs that it returned.

    A value is a pair: itself (None while unknown), and whether it is secret.
    """
    return run_in(World(preview=preview), program)


def run_in(
    world: W, program: Callable[[], dict[str, pulumi.Output[Any]]]
) -> tuple[W, dict[str, Any]]:
    """The same, in a world of the test's own."""
    found: dict[str, Any] = {}
    pulumi.runtime.set_mocks(world, project="celeriac", stack="test", preview=world.preview)

    @pulumi.runtime.test
    def inside() -> Any:
        outputs = program()

        async def resolved() -> None:
            for name, value in outputs.items():
                output = pulumi.Output.from_input(value)
                found[name] = (await output.future(), await output.is_secret())

        return pulumi.Output.from_input(asyncio.ensure_future(resolved()))

    inside()
    return world, found
