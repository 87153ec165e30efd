"""Redis with access control lists and persistence; and a bare one, as in a container."""

from __future__ import annotations

import hashlib
import re
import shutil
import socket
import subprocess
from typing import ClassVar

from local_servers.debian import DebianRoot
from local_servers.instance import give_to_server, write_private
from local_servers.server import CA, CERTIFICATE, KEY, Server

_ADMINISTRATOR = "celeriac_admin"
_OLDEST = 7


class Redis(Server):
    """Redis 7 or later: an aclfile, `appendonly yes`, the default user off."""

    name: ClassVar[str] = "redis"
    _first_port: ClassVar[int] = 6

    @property
    def ports(self) -> dict[str, int]:
        """Plain and TLS."""
        first = self.instance.port(self._first_port)
        return {"redis": first, "rediss": first + 1}

    def describe(self) -> dict[str, object]:
        """Say where it is and who may administer it."""
        return {
            "host": "127.0.0.1",
            "port": self.ports["redis"],
            "tls_port": self.ports["rediss"],
            "username": _ADMINISTRATOR,
            "password": self.instance.passwords["redis"],
            "version": self._version,
            "config_file": str(self._folder / "redis.conf"),
            "acl_file": str(self._folder / "users.acl"),
        }

    def on_host(self) -> bool:
        """Tell whether the host's own will do."""
        if not shutil.which("redis-server"):
            return False
        said = subprocess.run(
            ["redis-server", "--version"], capture_output=True, text=True, check=False
        ).stdout
        found = re.search(r"v=(\d+)", said)
        return found is not None and int(found[1]) >= _OLDEST

    @property
    def _version(self) -> str:
        said = self.system.run(["redis-server", "--version"])
        return re.sub(r".*v=(\S+).*", r"\1", said, flags=re.DOTALL)

    def _launch(self) -> None:
        password = hashlib.sha256(self.instance.passwords["redis"].encode()).hexdigest()
        inside = self._inside
        files = {
            # Written once: ACL SAVE and CONFIG REWRITE change them, and a restart keeps that.
            "users.acl": f"user default off\nuser {_ADMINISTRATOR} on #{password} ~* &* +@all\n",
            "redis.conf": f'aclfile {inside}/users.acl\nappendonly yes\nsave ""\n',
        }
        for name, text in files.items():
            file = self._folder / name
            if not file.exists():
                write_private(file, text)
                give_to_server(file)
        options = {
            "bind": "127.0.0.1",
            "port": self.ports["redis"],
            "tls-port": self.ports["rediss"],
            "tls-ca-cert-file": CA,
            "tls-cert-file": CERTIFICATE,
            "tls-key-file": KEY,
            "tls-auth-clients": "optional",
            "dir": inside,
        }
        arguments = [word for key, value in options.items() for word in (f"--{key}", str(value))]
        self.process.start(self.system, ["redis-server", f"{inside}/redis.conf", *arguments])
        self.process.wait_until(self._answers, seconds=60)

    def _answers(self) -> bool:
        """Tell whether it answers: it asks for a password unless it is still loading."""
        try:
            with socket.create_connection(("127.0.0.1", self.ports["redis"]), timeout=2) as client:
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith((b"-NOAUTH", b"+PONG"))
        except OSError:
            return False


class OldestRedis(Redis):
    """The oldest Redis that is supported, for the tests: 7.0, of Debian 12."""

    name: ClassVar[str] = "redis-oldest"
    debian: ClassVar[DebianRoot] = DebianRoot("bookworm", ("redis-server",), 40)
    _first_port: ClassVar[int] = 26

    def on_host(self) -> bool:
        """Never the host's own: what version that is, is anybody's guess."""
        return False


class BareRedis(Redis):
    """A Redis without any file, for the tests: neither ACL SAVE nor CONFIG REWRITE works."""

    name: ClassVar[str] = "redis-bare"

    @property
    def ports(self) -> dict[str, int]:
        """Plain only."""
        return {"redis": self.instance.port(10)}

    def describe(self) -> dict[str, object]:
        """Say where it is; its default user has a password."""
        return {
            "host": "127.0.0.1",
            "port": self.ports["redis"],
            "username": "default",
            "password": self.instance.passwords["redis_bare"],
            "version": self._version,
        }

    def _launch(self) -> None:
        # Redis counts a configuration on its standard input as no file; argv is for all to read.
        configuration = (
            f'bind 127.0.0.1\nport {self.ports["redis"]}\nsave ""\n'
            f"requirepass {self.instance.passwords['redis_bare']}\n"
        )
        command = "exec redis-server - <<END\n$CONFIGURATION\nEND\n"
        self.process.start(self.system, ["sh", "-c", command], {"CONFIGURATION": configuration})
        self.process.wait_until(self._answers, seconds=60)
