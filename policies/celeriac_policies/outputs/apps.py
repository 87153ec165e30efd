"""Apps among a stack's outputs, whoever wrote the program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from celeriac_policies.celery.config import APP, AddressedApp
from celeriac_policies.resource import Resource, Stack
from celeriac_policies.values import Properties, UnknownValue, plain

T = TypeVar("T")


@dataclass(frozen=True)
class ExportedApp:
    """What a stack exports for an app.

    Args:
        path: where, `apps.orders`; empty at the top.
        values: `broker_url`, `result_backend`, `settings` …
        declared: the CeleryApp that it is of; None in other programs.
    """

    path: str
    values: Properties
    declared: Resource | None

    @property
    def config(self) -> AddressedApp:
        """What it tells Celery."""
        return AddressedApp(self.values)

    def __str__(self) -> str:
        """As a sentence begins."""
        return f"the exported app {self.path}" if self.path else "the exported app"


def exported_apps(stack: Stack) -> Iterator[ExportedApp]:
    """Every output that is an app, or a map of apps; and the outputs, where they are one."""
    outputs = stack.outputs
    apps = {app.name: app for app in stack.of(APP)}
    found = list(_below(outputs))
    for path, values in found:
        yield ExportedApp(path, values, apps.get(path.rpartition(".")[2]))
    # A stack with one app has the same once more at its top.
    if _is_app(outputs) and not any(_same(outputs, values) for _, values in found):
        only = next(iter(apps.values())) if len(apps) == 1 else None
        yield ExportedApp("", outputs, only)


def as_far_as_known(found: Iterator[T]) -> Iterator[T]:
    """What is found until a value is not known yet."""
    try:
        yield from found
    except UnknownValue:
        return


def _below(outputs: Properties) -> Iterator[tuple[str, Properties]]:
    for path, values in _maps("", outputs):
        if _is_app(values):
            yield path, values
        else:
            yield from ((p, v) for p, v in _maps(f"{path}.", values) if _is_app(v))


def _maps(above: str, values: Properties) -> Iterator[tuple[str, Properties]]:
    for key in values:
        if values.known(key) and isinstance(value := values.get(key), Properties):
            yield f"{above}{key}", value


def _is_app(values: Properties) -> bool:
    return "broker_url" in values and ("settings" in values or "result_backend" in values)


def _same(outputs: Properties, values: Properties) -> bool:
    """Whether the outputs repeat an app's, as far as they are known."""
    known = (key for key in values if values.known(key) and outputs.known(key))
    try:
        return all(plain(outputs.get(key)) == plain(values.get(key)) for key in known)
    except UnknownValue:
        return True
