"""One operation of one resource in bad weather, and what must be true of it."""

from __future__ import annotations

import math
import os
import random
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Literal, NoReturn

from tests.lifecycle import Failed, Life, Lifecycle
from tests.provider.weather import proxy as weather
from tests.provider.weather.proxy import Fault, Proxy, proxied
from tests.provider.weather.worlds import Case, World

Operation = Literal["create", "read", "update", "delete"]
OPERATIONS: tuple[Operation, ...] = ("create", "read", "update", "delete")

_SLACK = 5.0
"""Seconds beyond the timeout: threads and servers share few cores."""
_GOOD_WEATHER = 60.0
"""Seconds for what shows nothing about time."""
_PATIENCE = 4
"""How many times the timeout is what a trial gets that came too late the first time."""
_REFUSED = 12.0
"""Seconds: a refusal costs the server nothing, but what comes before and after it does."""
_AGAIN_AT_ONCE = 3
"""How many trials are repeated side by side."""
_SETTINGS = ("endpoint", "timeout", "username", "password", "`ca`", "log")
"""A sentence points at one of them."""


@dataclass(frozen=True)
class Trial:
    """One.

    Args:
        operation: what is done.
        fault: what happens meanwhile.
        turn: to which turn.
        times: to how many.
    """

    operation: Operation
    fault: Fault
    turn: int
    times: float

    def __str__(self) -> str:
        """For a complaint."""
        return f"{self.operation} with {self.fault} at turn {self.turn} x {self.times:g}"

    @property
    def must_succeed(self) -> bool:
        """What hurts a known line once, and breaks it, is mended by trying again."""
        mended = (weather.RESET_BEFORE, weather.RESET_AFTER, weather.RESET_MIDDLE, weather.GARBAGE,
                  weather.INTERNAL_ERROR, weather.UNAVAILABLE, weather.CUT_JSON)  # fmt: skip
        return self.fault.passes or (self.times == 1 and self.fault in mended)


class Late(AssertionError):  # noqa: N818 - reads as what it is
    """Nothing is wrong but the time: the machine may be slow, or the provider.

    Args:
        said: what happened.
        timeout: which one tells the two apart, where the trial is repeated.
    """

    def __init__(self, said: str, timeout: float) -> None:
        super().__init__(said)
        self.timeout = timeout


@dataclass(frozen=True)
class Complaint:
    """What was wrong with a trial.

    Args:
        trial: which one.
        said: in words.
        again: the timeout to repeat it with, where it was only late.
    """

    trial: Trial
    said: str
    again: float | None


class Storm:
    """Runs trials of a case, and collects what was wrong."""

    def __init__(self, world: World, case: Case) -> None:
        self.world, self.case = world, case
        self.direct = world.direct(case.resource)

    def complaints(self, trials: list[Trial]) -> list[str]:
        """What was wrong, trial by trial, several at once.

        A server that others keep busy may need longer than a trial's timeout. What was only late
        is repeated, the very same trial among few others: what is the provider's fault happens
        again. Nothing else is repeated.
        """
        timeout = self.case.timeout or self.world.timeout
        complaints = self._try([(trial, timeout) for trial in trials], self.case.at_once)
        late = [(found.trial, found.again) for found in complaints if found.again is not None]
        found = [complaint.said for complaint in complaints if complaint.again is None]
        for complaint in complaints:
            if complaint.again is not None:
                warnings.warn(f"repeated: {complaint.said}", stacklevel=2)
        return found + [complaint.said for complaint in self._try(late, _AGAIN_AT_ONCE)]

    def _try(self, trials: list[tuple[Trial, float]], at_once: int) -> list[Complaint]:
        with ThreadPoolExecutor(at_once) as threads:
            found = list(threads.map(lambda pair: self._complaint(*pair), trials))
        return [complaint for complaint in found if complaint is not None]

    def _complaint(self, trial: Trial, timeout: float) -> Complaint | None:
        """What was wrong, or nothing."""
        try:
            self.run(trial, timeout)
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to this trial
            at = traceback.extract_tb(error.__traceback__)[-1]
            said = f"{self.case}: {trial}: {type(error).__name__}: {error} ({at.name}:{at.lineno})"
            return Complaint(trial, said, error.timeout if isinstance(error, Late) else None)
        return None

    def turns(self, operation: Operation) -> int:
        """How many turns the operation takes in good weather."""
        name = self.world.name()
        given = self.case.given(self.world, name)
        done = self._act(operation, None, name, given, _GOOD_WEATHER)
        if operation != "delete":
            self.direct.delete(done.life or done.old)  # type: ignore[arg-type] # there is one
        self.world.done_with(given)
        return done.turns

    def run(self, trial: Trial, timeout: float) -> None:
        """Do the operation in bad weather, then mend it in good.

        Raises:
            Late: only the time was wrong.
            AssertionError: anything else was.
        """
        name = self.world.name()
        given = self.case.given(self.world, name)
        try:
            self._run(trial, name, given, timeout)
        finally:
            self.world.done_with(given)

    def _run(self, trial: Trial, name: str, given: dict[str, Any], timeout: float) -> None:
        done = self._act(trial.operation, trial, name, given, timeout)
        if done.failed is None:
            life = done.life
        else:
            if trial.must_succeed:
                _assert_late(done.failed, done.took, timeout)
            self._assert_readable(done.failed)
            life = self._again(trial.operation, done)
        if trial.operation == "delete":
            assert done.old is not None
            self._assert_gone(done.old)
            return
        assert life is not None
        wanted = done.changed if trial.operation == "update" else done.given
        if trial.operation == "read" and done.failed is None:
            assert done.old is not None
            assert done.old.state == life.state
        self.direct.assert_settled(life, wanted)
        self.direct.delete(life)
        self._assert_gone(life)

    def _assert_gone(self, life: Life) -> None:
        assert self.direct.import_(life.id) is None, "it is still there"

    def _act(
        self,
        operation: Operation,
        trial: Trial | None,
        name: str,
        given: dict[str, Any],
        timeout: float,
    ) -> Done:
        changed = given | dict(self.case.change)
        old = None
        if operation != "create":
            old = self.direct.create(given, name=name, settled=False)
        with (
            proxied(self.world.target, timeout, self.world.answers) as line,
            closing(self._stormy(line, timeout)) as stormy,
        ):
            # A line that is known to be good: wrong doors are another test's.
            began = time.monotonic()
            try:
                stormy.refresh(old or self._nobody(given, name))
            except Failed as failed:
                _assert_late(failed, time.monotonic() - began, timeout)
            line.arm(None)
            if trial is not None:
                line.arm(trial.fault, turn=trial.turn, times=trial.times)
            done = Done(name, given, changed, old)
            began = time.monotonic()
            try:
                match operation:
                    case "create":
                        done.life = stormy.create(given, name=name, settled=False)
                    case "read":
                        assert old is not None
                        done.life = stormy.refresh(old)
                        assert done.life is not None, "what is there was not found"
                    case "update":
                        assert old is not None
                        done.life = stormy.update(old, changed, settled=False)
                    case "delete":
                        assert old is not None
                        stormy.delete(old)
            except Failed as failed:
                done.failed = failed
            done.took = time.monotonic() - began
            done.turns = line.turns
        bounded = trial is not None and not trial.fault.passes
        # The timeout bounds each call to the server: the one that breaks, and one to tidy up.
        if bounded and done.took >= 2 * timeout + _SLACK:
            # With a longer timeout it would be less of a proof.
            raise Late(f"{done.took:.1f} s, {done.failed}", timeout)
        return done

    def _stormy(self, line: Proxy, timeout: float) -> Lifecycle:
        world = self.world
        return Lifecycle(
            self.case.resource,
            world.configuration(endpoint=world.endpoint(line.port), timeout=timeout),
        )

    def _nobody(self, given: dict[str, Any], name: str) -> Life:
        wanted = self.case.resource.of(self.direct.check(given))
        return Life(self.direct.urn(name), wanted.id(), {}, {})

    def _again(self, operation: Operation, done: Done) -> Life | None:
        """What the engine does at the next `up`, in good weather."""
        failed = done.failed
        assert failed is not None
        if operation == "create":
            if failed.partly is None:
                return self.direct.create(done.given, name=done.name, settled=False)
            inputs = self.direct.check(done.given, name=done.name)
            wanted = self.case.resource.of(failed.partly)
            partly = Life(self.direct.urn(done.name), wanted.id(), inputs, failed.partly)
            return self.direct.update(partly, done.given, settled=False)
        assert done.old is not None
        if operation == "read":
            return self.direct.refresh(done.old)
        if operation == "update":
            old = done.old if failed.partly is None else replace(done.old, state=failed.partly)
            return self.direct.update(old, done.changed, settled=False)
        self.direct.delete(done.old)
        return None

    def _assert_readable(self, failed: Failed) -> None:
        said = failed.sentence
        assert failed.code.name != "INTERNAL", said
        assert "bug in the celeriac provider" not in said
        assert "\n" not in said, said
        assert self.world.password not in said
        assert said.isprintable(), said
        assert self.world.system in said, said
        assert any(setting in said for setting in _SETTINGS), said
        assert "exists already" not in said, said


@dataclass
class Done:
    """What an operation did."""

    name: str
    given: dict[str, Any]
    changed: dict[str, Any]
    old: Life | None
    life: Life | None = None
    failed: Failed | None = None
    turns: int = 0
    took: float = 0.0


def _assert_late(failed: Failed, took: float, timeout: float) -> NoReturn:
    """It must not have failed; for want of time it did so only if most of that was used.

    Raises:
        Late: it was.
        AssertionError: it was not.
    """
    if took >= timeout / 2:
        raise Late(f"after {took:.1f} s: {failed}", timeout * _PATIENCE)
    raise AssertionError(failed)


def trials(
    operation: Operation, faults: tuple[Fault, ...], turns: int, sample: int
) -> Iterator[Trial]:
    """Every fault (or a sample of them), at a turn drawn at random, once or for ever.

    The random numbers are pytest-randomly's, whose seed is printed. CELERIAC_WEATHER=all runs
    every fault at every turn.
    """
    every_turn = os.environ.get("CELERIAC_WEATHER") == "all"
    drawn = faults if every_turn else random.sample(faults, min(sample, len(faults)))
    for fault in drawn:
        # A line that stays silent is the same, however often.
        silent = fault in (weather.SILENT, weather.SILENT_AFTER, weather.DRIBBLE)
        every = [
            Trial(operation, fault, turn, times)
            for turn in range(1, turns + 1)
            for times in ((math.inf,) if silent else (1, math.inf))
        ]
        yield from every if every_turn else [random.choice(every)]  # noqa: S311


def refused_meanwhile(world: World, case: Case) -> None:
    """Connections are refused for a moment, which is waited for; then for good."""
    name = world.name()
    given = case.given(world, name)
    timeout = _REFUSED
    with proxied(world.target, answers=world.answers) as line:
        configuration = world.configuration(endpoint=world.endpoint(line.port), timeout=timeout)
        with closing(Lifecycle(case.resource, configuration)) as life:
            made = life.create(given, name=name, settled=False)
            line.refuse(1)
            made = life.update(made, given | dict(case.change), settled=False)
            line.refuse()
            began = time.monotonic()
            acts: tuple[Callable[[Life], object], ...] = (life.refresh, life.delete)
            for act in acts:
                said = ""
                try:
                    act(made)
                except Failed as failed:
                    said = failed.sentence
                assert "nothing listens" in said, said
                assert "endpoint" in said, said
            assert time.monotonic() - began < 2 * timeout + _SLACK
            line.clear()
            life.assert_settled(made, given | dict(case.change))
            life.delete(made)
    world.done_with(given)
