"""What moto lacks: kept in a JSON file of the test's folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

Entries = dict[str, dict[str, dict[str, Any]]]
"""By kind, then by id."""


class Kept:
    """Objects by kind and id, for every process of the stand-in that has this folder.

    Args:
        folder: of the test.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "kept.json"
        self._lock = FileLock(folder / "kept.lock")

    def all(self) -> Entries:
        """Everything."""
        with self._lock:
            return self._read()

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """The objects of a kind, by id."""
        return self.all().get(kind, {})

    def get(self, kind: str, key: str) -> dict[str, Any] | None:
        """One object."""
        return self.of(kind).get(key)

    def put(self, kind: str, key: str, entry: dict[str, Any]) -> None:
        """Make or replace one object."""
        with self.changing() as entries:
            entries.setdefault(kind, {})[key] = entry

    def drop(self, kind: str, key: str) -> None:
        """Remove one object, if it is there."""
        with self.changing() as entries:
            entries.get(kind, {}).pop(key, None)
            if not entries.get(kind):
                entries.pop(kind, None)

    @contextmanager
    def changing(self) -> Iterator[Entries]:
        """All objects, to change: written when the block ends without an exception."""
        with self._lock:
            entries = self._read()
            yield entries
            temporary = self._file.with_suffix(".new")
            temporary.write_text(json.dumps(entries, indent=1, sort_keys=True))
            temporary.replace(self._file)

    def _read(self) -> Entries:
        if not self._file.exists():
            return {}
        found: Entries = json.loads(self._file.read_text())
        return found
