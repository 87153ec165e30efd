"""Results in Elasticsearch: the URL that Celery's own backend reads, settings, names."""

from __future__ import annotations

import json

import pytest
from celery import Celery
from celery.backends.elasticsearch import ElasticsearchBackend
from hypothesis import given, settings
from hypothesis import strategies as st

from celeriac.contract import elasticsearch_settings, elasticsearch_url, index_problem, to_json

TEXT = st.text(
    st.one_of(
        st.sampled_from("/:@?#%&+=;[] é€"), st.characters(codec="utf-8", exclude_characters="\0")
    ),
    min_size=1,
    max_size=30,
)
INDEXES = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,60}", fullmatch=True)
HOSTS = st.sampled_from(["localhost", "es.example.org", "10.0.0.7"])


def backend(url: str) -> ElasticsearchBackend:
    """Celery's, as an app gets it; nothing is connected."""
    app = Celery("t", backend=url, set_as_current=False)
    app.conf.update(json.loads(to_json(elasticsearch_settings(expires=60))))
    found = app.backend
    assert isinstance(found, ElasticsearchBackend)
    return found


@settings(deadline=None)  # Celery makes an app each time, on a machine that others use
@given(
    host=HOSTS,
    port=st.integers(1, 65535),
    index=INDEXES,
    user=TEXT,
    password=TEXT,
    tls=st.booleans(),
)
def test_celery_reads_the_url_back(
    host: str, port: int, index: str, user: str, password: str, tls: bool
) -> None:
    """Scheme, address, login and index; no type of documents, which Elasticsearch 8 refuses."""
    url = elasticsearch_url(
        host=host, port=port, index=index, tls=tls, user=user, password=password
    )
    found = backend(url)
    assert (found.scheme, found.host, found.port) == ("https" if tls else "http", host, port)
    assert (found.username, found.password, found.index) == (user, password, index)
    assert found.doc_type is None


def test_settings() -> None:
    """What is busy is tried again; the client is Celery's to make, and it makes one."""
    found = backend(elasticsearch_url(host="h", port=1, index="i", tls=False))
    assert (found.es_timeout, found.es_max_retries, found.es_retry_on_timeout) == (10, 3, True)
    assert (found.always_retry, found.max_retries, found.expires) == (True, 10, 60)
    assert found.server is not None  # elasticsearch 9 refuses its arguments


def test_half_a_login_is_refused() -> None:
    """Celery would log in as nobody."""
    with pytest.raises(ValueError, match="give both or neither"):
        elasticsearch_url(host="h", port=1, index="i", tls=True, user="u")


@pytest.mark.parametrize(
    ("name", "good"),
    [("orders-2.x_y", True), ("Orders", False), ("_x", False), ("a,b", False), ("x" * 256, False)],
)
def test_indexes(name: str, good: bool) -> None:
    """What Elasticsearch takes."""
    assert (index_problem(name) is None) is good
