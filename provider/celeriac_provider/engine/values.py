"""Between the protocol's property values and plain Python.

Secretness of a value lives in the declaration of its property, or arrives with the value: it is
kept beside the plain value, never inside it. (`PropertyValue` of the SDK's experimental provider
cannot marshal an unknown value, nor tell one from a string.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from google.protobuf import struct_pb2
from pulumi.runtime import rpc

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Unknown:
    """A value that only `up` will know."""

    def __repr__(self) -> str:
        """A name for messages."""
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


def contains_unknown(value: Any) -> bool:
    """Whether any part of a plain value is unknown."""
    if isinstance(value, list):
        return any(contains_unknown(item) for item in value)
    if isinstance(value, dict):
        return any(contains_unknown(item) for item in value.values())
    return value is UNKNOWN


def unmarshal(struct: struct_pb2.Struct) -> tuple[dict[str, Any], frozenset[str]]:
    """A message's properties as plain values, without nulls, and the names of the secret ones."""
    values: dict[str, Any] = {}
    secret: set[str] = set()
    for name, field in struct.fields.items():
        value, is_secret = _plain(field)
        if value is not None:
            values[name] = value
        if is_secret:
            secret.add(name)
    return values, frozenset(secret)


def marshal(values: Mapping[str, Any], secret: Collection[str]) -> struct_pb2.Struct:
    """Plain values as a message's properties; nulls are left out."""
    return struct_pb2.Struct(
        fields={
            name: _secret(_wire(value)) if name in secret else _wire(value)
            for name, value in values.items()
            if value is not None
        }
    )


def _plain(value: struct_pb2.Value) -> tuple[Any, bool]:
    """A plain value, whole numbers as ints (the protocol has floats only), and its secretness."""
    match value.WhichOneof("kind"):
        case "string_value":
            text = value.string_value
            return (UNKNOWN if text == rpc.UNKNOWN else text), False
        case "number_value":
            number = value.number_value
            return (int(number) if number.is_integer() else number), False
        case "bool_value":
            return value.bool_value, False
        case "list_value":
            items = [_plain(item) for item in value.list_value.values]
            return [item for item, _ in items], any(hidden for _, hidden in items)
        case "struct_value":
            return _plain_struct(value.struct_value)
    return None, False


def _plain_struct(struct: struct_pb2.Struct) -> tuple[Any, bool]:
    fields = struct.fields
    signature = fields[rpc._special_sig_key].string_value if rpc._special_sig_key in fields else ""  # noqa: SLF001 - the SDK's only name for the protocol's constant
    if signature == rpc._special_secret_sig:  # noqa: SLF001
        return _plain(fields["value"])[0], True
    if signature == rpc._special_output_value_sig:  # noqa: SLF001
        hidden = "secret" in fields and fields["secret"].bool_value
        # An output value without a value is not known yet.
        value, inner = _plain(fields["value"]) if "value" in fields else (UNKNOWN, False)
        return value, hidden or inner
    items = {key: _plain(item) for key, item in fields.items()}
    return {key: item for key, (item, _) in items.items()}, any(s for _, s in items.values())


def _wire(value: Any) -> struct_pb2.Value:
    if value is UNKNOWN:
        return struct_pb2.Value(string_value=rpc.UNKNOWN)
    if value is None:
        return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
    if isinstance(value, bool):
        return struct_pb2.Value(bool_value=value)
    if isinstance(value, (int, float)):
        return struct_pb2.Value(number_value=value)
    if isinstance(value, str):
        return struct_pb2.Value(string_value=value)
    if isinstance(value, (list, tuple)):
        items = [_wire(item) for item in value]
        return struct_pb2.Value(list_value=struct_pb2.ListValue(values=items))
    fields = {key: _wire(item) for key, item in value.items()}
    return struct_pb2.Value(struct_value=struct_pb2.Struct(fields=fields))


def _secret(inner: struct_pb2.Value) -> struct_pb2.Value:
    signature = struct_pb2.Value(string_value=rpc._special_secret_sig)  # noqa: SLF001
    fields = {rpc._special_sig_key: signature, "value": inner}  # noqa: SLF001
    return struct_pb2.Value(struct_value=struct_pb2.Struct(fields=fields))
