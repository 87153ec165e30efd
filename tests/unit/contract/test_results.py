"""Settings of result backends, and one JSON string of all."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import get_args

import pytest
from celery import Celery
from celery.backends.cache import CacheBackend
from celery.backends.database import DatabaseBackend
from celery.backends.database.models import Task, TaskSet
from celery.backends.elasticsearch import ElasticsearchBackend
from celery.backends.mongodb import MongoBackend
from celery.backends.redis import RedisBackend
from celery.backends.rpc import RPCBackend

from celeriac.contract import (
    CLEANED_BY,
    SEQUENCES,
    TABLES,
    Backend,
    cleaned_by,
    environment,
    merge,
    rpc_settings,
    to_json,
)
from celeriac.contract.results import NEEDS_BEAT


def test_tables_and_sequences_are_celerys() -> None:
    """What is made ahead has the names that Celery's models have."""
    assert (Task.__table__.name, TaskSet.__table__.name) == TABLES
    assert (Task.id.default.name, TaskSet.id.default.name) == SEQUENCES


def test_who_deletes_what_has_expired() -> None:
    """Said of every backend; where Celery counts on the server, the server does it.

    On MongoDB an index of ours does what Celery leaves to beat; a cache of Django's has a timeout.
    """
    assert set(CLEANED_BY) == set(get_args(Backend))
    assert {kind for kind, who in CLEANED_BY.items() if who == "beat"} == NEEDS_BEAT
    ours: dict[Backend, type] = {
        "rpc": RPCBackend,
        "redis": RedisBackend,
        "memcached": CacheBackend,
        "mongodb": MongoBackend,
        "postgresql": DatabaseBackend,
        "elasticsearch": ElasticsearchBackend,
    }
    by_celery = {kind for kind, backend in ours.items() if backend.supports_autoexpire}  # type: ignore[attr-defined] # Celery has no types
    assert by_celery == {k for k, who in CLEANED_BY.items() if who == "server"} - {
        *("mongodb", "django-cache"),
    }


@pytest.mark.parametrize("expires", [3600, None])
def test_expiry_of_results(expires: int | None) -> None:
    """Seconds are read as seconds, and never as Celery's default of a day."""
    app = Celery("t", set_as_current=False)
    app.conf.update(json.loads(to_json(rpc_settings(expires=expires))))
    assert app.conf.result_expires == expires != timedelta(days=1)


def test_merging_two_sides() -> None:
    """Options of both sides in one dictionary come together."""
    assert merge({"a": {"x": 1}, "b": 2}, {"a": {"y": 2}}, {}) == {"a": {"x": 1, "y": 2}, "b": 2}


def test_merging_a_contradiction() -> None:
    """Two values for one setting are never silently one of them."""
    with pytest.raises(ValueError, match="a cannot be both 1 and 2"):
        merge({"o": {"a": 1}}, {"o": {"a": 2}})


def test_settings_are_one_string() -> None:
    """Keys are sorted, so that a diff shows changes only, and ints stay ints."""
    text = to_json({"b": 3600, "a": {"d": None, "c": True, "é": "ü"}})
    assert text == '{"a": {"c": true, "d": null, "é": "ü"}, "b": 3600}'


def test_settings_refuse_what_json_has_not() -> None:
    """Infinity would be written as a word that no JSON reader knows."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json({"a": float("inf")})


def test_environment() -> None:
    """Celery itself reads the first two names."""
    assert environment(broker_url="amqp://b", result_backend="rpc://", settings="{}") == {
        "CELERY_BROKER_URL": "amqp://b",
        "CELERY_RESULT_BACKEND": "rpc://",
        "CELERY_SETTINGS": "{}",
    }


def test_who_cleans_up_is_handed_out() -> None:
    """Nobody has to where nothing expires, whatever the backend."""
    for kind, who in CLEANED_BY.items():
        assert cleaned_by(kind, 60) == who
        assert cleaned_by(kind, None) == "nobody"
