"""A real worker of the program, in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def prefork_worker(
    log: Path,
    *arguments: str,
    python: str = sys.executable,
    environment: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Start it, wait until it is ready, and at the end stop it as a deployment does.

    Args:
        log: where it logs; what it prints goes beside it.
        arguments: further ones of `celery worker`.
        python: the interpreter with the Celery to be tried.
        environment: this process's by default.

    Raises:
        AssertionError: it did not start, or did not stop with 0 (unless it was killed meanwhile).
    """
    output = log.with_suffix(".out").open("wb")
    process = subprocess.Popen(
        [
            *(python, "-m", "celery", "-A", "program", "worker"),
            *("--concurrency", "2", "--loglevel", "INFO", "--logfile", str(log)),
            *("--hostname", f"{log.parent.name}@%h"),
            *arguments,
        ],
        cwd=Path(__file__).parent,
        env=environment,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        ends = time.monotonic() + 120
        while not log.exists() or " ready." not in log.read_text():
            if process.poll() is not None or time.monotonic() > ends:
                raise AssertionError("the worker did not become ready: see its log")
            time.sleep(0.05)
        yield process
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            if process.wait(60) != 0:
                raise AssertionError(f"the worker ended with {process.returncode}")
    finally:
        if process.poll() is None:
            kill(process)
        output.close()


def kill(process: subprocess.Popen[bytes]) -> None:
    """End the worker with all its processes at once, as the loss of its machine does."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
