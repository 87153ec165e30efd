"""What Celery must be told about results in Elasticsearch, and how they expire there.

Celery writes all results into one index and never deletes one: its `cleanup` does nothing there
(celery/backends/base.py). A lifecycle policy would delete the index with the fresh results in it,
so results expire by `celeriac-cleanup` (see `celeriac.cleanup`), which deletes by `@timestamp`.
https://docs.celeryq.dev/en/stable/userguide/configuration.html#elasticsearch-backend-settings
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

PORT = 9200
"""Elasticsearch's own port."""
CLIENT = "elasticsearch>=8,<9"
"""The client that works: Celery 5.7 passes what 9 refuses (`timeout=`, `http_auth=`)."""
CLEANUP = "celeriac-cleanup"
"""The command that deletes expired results: at least as often as they expire."""
LONGEST_NAME = 255
"""Bytes of an index's name:
https://www.elastic.co/guide/en/elasticsearch/reference/8.15/indices-create-index.html."""

_INDEX = re.compile(r"[a-z0-9][a-z0-9._-]*")


def elasticsearch_url(
    *,
    host: str,
    port: int,
    index: str,
    tls: bool,
    user: str | None = None,
    password: str | None = None,
) -> str:
    """Celery's result_backend.

    With TLS the certificate is checked against the CAs of Python's certifi; Celery has no place
    for another one.

    Raises:
        ValueError: when only one of user and password is given: Celery would log in as nobody.
    """
    if (user is None) != (password is None):
        raise ValueError("a login has a user and a password: give both or neither")
    login = ""
    if user is not None and password is not None:
        login = f"{quote(user, safe='')}:{quote(password, safe='')}@"
    scheme = "elasticsearch+https" if tls else "elasticsearch"
    where = f"[{host}]" if ":" in host else host
    return f"{scheme}://{login}{where}:{port}/{index}"


def elasticsearch_settings(*, expires: int | None) -> dict[str, Any]:
    """Settings of an app whose results are in Elasticsearch.

    Args:
        expires: seconds after which `celeriac-cleanup` deletes a result; None for never.
    """
    return {
        "result_expires": expires,
        "elasticsearch_timeout": 10,
        "elasticsearch_max_retries": 3,
        "elasticsearch_retry_on_timeout": True,
        # One that the cluster did not take at once (429, 503) is worth another attempt.
        "result_backend_always_retry": True,
        "result_backend_max_retries": 10,
    }


def index_problem(name: str) -> str | None:
    """Names of indexes."""
    if not _INDEX.fullmatch(name):
        return (
            "is no name of an index: use small letters, digits, and . _ - between them, with a "
            "letter or digit first"
        )
    if len(name) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} bytes: use a shorter name"
    return None
