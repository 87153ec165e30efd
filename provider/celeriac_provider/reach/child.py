"""A program that forwards, and that ends with us, whatever ends us."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

_WATCH: Final = """\
"$@" </dev/null &
child=$!
exec >/dev/null 2>&1
read -r _
trap : TERM
kill -TERM 0
(sleep 2; kill -KILL 0) &
wait "$child"
kill -KILL 0
"""
"""The program and what it started are a process group of their own. The shell that leads it waits
for the end of a pipe that we alone hold: also when we are killed, it ends all of them."""

_HANDED_ON: Final = (
    *("PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "SSH_AUTH_SOCK", "SSL_CERT_FILE"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
)
"""What it sees of the environment, beside AWS's own: no password of ours."""

_WORDS: Final = 200
"""Lines that are remembered."""


class Child:
    """The running program.

    Args:
        command: its arguments, the program first.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - ssh or aws, by their arguments
            ["/bin/sh", "-c", _WATCH, "sh", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_environment(),
            start_new_session=True,
        )
        self._heard = threading.Condition()
        self._lines: list[str] = []
        self._forgotten = 0
        self.alive = True
        """Whether it runs."""
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def said(self) -> int:
        """How many lines it has said."""
        with self._heard:
            return self._forgotten + len(self._lines)

    def lines(self, since: int = 0) -> list[str]:
        """What it said, from a number of lines on."""
        with self._heard:
            return self._lines[max(0, since - self._forgotten) :]

    def wait(self, until: Callable[[str], bool], seconds: float, since: int = 0) -> str | None:
        """The first line of some kind, as soon as it comes; None if none came, or it ended."""
        deadline = time.monotonic() + seconds
        with self._heard:
            while True:
                for line in self._lines[max(0, since - self._forgotten) :]:
                    if until(line):
                        return line
                left = deadline - time.monotonic()
                if not self.alive or left <= 0:
                    return None
                self._heard.wait(left)

    def end(self) -> None:
        """End it, and what it started."""
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 - a pipe, see above
        with suppress(OSError):
            stdin.close()
        self._process.wait()

    def _listen(self) -> None:
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101 - a pipe, see above
        with stdout:
            for line in stdout:
                with self._heard:
                    self._lines.append(line.decode(errors="replace").strip())
                    if len(self._lines) > _WORDS:
                        self._lines.pop(0)
                        self._forgotten += 1
                    self._heard.notify_all()
        with self._heard:
            self.alive = False
            self._heard.notify_all()


def _environment() -> dict[str, str]:
    handed = {
        name: value
        for name, value in os.environ.items()
        if name in _HANDED_ON or name.startswith("AWS_")
    }
    # Messages in English, which are read; ssh runs a command of ours by SHELL.
    return handed | {"LC_ALL": "C", "SHELL": "/bin/sh", "AWS_PAGER": ""}
