"""Where the provider's configuration comes from, and what is said when it leads nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2
from tests.lifecycle import Failed, Lifecycle
from tests.unit.engine.test_lifecycle import Note

from celeriac_provider.engine.configuration import configuration
from celeriac_provider.engine.errors import Mistake
from celeriac_provider.engine.values import UNKNOWN, marshal

ENDPOINT = {"endpoint": "https://host:15671"}


def check_config(given: dict[str, Any]) -> dict[str, str]:
    """The problems that CheckConfig names, by property."""
    request = provider_pb2.CheckRequest(news=marshal(given, ()))
    response = Lifecycle(Note)._call("CheckConfig", request)
    return {f.property: f.reason for f in response.failures}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (ENDPOINT | {"timeout": "2.5"}, {}),
        (ENDPOINT | {"timeout": 0}, {"timeout": "timeout (0) must be more than 0 seconds"}),
        (ENDPOINT | {"timeout": "soon"}, {"timeout": "timeout ('soon') must be a number"}),
        ({"endpoint": UNKNOWN}, {}),
        (
            {"endpoint": "host:15671"},
            {"endpoint": "endpoint ('host:15671') is not a URL: write it as scheme://host:port"},
        ),
        (
            {"endpoint": "https://host:port"},
            {
                "endpoint": "endpoint ('https://host:port') is not a URL: write it as "
                "scheme://host:port"
            },
        ),
    ],
)
def test_every_bad_property_is_named(given: dict[str, Any], expected: dict[str, str]) -> None:
    """CheckConfig says what is wrong before anything is reached."""
    assert expected == check_config(given)


def test_credentials_in_the_endpoint_are_refused_and_not_shown() -> None:
    """A password in the endpoint would end up in messages and in the state in clear."""
    found = check_config({"endpoint": "https://admin:hunter2@host"})
    assert list(found) == ["endpoint"]
    assert "hunter2" not in found["endpoint"]


def test_a_change_of_configuration_never_replaces_resources() -> None:
    """An administrator's new password, or another endpoint, is taken up in place."""
    request = provider_pb2.DiffRequest(
        old_inputs=marshal(ENDPOINT | {"password": "old"}, ()),
        news=marshal({"endpoint": "https://other", "password": "new"}, ()),
    )
    response = Lifecycle(Note)._call("DiffConfig", request)
    assert list(response.diffs) == ["endpoint", "password"]
    assert list(response.replaces) == []


def test_password_from_the_environment_or_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A reference is resolved when the provider connects; the password itself comes first."""
    file = tmp_path / "password"
    file.write_text("from a file\n")
    monkeypatch.setenv("ADMIN", "from the environment")
    monkeypatch.setenv("CELERIAC_REDIS_PASSWORD", "by system")
    for given, expected in (
        ({"password": "given", "passwordEnv": "ADMIN"}, "given"),
        ({"passwordEnv": "ADMIN"}, "from the environment"),
        ({"passwordFile": str(file)}, "from a file"),
        ({}, "by system"),
    ):
        assert expected == configuration(ENDPOINT | given).server("redis").password


def test_everything_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default provider works in a program that configures none."""
    monkeypatch.setenv("CELERIAC_REDIS_ENDPOINT", "redis://host:6379/0")
    monkeypatch.setenv("CELERIAC_REDIS_USERNAME", "admin")
    server = configuration({}).server("redis")
    assert (server.endpoint, server.username) == ("redis://host:6379/0", "admin")
    with pytest.raises(Mistake, match="no postgresql server is configured"):
        configuration({}).server("postgresql")


def test_sqs_needs_no_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS's own is known by the region, which the environment may give; no other system's is."""
    monkeypatch.setenv("CELERIAC_SQS_REGION", "eu-west-1")
    found = configuration({}).server("sqs")
    assert (found.endpoint, found.region, found.username) == ("", "eu-west-1", None)
    assert configuration({"region": "eu-north-1"}).server("sqs").region == "eu-north-1"
    monkeypatch.setenv("CELERIAC_SQS_ENDPOINT", "sqs")
    with pytest.raises(Mistake, match="CELERIAC_SQS_ENDPOINT is not a URL"):
        configuration({}).server("sqs")


def test_a_reference_that_leads_nowhere_fails_before_anything_is_made() -> None:
    """The provider looks when it is configured: a preview shows the mistake already."""
    with pytest.raises(Failed, match="environment variable NOWHERE"):
        Lifecycle(Note, ENDPOINT | {"passwordEnv": "NOWHERE"})


def test_references_that_lead_nowhere_are_named(tmp_path: Path) -> None:
    """A missing variable or file gets a sentence, not a failed login."""
    with pytest.raises(Mistake, match="environment variable NOWHERE"):
        configuration(ENDPOINT | {"passwordEnv": "NOWHERE"}).server("redis")
    with pytest.raises(Mistake, match="No such file"):
        configuration(ENDPOINT | {"passwordFile": str(tmp_path / "no")}).server("redis")


def test_the_servers_repr_has_no_password() -> None:
    """What a traceback or a log would show of it is the endpoint only."""
    assert "hunter2" not in repr(configuration(ENDPOINT | {"password": "hunter2"}).server("redis"))
