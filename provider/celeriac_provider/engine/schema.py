"""The package schema, from the declarations: what `pulumi package get-schema` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from celeriac_provider import __version__
from celeriac_provider.engine.configuration import PROPERTIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from celeriac_provider.engine.properties import Property
    from celeriac_provider.engine.resource import Resource

_SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean"}


def schema(resources: Iterable[type[Resource]]) -> dict[str, Any]:
    """The schema of the package with these resources."""
    config = {p.key: _spec(p) for p in PROPERTIES}
    return {
        "name": "celeriac",
        "version": __version__,
        "description": "What Celery runs on: brokers and result backends, with their proof.",
        "config": {"variables": config},
        "provider": {
            "description": "One server and how to administer it.",
            "inputProperties": config,
        },
        "resources": {f"celeriac:{r.token}": _resource(r) for r in resources},
    }


def _resource(resource: type[Resource]) -> dict[str, Any]:
    properties = resource.properties()
    inputs = [p for p in properties if not p.is_output]
    always = [p for p in properties if p.required or p.default is not None or p.generated]
    return {
        "description": (resource.__doc__ or "").strip(),
        "inputProperties": {p.key: _spec(p) for p in inputs},
        "requiredInputs": sorted(p.key for p in inputs if p.required),
        "properties": {p.key: _spec(p, with_default=False) for p in properties},
        "required": sorted(p.key for p in always),
    }


def _spec(p: Property, *, with_default: bool = True) -> dict[str, Any]:
    spec: dict[str, Any] = {"description": p.doc, **_type(p.type)}
    if p.secret:
        spec["secret"] = True
    if p.replaces:
        spec["willReplaceOnChanges"] = True
    if with_default and isinstance(p.default, (str, int, float, bool)):
        spec["default"] = p.default
    return spec


def _type(annotation: Any) -> dict[str, Any]:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return {"type": "string"}
    if origin is list:
        return {"type": "array", "items": _type(args[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _type(args[1])}
    if annotation is Any:
        return {"$ref": "pulumi.json#/Any"}
    return {"type": _SCALARS[annotation]}
