"""PostgreSQL, with a superuser and an administrator who is none."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, ClassVar

from local_servers.debian import DebianRoot
from local_servers.instance import give_to_server, write_private
from local_servers.server import CA, CERTIFICATE, HOST, KEY, Server

if TYPE_CHECKING:
    from pathlib import Path

_SUPERUSER = "postgres"
_ADMINISTRATOR = "celeriac_admin"

_MAKE_ADMINISTRATOR = """
SELECT 'CREATE ROLE {name}'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') \\gexec
ALTER ROLE {name} LOGIN CREATEROLE CREATEDB NOSUPERUSER PASSWORD '{password}';
"""


class PostgreSQL(Server):
    """PostgreSQL 17 or later; TLS is offered on its one port."""

    name: ClassVar[str] = "postgresql"
    _port_offset: ClassVar[int] = 8
    _oldest: ClassVar[int] = 17
    _newest: ClassVar[int] = 99

    @property
    def ports(self) -> dict[str, int]:
        """One."""
        return {"postgresql": self.instance.port(self._port_offset)}

    def describe(self) -> dict[str, object]:
        """Say where it is, and who are its superuser and its administrator."""
        return {
            "host": "127.0.0.1",
            "port": self.ports["postgresql"],
            "username": _SUPERUSER,
            "password": self.instance.passwords["postgres"],
            "admin_username": _ADMINISTRATOR,
            "admin_password": self.instance.passwords["postgresql"],
            "version": self._version,
        }

    @property
    def _version(self) -> str:
        return self.system.run([self._program("postgres"), "--version"]).split()[2]

    def stop(self) -> bool:
        """Stop it without waiting for clients to leave."""
        return self.process.stop(signal.SIGINT)

    def _installations(self, root: Path) -> list[Path]:
        """The installations in a root that will do, the newest last."""
        found = root.glob("usr/lib/postgresql/*/bin/postgres")
        suitable = [path for path in found if self._oldest <= int(path.parts[-3]) <= self._newest]
        return sorted(suitable, key=lambda path: int(path.parts[-3]))

    def on_host(self) -> bool:
        """Tell whether the host's own will do."""
        return bool(self._installations(HOST))

    def _program(self, name: str) -> str:
        root = self.root
        return str("/" / self._installations(root)[-1].relative_to(root).with_name(name))

    def _launch(self) -> None:
        data = self._inside / "data"
        new = not (self._folder / "data" / "PG_VERSION").exists()
        if new:
            self._initialise(data)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.ports["postgresql"],
            "unix_socket_directories": "",
            "ssl": "on",
            "ssl_ca_file": CA,
            "ssl_cert_file": CERTIFICATE,
            "ssl_key_file": KEY,
            "shared_buffers": "32MB",
            "max_connections": 200,
        }
        if self.instance.name == "test":  # whose data nobody misses after a crash
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        self.process.start(self.system, [self._program("postgres"), "-D", str(data), *options])
        self.process.wait_until(self._answers, seconds=90)
        self._ensure_administrator()

    def _initialise(self, data: Path) -> None:
        password_file = self._folder / "password"
        write_private(password_file, self.instance.passwords["postgres"] + "\n")
        give_to_server(password_file)
        self.system.run([
            self._program("initdb"), "-D", str(data), "-U", _SUPERUSER,
            f"--pwfile={self._inside}/password", "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        ])  # fmt: skip
        password_file.unlink()

    def _ensure_administrator(self) -> None:
        """Make the administrator as managed services give one out: no superuser."""
        self.system.run(
            [self._program("psql"), "-qAtX", "-v", "ON_ERROR_STOP=1"],
            {
                "PGHOST": "127.0.0.1",
                "PGPORT": str(self.ports["postgresql"]),
                "PGUSER": _SUPERUSER,
                "PGPASSWORD": self.instance.passwords["postgres"],
                # A statement that fails is logged, and this one holds a password.
                "PGOPTIONS": "-c log_min_error_statement=panic",
            },
            stdin=_MAKE_ADMINISTRATOR.format(
                name=_ADMINISTRATOR, password=self.instance.passwords["postgresql"]
            ),
        )

    def _answers(self) -> bool:
        """Tell whether it accepts clients, as its own file says: process id first, status last."""
        try:
            status = (self._folder / "data" / "postmaster.pid").read_text().split()
        except FileNotFoundError:
            return False
        return status[:1] == [str(self.process.pid)] and status[-1] == "ready"


class PostgreSQL15(PostgreSQL):
    """PostgreSQL 15, the oldest that is supported, for the tests."""

    name: ClassVar[str] = "postgresql15"
    debian: ClassVar[DebianRoot] = DebianRoot("bookworm", ("postgresql-15",), 60)
    _port_offset: ClassVar[int] = 9
    _oldest: ClassVar[int] = 15
    _newest: ClassVar[int] = 15
