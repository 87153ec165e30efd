"""A gate before moto: it mends what moto does otherwise than AWS, and misbehaves when told to.

As on AWS, a change of other attributes keeps the policy, the redrive-allow policy is kept at all,
and a KMS key turns SQS's own encryption off.
"""

from __future__ import annotations

import contextlib
import json
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import urllib3
from botocore.config import Config

KEY, SECRET = "AKIDOFTHETESTS", "canary/of+a=secret"
REGION = "eu-west-1"


@dataclass
class Refusal:
    """An answer instead of moto's.

    Args:
        code: of SQS, as in botocore's exceptions.
        message: its words.
        status: of HTTP.
        times: to how many calls.
        after: how many calls pass before.
        executed: whether moto gets the call all the same.
    """

    code: str
    message: str = "because"
    status: int = 400
    times: float = float("inf")
    after: int = 0
    executed: bool = False


@dataclass
class Gate:
    """Listens on loopback before a moto.

    Args:
        moto: its URL.
        certificate: files of a certificate and of its key, for TLS.
        port: where to listen; any free one when 0.
    """

    moto: str
    certificate: tuple[str, str] | None = None
    port: int = 0
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """What went through: the action and its parameters."""
    refusals: dict[str, Refusal] = field(default_factory=dict)
    """By action; `*` is all of them."""
    unseen: int = 0
    """For how many reads a queue that was made is not there."""
    stale: int = 0
    """For how many reads a queue's attributes are those from before a change."""
    name_kept: float = 0.0
    """Seconds for which the name of a deleted queue is kept."""

    def __post_init__(self) -> None:
        """Listen."""
        self._moto = client_of(self.moto)
        self._http = urllib3.PoolManager(maxsize=32)
        self._lock = threading.Lock()
        self._allow: dict[str, str] = {}
        self._deleted: dict[str, float] = {}
        self._unseen: defaultdict[str, int] = defaultdict(int)
        self._stale: dict[str, list[Any]] = {}
        gate = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = 65536

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                status, headers, answer = gate.answer(dict(self.headers), self.path, body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                """Keep quiet."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_: Any) -> None:
                """A client that went away is no news."""

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_port
        if self.certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        """The endpoint."""
        scheme, host = ("https", "localhost") if self.certificate else ("http", "127.0.0.1")
        return f"{scheme}://{host}:{self.port}"

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    def actions(self) -> list[str]:
        """What went through, by name."""
        return [action for action, _ in self.calls]

    def answer(
        self, headers: Mapping[str, str], path: str, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """Moto's answer, or another one."""
        given = {name.lower(): value for name, value in headers.items()}
        action = given.get("x-amz-target", "").rpartition(".")[2]
        request = json.loads(body or b"{}")
        queue = request.get("QueueName") or str(request.get("QueueUrl", "")).rpartition("/")[2]
        with self._lock:
            self.calls.append((action, request))
            refusal = self.refusals.get(action) or self.refusals.get("*")
            if refusal is not None and refusal.after > 0:
                refusal.after -= 1
                refusal = None
            elif refusal is not None and refusal.times > 0:
                refusal.times -= 1
                if not refusal.executed:
                    return _refused(refusal.code, refusal.message, refusal.status)
            else:
                refusal = None
            early = self._before(action, queue, request)
        if early is not None:
            return early
        # Its own name, so that a queue's URL is the same on whatever way it is asked for.
        given["host"] = self.moto.partition("://")[2]
        given.pop("content-length", None)
        response = self._http.request(
            "POST", self.moto + path, body=json.dumps(request).encode(), headers=given
        )
        answer = response.data
        with self._lock:
            if response.status == 200:
                answer = self._after(action, queue, request, answer)
        if refusal is not None:
            return _refused(refusal.code, refusal.message, refusal.status)
        kept = ("content-type", "x-amzn-query-error")
        return (
            response.status,
            {k: v for k, v in response.headers.items() if k.lower() in kept},
            answer,
        )

    def _before(
        self, action: str, queue: str, request: dict[str, Any]
    ) -> tuple[int, dict[str, str], bytes] | None:
        """What AWS would answer otherwise; the request as moto understands it."""
        attributes: Any = request.get("Attributes")
        if action == "CreateQueue":
            if time.monotonic() - self._deleted.get(queue, -1e9) < self.name_kept:
                return _refused(
                    "AWS.SimpleQueueService.QueueDeletedRecently",
                    "You must wait 60 seconds after deleting a queue before you can create "
                    "another with the same name.",
                )
            self._unseen[queue] = self.unseen
        elif self._unseen[queue] > 0 and action != "GetQueueUrl":
            self._unseen[queue] -= 1
            return _missing()
        if action == "SetQueueAttributes":
            seen = self._now(queue)
            self._stale[queue] = [self.stale, dict(seen)]
            if "Policy" not in attributes and "Policy" in seen:
                attributes["Policy"] = seen["Policy"]
        if attributes is not None:
            if "RedriveAllowPolicy" in attributes:
                self._allow[queue] = attributes.pop("RedriveAllowPolicy")
            if attributes.get("KmsMasterKeyId"):
                attributes["SqsManagedSseEnabled"] = "false"
            if not attributes and action == "SetQueueAttributes":
                attributes["DelaySeconds"] = self._now(queue).get("DelaySeconds", "0")
        return None

    def _after(self, action: str, queue: str, request: dict[str, Any], answer: bytes) -> bytes:
        if action == "DeleteQueue":
            self._deleted[queue] = time.monotonic()
            self._allow.pop(queue, None)
        if action == "GetQueueAttributes":
            found = json.loads(answer or b"{}")
            allow = self._allow.get(queue)
            names = request.get("AttributeNames", [])
            if allow and "All" in names:
                found.setdefault("Attributes", {})["RedriveAllowPolicy"] = allow
            left = self._stale.get(queue)
            if left and left[0] > 0:
                left[0] -= 1
                found["Attributes"] = left[1]
            return json.dumps(found).encode()
        return answer

    def _now(self, queue: str) -> dict[str, str]:
        """A queue's attributes on moto."""
        client = self._moto
        with contextlib.suppress(client.exceptions.QueueDoesNotExist):
            url = client.get_queue_url(QueueName=queue)["QueueUrl"]
            found = dict(
                client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            )
            if queue in self._allow:
                found["RedriveAllowPolicy"] = self._allow[queue]
            return found
        return {}

    def client(self) -> Any:
        """boto3's, through the gate."""
        return client_of(self.url)


def client_of(url: str) -> Any:
    """boto3's, on a server of the tests."""
    return boto3.client(
        "sqs",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        config=Config(proxies={}),
    )


def _refused(code: str, message: str, status: int = 400) -> tuple[int, dict[str, str], bytes]:
    body = {"__type": f"com.amazonaws.sqs#{code.rpartition('.')[2]}", "message": message}
    headers = {"content-type": "application/x-amz-json-1.0"}
    headers["x-amzn-query-error"] = f"{code};Sender"
    return status, headers, json.dumps(body).encode()


def _missing() -> tuple[int, dict[str, str], bytes]:
    return _refused(
        "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist."
    )


@contextlib.contextmanager
def opened(moto: str) -> Iterator[Gate]:
    """A gate that ends with the block."""
    gate = Gate(moto)
    try:
        yield gate
    finally:
        gate.close()
