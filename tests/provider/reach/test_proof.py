"""The proof over a bastion: broker and result backend, each by its own way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from celeriac_provider.celery import RoundTrip
from tests.lifecycle import Failed, Lifecycle
from tests.provider.celery import made
from tests.provider.celery.made import MadeApp
from tests.provider.reach.bastion import Bastion, forwarding, gone


def _private(servers: dict[str, Any], app: MadeApp) -> MadeApp:
    """The same app, told the names that only the bastion knows."""
    private = servers["tls_private"]
    moved = {
        f"localhost:{servers['rabbitmq']['amqps_port']}": (
            f"rabbitmq.private.example:{private['amqps_port']}"
        ),
        f"localhost:{servers['redis']['tls_port']}": (
            f"redis.private.example:{private['redis_tls_port']}"
        ),
        f"localhost:{servers['postgresql']['port']}": (
            f"postgresql.private.example:{private['postgresql_port']}"
        ),
    }
    texts = [app.broker_url, app.result_backend or "", json.dumps(app.settings)]
    for old, new in moved.items():
        texts = [text.replace(old, new) for text in texts]
    settings = texts[2].replace('"localhost"', '"rabbitmq.private.example"')
    return app.changed(broker_url=texts[0], result_backend=texts[1], settings=json.loads(settings))


@contextmanager
def _rabbitmq_and_postgresql(servers: dict[str, Any]) -> Iterator[MadeApp]:
    with (
        made.on_rabbitmq(servers, tls=True) as (app, _),
        made.with_database(servers, app, tls=True) as (whole, _),
    ):
        yield _private(servers, whole)


def test_amqps_and_postgresql(servers: dict[str, Any], bastion: Bastion) -> None:
    """Two forwardings, TLS verified against names that are not known here; nothing is left."""
    with _rabbitmq_and_postgresql(servers) as app, closing(Lifecycle(RoundTrip)) as proofs:
        assert ".private.example" in app.broker_url
        assert ".private.example" in (app.result_backend or "")
        ways = {"brokerVia": bastion.via(), "resultBackendVia": bastion.via()}
        proofs.create(app.inputs(**ways))
        assert len(forwarding()) == 2
    assert gone()


def test_redis(servers: dict[str, Any], bastion: Bastion) -> None:
    """Broker and results on one server share one forwarding."""
    with made.on_redis(servers, tls=True) as (there, _), closing(Lifecycle(RoundTrip)) as proofs:
        app = _private(servers, there)
        ways = {"brokerVia": bastion.via(), "resultBackendVia": bastion.via()}
        proofs.create(app.inputs(**ways))
        assert len(forwarding()) == 1
    assert gone()


def test_every_host_of_a_broker_has_a_way(servers: dict[str, Any], bastion: Bastion) -> None:
    """Another name of the same server is another host."""
    with made.on_rabbitmq(servers, tls=True) as (there, _), closing(Lifecycle(RoundTrip)) as proofs:
        app = _private(servers, there)
        other = app.broker_url.replace("rabbitmq.private", "postgresql.private")
        both = app.changed(broker_url=f"{app.broker_url};{other}")
        proofs.create(both.inputs(brokerVia=bastion.via()))
        assert len(forwarding()) == 2
    assert gone()


def test_each_has_its_own_way(servers: dict[str, Any], bastion: Bastion) -> None:
    """A broker behind the bastion, results that are reached directly."""
    with (
        made.on_rabbitmq(servers, tls=True) as (there, _),
        made.with_database(servers, there, tls=True) as (whole, _),
        closing(Lifecycle(RoundTrip)) as proofs,
    ):
        app = _private(servers, whole).changed(result_backend=whole.result_backend)
        proofs.create(app.inputs(brokerVia=bastion.via()))
        assert len(forwarding()) == 1


def test_without_it_the_sentence_names_the_ways(servers: dict[str, Any]) -> None:
    """As the provider's other resources say it."""
    with (
        _rabbitmq_and_postgresql(servers) as app,
        closing(Lifecycle(RoundTrip)) as proofs,
        pytest.raises(Failed) as failed,
    ):
        proofs.create(app.inputs())
    for way in ("failed at its broker", "inside its network", "`via:`", "`proof: off`"):
        assert way in failed.value.sentence


@pytest.mark.parametrize("part", ["broker", "result backend"])
def test_what_the_bastion_refuses(
    servers: dict[str, Any], bastion: Bastion, part: str, tmp_path: Path
) -> None:
    """Its word stands in the sentence about the part that could not be reached."""
    with _rabbitmq_and_postgresql(servers) as whole, closing(Lifecycle(RoundTrip)) as proofs:
        nowhere = {"rabbitmq.private.example": "nothing.private.example"}
        app = whole
        if part == "result backend":
            nowhere = {"postgresql.private.example": "elsewhere.example"}
        for old, new in nowhere.items():
            app = app.changed(
                broker_url=app.broker_url.replace(old, new),
                result_backend=(app.result_backend or "").replace(old, new),
            )
        port = "1" if part == "broker" else ""
        if port:
            old = str(servers["tls_private"]["amqps_port"])
            app = app.changed(broker_url=app.broker_url.replace(old, port))
        ways = {"brokerVia": bastion.via(), "resultBackendVia": bastion.via()}
        with pytest.raises(Failed) as failed:
            proofs.create(app.inputs(**ways))
    said = failed.value.sentence
    assert f"failed at its {part}: " in said
    reason = {"broker": "(Connection refused)", "result backend": "does not forward to elsewhere."}
    assert reason[part] in said
    assert whole.password not in said
    assert "\n" not in said


def test_a_bastion_that_is_down(servers: dict[str, Any], bastion: Bastion) -> None:
    """One sentence with the app, the part and the bastion."""
    with _rabbitmq_and_postgresql(servers) as app, closing(Lifecycle(RoundTrip)) as proofs:
        proofs.provider._configuration = type(proofs.provider._configuration)(timeout=2)
        with pytest.raises(Failed) as failed:
            proofs.create(app.inputs(brokerVia=bastion.via(port=1)))
    assert (
        f"the proof of {app.name} failed at its broker: rabbitmq.private.example:"
        f"{servers['tls_private']['amqps_port']} is to be reached over the SSH bastion 127.0.0.1:1"
    ) in failed.value.sentence
