"""The protocol's properties, unpacked only where a rule reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from google.protobuf import struct_pb2
from pulumi.runtime import rpc

from celeriac_policies.values import UNKNOWN, Secret, plain

_UNKNOWN: Final = frozenset(
    {
        rpc.UNKNOWN,  # a string
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # a boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # a number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # a list
        "030794c1-ac77-496b-92df-f27374a8bd58",  # an asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # an archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # a map
    }
)
"""What the engine writes for a value that is not known, by its type:
https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go."""
_SIGNATURE: Final = rpc._special_sig_key  # noqa: SLF001 - the SDK's only name for it
_SECRET: Final = rpc._special_secret_sig  # noqa: SLF001
_OUTPUT: Final = rpc._special_output_value_sig  # noqa: SLF001


class Wire(Mapping[str, Any]):
    """Properties as they arrived; the later of two messages that has a property wins.

    Args:
        structs: of one resource: its inputs, then its outputs.
    """

    def __init__(self, *structs: struct_pb2.Struct) -> None:
        self._structs = structs
        self._unpacked: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        """The value as a plain one."""
        if key not in self._unpacked:
            found = [struct.fields[key] for struct in self._structs if key in struct.fields]
            if not found:
                raise KeyError(key)
            self._unpacked[key] = unpack(found[-1])
        return self._unpacked[key]

    def __iter__(self) -> Iterator[str]:
        """The keys, unpacked or not."""
        return iter(dict.fromkeys(key for struct in self._structs for key in struct.fields))

    def __len__(self) -> int:
        """How many keys there are."""
        return len(list(iter(self)))


def unpack(value: struct_pb2.Value) -> Any:
    """A plain value, whole numbers as ints; UNKNOWN and Secret where they belong."""
    match value.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if value.string_value in _UNKNOWN else value.string_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [unpack(item) for item in value.list_value.values]
        case "struct_value":
            return _struct(value.struct_value)
    return None


def pack(value: Any) -> struct_pb2.Value:
    """A value of a remediation as the protocol has it."""
    value = plain(value)
    if value is None:
        return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
    if isinstance(value, bool):
        return struct_pb2.Value(bool_value=value)
    if isinstance(value, (int, float)):
        return struct_pb2.Value(number_value=value)
    if isinstance(value, str):
        return struct_pb2.Value(string_value=value)
    if isinstance(value, (list, tuple)):
        items = [pack(item) for item in value]
        return struct_pb2.Value(list_value=struct_pb2.ListValue(values=items))
    fields = {key: pack(item) for key, item in value.items()}
    return struct_pb2.Value(struct_value=struct_pb2.Struct(fields=fields))


def secrets(*structs: struct_pb2.Struct) -> set[str]:
    """Every text that is secret in there, or a part of what is, and is not shown elsewhere anyway.

    A password `postgres` beside `engine: postgres` would be told by its absence from a sentence.
    """
    hidden: set[str] = set()
    plainly: set[str] = set()
    for struct in structs:
        for value in struct.fields.values():
            _collect(unpack(value), plainly, hidden)
    return hidden - plainly


def _collect(value: Any, plainly: set[str], hidden: set[str]) -> None:
    if isinstance(value, Secret):
        _collect(value.value, hidden, hidden)
    elif isinstance(value, dict):
        for item in value.values():
            _collect(item, plainly, hidden)
    elif isinstance(value, list):
        for item in value:
            _collect(item, plainly, hidden)
    elif isinstance(value, str):
        plainly.add(value)


def _struct(struct: struct_pb2.Struct) -> Any:
    fields = struct.fields
    signature = fields[_SIGNATURE].string_value if _SIGNATURE in fields else ""
    if signature == _SECRET:
        return Secret(unpack(fields["value"]))
    if signature == _OUTPUT:
        value = unpack(fields["value"]) if "value" in fields else UNKNOWN
        hidden = "secret" in fields and fields["secret"].bool_value
        return Secret(value) if hidden else value
    return {key: unpack(item) for key, item in fields.items()}
