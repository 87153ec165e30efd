"""Durations and sizes as people write them, as whole seconds and bytes."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_ISO = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_SECONDS = (604_800, 86_400, 3_600, 60, 1)

_SIZE = re.compile(r"(\d+)\s*([kKMGT]i?)?B")
_BYTES = {
    "": 1,
    "k": 10**3,
    "K": 10**3,
    "M": 10**6,
    "G": 10**9,
    "T": 10**12,
    "ki": 2**10,
    "Ki": 2**10,
    "Mi": 2**20,
    "Gi": 2**30,
    "Ti": 2**40,
}


def seconds(text: str) -> int:
    """A duration such as `90s`, `1h30m`, `7d` or, in ISO 8601, `PT2H`, in seconds.

    Years and months are not known: their length is not.

    Raises:
        ValueError: when the text is not a duration.
    """
    match = _PLAIN.fullmatch(text) or _ISO.fullmatch(text)
    if match is None or not any(match.groups()) or text.endswith("T"):
        raise ValueError("not a duration")
    parts = zip(match.groups(), _SECONDS, strict=True)
    return sum(int(number) * unit for number, unit in parts if number)


def text(number: int) -> str:
    """Seconds as a duration that `seconds` reads, such as `1d2h`."""
    parts: list[str] = []
    for unit, length in zip("dhms", _SECONDS[1:], strict=True):
        count, number = divmod(number, length)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def size(text: str) -> int:
    """A size such as `512KiB`, `64MiB` or `1MB`, in bytes.

    Raises:
        ValueError: when the text is not a size.
    """
    match = _SIZE.fullmatch(text)
    if match is None:
        raise ValueError("not a size")
    return int(match[1]) * _BYTES[match[2] or ""]
