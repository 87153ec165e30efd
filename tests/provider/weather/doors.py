"""Wrong doors: ways to configure the provider so that it does not get in."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import psycopg
import redis
from psycopg import sql

CANARY = "canary-of-a-password"
TIMEOUT = 3.0
"""Seconds: the provider's. RabbitMQ's management API hangs up on who is silent for 5."""
NOBODY = f"nobody-{uuid.uuid4().hex[:8]}"


@dataclass
class House:
    """The right ways in, and what else listens on this machine.

    Args:
        servers: servers.json.
        folder: for files that are no certificates.
    """

    servers: Mapping[str, Any]
    folder: Path
    ports: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the files."""
        self.no_pem = self.folder / "no.pem"
        self.no_pem.write_text("-----BEGIN CERTIFICATE-----\nhello\n-----END CERTIFICATE-----\n")
        self.missing = self.folder / "missing.pem"

    @property
    def ca(self) -> str:
        """The right authority."""
        return str(self.servers["ca"])

    def right(self, system: str) -> dict[str, Any]:
        """What gets in, over TLS."""
        entry = self.servers[system]
        endpoint = {
            "rabbitmq": entry.get("management_tls"),
            "redis": f"rediss://localhost:{entry.get('tls_port')}/0",
            "postgresql": f"postgresql://localhost:{entry.get('port')}/postgres",
        }[system]
        prefix = "admin_" if system == "postgresql" else ""
        return {
            "endpoint": endpoint,
            "caFile": self.ca,
            "username": entry[f"{prefix}username"],
            "password": entry[f"{prefix}password"],
            "timeout": TIMEOUT,
        }

    def at(self, system: str, port: int, *, tls: bool) -> dict[str, Any]:
        """The endpoint at another port."""
        schemes = {
            "rabbitmq": ("http", "https"),
            "redis": ("redis", "rediss"),
            "postgresql": ("postgresql", "postgresql"),
        }
        query = "?sslmode=disable" if system == "postgresql" and not tls else ""
        path = "/postgres" if system == "postgresql" else ""
        return {"endpoint": f"{schemes[system][tls]}://localhost:{port}{path}{query}"}

    def tls_port(self, system: str, certificate: str) -> int:
        """The port that shows a bad certificate."""
        entry = self.servers["tls"][certificate]
        if system == "rabbitmq":
            return httpx.URL(entry["management_tls"]).port or 0
        return int(entry[{"redis": "redis_tls_port", "postgresql": "postgresql_port"}[system]])

    @property
    def other_ca(self) -> str:
        """An authority that signed nothing here."""
        file = self.folder / "other.pem"
        if not file.exists():
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=other",
                 "-keyout", "/dev/null", "-out", file],
                check=True, capture_output=True,
            )  # fmt: skip
        return str(file)

    def management_port(self, *, tls: bool) -> int:
        """RabbitMQ's."""
        url = self.servers["rabbitmq"]["management_tls" if tls else "management"]
        return httpx.URL(url).port or 0

    def plain_port(self, system: str) -> int:
        """The system's own port without TLS; PostgreSQL has one for both."""
        if system == "rabbitmq":
            return self.management_port(tls=False)
        return int(self.servers[system]["port"])

    def encrypted_port(self, system: str) -> int:
        """The system's own port with TLS."""
        if system == "rabbitmq":
            return self.management_port(tls=True)
        return int(self.servers[system]["tls_port" if system == "redis" else "port"])


@contextlib.contextmanager
def strangers(house: House) -> Iterator[None]:
    """Listeners that are none of the three: `ssh`, `http`, `silent`, `mute` (closes at once)."""
    with contextlib.ExitStack() as stack:
        for name, greeting, stays in (
            ("ssh", b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", True),
            ("silent", b"", True),
            ("closing", b"", False),
        ):
            house.ports[name] = stack.enter_context(_listener(greeting, stays=stays))
        house.ports["http"] = stack.enter_context(_web_server())
        yield


@contextlib.contextmanager
def _listener(greeting: bytes, *, stays: bool) -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    held: list[socket.socket] = []

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                client.sendall(greeting)
                if stays:
                    held.append(client)
                else:
                    client.close()

    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for client in held:
        client.close()


@contextlib.contextmanager
def _web_server() -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"<html>It works!</html>"
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@contextlib.contextmanager
def powerless(house: House) -> Iterator[dict[str, str]]:
    """Users who may log in, and may not administer; the name by the right they have."""
    word = f"door{uuid.uuid4().hex[:6]}"
    names = {kind: f"{word}_{kind}" for kind in ("none", "monitoring", "createrole", "acl")}
    rabbit, cache, database = (house.servers[s] for s in ("rabbitmq", "redis", "postgresql"))
    http = httpx.Client(
        base_url=rabbit["management"] + "/api",
        auth=(rabbit["username"], rabbit["password"]),
        timeout=30,
    )
    client: Any = redis.Redis(
        port=cache["port"], username=cache["username"], password=cache["password"]
    )
    connection = psycopg.connect(
        host="127.0.0.1",
        port=database["port"],
        user=database["username"],
        password=database["password"],
        dbname="postgres",
        autocommit=True,
    )
    with http, client, connection:
        for kind, tags in (("none", ""), ("monitoring", "monitoring")):
            http.put(f"/users/{names[kind]}", json={"password": CANARY, "tags": tags})
        client.acl_setuser(
            names["acl"], enabled=True, passwords=[f"+{CANARY}"], commands=["+info", "+ping"]
        )
        for kind, option in (("none", "NOCREATEROLE"), ("createrole", "CREATEROLE")):
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} " + option).format(
                    sql.Identifier(names[kind]), sql.Literal(CANARY)
                )
            )
        try:
            yield names
        finally:
            for name in names.values():
                http.delete(f"/users/{name}")
                client.acl_deluser(name)
                connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))
