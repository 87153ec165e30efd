"""A primary, replicas and three sentinels of a test's own, whose primary a test can kill."""

from __future__ import annotations

import hashlib
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis

from tests.redis_programs import redis_server

NAME = "celeriac-primary"
# Sentinels write what they are told to their file without quotes: no spaces, no apostrophes.
PASSWORD, SENTINEL_PASSWORD = "admin/pass#1", "sentinels/pass#2"


@dataclass
class Process:
    """A Redis or a sentinel.

    Args:
        port: where it listens.
        folder: its files.
        command: what starts it.
    """

    port: int
    folder: Path
    command: list[str]
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; nobody waits."""
        log = (self.folder / "log").open("ab")
        self.running = subprocess.Popen(self.command, stdout=log, stderr=log)

    def end(self, number: int = signal.SIGTERM) -> None:
        """End it: as a stop, or as the loss of its machine."""
        if self.running is not None:
            self.running.send_signal(number)
            self.running.wait(10)
            self.running = None


class SentinelGroup:
    """One primary, two replicas, three sentinels, all on loopback.

    Args:
        folder: for their files.
        tls: the folder of `ca.pem`, `server.pem` and `server.key`, where all of them speak TLS.
        programs: the command of the server, without its configuration. Default: Redis.
    """

    def __init__(
        self, folder: Path, *, tls: Path | None = None, programs: list[str] | None = None
    ) -> None:
        self.username, self.password = "default", PASSWORD
        self.sentinel_password = SENTINEL_PASSWORD
        self.tls = tls
        self._program = programs or redis_server()
        ports = _free_ports(6)
        self.nodes = [self._node(folder / f"node-{port}", port, ports[0]) for port in ports[:3]]
        self.sentinels = [
            self._sentinel(folder / f"sentinel-{port}", port, ports[0]) for port in ports[3:]
        ]

    def start(self) -> None:
        """Start all, and wait until the sentinels know the replicas and each other."""
        for node in self.nodes:
            node.start()
        # Sentinels look at a primary every ten seconds: its replicas had better be there.
        _until(self._replicated, 20, "the replicas do not follow")
        for sentinel in self.sentinels:
            sentinel.start()
        _until(self._converged, 30, "the sentinels do not agree")

    def stop(self) -> None:
        """End all."""
        for process in (*self.sentinels, *self.nodes):
            process.end(signal.SIGKILL)

    @property
    def hosts(self) -> list[str]:
        """`host:port` of each sentinel."""
        return [f"localhost:{process.port}" for process in self.sentinels]

    def primary(self) -> int:
        """The port that the sentinels name."""
        found = self.ask(self.sentinels[0]).execute_command(
            "SENTINEL GET-MASTER-ADDR-BY-NAME", NAME
        )
        return int(found[1])

    def login(
        self, username: str | None = None, password: str | None = None, database: int = 0
    ) -> Any:
        """A client of the primary."""
        return self.client(self.primary(), username, password, database)

    def client(
        self,
        port: int,
        username: str | None = None,
        password: str | None = None,
        database: int = 0,
    ) -> Any:
        """A client of one node."""
        return redis.Redis(
            host="localhost",
            port=port,
            db=database,
            username=username or self.username,
            password=password if username else self.password,
            decode_responses=True,
            **self._ssl(),
        )

    def ask(self, process: Process) -> Any:
        """A client of one sentinel."""
        client = redis.Redis(
            host="localhost",
            port=process.port,
            password=SENTINEL_PASSWORD,
            protocol=2,
            decode_responses=True,
            **self._ssl(),
        )
        client.response_callbacks.clear()  # plain replies, whatever redis-py makes of them
        return client

    def configuration(self, **changes: Any) -> dict[str, Any]:
        """The provider's configuration."""
        scheme = "rediss" if self.tls else "redis"
        found = {
            "endpoint": f"{scheme}+sentinel://{','.join(self.hosts)}/{NAME}/0",
            "username": self.username,
            "password": self.password,
            "sentinelPassword": self.sentinel_password,
            "timeout": 20,
        }
        return found | ({"caFile": str(self.tls / "ca.pem")} if self.tls else {}) | changes

    def entry(self) -> dict[str, Any]:
        """The entry of a stack file."""
        found: dict[str, Any] = {
            "kind": "redis",
            "platform": "existing",
            "url": [f"sentinel://{host}" for host in self.hosts],
            "masterName": NAME,
            "username": self.username,
            "password": self.password,
            "sentinelPassword": self.sentinel_password,
            "managesConfig": True,
        }
        if self.tls is None:
            return found | {"tls": "off"}
        ca = str(self.tls / "ca.pem")
        return found | {"ca": {"file": ca}, "caPath": ca}

    def fail_over(self) -> Process:
        """Kill the primary, and wait until the sentinels have made another; the one that died."""
        old = self.primary()
        dead = next(node for node in self.nodes if node.port == old)
        dead.end(signal.SIGKILL)
        _until(lambda: self.primary() != old, 30, "there is no failover")
        _until(lambda: self.client(self.primary()).info("replication")["role"] == "master", 20, "…")
        return dead

    def come_back(self, dead: Process) -> None:
        """Start it again, and wait until it follows the new primary."""
        dead.start()
        _until(self._converged, 40, "it does not come back")

    def _converged(self) -> bool:
        for sentinel in self.sentinels:
            (said,) = self.ask(sentinel).execute_command("SENTINEL MASTERS")
            state = dict(zip(said[::2], said[1::2], strict=True))
            if (state["num-slaves"], state["num-other-sentinels"]) != ("2", "2"):
                return False
            if state["flags"] != "master":
                return False
            replicas = self.ask(sentinel).execute_command("SENTINEL REPLICAS", NAME)
            if any(dict(zip(r[::2], r[1::2], strict=True))["flags"] != "slave" for r in replicas):
                return False
        return True

    def _replicated(self) -> bool:
        found = self.client(self.nodes[0].port).info("replication")
        online = [value for name, value in found.items() if name.startswith("slave")]
        states = [one.get("state") for one in online if isinstance(one, dict)]
        return states.count("online") == len(self.nodes) - 1

    def _ssl(self) -> dict[str, Any]:
        if self.tls is None:
            return {}
        return {"ssl": True, "ssl_ca_certs": str(self.tls / "ca.pem")}

    def _listening(self, port: int) -> list[str]:
        if self.tls is None:
            return [f"port {port}"]
        return [
            *("port 0", f"tls-port {port}", "tls-replication yes", "tls-auth-clients no"),
            f"tls-ca-cert-file {self.tls / 'ca.pem'}",
            f"tls-cert-file {self.tls / 'server.pem'}",
            f"tls-key-file {self.tls / 'server.key'}",
        ]

    def _node(self, folder: Path, port: int, primary: int) -> Process:
        lines = [
            *self._listening(port),
            *("bind 127.0.0.1", f"dir {folder}", 'save ""', "repl-diskless-sync-delay 0"),
            *(f"aclfile {folder}/users.acl", f'masterauth "{PASSWORD}"', "masteruser default"),
        ]
        if port != primary:
            lines.append(f"replicaof 127.0.0.1 {primary}")
        folder.mkdir()
        (folder / "users.acl").write_text(f"user default on #{_hash(PASSWORD)} ~* &* +@all\n")
        return self._process(folder, port, lines)

    def _sentinel(self, folder: Path, port: int, primary: int) -> Process:
        lines = [
            *self._listening(port),
            *("bind 127.0.0.1", f"dir {folder}", f'requirepass "{SENTINEL_PASSWORD}"'),
            f'sentinel sentinel-pass "{SENTINEL_PASSWORD}"',
            f"sentinel monitor {NAME} 127.0.0.1 {primary} 2",
            f"sentinel down-after-milliseconds {NAME} 1000",
            f"sentinel failover-timeout {NAME} 5000",
            f'sentinel auth-pass {NAME} "{PASSWORD}"',
        ]
        folder.mkdir()
        return self._process(folder, port, lines, "--sentinel")

    def _process(self, folder: Path, port: int, lines: list[str], *more: str) -> Process:
        file = folder / "redis.conf"
        file.write_text("\n".join(lines) + "\n")
        return Process(port, folder, [*self._program, str(file), *more])


def _hash(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()


def _until(reached: Callable[[], bool], seconds: float, otherwise: str) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            if reached():
                return
        except (redis.RedisError, OSError):
            pass  # not there yet
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.1)


def _free_ports(count: int) -> list[int]:
    """Side by side, below those that the kernel gives to clients."""
    while True:
        first = 14000 + secrets.randbelow(500) * 10
        sockets = [socket.socket() for _ in range(count)]
        try:
            for at, each in enumerate(sockets):
                each.bind(("127.0.0.1", first + at))
        except OSError:
            continue
        finally:
            for each in sockets:
                each.close()
        return list(range(first, first + count))
