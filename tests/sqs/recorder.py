"""An HTTP proxy on loopback that writes down what is asked of SQS."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
import urllib.parse
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

_OF_ONE_CONNECTION = ("connection", "transfer-encoding", "content-length", "host")


class Recorder(ThreadingHTTPServer):
    """Between a client and a server with SQS's interface.

    Args:
        target: the server's address.
    """

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = urllib.parse.urlsplit(target)
        self.calls: list[tuple[str, str]] = []
        """Each call: the action as IAM names it, and the queue's name ("" where there is none)."""

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        return int(self.server_address[1])

    def through(self, url: str) -> str:
        """A queue's URL with this proxy in it."""
        return urllib.parse.urlsplit(url)._replace(netloc=f"127.0.0.1:{self.port}").geturl()

    def record(self, headers: Message, body: bytes) -> None:
        """Write down a call in either of SQS's protocols: JSON, or a form."""
        if "X-Amz-Target" in headers:
            action = headers["X-Amz-Target"].rpartition(".")[2]
            said: dict[str, Any] = json.loads(body or b"{}")
        else:
            said = dict(urllib.parse.parse_qsl(body.decode()))
            action = said["Action"]
        queue = str(said.get("QueueUrl", "")).rpartition("/")[2]
        self.calls.append((f"sqs:{action}", queue))

    def __enter__(self) -> Self:
        """Listen."""
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hang up."""
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Recorder

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.record(self.headers, body)
        there = http.client.HTTPConnection(self.server.target.netloc, timeout=60)
        headers = {
            key: value
            for key, value in self.headers.items()
            if key.lower() not in _OF_ONE_CONNECTION
        }
        there.request("POST", self.path, body, headers)
        answer = there.getresponse()
        content = answer.read()
        there.close()
        self.send_response(answer.status)
        for key, value in answer.getheaders():
            if key.lower() not in _OF_ONE_CONNECTION:
                self.send_header(key, value)
        self.send_header("Content-Length", str(len(content)))
        with contextlib.suppress(OSError):  # a worker that stops waits for no answer
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing."""
