"""A map of the stack file, read key by key: what nobody asked for is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from celeriac.settings.problems import Wrong, below, kind_of, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

T = TypeVar("T")


class Section:
    """A map of the stack file.

    A value that is wrong is noted and replaced by its default, so that reading goes on and finds
    the other problems too. The objects made from it are never handed out then.
    """

    def __init__(self, raw: object, path: str, problems: list[str]) -> None:
        self.path = path
        self.problems = problems
        self.wrong: set[str] = set()
        """Keys whose value was wrong."""
        self.is_map = raw is None or isinstance(raw, dict)
        """Whether there is anything to read; where not, that is noted and enough."""
        self._asked: dict[str, None] = {}
        self._raw: Mapping[str, Any] = {}
        if isinstance(raw, dict):
            self._raw = {str(key): value for key, value in raw.items()}
        elif raw is not None:
            problems.append(f"{path}: is {kind_of(raw)}, not a map: write keys and values below it")

    def __contains__(self, key: str) -> bool:
        """Whether the key is written, even without a value."""
        return key in self._raw

    def __iter__(self) -> Iterator[str]:
        """The keys, sorted: Pulumi sorts them too, so their order means nothing."""
        return iter(sorted(self._raw))

    @overload
    def get(self, key: str, read: Callable[[object], T], default: None) -> T | None: ...

    @overload
    def get(self, key: str, read: Callable[[object], T], default: T) -> T: ...

    def get(self, key: str, read: Callable[[object], T], default: T | None) -> T | None:
        """The value of a key, or the default where it is missing, empty or wrong."""
        self._asked[key] = None
        raw = self._raw.get(key)
        if raw is None:
            return default
        try:
            return read(raw)
        except Wrong as wrong:
            self.problem(str(wrong), key)
            return default

    def require(self, key: str, read: Callable[[object], T], write: str) -> T | None:
        """The value of a key that must be there; `write` says what to write for it."""
        if self._raw.get(key) is None:
            self._asked[key] = None
            self.problem(f"is missing: write {write}", key)
            return None
        return self.get(key, read, None)

    def child(self, key: str) -> Section:
        """The map below a key; empty where it is missing."""
        self._asked[key] = None
        return Section(self._raw.get(key), below(self.path, key), self.problems)

    def refuse(self, key: str, what: str) -> None:
        """A key that is known, but not here or not yet."""
        if key in self._raw:
            self._asked[key] = None
            self.problem(what, key)

    def problem(self, what: str, key: str | None = None) -> None:
        """Note what is wrong with the map, or with a key of it."""
        path = self.path
        if key is not None:
            self.wrong.add(key)
            path = below(path, key)
        self.problems.append(f"{path}: {what}")

    def finish(self) -> None:
        """Note every key that nobody asked for."""
        for key in self:
            if key not in self._asked:
                meant = nearest(key, self._asked)
                known = ", ".join(sorted(self._asked))
                mend = f"did you mean {meant}?" if meant else f"the keys are {known}"
                self.problem(f"is not a key of this map: {mend}", key)
