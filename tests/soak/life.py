"""A stack's life in which every step is killed once, at a moment that a seed decides."""

from __future__ import annotations

import copy
import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from tests.e2e.processes import KINDS, kill
from tests.e2e.project import Project
from tests.e2e.running import Running
from tests.e2e.stack_files import server_entries
from tests.soak.credentials import refused
from tests.soak.objects import Objects, differences, objects

STEPS: Final = ("up", "update", "destroy")
"""A life: each is killed once."""

_WORKERS: Final = re.compile(r"^exchanges .*/(reply\.)?celery\.pidbox$|^exchanges .*/celeryev$")
"""What every worker of Celery declares: a proof that was killed leaves it, and the next one cannot
tell it from what the app's own workers use."""
_RUNS: Final = 1
"""How many runs after a kill must do."""


def stack_file(servers: dict[str, Any], word: str, step: str, *, proof: bool) -> dict[str, Any]:
    """The stack file of a step: the update makes, changes, replaces and removes something."""
    orders: dict[str, Any] = {
        "broker": {"server": "rabbit", "queues": {"orders": {"default": True}, "emails": {}}},
        "resultBackend": {"server": "results", "expires": "7d"},
        "longestTask": "2h",
    }
    thumbs: dict[str, Any] = {
        "broker": {"server": "cache", "queues": {"thumbs": {"default": True}}},
        "resultBackend": {"server": "cache", "expires": "1h"},
        "longestTask": "15m",
    }
    if step != "up":
        orders = copy.deepcopy(orders)
        del orders["broker"]["queues"]["emails"]
        orders["broker"]["queues"]["bills"] = {"deliveryLimit": 5}
        orders["broker"]["user"] = f"clerk-{word}"
        orders["longestTask"] = "5h"
        thumbs["uses"] = {"remoteControl": True, "chords": True}
        thumbs["resultBackend"]["user"] = f"painter-{word}"
    apps = {f"orders-{word}": orders, f"thumbs-{word}": thumbs}
    return {
        "celeriac:servers": server_entries(servers),
        "celeriac:apps": {
            name: app | ({} if proof else {"proof": "off"}) for name, app in apps.items()
        },
        "celeriac:forceDestroy": "true",
    }


@dataclass(frozen=True)
class Undisturbed:
    """What each step makes when nothing is killed.

    Args:
        objects: on the servers after it.
        urns: in the state after it.
        progress: how many events of resources it has.
    """

    objects: dict[str, Objects]
    urns: dict[str, set[str]]
    progress: dict[str, int]


@dataclass
class Life:
    """One project, its steps, and what was done to it.

    Args:
        project: empty.
        servers: the tests' servers.
        word: in every name.
        rng: decides everything.
        story: what happened, for the message of a failure.
        kills: kinds of process that were killed in time.
    """

    project: Project
    servers: dict[str, Any]
    word: str
    rng: random.Random
    story: list[str] = field(default_factory=list)
    kills: list[str] = field(default_factory=list)

    def undisturbed(self) -> Undisturbed:
        """Live without a kill, and note what should be there after each step."""
        found = Undisturbed({}, {}, {})
        for step in STEPS:
            self._write(step, proof=False)
            with Running(self.project, *_command(step)) as run:
                assert run.wait() == 0, run.output
                found.progress[step] = run.steps()
            found.objects[step] = objects(self.servers, self.word)
            found.urns[step] = self._urns()
        assert found.objects["destroy"] == {}
        return found

    def killed(self, step: str, kind: str, expected: Undisturbed) -> None:
        """One step, killed on the way; then again, to its end; then everything is compared."""
        proof = self.rng.random() < 0.2
        environment = {"PULUMI_SKIP_CHECKPOINTS": "true"} if self.rng.random() < 0.3 else {}
        self._write(step, proof=proof)
        at = self.rng.randrange(1, expected.progress[step])
        delay = self.rng.choice((0.0, 0.0, 0.02, 0.1))
        self._tell(f"{step}: kill {kind} {delay} s after event {at}; {proof=} {environment}")
        self._kill(step, kind, at, delay, environment)
        self._converge(step)
        self._compare(step, expected, proof=proof)

    def _kill(
        self, step: str, kind: str, at: int, delay: float, environment: dict[str, str]
    ) -> None:
        with Running(self.project, *_command(step), environment=environment) as run:
            if run.until(lambda: run.steps() >= at and bool(run.processes(kind))):
                time.sleep(delay)
                victims = run.processes(kind)
                if kind == "provider" and victims:
                    victims = [self.rng.choice(victims)]
                kill(victims)
                self._tell(f"killed {[f'{v.kind} {v.pid}' for v in victims]}")
                if victims and not run.ended:
                    self.kills.append(f"{step} {kind}")
            code = run.wait()
            self._tell(f"ended with {code}")
            left = run.survivors(5.0 + 2.0)  # the language host looks after its engine every 5 s
            assert left == [], f"{left} outlived {kind}"

    def _converge(self, step: str) -> None:
        """What a user does: `pulumi cancel` where the lock is left, and the same again."""
        if list(self.project.state.glob("**/locks/**/*.json")):
            self._tell("cancel")
            self.project.run("cancel", "--yes", "--stack", self.project.stack, check=True)
        for _ in range(_RUNS):
            done = self.project.run(*_command(step))
            self._tell(f"again: {done.code} {done.changed}")
            if done.code == 0:
                return
        raise AssertionError(done.output)

    def _compare(self, step: str, expected: Undisturbed, *, proof: bool) -> None:
        there = objects(self.servers, self.word)
        if proof:
            there = {name: one for name, one in there.items() if not _WORKERS.search(name)}
        wrong = differences(expected.objects[step], there)
        assert wrong == [], "\n".join(wrong)
        found = self._urns()
        proofs = {urn for urn in found if "RoundTrip" in urn}
        urns = found - proofs
        assert urns == expected.urns[step], f"the state differs: {urns ^ expected.urns[step]}"
        assert bool(proofs) == (proof and step != "destroy"), f"{proofs=}"
        if step != "destroy":
            closed = refused(self.project.outputs()["apps"])
            assert closed == [], f"exported credentials do not work: {closed}"

    def _urns(self) -> set[str]:
        """What the state holds; nothing in it is half done."""
        found = self.project.resources()
        half = [r["urn"] for r in found if r.get("delete") or r.get("initErrors")]
        assert half == [], f"half done in the state: {half}"
        return {resource["urn"] for resource in found}

    def _write(self, step: str, *, proof: bool) -> None:
        self.project.write(stack_file(self.servers, self.word, step, proof=proof))

    def _tell(self, sentence: str) -> None:
        self.story.append(f"{time.monotonic():.1f} {sentence}")


@contextmanager
def told(life: Life, replay: str) -> Iterator[None]:
    """A failure tells how to replay it and what had happened."""
    try:
        yield
    except AssertionError as error:
        raise AssertionError("\n".join([replay, *life.story, str(error)])) from error


def kinds(rng: random.Random) -> dict[str, str]:
    """Which kind of process each step loses; `destroy` runs no program."""
    chosen = {step: rng.choice(KINDS) for step in STEPS}
    chosen["destroy"] = rng.choice([kind for kind in KINDS if kind != "program"])
    return chosen


def _command(step: str) -> tuple[str, ...]:
    return ("destroy" if step == "destroy" else "up", "--yes", "--skip-preview")
