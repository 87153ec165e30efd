"""What the proof takes from the environment for SQS, what it says of it, and what it hides."""

from __future__ import annotations

import os

import pytest

from celeriac_provider.proof.addresses import address
from celeriac_provider.proof.redaction import Redaction
from celeriac_provider.proof.request import Request
from celeriac_provider.proof.sqs import environment, impatient

KEY, SECRET = "AKIDOFTHETESTS", "canary/of+a=secret"
URL = f"sqs://{KEY}:canary%2Fof%2Ba%3Dsecret@"


@pytest.mark.parametrize(
    ("url", "options", "expected"),
    [
        (URL, {"region": "eu-west-1"}, "SQS in eu-west-1"),
        ("sqs://", {"region": "eu-west-1"}, "SQS in eu-west-1"),
        ("sqs://", {}, "SQS"),
        (f"{URL}localhost:9324/", {"region": "eu-west-1"}, "localhost:9324"),
        ("pyamqp://u:p@one:5672/v;pyamqp://u:p@other/v", {}, "one:5672"),
        ("redis://u:p@host/0", {}, "host"),
        ("redis://u:p@host:port/0", {}, ""),
    ],
)
def test_an_address_has_no_credentials(url: str, options: dict[str, str], expected: str) -> None:
    """Host and port, or the region."""
    assert address(url, options) == expected


def test_the_environment_that_travels(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS's chain only for a URL without a key, and nothing for other brokers."""
    for name in list(os.environ):
        if name.upper().startswith(("AWS_", "HTTP", "NO_PROXY")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://localhost:1")
    monkeypatch.setenv("https_proxy", "http://proxy:1")
    way = {"AWS_ENDPOINT_URL_SQS": "http://localhost:1", "https_proxy": "http://proxy:1"}
    assert environment(URL) == way
    assert environment("sqs://") == way | {"AWS_SECRET_ACCESS_KEY": SECRET}
    assert environment("pyamqp://u:p@host/v") == {}


def test_no_key_is_shown() -> None:
    """Of the URL, of predefined queues, of the environment: id and secret in every form."""
    queue = {"url": "u", "access_key_id": "AKIDOFAQUEUE", "secret_access_key": "queues-own"}
    settings = {"broker_transport_options": {"predefined_queues": {"q": queue}}}
    request = Request(
        app="a",
        broker_url=URL,
        result_backend=None,
        settings=settings,
        queue="q",
        ca_file=None,
        timeout=1,
        environment={"AWS_SESSION_TOKEN": "token-of-a-session", "AWS_REGION": "eu-west-1"},
    )
    redact = Redaction(request)
    said = redact(f"{URL} {KEY} {SECRET} AKIDOFAQUEUE queues-own token-of-a-session eu-west-1")
    assert said == "sqs://***@ *** *** *** *** *** eu-west-1"


def test_an_apps_own_client_config_stays() -> None:
    """Only what would make a proof wait is another."""
    options = {"client-config": {"user_agent": "x", "connect_timeout": 99}, "region": "eu-west-1"}
    found = impatient(options, 5)
    assert found["region"] == "eu-west-1"
    assert found["client-config"]["user_agent"] == "x"
    assert found["client-config"]["connect_timeout"] == 5
    assert found["client-config"]["retries"] == {"total_max_attempts": 1}
