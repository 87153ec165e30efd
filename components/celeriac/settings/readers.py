"""How each kind of value is read; a wrong one gets a sentence that goes on after its path."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from celeriac import durations
from celeriac.settings.problems import Wrong, listed, nearest, show
from celeriac.settings.server_model import Reference

if TYPE_CHECKING:
    from collections.abc import Callable

C = TypeVar("C", bound=str)

_REFERENCES = {"env": "{env: NAME}", "file": "{file: path}", "secret": "{secret: ARN}"}


def text(raw: object) -> str:
    """Text that is not empty."""
    if not isinstance(raw, str):
        raise Wrong(f"is {show(raw)}, not text: write it in quotes")
    if not raw.strip():
        raise Wrong("is empty: write it, or leave the key out")
    return raw


def named(check: Callable[[str], str | None]) -> Callable[[object], str]:
    """Text that a function of `celeriac.contract.names` finds nothing wrong with."""

    def read(raw: object) -> str:
        name = text(raw)
        problem = check(name)
        if problem is not None:
            raise Wrong(f"{show(name)} {problem}")
        return name

    return read


def whole(least: int, most: int | None = None) -> Callable[[object], int]:
    """A whole number between two others, both included."""
    bounds = f"from {least} up" if most is None else f"from {least} to {most}"

    def read(raw: object) -> int:
        number = _integer(raw)
        if number is None:
            raise Wrong(f"is {show(raw)}, not a whole number: write one {bounds}")
        if number < least or (most is not None and number > most):
            raise Wrong(f"is {number}: write a number {bounds}")
        return number

    return read


def boolean(raw: object) -> bool:
    """True or false."""
    if not isinstance(raw, bool):
        raise Wrong(f"is {show(raw)}: write true or false, without quotes")
    return raw


def flag(raw: object) -> bool:
    """True or false, also as text: `pulumi config set` writes scalars so."""
    return {"true": True, "false": False}[raw] if raw in ("true", "false") else boolean(raw)


def switch(raw: object) -> bool:
    """On or off: YAML 1.1 reads them as booleans, YAML 1.2 as text."""
    if raw in ("on", "off"):
        return raw == "on"
    if not isinstance(raw, bool):
        raise Wrong(f"is {show(raw)}: write off, or leave the key out")
    return raw


def choice(*known: C, later: tuple[str, ...] = ()) -> Callable[[object], C]:
    """One of some words; `later` are those that are not there yet."""

    def read(raw: object) -> C:
        for word in known:
            if raw == word or (raw is False and word == "off"):
                return word
        if raw in later:
            raise Wrong(f"is {show(raw)}, which is not there yet: write {listed(known)}")
        meant = nearest(raw, known) if isinstance(raw, str) else None
        mend = f"did you mean {meant}?" if meant else f"write {listed(known)}"
        raise Wrong(f"is {show(raw)}: {mend}")

    return read


def duration(least: int = 1, most: int | None = None) -> Callable[[object], int]:
    """A duration in whole seconds."""

    def read(raw: object) -> int:
        found = _integer(raw)
        if isinstance(raw, str):
            try:
                found = durations.seconds(raw.strip())
            except ValueError:
                found = None
        if found is None:
            raise Wrong(
                f"is {show(raw)}, not a duration: write one such as 90s, 30m, 2h, 7d or PT2H, or "
                "a number of seconds"
            )
        if found < least:
            raise Wrong(f"is {show(raw)}: write a duration of at least {durations.text(least)}")
        if most is not None and found > most:
            raise Wrong(f"is {show(raw)}: write a duration of at most {durations.text(most)}")
        return found

    return read


def expiry(raw: object) -> int | None:
    """A duration in whole seconds, or None for `never`."""
    if raw == 0 and not isinstance(raw, bool):
        raise Wrong("is 0: write never to keep results for ever, or a duration such as 7d")
    return None if raw == "never" else duration()(raw)


def size(raw: object) -> int:
    """A size in bytes."""
    found = _integer(raw)
    if isinstance(raw, str):
        try:
            found = durations.size(raw.strip())
        except ValueError:
            found = None
    if found is None or found < 1:
        raise Wrong(
            f"is {show(raw)}, not a size: write one such as 512KiB or 64MiB, or a number of bytes"
        )
    return found


def priorities(most: int) -> Callable[[object], int | None]:
    """A number of priority levels; true means two, false none."""

    def read(raw: object) -> int | None:
        if isinstance(raw, bool):
            return 2 if raw else None
        number = _integer(raw)
        if number is None or not 2 <= number <= most:  # noqa: PLR2004 - one level is none
            raise Wrong(f"is {show(raw)}: write true, false, or a number from 2 to {most}")
        return number

    return read


def reference(raw: object) -> Reference:
    """A text that may be a secret, or where it is; its value is in no message."""
    return _reference(raw, "env", "file")


def password(raw: object) -> Reference:
    """The same, or a secret in AWS Secrets Manager."""
    return _reference(raw, "env", "file", "secret")


def _reference(raw: object, *kinds: str) -> Reference:
    if isinstance(raw, str) and raw:
        return Reference(value=raw)
    if isinstance(raw, dict) and len(raw) == 1:
        ((kind, where),) = raw.items()
        if kind in kinds and isinstance(where, str) and where.strip():
            return Reference(**{kind: where})
    *some, last = [_REFERENCES[kind] for kind in kinds]
    if isinstance(raw, dict):
        raise Wrong(f"is a map, and neither {', '.join(some)} nor {last}: write one of them")
    kind = "empty" if raw == "" else "not text"
    raise Wrong(f"is {kind}: write text, {', '.join(some)} or {last}")


def certificate(raw: object) -> Reference:
    """PEM text, or where it is."""
    found = reference(raw)
    if found.value is not None and "-----BEGIN " not in found.value:
        raise Wrong("is not PEM (-----BEGIN …): write the PEM text, or {file: path} for a path")
    return found


def key_file(raw: object) -> Reference:
    """Where a client's certificate or key is: the clients of all three systems want a file."""
    found = reference(raw)
    if found.file is None:
        raise Wrong("is not {file: path}: the clients read it from a file, write its path")
    return found


def app_path(raw: object) -> str:
    """An absolute path on the hosts of the apps; it goes into URLs, and Celery unquotes twice."""
    path = text(raw)
    if not path.startswith("/"):
        raise Wrong(f"is {show(path)}: write an absolute path on the hosts where the app runs")
    if "%" in path or not path.isprintable():
        raise Wrong(f"is {show(path)}: leave % and what cannot be printed out of the path")
    return path


def _integer(raw: object) -> int | None:
    """A whole number; Pulumi hands some over as floats."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int):
        return raw
    return int(raw) if isinstance(raw, float) and raw.is_integer() else None
