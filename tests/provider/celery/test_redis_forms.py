"""The proof over sentinels and over a socket: it succeeds, or says in a sentence why not."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.lifecycle import Failed, Lifecycle
from tests.provider.redis.conftest import OwnServer
from tests.sentinels import NAME, PASSWORD, SENTINEL_PASSWORD, SentinelGroup

from celeriac.contract import (
    Queue,
    RedisSentinels,
    merge,
    redis_result_settings,
    redis_settings,
    redis_socket_url,
    sentinel_broker_settings,
    sentinel_result_settings,
    sentinel_url,
)
from celeriac_provider.celery import RoundTrip

OPTIONS = ("broker_transport_options", "result_backend_transport_options")


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SentinelGroup]:
    """In clear, with passwords."""
    made = SentinelGroup(tmp_path_factory.mktemp("sentinels"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def life() -> Iterator[Lifecycle]:
    """A provider of proofs."""
    made = Lifecycle(RoundTrip)
    yield made
    made.close()


def of_redis() -> dict[str, Any]:
    """The settings of any app on Redis."""
    queues = [Queue(name="forms", default=True)]
    return merge(
        redis_settings(queues, prefix="forms:", visibility_timeout=600),
        redis_result_settings(prefix="forms-results:", expires=600),
    )


def given(url: str, settings: dict[str, Any]) -> dict[str, Any]:
    """The inputs of the proof."""
    return {
        "app": "forms",
        "brokerUrl": url,
        "resultBackend": url,
        "settings": json.dumps(settings),
        "queue": "forms.celeriac-proof",
        "timeout": 15,
    }


def over_sentinels(group: SentinelGroup) -> tuple[str, dict[str, Any]]:
    """URL and settings of an app behind sentinels."""
    hosts = tuple(("127.0.0.1", sentinel.port) for sentinel in group.sentinels)
    form = RedisSentinels(hosts=hosts, master_name=NAME)
    settings = merge(
        of_redis(),
        sentinel_broker_settings(form, password=SENTINEL_PASSWORD, tls=None),
        sentinel_result_settings(form, password=SENTINEL_PASSWORD, tls=None),
    )
    return sentinel_url(form, user="default", password=PASSWORD, db=0), settings


def test_over_sentinels(group: SentinelGroup, life: Lifecycle) -> None:
    """A task goes round, and nothing of it is left."""
    url, settings = over_sentinels(group)
    made = life.create(given(url, settings))
    assert made.state["celeryVersion"]
    left = [key for key in group.login().scan_iter("forms*") if "_kombu" not in key]
    assert left == []


@pytest.mark.parametrize("side", OPTIONS)
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"master_name": "nobody"}, "No master found for 'nobody'.*what they call"),
        ({"sentinel_kwargs": {"password": "wrong"}}, "No master found.*password"),
    ],
    ids=["name", "password"],
)
def test_what_is_wrong_with_sentinels(
    group: SentinelGroup, life: Lifecycle, side: str, change: dict[str, Any], sentence: str
) -> None:
    """On which side, and where to look; no password is in it."""
    url, settings = over_sentinels(group)
    settings = copy.deepcopy(settings)
    settings[side] |= change
    part = "broker" if side.startswith("broker") else "result backend"
    with pytest.raises(
        Failed, match=rf"the proof of forms failed at its {part}: .*({sentence})"
    ) as e:
        life.create(given(url, settings))
    for secret in (PASSWORD, SENTINEL_PASSWORD, "wrong"):
        assert secret not in e.value.sentence


def test_over_a_socket(life: Lifecycle, tmp_path: Path) -> None:
    """It succeeds; where there is no socket, its path is named."""
    server = OwnServer(tmp_path, acl_file=True)
    server.start()
    url = redis_socket_url(
        path=str(server.socket), user=server.username, password=server.password, db=0
    )
    try:
        assert life.create(given(url, of_redis())).state["celeryVersion"]
    finally:
        server.stop()
    with pytest.raises(Failed, match=f"failed at its broker: {server.socket}, "):
        life.create(given(url, of_redis()))
