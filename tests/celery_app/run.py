"""Try an app's outputs with a real Celery program: `python -m tests.celery_app.run`.

    eval "$(pulumi stack output …)"   # CELERY_BROKER_URL, CELERY_RESULT_BACKEND, CELERY_SETTINGS
    python -m tests.celery_app.run [--python PYTHON]

PYTHON is an interpreter that has the Celery to be tried; its version is nobody's business here.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
TIMEOUT = 500
"""Seconds for all checks: on a busy machine they take minutes."""

_HARMLESS = (
    "superuser privileges",  # the tests may run as root
    "Signal 15",  # the process of the task that is revoked while it runs
    "SecurityWarning",
    # Celery 5.7, when a task that waits elsewhere is revoked: over rpc:// nobody is told.
    "RPC backend missing task request",
)
_LEVELS = re.compile(r"^\[[^]]*: (WARNING|ERROR|CRITICAL)/")


@dataclass(frozen=True)
class Report:
    """How it went.

    Args:
        errors: what failed, by check; None for what did not.
        complaints: lines of the worker's log above INFO.
        log: the worker's log and what it printed.
        output: what the checks themselves printed besides.
    """

    errors: dict[str, str | None]
    complaints: list[str]
    log: str
    output: str

    @property
    def failed(self) -> dict[str, str]:
        """Only what failed."""
        return {check: error for check, error in self.errors.items() if error is not None}


def run(environment: Mapping[str, str], *, python: str = sys.executable) -> Report:
    """Run all checks with an app's environment.

    Args:
        environment: CELERY_BROKER_URL, CELERY_RESULT_BACKEND and CELERY_SETTINGS.
        python: the interpreter of the virtual environment with the Celery to be tried.
    """
    with tempfile.TemporaryDirectory(prefix="celery-app-") as folder:
        process = subprocess.Popen(
            [python, HERE / "checks.py", folder],
            env={
                "PATH": os.environ["PATH"],
                "HOME": os.environ.get("HOME", folder),
                "VERBOSE": "1",
                **environment,
            },
            cwd=HERE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            stdout, stderr = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)  # it takes its worker with it
            stdout, stderr = process.communicate()
        lines = [json.loads(line) for line in stdout.splitlines() if line.startswith("{")]
        log = "".join(_text(Path(folder, name)) for name in ("worker.log", "worker.out"))
    errors = {line["check"]: line["error"] for line in lines}
    if process.returncode != 0:
        errors["checks.py"] = f"exit code {process.returncode}"
    return Report(errors, complaints(log), log, stderr)


def complaints(log: str) -> list[str]:
    """What a worker has to say above INFO: about rights, delivery, or anything else."""
    return [
        line
        for line in log.splitlines()
        if _LEVELS.match(line) and not any(harmless in line for harmless in _HARMLESS)
    ]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main() -> int:
    """The command line: a line per check; 0 when all is well and the worker had no complaints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--python", default=sys.executable)
    names = ("CELERY_BROKER_URL", "CELERY_RESULT_BACKEND", "CELERY_SETTINGS")
    missing = [name for name in names if name not in os.environ]
    if missing:
        parser.error(f"{', '.join(missing)} must be set")
    report = run({n: os.environ[n] for n in names}, python=parser.parse_args().python)
    for check, error in report.errors.items():
        print(f"{'ok    ' if error is None else 'FAILED'} {check}{': ' + error if error else ''}")  # noqa: T201
    for line in report.complaints:
        print("worker:", line)  # noqa: T201
    return 1 if report.failed or report.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
