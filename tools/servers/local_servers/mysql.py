"""MariaDB and MySQL, for the tests: started when the first of them needs one."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING, ClassVar

from local_servers.debian import DebianRoot
from local_servers.instance import give_to_server, write_private
from local_servers.server import CA, CERTIFICATE, KEY, Server

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_ROOT = "root"
_ADMINISTRATOR = "celeriac_admin"
_RIGHTS = (
    "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, "
    "SHOW DATABASES, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW, "
    "CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER"
)
"""What RDS gives the administrator that it hands out; not SUPER, and nothing of the server's own:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html."""


class MariaDB(Server):
    """MariaDB 11.8 of Debian 13; TLS is offered on its one port."""

    name: ClassVar[str] = "mariadb"
    debian: ClassVar[DebianRoot] = DebianRoot("trixie", ("mariadb-server",), 45)
    _port_offset: ClassVar[int] = 38
    _program: ClassVar[str] = "/usr/sbin/mariadbd"
    _more: ClassVar[tuple[str, ...]] = ()

    @property
    def ports(self) -> dict[str, int]:
        """One."""
        return {self.name: self.instance.port(self._port_offset)}

    def describe(self) -> dict[str, object]:
        """Say where it is, and who are its root and its administrator."""
        return {
            "host": "127.0.0.1",
            "port": self.ports[self.name],
            "username": _ROOT,
            "password": self.instance.passwords["mysql_root"],
            "admin_username": _ADMINISTRATOR,
            "admin_password": self.instance.passwords["mysql"],
            "version": self._version,
        }

    @property
    def _version(self) -> str:
        said = self.system.run([self._program, "--no-defaults", "--version"])
        return re.sub(r".*Ver ([0-9.]+).*", r"\1", said, flags=re.DOTALL)

    def on_host(self) -> bool:
        """Tell whether the host's own will do: it is never asked, so that versions are known."""
        return False

    def _launch(self) -> None:
        data = self._inside / "data"
        if not (self._folder / "data" / "mysql").exists():
            self.system.run(self._initialising(data))
        beginning = self._folder / "beginning.sql"
        write_private(beginning, "".join(f"{statement};\n" for statement in self._statements()))
        give_to_server(beginning)
        options = {
            "datadir": data,
            "tmpdir": self._inside,
            "socket": self._inside / "socket",
            "pid-file": self._inside / "pid",
            "bind-address": "127.0.0.1",
            "port": self.ports[self.name],
            "init-file": self._inside / "beginning.sql",
            "ssl-ca": CA,
            "ssl-cert": CERTIFICATE,
            "ssl-key": KEY,
            "innodb-buffer-pool-size": "32M",
            # The tests' data: nobody misses it after a crash.
            "innodb-flush-log-at-trx-commit": 0,
            "max-connections": 200,
            # Tests break connections by the hundred; then the server would let nobody in.
            "max-connect-errors": 1_000_000,
        }
        words = [f"--{key}={value}" for key, value in options.items()]
        command = [self._program, "--no-defaults", *words, "--skip-name-resolve", *self._more]
        self.process.start(self.system, command)
        self.process.wait_until(self._answers, seconds=60)
        beginning.unlink()

    def _initialising(self, data: Path) -> Sequence[str]:
        return [
            "/usr/bin/mariadb-install-db", "--no-defaults", f"--datadir={data}",
            f"--tmpdir={self._inside}", "--skip-test-db",
            "--auth-root-authentication-method=normal",
        ]  # fmt: skip

    def _statements(self) -> Sequence[str]:
        """Give root its password, and make the administrator as managed services hand one out."""
        passwords = self.instance.passwords
        root, administrator = passwords["mysql_root"], passwords["mysql"]
        statements = []
        for user, host, password in (
            (_ROOT, "127.0.0.1", root),
            (_ROOT, "localhost", root),
            (_ADMINISTRATOR, "%", administrator),
        ):
            account = f"'{user}'@'{host}'"
            rights = _RIGHTS if user == _ADMINISTRATOR else "ALL"
            # MariaDB has made some of them already, without a password.
            statements += [
                f"CREATE USER IF NOT EXISTS {account}",
                f"ALTER USER {account} IDENTIFIED BY '{password}'",
                f"GRANT {rights} ON *.* TO {account} WITH GRANT OPTION",
            ]
        return statements

    def _answers(self) -> bool:
        """Tell whether it greets: the fifth byte is the protocol's version."""
        try:
            with socket.create_connection(("127.0.0.1", self.ports[self.name]), timeout=2) as one:
                one.settimeout(2)
                return one.recv(5)[4:] == b"\n"
        except OSError:
            return False


class MySQL(MariaDB):
    """The newest MySQL that Debian has (9.7), for the tests: Debian's releases have MariaDB."""

    name: ClassVar[str] = "mysql"
    debian: ClassVar[DebianRoot] = DebianRoot(
        "sid", ("mysql-server-core", "mysql-client-core"), 60, may_be_behind=True
    )
    _port_offset: ClassVar[int] = 39
    _program: ClassVar[str] = "/usr/sbin/mysqld"
    # Its second protocol would listen on a port of its own; files are where no server was set up.
    _more: ClassVar[tuple[str, ...]] = ("--mysqlx=OFF", "--skip-log-bin", "--secure-file-priv=NULL")

    def _initialising(self, data: Path) -> Sequence[str]:
        return [
            self._program, "--no-defaults", f"--datadir={data}", f"--tmpdir={self._inside}",
            "--initialize-insecure",
        ]  # fmt: skip
