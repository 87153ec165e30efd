"""What a user reads when SQS cannot be used, and where credentials and region come from."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.closed_port import closed_port
from tests.lifecycle import Failed
from tests.provider.sqs.conftest import Start
from tests.provider.sqs.gate import KEY, REGION, SECRET, Gate, Refusal


def sentence(start: Start, **changes: Any) -> str:
    """Of a create that fails: in time, and without a secret."""
    began = time.monotonic()
    with pytest.raises(Failed) as failed:
        start(**({"timeout": 4} | changes)).create({"name": "never"})
    assert time.monotonic() - began < 15
    said = failed.value.sentence
    assert failed.value.code.name != "INTERNAL", said
    assert KEY not in said
    assert SECRET not in said
    assert said.isprintable()
    return said


def test_closed_port(start: Start) -> None:
    """Says where nothing listens."""
    endpoint = f"http://127.0.0.1:{closed_port()}"
    said = sentence(start, endpoint=endpoint)
    assert f"SQS at {endpoint} cannot be used: nothing listens there" in said
    assert "`endpoint`" in said


def test_a_server_that_starts_is_waited_for(
    start: Start, servers: dict[str, Any], unique: str
) -> None:
    """As long as the time allows."""
    gone = Gate(servers["moto"]["url"])
    port = gone.port
    gone.close()
    life = start(endpoint=f"http://127.0.0.1:{port}", timeout=20)
    with ThreadPoolExecutor(1) as threads:
        made = threads.submit(life.create, {"name": unique}, settled=False)
        time.sleep(1)
        again = Gate(servers["moto"]["url"], port=port)
        life.delete(made.result())
    again.close()


def test_unknown_host_and_region(start: Start) -> None:
    """The setting that names the host: the endpoint, or the region of AWS."""
    assert "look at the host in `endpoint`" in sentence(start, endpoint="http://nowhere.invalid")
    said = sentence(start, endpoint=None, region="xx-nowhere-9")
    assert "look at `region`" in said


def test_silence_and_strangers(start: Start) -> None:
    """A port that accepts and is silent; one that closes; one that greets."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        said = sentence(start, endpoint=f"http://127.0.0.1:{port}")
        assert "did not answer within" in said
        assert "`timeout`" in said
        said = sentence(start, endpoint=f"https://127.0.0.1:{port}")
        assert "did not answer within" in said


def test_not_sqs(start: Start, servers: dict[str, Any]) -> None:
    """Other servers of this machine: HTTP that is not SQS's, and no HTTP at all."""
    management = servers["rabbitmq"]["management"]
    assert f"what answers at {management} is not SQS" in sentence(start, endpoint=management)
    redis = f"http://127.0.0.1:{servers['redis']['port']}"
    assert f"what listens at {redis} closed the connection or does not speak HTTP" in sentence(
        start, endpoint=redis
    )


def test_tls(start: Start, servers: dict[str, Any]) -> None:
    """With the authority as a file and as text; without it, it is not trusted."""
    folder = Path(servers["ca"]).parent
    files = (str(folder / "server.pem"), str(folder / "server.key"))
    gate = Gate(servers["moto"]["url"], certificate=files)
    try:
        assert start(endpoint=gate.url, caFile=servers["ca"]).import_("nobody") is None
        text = Path(servers["ca"]).read_text(encoding="ascii")
        life = start(endpoint=gate.url, ca=text)
        assert life.import_("nobody") is None
        assert "give the authority as `ca` or `caFile`" in sentence(start, endpoint=gate.url)
        plain = gate.url.replace("https", "http")
        assert "a port with TLS needs https://" in sentence(start, endpoint=plain)
    finally:
        gate.close()


@pytest.mark.parametrize(
    ("listener", "reason"),
    [
        ("wrong_host", "its certificate is for another host"),
        ("expired", "its certificate has expired"),
    ],
)
def test_bad_certificates(
    servers: dict[str, Any], start: Start, listener: str, reason: str
) -> None:
    """A certificate for another host, and one that has expired, are told apart."""
    endpoint = servers["tls"][listener]["management_tls"]
    assert reason in sentence(start, endpoint=endpoint, caFile=servers["ca"])


def test_tls_where_there_is_none(start: Start, gate: Gate, tmp_path: Path) -> None:
    """The wrong scheme for the port; files that are no certificates."""
    secure = gate.url.replace("http", "https")
    assert "it speaks no TLS on this port" in sentence(start, endpoint=secure)
    assert "is not a readable PEM certificate" in sentence(start, ca="hello")
    missing = str(tmp_path / "missing.pem")
    assert "missing.pem is not a readable PEM" in sentence(start, caFile=missing)


def test_half_a_configuration(start: Start) -> None:
    """Another scheme; one of key id and secret."""
    assert "is not one of SQS" in sentence(start, endpoint="redis://localhost:6379")
    assert "the password for SQS is missing" in sentence(start, password=None)
    assert "the username for SQS is missing" in sentence(start, username=None)


def test_not_over_a_bastion(start: Start) -> None:
    """What SQS does not have is said."""
    via = {"ssh": {"host": "bastion.example.com", "user": "x"}}
    assert "SQS is not reached over `via`" in sentence(start, via=via)


def test_the_secret_in_a_file(start: Start, gate: Gate, unique: str, tmp_path: Path) -> None:
    """It opens; and when it no longer does, that is said."""
    file = tmp_path / "secret"
    file.write_text(SECRET)
    life = start(password=None, passwordFile=str(file))
    life.delete(life.create({"name": unique}))
    gate.refusals["*"] = Refusal("SignatureDoesNotMatch", "another", 403)
    assert "the secret does not belong" in sentence(start, password=None, passwordFile=str(file))


def test_aws_without_anything(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """No region, then no credentials, a profile that is not there, half a key."""
    nothing = {"endpoint": None, "username": None, "password": None, "region": None}
    assert "no region is configured for SQS" in sentence(start, **nothing)
    somewhere = nothing | {"region": REGION}
    assert "no credentials for SQS were found" in sentence(start, **somewhere)
    assert "`region` for SQS is not the name of one" in sentence(
        start, **(somewhere | {"region": "not a region!"})
    )
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    assert "half of an access key" in sentence(start, **somewhere)
    monkeypatch.setenv("AWS_PROFILE", "nobodys")
    assert "look at AWS_PROFILE" in sentence(start, **somewhere)


def test_awss_own_settings(
    start: Start, gate: Gate, unique: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Region, endpoint and key from AWS's variables: the provider needs none of its own."""
    for name, value in {
        "AWS_REGION": "eu-north-1",
        "AWS_DEFAULT_REGION": "eu-north-1",
        "AWS_ENDPOINT_URL": gate.url,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
    }.items():
        monkeypatch.setenv(name, value)
    life = start(endpoint=None, username=None, password=None, region=None)
    made = life.create({"name": unique})
    assert made.state["arn"] == f"arn:aws:sqs:eu-north-1:123456789012:{unique}"
    life.delete(made)


def test_our_own_variables(
    start: Start, gate: Gate, unique: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CELERIAC_SQS_…, as for other systems; a server of one's own needs no region."""
    monkeypatch.setenv("CELERIAC_SQS_ENDPOINT", gate.url)
    monkeypatch.setenv("CELERIAC_SQS_USERNAME", KEY)
    monkeypatch.setenv("CELERIAC_SQS_PASSWORD", SECRET)
    life = start(endpoint=None, username=None, password=None, region=None)
    made = life.create({"name": unique})
    assert made.state["arn"] == f"arn:aws:sqs:us-east-1:123456789012:{unique}"
    life.delete(made)
    monkeypatch.setenv("CELERIAC_SQS_REGION", "eu-south-1")
    life = start(endpoint=None, username=None, password=None, region=None)
    made = life.create({"name": unique})
    assert made.state["arn"] == f"arn:aws:sqs:eu-south-1:123456789012:{unique}"
    life.delete(made)


def test_many_at_once(start: Start, unique: str) -> None:
    """Forty queues over a few connections, all of them in time."""
    queues = start(timeout=30)
    with ThreadPoolExecutor(40) as threads:
        made = list(
            threads.map(
                lambda n: queues.create({"name": f"{unique}_{n}"}, name=str(n), settled=False),
                range(40),
            )
        )
        list(threads.map(queues.delete, made))
