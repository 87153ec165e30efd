"""`celeriac-cleanup` on a real Elasticsearch 8.15, with results that Celery itself has stored."""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from celery import Celery

from celeriac.cleanup import CleanupError, Index, clean
from celeriac.contract import elasticsearch_settings, elasticsearch_url, to_json
from tests.closed_port import closed_port


class Results:
    """An index of the test's own, and Celery's backend on it."""

    def __init__(self, entry: dict[str, Any], expires: int | None = 3600) -> None:
        self.name = f"c{secrets.token_hex(6)}"
        self.http = httpx.Client(base_url=entry["url"], timeout=60)
        # As the resource makes it, in short.
        mapping = {"properties": {"@timestamp": {"type": "date"}}}
        made = {"settings": {"number_of_replicas": 0}, "mappings": mapping}
        self.http.put(f"/{self.name}", json=made).raise_for_status()
        url = elasticsearch_url(host="127.0.0.1", port=entry["port"], index=self.name, tls=False)
        settings = to_json(elasticsearch_settings(expires=expires))
        self.environment = {"CELERY_RESULT_BACKEND": url, "CELERY_SETTINGS": settings}
        self.app = Celery("t", backend=url, set_as_current=False)
        self.app.conf.update(json.loads(settings))

    def old(self, count: int, age: timedelta) -> None:
        """Results as of some time ago."""
        moment = (datetime.now(UTC) - age).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        lines = []
        for number in range(count):
            lines.append(json.dumps({"index": {"_id": f"old-{number}"}}))
            lines.append(json.dumps({"result": "{}", "@timestamp": moment}))
        body = "\n".join(lines) + "\n"
        headers = {"content-type": "application/json"}
        self.http.post(f"/{self.name}/_bulk", content=body, headers=headers).raise_for_status()

    def count(self) -> int:
        """How many there are."""
        self.http.post(f"/{self.name}/_refresh")
        return int(self.http.get(f"/{self.name}/_count").json()["count"])


@pytest.fixture
def results(start_server: Callable[[str], dict[str, Any]]) -> Iterator[Results]:
    """They expire after an hour."""
    made = Results(start_server("elasticsearch"))
    yield made
    made.http.delete(f"/{made.name}")
    made.http.close()


def test_what_has_expired_goes_and_the_rest_stays(results: Results) -> None:
    """In more than one batch; by Celery's own time stamps."""
    results.old(2300, timedelta(hours=2))
    results.app.backend.store_result("fresh", 42, "SUCCESS")
    said = clean(results.environment)
    assert said.startswith(f"{results.name}: 2300 results from before ")
    assert results.count() == 1
    assert results.app.AsyncResult("fresh").result == 42
    assert clean(results.environment).startswith(f"{results.name}: 0 results")
    later = datetime.now(UTC) + timedelta(hours=1, seconds=5)
    assert clean(results.environment, later).startswith(f"{results.name}: 1 results")
    assert results.app.AsyncResult("fresh").state == "PENDING"


def test_what_was_stored_anew_meanwhile_stays(
    results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the search and the delete: it is not as it was found."""
    results.old(3, timedelta(hours=2))
    ask = Index._ask

    def meanwhile(self: Index, path: str, body: str | None) -> dict[str, Any]:
        if path.endswith("_bulk"):
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            fresh = {"result": '"anew"', "@timestamp": now}
            results.http.put(f"/{results.name}/_doc/old-1", json=fresh).raise_for_status()
        return ask(self, path, body)

    monkeypatch.setattr(Index, "_ask", meanwhile)
    assert clean(results.environment).startswith(f"{results.name}: 2 results")
    assert results.http.get(f"/{results.name}/_doc/old-1").json()["_source"]["result"] == '"anew"'


def test_results_that_never_expire(results: Results) -> None:
    """Nothing is deleted, and that is said."""
    results.old(1, timedelta(days=900))
    settings = to_json(elasticsearch_settings(expires=None))
    assert "never expire" in clean(results.environment | {"CELERY_SETTINGS": settings})
    assert results.count() == 1


def test_the_command(results: Results) -> None:
    """As a scheduled task runs it; it is in the wheel under its name."""
    results.old(2, timedelta(hours=2))
    environment = {"PATH": os.environ["PATH"], **results.environment}
    for command in (
        [str(Path(sys.executable).parent / "celeriac-cleanup")],
        [sys.executable, "-m", "celeriac.cleanup"],
    ):
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=60
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert f"{results.name}: " in done.stdout
    assert results.count() == 0
    done = subprocess.run(command, env={}, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "celeriac-cleanup: CELERY_RESULT_BACKEND is not set: give it the app's environment\n"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"CELERY_RESULT_BACKEND": "redis://h"}, "is none of Elasticsearch"),
        ({"CELERY_SETTINGS": "["}, "cannot be read"),
        (
            {"CELERY_RESULT_BACKEND": f"elasticsearch://u:hunter2@127.0.0.1:{closed_port()}/i"},
            "cannot be used: [Errno 111] Connection refused",
        ),
    ],
)
def test_a_sentence_for_what_is_wrong(changes: dict[str, str], said: str) -> None:
    """And no password in it."""
    good = {
        "CELERY_RESULT_BACKEND": "elasticsearch://127.0.0.1:1/i",
        "CELERY_SETTINGS": '{"result_expires": 1}',
    }
    with pytest.raises(CleanupError) as error:
        clean(good | changes)
    assert said in str(error.value)
    assert "hunter2" not in str(error.value)


def test_an_index_that_is_not_there(results: Results) -> None:
    """What Elasticsearch says."""
    url = results.environment["CELERY_RESULT_BACKEND"].replace(results.name, "no-such-index")
    with pytest.raises(CleanupError, match=r"answered 404: no such index \[no-such-index\]"):
        clean(results.environment | {"CELERY_RESULT_BACKEND": url})


def test_it_logs_in_as_the_apps_user() -> None:
    """A written stand-in: the server of the tests has no users. 401 and 403 are told."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            seen.append(self.headers.get("authorization", ""))
            body = json.dumps({"error": {"reason": "action is unauthorized for user"}}).encode()
            self.send_response(403)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    url = elasticsearch_url(
        host="127.0.0.1", port=server.server_port, index="i", tls=False, user="u", password="p:/@"
    )
    environment = {"CELERY_RESULT_BACKEND": url, "CELERY_SETTINGS": '{"result_expires": 1}'}
    with pytest.raises(CleanupError, match="answered 403: action is unauthorized for user"):
        clean(environment)
    assert base64.b64decode(seen[0].removeprefix("Basic ")).decode() == "u:p:/@"
    server.shutdown()
    server.server_close()
