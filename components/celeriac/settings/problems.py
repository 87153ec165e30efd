"""All problems of a stack file, each with its path in the file."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN = 60
"""Characters of a value that a message shows."""


class StackFileError(Exception):
    """The stack file cannot be used; the text has a line for every problem."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        """One sentence each, with the path in the file first."""
        count = "a problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        super().__init__("\n".join([f"The stack file has {count}:", *self.problems]))


class Wrong(Exception):  # noqa: N818 - it never leaves this package
    """A value is wrong; the text goes on after its path."""


def below(path: str, key: object) -> str:
    """The path of a key: `a.b`, or `a["b.c"]` where the key itself has a dot or a space."""
    text = str(key)
    if text and not set(text) & set('. "[]:\n'):
        return f"{path}.{text}"
    return f"{path}[{json.dumps(text, ensure_ascii=False)}]"


def show(value: object) -> str:
    """A value as the stack file has it, shortened.

    What is in a map or a list is not shown, nor a URL in a place that is not for one: there may
    be a password in it.
    """
    if isinstance(value, dict | list) or (isinstance(value, str) and "://" in value):
        return kind_of(value)
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def kind_of(value: object) -> str:
    """What a value is, without the value."""
    if isinstance(value, str):
        return "a URL" if "://" in value else "text"
    kinds = {dict: "a map", list: "a list", bool: "true or false", type(None): "nothing"}
    return kinds.get(type(value), "a number")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, also where it is written max_length or MaxLength."""
    flat = {one.replace("_", "").lower(): one for one in known}
    plain = word.replace("_", "").replace("-", "").lower()
    found = difflib.get_close_matches(plain, flat, n=1, cutoff=0.65)
    return flat[found[0]] if found else None


def listed(words: Iterable[str]) -> str:
    """Words as `a`, `a or b`, `a, b or c`."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
