"""What a Redis in a container is told: by arguments, and by a redis.conf that is put into it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from celeriac_policies.servers.containers import Container

_SERVERS: Final = ("redis-server", "valkey-server")
_UNITS: Final = {"": 1, "b": 1, "k": 1000, "kb": 1024, "m": 1000**2, "mb": 1024**2}
_LARGE_UNITS: Final = {"g": 1000**3, "gb": 1024**3}


@dataclass(frozen=True)
class RedisConf:
    """Settings of a Redis.

    Args:
        values: by name, as far as they are told.
        whole: whether all of them are told; where a file is read that is not in sight, they are
            not, nor in Bitnami's images, which write their own.
    """

    values: Mapping[str, str]
    whole: bool

    def lacks(self, name: str) -> bool:
        """Whether a setting is certainly not there."""
        return self.whole and name not in self.values

    def get(self, name: str, default: str) -> str | None:
        """A setting's value; None where that is told in a file that is not in sight."""
        return self.values.get(name, default if self.whole else None)


def redis_conf(container: Container) -> RedisConf:
    """The settings of the Redis that a container runs."""
    path, words = _split(container.arguments)
    whole = "bitnami" not in container.image.repository
    values: dict[str, str] = {}
    if path:
        content = container.files.get(path)
        whole = whole and content is not None
        values.update(_lines(content or ""))
    values.update(_options(words))
    return RedisConf(values, whole)


def size(text: str) -> int | None:
    """An amount of memory in bytes: `100mb`; None where it is none."""
    digits = text.lower().rstrip("bgkm")
    unit = text.lower()[len(digits) :]
    factor = {**_UNITS, **_LARGE_UNITS}.get(unit)
    return int(digits) * factor if digits.isdigit() and factor else None


def _split(arguments: Iterable[str]) -> tuple[str, list[str]]:
    """The configuration file, and the words behind it."""
    words: list[str] = []
    for argument in arguments:
        # A shell is given one text.
        is_script = " " in argument and any(server in argument for server in _SERVERS)
        words += shlex.split(argument, comments=False) if is_script else [argument]
    for index, word in enumerate(words):
        if word.rpartition("/")[2] in _SERVERS:
            words = words[index + 1 :]
            break
    if words and not words[0].startswith("-"):
        return words[0], words[1:]
    return "", words


def _options(words: Iterable[str]) -> dict[str, str]:
    """`--name value value`, as redis-server takes them."""
    found: dict[str, list[str]] = {}
    name = ""
    for word in words:
        if word.startswith("--"):
            name = word[2:].lower()
            found[name] = []
        elif name:
            found[name].append(word)
    return {key: " ".join(values) for key, values in found.items()}


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, _, value = line.strip().partition(" ")
        if name and not name.startswith("#"):
            yield name.lower(), value.strip().strip('"')
