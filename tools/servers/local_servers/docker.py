"""A Docker engine, for the tests: the host's own where one answers, else one of Debian 13.

Ours runs with everything it has (containerd, runc, the proxies of ports) in a Debian root of the
cache, in a mount namespace of its own. It makes no default bridge and touches no firewall, so that
it leaves nothing behind on the host and can run beside another: containers talk over networks of
their own, and ports are published by Docker's user-space proxy. The outside is not reached from
inside.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ClassVar

from local_servers.debian import DebianRoot
from local_servers.errors import ServerError
from local_servers.instance import CHECKOUT
from local_servers.server import Server
from local_servers.system import INSIDE, PATH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_HOST = "unix:///var/run/docker.sock"

# Images are kept between runs, so not in the memory that instance `test` lies in.
FOLDER = CHECKOUT / ".local" / "docker"
_SOCKET = "docker.sock"
_CGROUPS = "/sys/fs/cgroup"
_LONGEST_SOCKET = 107  # bytes of a Unix socket's path

# Arguments: root, folder, command… The root becomes that of the namespace: in one that is only
# changed to, whoever joins a container's namespace (a health check) would come out on the host.
_IN_ROOT = f"""
root=$1 folder=$2; shift 2
mount --bind "$root" "$root"
for tree in proc dev sys; do mount --rbind /$tree "$root/$tree"; done
mount --bind "$folder" "$root{INSIDE}"
mount -t tmpfs tmpfs "$root/run"
cd "$root"
pivot_root . srv
exec chroot . sh -ec 'umount --lazy /srv; exec "$@"' sh "$@"
"""


class DockerEngine(Server):
    """The engine that the tests of platform `docker` use.

    Where `DOCKER_HOST` names a Unix socket that answers, or the host's usual one does, that is it,
    and nothing is started. Ours needs root and cgroups.
    """

    name: ClassVar[str] = "docker"
    debian: ClassVar[DebianRoot] = DebianRoot("trixie", ("docker.io", "iptables"), 45)

    @property
    def ports(self) -> dict[str, int]:
        """None: it listens on a Unix socket; what containers publish is their tests' own."""
        return {}

    def describe(self) -> dict[str, object]:
        """Say where it listens, and whether it is ours: then it has no image but what we build."""
        given = self._given
        return {"host": given or f"unix://{FOLDER / _SOCKET}", "ours": given is None}

    def on_host(self) -> bool:
        """Tell whether an engine answers that somebody else has started."""
        return self._given is not None

    @property
    def running(self) -> bool:
        """Whether there is one that answers."""
        return self.on_host() or super().running

    def stop(self) -> bool:
        """Stop ours, with all containers, networks and volumes; its images are kept."""
        if self.process.pid is not None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                _remove_all()
        return super().stop()

    @property
    def _given(self) -> str | None:
        """The engine that is not ours."""
        host = os.environ.get("DOCKER_HOST") or _HOST
        if not host.startswith("unix://"):
            raise ServerError(
                f"DOCKER_HOST is {host!r}: the tests reach containers on 127.0.0.1, and take an "
                "engine of this machine only. Unset it, or name a Unix socket."
            )
        return host if _answers(Path(host.removeprefix("unix://"))) else None

    def _launch(self) -> None:
        if os.geteuid() != 0:
            raise ServerError(
                "no Docker engine answers (DOCKER_HOST, /var/run/docker.sock), and only root can "
                "start one."
            )
        if os.statvfs(_CGROUPS).f_flag & os.ST_RDONLY:
            raise ServerError(f"{_CGROUPS} is read-only: no container could be started.")
        path = FOLDER / _SOCKET
        if len(str(path)) > _LONGEST_SOCKET:
            raise ServerError(f"{path} is too long for a Unix socket.")
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.process.start(_Root(self.root), _dockerd())
        self.process.wait_until(lambda: _answers(path), seconds=60)
        _remove_all()  # of a run that was killed
        network = _ask(path, "POST", "/networks/create", {"Name": "trial"})
        if "Id" not in network:
            self.stop()
            raise ServerError(f"the engine can make no network: {network}")
        _ask(path, "DELETE", f"/networks/{network['Id']}")


def _dockerd() -> list[str]:
    return [
        "/usr/sbin/dockerd",
        *("--host", f"unix://{INSIDE / _SOCKET}"),
        *("--data-root", f"{INSIDE}/data"),
        *("--exec-root", f"{INSIDE}/exec"),
        *("--pidfile", f"{INSIDE}/docker.pid"),
        "--bridge=none",
        "--iptables=false",
        "--ip6tables=false",
        "--ip-masq=false",
        "--userland-proxy=true",
        # A name that no container has is asked for outside, which is not reached: a server that
        # waits for another one's name would wait 16 seconds. So it is refused at once.
        "--dns=127.0.0.1",
        "--log-level=warn",
    ]


class _Root:
    """The root as root sees it: an engine mounts, and makes namespaces."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def spawn(self, command: Sequence[str], environment: Mapping[str, str], log: IO[bytes]) -> int:
        """Start a command that outlives us, and return its process id."""
        namespace = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", _IN_ROOT, "sh"]
        return subprocess.Popen(
            [*namespace, str(self._root), str(FOLDER), *command],
            env={"PATH": PATH, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
        ).pid


class _Connection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=30)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def _ask(path: Path, method: str, url: str, body: object = None) -> Any:
    """What the engine at a socket answers."""
    connection = _Connection(path)
    with contextlib.closing(connection):
        text = None if body is None else json.dumps(body)
        connection.request(method, url, text, {"Content-Type": "application/json"})
        answer = connection.getresponse().read()
        try:
            return json.loads(answer)
        except ValueError:
            return answer.decode(errors="replace")


def _answers(path: Path) -> bool:
    try:
        return bool(_ask(path, "GET", "/_ping") == "OK")
    except (OSError, http.client.HTTPException):
        return False


def _remove_all() -> None:
    """Leave nothing of ours but images."""
    path = FOLDER / _SOCKET
    for container in _ask(path, "GET", "/containers/json?all=1"):
        _ask(path, "DELETE", f"/containers/{container['Id']}?force=1&v=1")
    _ask(path, "POST", "/networks/prune")
    for volume in _ask(path, "GET", "/volumes")["Volumes"] or ():
        _ask(path, "DELETE", f"/volumes/{volume['Name']}?force=1")
