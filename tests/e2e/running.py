"""A run of the CLI that a test watches, and does things to before it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any, Self

from tests.e2e.processes import Process, running, survivors
from tests.e2e.project import Project


class Running:
    """`pulumi up`, `destroy` … in a session of its own, as in a terminal of its own.

    Args:
        project: where.
        command: the CLI's command and its options.
        environment: on top of the project's.
    """

    def __init__(
        self, project: Project, *command: str, environment: dict[str, str] | None = None
    ) -> None:
        self._project = project
        self._events = project.folder / f"events-{time.monotonic_ns()}.json"
        self._log = (project.folder / "running.log").open("w+")
        # Processes of the proof inherit no more than PATH: this is what they are known by.
        path = {"PATH": f"{project.folder}:{project.environment['PATH']}"}
        options = ["--non-interactive", "--color", "never", "--stack", project.stack]
        self._process = subprocess.Popen(
            ["pulumi", *command, *options, "--event-log", str(self._events)],
            cwd=project.folder,
            env=project.environment | path | (environment or {}),
            stdout=self._log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Nothing of it is left, whatever happened."""
        for process in self.processes():
            os.kill(process.pid, signal.SIGKILL)
        self._process.wait()
        self._log.close()

    @property
    def output(self) -> str:
        """What it has printed until now."""
        self._log.flush()
        return (self._project.folder / "running.log").read_text()

    @property
    def ended(self) -> bool:
        """Whether the CLI's own process is no more."""
        return self._process.poll() is not None

    def processes(self, kind: str | None = None) -> list[Process]:
        """The processes of this run that live, of one kind or all."""
        self._process.poll()
        found = running(self._process.pid, self._project.folder)
        return [process for process in found if kind in (None, process.kind)]

    def survivors(self, seconds: float) -> list[Process]:
        """What still lives after some time."""
        self._process.poll()
        return survivors(self._process.pid, self._project.folder, seconds)

    def events(self, *kinds: str) -> list[dict[str, Any]]:
        """The engine's events until now: `resourcePreEvent` begins a step, others end it."""
        if not self._events.exists():
            return []
        found = []
        for line in self._events.read_text().splitlines():
            try:
                event = json.loads(line)
            except ValueError:  # being written
                continue
            found += [event[kind] for kind in kinds if kind in event]
        return found

    def steps(self) -> int:
        """How many changes were begun or ended: the progress of this run."""
        found = self.events("resourcePreEvent", "resOutputsEvent")
        return sum(event["metadata"]["op"] != "same" for event in found)

    def until(self, reached: Callable[[], bool], seconds: float = 60) -> bool:
        """Wait until something holds.

        Returns:
            False when the run has ended before.
        """
        end = time.monotonic() + seconds
        while not reached():
            if self.ended:
                return False
            assert time.monotonic() < end, f"not reached in {seconds} s:\n{self.output}"
            time.sleep(0.005)
        return True

    def interrupt(self, *, group: bool = True) -> None:
        """Ctrl-C: a terminal sends it to the whole foreground process group."""
        if group:
            os.killpg(self._process.pid, signal.SIGINT)
        else:
            os.kill(self._process.pid, signal.SIGINT)

    def wait(self, seconds: float = 120) -> int:
        """The exit code, when it has ended.

        Raises:
            subprocess.TimeoutExpired: it has not.
        """
        return self._process.wait(seconds)
