"""An SSH bastion, and servers that can be reached through it alone, for the tests."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path
from typing import ClassVar

from local_servers.bad_tls import BadTLS
from local_servers.debian import DebianRoot
from local_servers.instance import give_to_server, write_private
from local_servers.server import Server
from local_servers.system import System

_OLDEST = 10
_DOMAIN = "private.example"
_STORES = (
    *("memcached", "memcached-second", "mongodb", "mongodb-second", "elasticsearch"),
    "mariadb",
)
_NAMES = tuple(
    f"{name}.{_DOMAIN}" for name in ("rabbitmq", "redis", "postgresql", *_STORES, "nothing")
)
# A name that may be asked for, and is not known.
_PERMITTED = ("127.0.0.1", "localhost", *_NAMES, f"unknown.{_DOMAIN}")
_KEYS = ("host_key", "client_key")

_CONFIGURATION = """\
ListenAddress 127.0.0.1:{port}
HostKey {inside}/host_key
PidFile none
AuthorizedKeysFile {inside}/client_key.pub
AuthenticationMethods publickey
UsePAM no
StrictModes no
X11Forwarding no
AllowAgentForwarding no
AllowStreamLocalForwarding no
AllowTcpForwarding local
PermitTTY no
ForceCommand /bin/false
PermitOpen {permitted}
PerSourcePenalties no
UseDNS no
MaxStartups 50
LogLevel VERBOSE
"""


class Sshd(Server):
    """OpenSSH's server: one key may log in, for forwardings to loopback and nothing else.

    To it, and to nobody else, the names under private.example are loopback.
    """

    name: ClassVar[str] = "sshd"
    debian: ClassVar[DebianRoot] = DebianRoot("trixie", ("openssh-server",), 40)

    @property
    def ports(self) -> dict[str, int]:
        """One."""
        return {"ssh": self.instance.port(30)}

    def describe(self) -> dict[str, object]:
        """Say where it is, its host key, and who may log in with which key."""
        return {
            "host": "127.0.0.1",
            "port": self.ports["ssh"],
            # As it is named where it runs, see `system`.
            "user": "nobody" if os.geteuid() == 0 else "celeriac",
            "host_key": (self._folder / "host_key.pub").read_text().strip(),
            "client_key_file": str(self._client_key),
            "domain": _DOMAIN,
        }

    def on_host(self) -> bool:
        """Tell whether the host's own will do."""
        if not shutil.which("sshd", path="/usr/sbin") or not shutil.which("ssh-keygen"):
            return False
        said = subprocess.run(
            ["/usr/sbin/sshd", "-V"], capture_output=True, text=True, check=False
        ).stderr
        found = re.search(r"OpenSSH_(\d+)", said)
        return found is not None and int(found[1]) >= _OLDEST

    @property
    def system(self) -> System:
        """Where its programs are; there, names are known that are not known here."""
        hosts = self.instance.folder / "hosts"
        known = f"127.0.0.1 localhost {' '.join(_NAMES)}\n"
        if not hosts.exists() or hosts.read_text() != known:
            hosts.write_text(known)
        return System(self.root, self.instance.folder, ((hosts, Path("/etc/hosts")),))

    @property
    def _client_key(self) -> Path:
        """The copy that a client may read."""
        return self.instance.folder / "ssh_client_key"

    def _launch(self) -> None:
        for key in _KEYS:
            if not (self._folder / key).exists():
                file = str(self._inside / key)
                options = ["-q", "-t", "ed25519", "-N", "", "-C", key]
                self.system.run(["ssh-keygen", *options, "-f", file])
        write_private(self._client_key, (self._folder / "client_key").read_text())
        configuration = self._folder / "sshd_config"
        permitted = " ".join(f"{name}:*" for name in _PERMITTED)
        text = _CONFIGURATION.format(
            port=self.ports["ssh"], inside=self._inside, permitted=permitted
        )
        write_private(configuration, text)
        give_to_server(configuration)
        command = ["/usr/sbin/sshd", "-D", "-e", "-f", str(self._inside / "sshd_config")]
        self.process.start(self.system, command)
        self.process.wait_until(self._answers, seconds=60)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.ports["ssh"]), timeout=2) as client:
                return client.recv(4) == b"SSH-"
        except OSError:
            return False


class Private(BadTLS):
    """The three servers under names that only the bastion knows, with a certificate for these."""

    name: ClassVar[str] = "tls-private"
    _certificate: ClassVar[str] = "private"
    _first_port: ClassVar[int] = 31
