"""Results in memcached: the URL that Celery's own backend reads, settings, names, the pair."""

from __future__ import annotations

import json
from typing import Any

import pytest
from celery import Celery
from celery.backends.cache import CacheBackend
from hypothesis import given, settings
from hypothesis import strategies as st
from pymemcache.client.base import check_key_helper, normalize_server_spec

from celeriac.contract import (
    Uses,
    memcached_prefix_problem,
    memcached_settings,
    memcached_url,
    pairing_problems,
    redis_settings,
    to_json,
)
from celeriac.contract.outputs import merge
from celeriac.contract.queues import Queue

HOSTS = st.sampled_from(["localhost", "cache-1.example.org", "10.0.0.7", "::1", "fe80::1"])
SERVERS = st.lists(st.tuples(HOSTS, st.integers(1, 65535)), min_size=1, max_size=5, unique=True)
MONTH = 30 * 24 * 3600


def backend(url: str, settings: dict[str, Any]) -> CacheBackend:
    """Celery's, as an app gets it; nothing is connected."""
    app = Celery("t", backend=url, set_as_current=False)
    app.conf.update(json.loads(to_json(settings)))
    found = app.backend
    assert isinstance(found, CacheBackend)
    return found


@settings(deadline=None)  # Celery makes an app each time, on a machine that others use
@given(servers=SERVERS)
def test_celery_reads_the_url_back(servers: list[tuple[str, int]]) -> None:
    """Each server, in its order, as its client library splits it."""
    found = backend(memcached_url(servers), memcached_settings(prefix="a:", expires=60))
    assert found.backend == "memcached"
    assert [normalize_server_spec(server) for server in found.servers] == servers


def test_settings() -> None:
    """Prefix and expiry arrive; chords' counters expire with the results."""
    found = backend(memcached_url([("h", 1)]), memcached_settings(prefix="orders:", expires=3600))
    assert found.get_key_for_task("1") == "orders:celery-task-meta-1"
    assert (found.expires, found.chord_expires) == (3600, 3600)


def test_settings_beside_a_broker_on_redis() -> None:
    """Both write options of the result backend's transport; they come together."""
    redis = redis_settings([Queue(name="q", default=True)], prefix="q:", visibility_timeout=60)
    both = merge(redis, memcached_settings(prefix="r:", expires=5))
    assert both["result_backend_transport_options"] == {
        "global_keyprefix": "r:",
        "visibility_timeout": 60,
    }


@given(prefix=st.text(max_size=200).map(lambda text: f"{text}:"))
def test_a_prefix_that_is_fine_makes_keys_that_memcached_takes(prefix: str) -> None:
    """With Celery's longest own part and an id of 36 characters."""
    if memcached_prefix_problem(prefix) is None:
        key = f"{prefix}celery-taskset-meta-{'x' * 36}"
        assert check_key_helper(key, allow_unicode_keys=False) == key.encode()


@pytest.mark.parametrize(
    ("prefix", "problem"),
    [
        ("orders:", None),
        ("a*b?:", None),
        ("orders", 'does not end in ":"'),
        ("or ders:", "no key of memcached may have"),
        ("örders:", "no key of memcached may have"),
        ("o\n:", "no key of memcached may have"),
        ("x" * 150 + ":", "is longer than the 150 bytes"),
    ],
)
def test_prefixes(prefix: str, problem: str | None) -> None:
    """What memcached and Celery take, and a sentence for the rest."""
    found = memcached_prefix_problem(prefix)
    assert (found is None) if problem is None else problem in str(found)


@pytest.mark.parametrize("broker", ["rabbitmq", "redis", "sqs"])
@pytest.mark.parametrize("expires", [1, MONTH])
def test_every_broker_goes_with_it(broker: Any, expires: int) -> None:
    """Chords count with incr, and others read results; nothing needs beat."""
    uses = Uses(chords=True, shared_results=True, beat=False)
    found = pairing_problems(broker=broker, backend="memcached", expires=expires, uses=uses)
    assert found == []


@pytest.mark.parametrize(("expires", "said"), [(None, "never"), (MONTH + 1, "2592001 s")])
def test_what_memcached_would_take_for_a_date(expires: int | None, said: str) -> None:
    """More than 30 days would expire at once: refused."""
    (found,) = pairing_problems(broker="rabbitmq", backend="memcached", expires=expires)
    assert found.where == "resultBackend.expires"
    assert found.what == (
        f"is {said}, and memcached keeps nothing longer than 30 days: write 30d or less"
    )
