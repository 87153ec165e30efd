"""Where a server's programs come from, and how they are run there as an unprivileged user.

A `System` is a root folder: the host's own `/`, or a Debian root in the cache.  In either, the
instance's folder is seen as `/mnt`, so paths in configurations do not depend on the checkout,
and a checkout that the servers' user cannot enter does no harm.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from local_servers.errors import ServerError
from local_servers.instance import NOBODY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

INSIDE = Path("/mnt")

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

# Arguments: root, folder, how many other folders are seen, each of them and where, command…
# Mounts are private and end with the process, and everything is exec'd, so that the process
# started is the server itself.
_AS_ROOT = f"""
root=$1 folder=$2 others=$3; shift 3
if [ "$root" != / ]; then
  for tree in proc dev sys; do mount --rbind /$tree "$root/$tree"; done
fi
mount --bind "$folder" "$root{INSIDE}"
while [ "$others" -gt 0 ]; do
  mount --bind "$1" "$root$2"; shift 2; others=$((others - 1))
done
exec chroot --userspec={NOBODY}:{NOBODY} --groups= "$root" "$@"
"""


@dataclass(frozen=True)
class System:
    """A root folder with the programs, and the folder that they see as `/mnt`.

    Args:
        root: the host's `/`, or a Debian root.
        folder: the instance's.
        others: further folders, and where under `/mnt` each is seen, read-only.
    """

    root: Path
    folder: Path
    others: tuple[tuple[Path, Path], ...] = ()

    def run(
        self, command: Sequence[str], environment: Mapping[str, str] | None = None, stdin: str = ""
    ) -> str:
        """Run a command to its end and return what it printed."""
        done = subprocess.run(
            self._wrapped(command),
            env=_environment(environment or {}),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            output = (done.stderr or done.stdout).strip()
            raise ServerError(f"{command[0]} failed with exit code {done.returncode}: {output}")
        return done.stdout

    def spawn(self, command: Sequence[str], environment: Mapping[str, str], log: IO[bytes]) -> int:
        """Start a command that outlives us, and return its process id."""
        wrapped = self._wrapped(command)
        if wrapped[0] == "bwrap":
            return _spawn_under_bwrap(wrapped, environment, log)
        return _popen(wrapped, environment, log).pid

    def _wrapped(self, command: Sequence[str]) -> list[str]:
        if os.geteuid() == 0:
            private = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", _AS_ROOT]
            others = [str(path) for pair in self.others for path in pair]
            seen = [str(self.root), str(self.folder), str(len(self.others)), *others]
            return [*private, "sh", *seen, *command]
        if not shutil.which("bwrap"):
            raise ServerError(
                "bubblewrap is missing: run tools/servers/install as root once "
                "(or apt-get install bubblewrap)."
            )
        trees = ["--bind", "/proc", "/proc", "--dev-bind", "/dev", "/dev", "--ro-bind", "/sys"]
        mounts = ["--ro-bind", str(self.root), "/", *trees, "/sys", "--tmpfs", "/tmp"]  # noqa: S108
        mounts += ["--ro-bind", str(self._passwd()), "/etc/passwd"]
        mounts += ["--bind", str(self.folder), str(INSIDE)]
        for folder, seen_as in self.others:
            mounts += ["--ro-bind", str(folder), str(seen_as)]
        return ["bwrap", *mounts, "--", *command]

    def _passwd(self) -> Path:
        """Name the caller, whom a root does not know; PostgreSQL asks."""
        file = self.folder / "passwd"
        file.write_text(f"celeriac:x:{os.geteuid()}:{os.getegid()}::{INSIDE}:/bin/sh\n")
        return file


class Here:
    """The host as it is, for a program of our own."""

    def spawn(self, command: Sequence[str], environment: Mapping[str, str], log: IO[bytes]) -> int:
        """Start a command that outlives us, and return its process id."""
        return _popen(command, environment, log).pid


def _popen(
    command: Sequence[str],
    environment: Mapping[str, str],
    log: IO[bytes],
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        env=_environment(environment),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd="/",
        start_new_session=True,
        pass_fds=pass_fds,
    )


def _spawn_under_bwrap(
    wrapped: Sequence[str], environment: Mapping[str, str], log: IO[bytes]
) -> int:
    """Return the server's process id: bwrap stays as its parent and passes no signals on."""
    reader, writer = os.pipe()
    command = [wrapped[0], "--info-fd", str(writer), *wrapped[1:]]
    child = _popen(command, environment, log, [writer])
    os.close(writer)
    with os.fdopen(reader) as information:
        said = information.read()
    return int(json.loads(said)["child-pid"]) if said else child.pid


def _environment(additions: Mapping[str, str]) -> dict[str, str]:
    """A bare environment: none of the caller's settings or secrets reach a server."""
    return {"PATH": PATH, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **additions}
