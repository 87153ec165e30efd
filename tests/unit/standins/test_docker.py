"""The stand-in for the Docker plugin, where no engine is needed."""

from __future__ import annotations

import io
import tarfile
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2
from tests.standins.docker import observed, request, uploads
from tests.standins.docker.servicer import StandIn

from celeriac_provider.engine.values import marshal

CONTAINER = "urn:pulumi:s::p::docker:index/container:Container::c"
LEAST: dict[str, Any] = {"name": "c", "image": "sha256:1"}


@pytest.fixture(name="stand_in")
def placed() -> StandIn:
    """One whose engine nobody asks."""
    made = StandIn()
    made._place = object()  # type: ignore[assignment] # a check looks at inputs alone
    return made


def failures(stand_in: StandIn, inputs: dict[str, Any]) -> list[str]:
    """What a check complains of."""
    asked = provider_pb2.CheckRequest(urn=CONTAINER, news=marshal(inputs, ()))
    return [failure.reason for failure in stand_in.Check(asked, None).failures]


def test_what_it_does_not_know_is_refused(stand_in: StandIn) -> None:
    """A property, and a key in one."""
    assert failures(stand_in, LEAST) == []
    (sentence,) = failures(stand_in, LEAST | {"cgroupParent": "x"})
    assert "does not know the property cgroupParent of docker:index/container" in sentence
    (sentence,) = failures(stand_in, LEAST | {"ports": [{"internal": 1, "color": "red"}]})
    assert sentence == "the stand-in does not know color in ports"


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        ({"wait": True}, "no healthcheck to wait for"),
        ({"networkMode": "container:x", "hostname": "h"}, "hostname belongs to the container"),
        ({"uploads": [{"file": "/a"}]}, "needs one of content and contentBase64"),
        ({"uploads": [{"file": "a", "content": "x"}]}, "no absolute path"),
        ({"uploads": [{"file": "/a", "content": "x", "owner": "me"}]}, "numbers only as owner"),
    ],
)
def test_what_cannot_work_is_refused(
    stand_in: StandIn, inputs: dict[str, Any], sentence: str
) -> None:
    """Before anything is made."""
    (found,) = failures(stand_in, LEAST | inputs)
    assert sentence in found


def test_what_changes_in_place_and_what_makes_a_new_one(stand_in: StandIn) -> None:
    """As in the plugin's schema."""
    state = LEAST | {"memory": 64, "restart": "no", "envs": ["A=1"]}
    for change, replaces in (({"memory": 32}, []), ({"envs": ["A=2"]}, ["envs"])):
        news = marshal(state | change, ())
        olds = marshal(state, ())
        asked = provider_pb2.DiffRequest(
            urn=CONTAINER, id="1", olds=olds, old_inputs=olds, news=news
        )
        answer = stand_in.Diff(asked, None)
        assert (list(answer.diffs), list(answer.replaces)) == (list(change), replaces)


def test_a_file_is_packed_with_its_owner_and_mode() -> None:
    """At its place from the root on."""
    given = {"file": "/a/b", "content": "ü", "permissions": "0400", "owner": "7", "group": "8"}
    (packed,) = uploads.archives([given])
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        (entry,) = archive.getmembers()
        assert (entry.name, entry.mode, entry.uid, entry.gid) == ("a/b", 0o400, 7, 8)
        content = archive.extractfile(entry)
        assert content is not None
        assert content.read() == "ü".encode()


def test_durations_and_sizes() -> None:
    """Go's, and MiB."""
    assert request.nanoseconds("1m30s") == 90 * 10**9
    assert request.nanoseconds("500ms") == 5 * 10**8
    assert request.bytes_of(2) == 2 * 1024**2
    assert request.bytes_of(-1) == -1
    assert request.bytes_of(None) is None


def test_only_what_differs_is_read() -> None:
    """Defaults that the engine fills in are no difference."""
    found = {
        "Name": "/c",
        "Image": "sha256:2",
        "HostConfig": {
            "Memory": 64 * 1024**2,
            "PortBindings": {"1/tcp": [{"HostIp": "127.0.0.1", "HostPort": "2"}]},
        },
    }
    port = {"internal": 1, "external": 2, "ip": "127.0.0.1"}
    state = LEAST | {"memory": 64, "ports": [port]}
    assert observed.changed(found, state) == {"name": "c", "image": "sha256:2"}
    moved = observed.changed(found, state | {"ports": [port | {"external": 3}]})
    assert moved["ports"] == [port | {"protocol": "tcp"}]
