"""The administrator's login in AWS Secrets Manager: a stand-in for AWS (moto), real servers."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import boto3
import httpx
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from celeriac_provider.rabbitmq import User
from tests.lifecycle import UNKNOWN, Failed, Lifecycle
from tests.provider.reach.bastion import SYSTEMS

Store = Callable[..., str]


@pytest.fixture
def secrets(servers: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client of Secrets Manager; what the provider finds is AWS's own configuration."""
    for name, value in {
        "AWS_ENDPOINT_URL": servers["moto"]["url"],
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",  # not the secrets': that is in their ARN
    }.items():
        monkeypatch.setenv(name, value)
    return boto3.client("secretsmanager", region_name="eu-west-1")


@pytest.fixture
def store(secrets: Any) -> Iterator[Store]:
    """Makes a secret; its ARN."""
    made = []

    def make(text: str = "", **others: Any) -> str:
        given = {"SecretString": text} if text else {}
        name = f"celeriac-{uuid.uuid4().hex[:8]}"
        made.append(str(secrets.create_secret(Name=name, **given, **others)["ARN"]))
        return made[-1]

    yield make
    for arn in made:
        secrets.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)


def _configuration(servers: dict[str, Any], system: str) -> dict[str, Any]:
    entry = servers[system]
    endpoint = {
        "rabbitmq": entry.get("management", ""),
        "redis": f"redis://{entry['host']}:{entry.get('port')}/0",
        "postgresql": f"postgresql://{entry['host']}:{entry.get('port')}?sslmode=disable",
    }[system]
    return {"endpoint": endpoint, "timeout": 10}


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("form", ["plain", "json"])
def test_it_is_the_administrators(
    servers: dict[str, Any], store: Store, system: str, form: str
) -> None:
    """As plain text beside a name; as RDS writes it, with the name in it."""
    entry = servers[system]
    login = {"username": entry["username"], "password": entry["password"]}
    given = _configuration(servers, system)
    if form == "plain":
        given |= {"username": entry["username"], "passwordSecret": store(entry["password"])}
    else:
        given |= {"passwordSecret": store(json.dumps(login | {"engine": "x"}))}
    with closing(Lifecycle(SYSTEMS[system], given)) as life:
        made = life.create({"name": f"secret{uuid.uuid4().hex[:8]}"})
        assert entry["password"] not in str(made)
        life.delete(made)


class _Administrator:
    """An administrator of RabbitMQ whose password is rotated."""

    def __init__(self, servers: dict[str, Any]) -> None:
        entry = servers["rabbitmq"]
        self.name = f"rotated{uuid.uuid4().hex[:8]}"
        self._http = httpx.Client(
            base_url=f"{entry['management']}/api", auth=(entry["username"], entry["password"])
        )

    def rotate(self) -> str:
        """Another password."""
        password = uuid.uuid4().hex
        body = {"password": password, "tags": "administrator"}
        self._http.put(f"/users/{self.name}", json=body).raise_for_status()
        return password

    def close(self) -> None:
        """Remove it."""
        self._http.delete(f"/users/{self.name}")
        self._http.close()


def test_a_rotated_password_is_read_again(
    servers: dict[str, Any], secrets: Any, store: Store
) -> None:
    """In the middle of a run: the login is refused, the secret asked once more, and it goes on."""
    with closing(_Administrator(servers)) as administrator:
        arn = store(administrator.rotate())
        given = _configuration(servers, "rabbitmq")
        given |= {"username": administrator.name, "passwordSecret": arn}
        name = f"secret{uuid.uuid4().hex[:8]}"
        with closing(Lifecycle(User, given)) as life:
            made = life.create({"name": name})
            secrets.put_secret_value(SecretId=arn, SecretString=administrator.rotate())
            made = life.update(made, {"name": name, "tags": ["monitoring"]})
            administrator.rotate()
            with pytest.raises(Failed, match="refused the user"):
                life.delete(made)
            secrets.put_secret_value(SecretId=arn, SecretString=administrator.rotate())
            life.delete(made)


def _said(configuration: dict[str, Any]) -> str:
    with pytest.raises(Failed) as failed:
        Lifecycle(User, configuration)
    assert "\n" not in failed.value.sentence
    return failed.value.sentence


def test_what_is_not_there_is_said_before_anything_is_made(
    servers: dict[str, Any], secrets: Any, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the provider is configured: one sentence each, and never what is in it."""
    given = _configuration(servers, "rabbitmq")
    absent = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:absent-AbCdEf"
    marked = store("hunter2")
    secrets.delete_secret(SecretId=marked)
    cases = {
        "is not there: look at its ARN": absent,
        'is JSON without a "password"': store(json.dumps({"pass": "hunter2"})),
        "holds no text": store(SecretBinary=b"hunter2"),
        "it may be marked for deletion": marked,
    }
    for sentence, secret in cases.items():
        said = _said(given | {"passwordSecret": secret})
        assert sentence in said
        assert f"the secret {secret} that should hold the administrator's password" in said
        assert "hunter2" not in said
    secrets.restore_secret(SecretId=marked)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert "AWS did not answer" in _said(given | {"passwordSecret": marked})
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    assert "without AWS credentials" in _said(given | {"passwordSecret": marked})
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert "without AWS credentials (ProfileNotFound)" in _said(given | {"passwordSecret": marked})
    monkeypatch.delenv("AWS_PROFILE")
    monkeypatch.delenv("AWS_REGION")
    assert "has no region: give its ARN, or set AWS_REGION" in _said(
        given | {"passwordSecret": "name-without-a-region"}
    )


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("AccessDeniedException", "allow them secretsmanager:GetSecretValue on it"),
        ("ExpiredTokenException", "AWS refused the credentials in force (ExpiredToken"),
        ("UnrecognizedClientException", "AWS refused the credentials in force"),
        ("DecryptionFailure", "cannot be read (DecryptionFailure)"),
    ],
)
def test_refusals_of_aws(
    servers: dict[str, Any], monkeypatch: pytest.MonkeyPatch, code: str, sentence: str
) -> None:
    """Moto allows everything: here its client is made to refuse."""

    def refuse(*_: object) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "User: x is not"}}, "GetSecretValue")

    monkeypatch.setattr(BaseClient, "_make_api_call", refuse)
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-AbCdEf"
    given = _configuration(servers, "rabbitmq") | {"passwordSecret": arn}
    assert sentence in _said(given)


def test_a_secret_that_a_preview_does_not_know_yet(servers: dict[str, Any]) -> None:
    """The provider of a server that this `up` makes: nothing is asked for."""
    given = _configuration(servers, "rabbitmq") | {"passwordSecret": UNKNOWN}
    with closing(Lifecycle(User, given)) as life:
        assert life.preview({"name": "anybody"})["name"] == "anybody"
