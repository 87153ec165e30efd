"""The stand-in for the AWS plugin: it has the real package's words, and refuses all others."""

from __future__ import annotations

import importlib
import inspect
import json
import re
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2
from tests.standins.aws import account, catalogue
from tests.standins.aws.resource import Resource
from tests.standins.aws.servicer import StandIn

from celeriac_provider.engine.values import marshal

FOLDER = Path(account.__file__).parent
TYPES = [pytest.param(kind, id=token) for token, kind in catalogue.RESOURCES.items()]


class Aborted(Exception):  # noqa: N818 - it is grpc's way to answer
    """What gRPC raises in a servicer that aborts."""


class Call:
    """The context of a call."""

    def abort(self, code: grpc.StatusCode, sentence: str) -> None:
        """End it."""
        raise Aborted(sentence)


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """One that is configured, for a moto server that is not asked anything."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv(account.FOLDER, str(tmp_path))
    made = StandIn()
    arguments = marshal({"region": "eu-west-1"}, ())
    made.Configure(provider_pb2.ConfigureRequest(args=arguments), Call())
    return made


def wire_names(kind: type) -> set[str]:
    """The properties of a class of the package, as the protocol has them."""
    found = set()
    for name, value in vars(kind).items():
        if isinstance(value, property):
            found.add(getattr(value.fget, "_pulumi_name", name))
    return found


def class_of(kind: type[Resource], suffix: str = "") -> type:
    """The package's class of a type."""
    module, _, rest = kind.token.removeprefix("aws:").partition("/")
    package = importlib.import_module(f"pulumi_aws.{module}")
    found: type = getattr(package, rest.partition(":")[2] + suffix)
    return found


@pytest.mark.parametrize("kind", TYPES)
def test_has_the_words_of_the_package(kind: type[Resource]) -> None:
    """Every type, input and output of the stand-in is one of pulumi_aws: none is made up."""
    inputs = {p.name for p in kind.inputs()}
    assert inputs - wire_names(class_of(kind, "Args")) == set()
    assert set(kind.outputs) - wire_names(class_of(kind)) == set()
    assert f"'{kind.token}'" in inspect.getsource(class_of(kind))


@pytest.mark.parametrize("kind", TYPES)
def test_needs_what_the_package_needs(kind: type[Resource]) -> None:
    """What pulumi_aws requires, the stand-in requires."""
    arguments = class_of(kind, "Args")
    names = {
        name: getattr(value.fget, "_pulumi_name", name)
        for name, value in vars(arguments).items()
        if isinstance(value, property)
    }
    signature = inspect.signature(arguments.__init__)  # type: ignore[misc]
    needed = {
        names[name]
        for name, parameter in signature.parameters.items()
        if name in names and parameter.default is inspect.Parameter.empty
    }
    assert needed - {p.name for p in kind.inputs() if p.required} == set()


def check(stand_in: StandIn, token: str, inputs: dict[str, Any]) -> dict[str, str]:
    """What it says of inputs, by property."""
    request = provider_pb2.CheckRequest(
        urn=f"urn:pulumi:s::p::{token}::x", news=marshal(inputs, ()), randomSeed=b"x"
    )
    return {f.property: f.reason for f in stand_in.Check(request, Call()).failures}


def test_refuses_a_property_that_it_does_not_know(stand_in: StandIn) -> None:
    """Otherwise a test would pass without what the program asked for."""
    token = "aws:sqs/queue:Queue"
    said = check(stand_in, token, {"visibilityTimeoutSeconds": 5, "colour": "red"})
    assert said.keys() == {"colour"}
    assert "STAND-IN" in said["colour"]
    nested = {"data": "", "engineType": "RabbitMQ", "engineVersion": "4.2"}
    assert check(stand_in, "aws:mq/configuration:Configuration", nested) == {}
    assert "taste" in check(stand_in, "aws:mq/broker:Broker", {"logs": {"taste": True}})["logs"]


def test_refuses_a_type_and_a_function_that_it_does_not_know(stand_in: StandIn) -> None:
    """By its name, and it says what it is."""
    with pytest.raises(Aborted, match=r"STAND-IN.*aws:s3/bucket:Bucket"):
        check(stand_in, "aws:s3/bucket:Bucket", {})
    with pytest.raises(Aborted, match=r"STAND-IN.*aws:s3/getBucket:getBucket"):
        stand_in.Invoke(provider_pb2.InvokeRequest(tok="aws:s3/getBucket:getBucket"), Call())


@pytest.mark.parametrize("endpoint", ["", "https://sqs.eu-west-1.amazonaws.com"])
def test_never_talks_to_aws(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an endpoint on this machine it does not even start."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv(account.FOLDER, str(tmp_path))
    request = provider_pb2.ConfigureRequest(args=marshal({"region": "eu-west-1"}, ()))
    with pytest.raises(Aborted, match="AWS_ENDPOINT_URL"):
        StandIn().Configure(request, Call())


def test_a_name_is_made_as_the_plugin_makes_it(stand_in: StandIn) -> None:
    """Seven hex digits, the same in preview and up; a FIFO queue's ends as it must."""
    request = provider_pb2.CheckRequest(
        urn="urn:pulumi:s::p::aws:sqs/queue:Queue::jobs",
        news=marshal({"fifoQueue": True}, ()),
        randomSeed=b"seed",
    )
    names = {str(stand_in.Check(request, Call()).inputs["name"]) for _ in range(2)}
    assert len(names) == 1
    assert re.fullmatch(r"jobs-[0-9a-f]{7}\.fifo", names.pop())


def test_another_order_is_no_change(stand_in: StandIn) -> None:
    """Of a set, of a policy's keys; and what AWS fills in by itself is none either."""
    policies = [{"Version": "1", "Statement": []}, {"Statement": [], "Version": "1"}]
    request = provider_pb2.DiffRequest(
        urn="urn:pulumi:s::p::aws:sqs/queue:Queue::jobs",
        olds=marshal({"policy": json.dumps(policies[0]), "sqsManagedSseEnabled": True}, ()),
        old_inputs=marshal({"policy": json.dumps(policies[0])}, ()),
        news=marshal({"policy": json.dumps(policies[1])}, ()),
    )
    none = provider_pb2.DiffResponse.DIFF_NONE
    assert stand_in.Diff(request, Call()).changes == none
    request.news.update({"policy": json.dumps({"Version": "2"})})
    answer = stand_in.Diff(request, Call())
    assert list(answer.detailedDiff) == ["policy"]


def test_readme_says_where_every_type_is() -> None:
    """One row each, none for what is not there."""
    rows = re.findall(
        r"^\| `(aws:[^`]+)` \| (\S.*?) \|", (FOLDER / "README.md").read_text(), re.MULTILINE
    )
    assert [token for token, _ in rows] == list(catalogue.RESOURCES)
