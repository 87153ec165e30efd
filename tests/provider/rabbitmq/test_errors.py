"""What a user reads when the server cannot be reached or says no: one sentence, no secret."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import grpc
import pytest

from celeriac_provider.rabbitmq.user import User
from celeriac_provider.rabbitmq.vhost import Vhost
from tests.closed_port import closed_port
from tests.lifecycle import Failed, Lifecycle
from tests.provider.rabbitmq.conftest import Rabbit

PASSWORD = "s3cret-of-the-administrator"


def sentence(configuration: dict[str, Any]) -> str:
    """What creating a vhost says."""
    life = Lifecycle(Vhost, {"timeout": 0.5, "password": PASSWORD} | configuration)
    try:
        with pytest.raises(Failed) as failed:
            life.create({"name": "never-made"})
    finally:
        life.close()
    assert failed.value.code is not grpc.StatusCode.INTERNAL
    assert PASSWORD not in failed.value.sentence
    assert "\n" not in failed.value.sentence
    return failed.value.sentence


@contextmanager
def answering(respond: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """An HTTP server that answers every GET like this."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            respond(self)

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def reply(handler: BaseHTTPRequestHandler, code: int, body: str) -> None:
    """One answer."""
    handler.send_response(code)
    handler.send_header("content-length", str(len(body)))
    handler.send_header("cache-control", "no-cache")  # as RabbitMQ's resources do
    handler.end_headers()
    handler.wfile.write(body.encode())


@pytest.mark.parametrize("form", ["{}", "{}/", "{}/api", "{}/api/"])
def test_endpoint_with_and_without_slash_and_path(rabbit: Rabbit, form: str) -> None:
    """All ways to write the endpoint work."""
    endpoint = form.format(rabbit.configuration["endpoint"])
    life = rabbit.life(Vhost, endpoint=endpoint)
    life.create({"name": rabbit.name("vhosts")})


def test_tls_with_the_right_authority(rabbit: Rabbit, servers: dict[str, Any]) -> None:
    """The hostname is checked against the certificate, the CA given as a path or as text."""
    endpoint = rabbit.server["management_tls"]
    for ca in ({"caFile": servers["ca"]}, {"ca": Path(servers["ca"]).read_text()}):
        rabbit.life(Vhost, endpoint=endpoint, **ca).create({"name": rabbit.name("vhosts")})


def test_wrong_password_and_user(rabbit: Rabbit) -> None:
    """Which setting to look at."""
    wrong = rabbit.configuration | {"password": PASSWORD}
    assert sentence(wrong) == (
        f"the RabbitMQ at {wrong['endpoint']} refused the user 'celeriac_admin' or its password: "
        f"check the provider's username and password"
    )


@pytest.mark.parametrize("tags", ["", "management"])
def test_a_user_who_is_no_administrator(rabbit: Rabbit, tags: str) -> None:
    """The tag that is missing."""
    name = rabbit.name("users")
    rabbit.call("PUT", "users", name, body={"password": PASSWORD, "tags": tags})
    said = sentence(rabbit.configuration | {"username": name, "password": PASSWORD})
    assert f"the user {name!r}" in said
    assert "is no administrator: give it the tag administrator" in said


def test_no_user_is_configured(rabbit: Rabbit) -> None:
    """Before anything is sent."""
    said = sentence({"endpoint": rabbit.configuration["endpoint"]})
    assert said.endswith("give the provider a username and a password")


def test_amqp_url_instead_of_management() -> None:
    """The scheme gives it away."""
    said = sentence({"endpoint": "amqp://localhost:5672", "username": "u"})
    assert "is not that of a management API: write it as https://host:15671" in said


def test_closed_port() -> None:
    """Waits the timeout, as for a server that is starting."""
    endpoint = f"http://127.0.0.1:{closed_port()}"
    assert sentence({"endpoint": endpoint, "username": "u"}) == (
        f"nothing listens at {endpoint}: check the provider's endpoint (the management API's port "
        f"is 15672, with TLS 15671) and that the server runs with its management plugin; waited "
        f"0.5 s for it"
    )


def test_unknown_host() -> None:
    """A name that no DNS knows."""
    said = sentence({"endpoint": "http://nowhere.invalid:15672", "username": "u"})
    assert "the host of http://nowhere.invalid:15672 is not known" in said


def test_plain_http_on_a_tls_port(rabbit: Rabbit) -> None:
    """And the way to write it."""
    endpoint = rabbit.server["management_tls"].replace("https", "http")
    said = sentence(rabbit.configuration | {"endpoint": endpoint})
    assert "with https:// where it has TLS" in said


def test_tls_on_a_plain_port(rabbit: Rabbit) -> None:
    """And the way to write it."""
    endpoint = rabbit.configuration["endpoint"].replace("http", "https")
    said = sentence(rabbit.configuration | {"endpoint": endpoint})
    assert "does not speak TLS: write the provider's endpoint with http://" in said


def test_amqp_port_instead_of_management(rabbit: Rabbit) -> None:
    """What answers is no HTTP."""
    endpoint = f"http://127.0.0.1:{rabbit.server['amqp_port']}"
    said = sentence(rabbit.configuration | {"endpoint": endpoint})
    assert "give the management API's port (15672, not 5672)" in said


@pytest.mark.parametrize(
    ("which", "expected"),
    [("wrong_host", "Hostname mismatch"), ("expired", "certificate has expired")],
)
def test_bad_certificates(servers: dict[str, Any], which: str, expected: str) -> None:
    """A certificate of another host, and one that expired, are refused."""
    endpoint = servers["tls"][which]["management_tls"]
    said = sentence({"endpoint": endpoint, "username": "u", "caFile": servers["ca"]})
    assert expected in said
    assert said.endswith("check the provider's endpoint and ca")


def test_unknown_authority(rabbit: Rabbit) -> None:
    """Without our CA the server's certificate is nobody's."""
    endpoint = rabbit.server["management_tls"]
    said = sentence(rabbit.configuration | {"endpoint": endpoint})
    assert "self-signed certificate in certificate chain" in said


def test_unreadable_authority(rabbit: Rabbit, tmp_path: Path) -> None:
    """A file that is missing, and one that is no certificate."""
    endpoint = rabbit.server["management_tls"]
    (tmp_path / "empty.pem").write_text("")
    for name in ("missing.pem", "empty.pem"):
        ca = {"endpoint": endpoint, "caFile": str(tmp_path / name)}
        said = sentence(rabbit.configuration | ca)
        assert f"caFile {tmp_path / name} is not a readable PEM certificate" in said


def test_something_else_that_speaks_http() -> None:
    """A web server is not RabbitMQ."""
    for code, body in ((200, "<html>"), (404, "<html>"), (200, "{}"), (403, "no")):
        with answering(lambda h, c=code, b=body: reply(h, c, b)) as endpoint:  # type: ignore[misc]
            said = sentence({"endpoint": endpoint, "username": "u"})
        assert "is not RabbitMQ's management API: check the provider's endpoint" in said


@pytest.mark.parametrize("version", ["3.13.7", "3.10.8"])
def test_too_old_a_server_is_refused(version: str) -> None:
    """Below 4.0 a PUT ignores the default queue type in silence."""
    body = json.dumps({"rabbitmq_version": version})
    with answering(lambda handler: reply(handler, 200, body)) as endpoint:
        said = sentence({"endpoint": endpoint, "username": "u"})
    assert said == (
        f"the RabbitMQ at {endpoint} is {version}, and Celeriac needs 4.0 or later: upgrade the "
        f"server"
    )


def test_a_server_that_never_answers() -> None:
    """The wait is bounded."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        said = sentence({"endpoint": endpoint, "username": "u"})
    assert said.startswith(f"the RabbitMQ at {endpoint} did not answer within 0.")


def test_a_server_that_is_starting_is_waited_for() -> None:
    """503 at first, then an answer: the call goes on."""

    class Times:
        asked: ClassVar[int] = 0

    def starting(handler: BaseHTTPRequestHandler) -> None:
        Times.asked += 1
        if Times.asked < 3:
            reply(handler, 503, "")
        elif "overview" in handler.path:
            reply(handler, 200, '{"rabbitmq_version": "4.1.0"}')
        else:
            reply(handler, 404, '{"error": "Object Not Found", "reason": "Not Found"}')

    with answering(starting) as endpoint:
        life = Lifecycle(
            User, {"endpoint": endpoint, "username": "u", "password": "p", "timeout": 5}
        )
        assert life.import_("x") is None
        life.close()
    assert Times.asked == 4


def test_a_cancelled_wait_ends() -> None:
    """Ctrl-C does not wait for the timeout."""
    endpoint = f"http://127.0.0.1:{closed_port()}"
    life = Lifecycle(Vhost, {"endpoint": endpoint, "username": "u", "password": "p", "timeout": 60})
    life.provider.cancelled.set()
    with pytest.raises(Failed):
        life.create({"name": "x"})
    life.close()


def test_a_kept_connection_that_the_server_closed(rabbit: Rabbit) -> None:
    """The call is made again on a new connection."""
    closed: list[bool] = []

    def drops(handler: BaseHTTPRequestHandler) -> None:
        if "overview" in handler.path:
            reply(handler, 200, '{"rabbitmq_version": "4.1.0"}')
        elif not closed:
            closed.append(True)
            handler.close_connection = True
        else:
            reply(handler, 404, '{"error": "Object Not Found", "reason": "Not Found"}')

    with answering(drops) as endpoint:
        life = Lifecycle(User, {"endpoint": endpoint, "username": "u", "password": "p"})
        assert life.import_("x") is None
        life.close()
    assert closed == [True]
