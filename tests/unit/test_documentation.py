"""Everything a user can name is documented by a sentence, and numbers with a unit name it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from celeriac_provider.engine import configuration
from celeriac_provider.engine.properties import Property
from celeriac_provider.resources import RESOURCES

COMPONENTS = Path(__file__).resolve().parents[2] / "components" / "celeriac"
SENTENCE = re.compile(r"[A-Z`\"'(…0-9a-z].*[.…:)`]$", re.DOTALL)
UNIT = re.compile(r"\b(seconds?|milliseconds?|ms|minutes?|hours?|days?|bytes?|MiB)\b")
COUNTS = {
    # How many of something, or a number that stands for itself: its doc says of what.
    "connectionLimit",
    "database",
    "deliveryLimit",
    "iterations",
    "length",
    "maxChannels",
    "maxDeliveryAttempts",
    "maxConnections",
    "maxLength",
    "maxQueues",
    "maxReceiveCount",
    "minInSync",
    "partitions",
    "priority",
    "replicas",
    "replication",
    "shards",
    "targetGroupSize",
}


def properties() -> Iterator[tuple[str, Property]]:
    """Every property of every resource and of the provider, with its place."""
    for found in configuration.PROPERTIES:
        yield f"provider.{found.key}", found
    for resource in RESOURCES.values():
        for found in resource.properties():
            yield f"{resource.noun()}.{found.key}", found


PROPERTIES = dict(properties())


@pytest.mark.parametrize("place", PROPERTIES)
def test_a_property_is_documented_by_a_sentence(place: str) -> None:
    """It starts like one and ends like one; only a source's URL may come after."""
    doc = PROPERTIES[place].doc
    text = re.sub(r"\s*https?://\S+$", "", doc)
    assert text[0].isupper() or text[0] == "`"
    assert text.endswith(".")
    assert "  " not in text


@pytest.mark.parametrize("place", [at for at, p in PROPERTIES.items() if p.type in (int, float)])
def test_a_number_names_its_unit(place: str) -> None:
    """Seconds, milliseconds or bytes: a number without a unit is one that was decided to be."""
    found = PROPERTIES[place]
    assert (found.key in COUNTS) is (UNIT.search(found.doc) is None), found.doc


def test_no_count_is_left_over() -> None:
    """The list above has no name that nothing has."""
    numbers = {p.key for p in PROPERTIES.values() if p.type in (int, float)}
    assert COUNTS - numbers == set()


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=lambda resource: str(resource.token))
def test_a_resource_is_documented_by_a_sentence(resource: type) -> None:
    """The first line of its own docstring, not an inherited one."""
    first = str(resource.__dict__["__doc__"]).strip().splitlines()[0]
    assert SENTENCE.match(first)
    assert first.endswith((".", ","))


def undocumented(path: Path) -> Iterator[str]:
    """Public classes, functions, methods and attributes of a module without a sentence."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from _undocumented(tree, path.relative_to(COMPONENTS).as_posix())


def _undocumented(node: ast.Module | ast.ClassDef, place: str) -> Iterator[str]:
    if not _is_sentence(ast.get_docstring(node)):
        yield place
    for at, child in enumerate(node.body):
        if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
            yield from _undocumented(child, f"{place}: {child.name}")
        elif isinstance(child, ast.FunctionDef) and not child.name.startswith("_"):
            overload = "overload" in map(ast.unparse, child.decorator_list)
            if not overload and not _is_sentence(ast.get_docstring(child)):
                yield f"{place}: {child.name}"
        elif isinstance(node, ast.ClassDef) and isinstance(child, ast.AnnAssign):
            name = ast.unparse(child.target)
            if "ClassVar" in ast.unparse(child.annotation) and child.value is not None:
                continue  # documented where it is declared
            after = node.body[at + 1] if at + 1 < len(node.body) else None
            if not name.startswith("_") and not _is_sentence(_text(after)):
                yield f"{place}.{name}"


def _text(node: ast.stmt | None) -> str | None:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return str(node.value.value)
    return None


def _is_sentence(text: str | None) -> bool:
    first = (text or "").strip().split("\n\n")[0]
    without_source = re.sub(r"\s*https?://\S+(-\s+\S+)?$", "", first)
    return bool(SENTENCE.match(without_source))


MODULES = sorted(COMPONENTS.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(COMPONENTS).as_posix())
def test_a_module_of_the_components_is_documented(path: Path) -> None:
    """Every public class, function, method and attribute of it too."""
    assert list(undocumented(path)) == []
