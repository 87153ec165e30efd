"""One operation of one resource in bad weather, and what must be true of it."""

from __future__ import annotations

import math
import os
import random
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Literal

from tests.lifecycle import Failed, Life, Lifecycle
from tests.provider.weather import proxy as weather
from tests.provider.weather.proxy import Fault, Proxy, proxied
from tests.provider.weather.worlds import Case, World

Operation = Literal["create", "read", "update", "delete"]
OPERATIONS: tuple[Operation, ...] = ("create", "read", "update", "delete")

_SLACK = 3.0
"""Seconds beyond the timeout: threads and servers share few cores."""
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


class Storm:
    """Runs trials of a case, and collects what was wrong."""

    def __init__(self, world: World, case: Case) -> None:
        self.world, self.case = world, case
        self.direct = world.direct(case.resource)

    def complaints(self, trials: list[Trial]) -> list[str]:
        """What was wrong, trial by trial, several at once."""
        with ThreadPoolExecutor(self.case.at_once) as threads:
            found = list(threads.map(self.complaint, trials))
        return [complaint for complaint in found if complaint]

    def complaint(self, trial: Trial) -> str:
        """What was wrong, or nothing."""
        try:
            self.run(trial)
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to this trial
            at = traceback.extract_tb(error.__traceback__)[-1]
            return f"{self.case}: {trial}: {type(error).__name__}: {error} ({at.name}:{at.lineno})"
        return ""

    def turns(self, operation: Operation) -> int:
        """How many turns the operation takes in good weather."""
        name = self.world.name()
        given = self.case.given(self.world, name)
        done = self._act(operation, None, name, given)
        if operation != "delete":
            self.direct.delete(done.life or done.old)  # type: ignore[arg-type] # there is one
        self.world.done_with(given)
        return done.turns

    def run(self, trial: Trial) -> None:
        """Do the operation in bad weather, then mend it in good."""
        name = self.world.name()
        given = self.case.given(self.world, name)
        try:
            self._run(trial, name, given)
        finally:
            self.world.done_with(given)

    def _run(self, trial: Trial, name: str, given: dict[str, Any]) -> None:
        done = self._act(trial.operation, trial, name, given)
        if done.failed is None:
            life = done.life
        else:
            assert not trial.must_succeed, done.failed
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
        self, operation: Operation, trial: Trial | None, name: str, given: dict[str, Any]
    ) -> Done:
        changed = given | dict(self.case.change)
        old = None
        if operation != "create":
            old = self.direct.create(given, name=name, settled=False)
        with (
            proxied(self.world.target, self.world.answers) as line,
            closing(self._stormy(line)) as stormy,
        ):
            # A line that is known to be good: wrong doors are another test's.
            stormy.refresh(old or self._nobody(given, name))
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
            took = time.monotonic() - began
            done.turns = line.turns
        bounded = trial is not None and not trial.fault.passes
        # The timeout bounds each call to the server: the one that breaks, and one to tidy up.
        assert not bounded or took < 2 * self._timeout + _SLACK, f"{took:.1f} s, {done.failed}"
        return done

    def _stormy(self, line: Proxy) -> Lifecycle:
        world = self.world
        return Lifecycle(
            self.case.resource,
            world.configuration(endpoint=world.endpoint(line.port), timeout=self._timeout),
        )

    @property
    def _timeout(self) -> float:
        return self.case.timeout or self.world.timeout

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
    timeout = case.timeout or world.timeout
    with proxied(world.target, world.answers) as line:
        configuration = world.configuration(endpoint=world.endpoint(line.port), timeout=timeout)
        with closing(Lifecycle(case.resource, configuration)) as life:
            made = life.create(given, name=name, settled=False)
            line.refuse(timeout / 4)
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
