"""Deletes results that have expired in Elasticsearch: the command `celeriac-cleanup`.

It is `python -m celeriac.cleanup` as well. Nothing else deletes them: Celery's own cleanup does
nothing there, and a lifecycle policy would delete the whole index. It reads what the app reads
(CELERY_RESULT_BACKEND and CELERY_SETTINGS), deletes what was stored longer than `result_expires`
ago, says how many, and ends: run it again by cron or a scheduled task, about as often as results
expire, at least once a day.

It searches by `@timestamp` and deletes by id, a batch at a time, only what is as it was found: a
result that was stored anew meanwhile stays. So it needs the rights of the app's user, no more.
"""

from __future__ import annotations

import base64
import json
import os
import ssl
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

BATCH = 1000
"""Results that are deleted by one request."""
TIMEOUT = 60
"""Seconds that one request may take."""


class CleanupError(Exception):
    """Nothing more can be deleted; the text is a sentence for whoever reads the log."""


class Index:
    """An index in Elasticsearch, over HTTP.

    Args:
        url: Celery's result_backend.

    Raises:
        CleanupError: it is none of Elasticsearch.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url.replace("elasticsearch+https:", "https:", 1))
        if parts.scheme not in ("elasticsearch", "https") or not parts.hostname:
            raise CleanupError(
                "CELERY_RESULT_BACKEND is none of Elasticsearch: only results there need this"
            )
        scheme = "https" if parts.scheme == "https" else "http"
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        self.name = parts.path.strip("/") or "celery"
        self.address = f"{scheme}://{host}:{parts.port or 9200}"
        self._headers = {"content-type": "application/json"}
        if parts.username is not None:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            self._headers["authorization"] = "Basic " + base64.b64encode(login).decode()
        # Celery's client passes over proxies of the environment, too.
        handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
        if scheme == "https":
            handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context()))
        self._opener = urllib.request.build_opener(*handlers)

    def delete_before(self, moment: datetime) -> int:
        """Delete every result that was stored before a moment; how many there were."""
        # A search sees what was there at the last refresh; the newest is not what is looked for.
        query = {
            "size": BATCH,
            "seq_no_primary_term": True,
            "_source": False,
            "sort": ["_doc"],
            "query": {"range": {"@timestamp": {"lt": _text(moment)}}},
        }
        deleted = 0
        while True:
            self._ask(f"/{self.name}/_refresh", None)
            hits = self._ask(f"/{self.name}/_search", json.dumps(query))["hits"]["hits"]
            if not hits:
                return deleted
            lines = [json.dumps({"delete": _as_found(hit)}) for hit in hits]
            said = self._ask(f"/{self.name}/_bulk", "\n".join(lines) + "\n")
            done = [i for i in said["items"] if i["delete"].get("result") == "deleted"]
            deleted += len(done)
            if not done:
                return deleted  # all of them were stored anew meanwhile, or deleted by another

    def _ask(self, path: str, body: str | None) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - http or https, as checked above
            self.address + path,
            data=(body or "").encode(),
            headers=self._headers,
            method="POST",
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                found: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            raise CleanupError(
                f"{self.address}{path} answered {error.code}: {_why(error)}"
            ) from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise CleanupError(f"{self.address}{path} cannot be used: {reason}") from None
        return found


def clean(environment: Mapping[str, str], now: datetime | None = None) -> str:
    """Delete what has expired, and say what was done.

    Args:
        environment: CELERY_RESULT_BACKEND and CELERY_SETTINGS, as the app has them.
        now: the present. Default: this machine's clock.

    Raises:
        CleanupError: it cannot be done; a sentence.
    """
    try:
        index = Index(environment["CELERY_RESULT_BACKEND"])
        expires = json.loads(environment["CELERY_SETTINGS"]).get("result_expires")
    except KeyError as missing:
        raise CleanupError(f"{missing.args[0]} is not set: give it the app's environment") from None
    except (ValueError, AttributeError):
        raise CleanupError(
            "CELERY_SETTINGS or CELERY_RESULT_BACKEND cannot be read: give it the app's environment"
        ) from None
    if not expires:
        return f"{index.name}: results never expire (result_expires), nothing was deleted"
    moment = (now or datetime.now(UTC)) - timedelta(seconds=expires)
    count = index.delete_before(moment)
    return f"{index.name}: {count} results from before {_text(moment)} deleted"


def main() -> int:
    """The command; 0 when all that had expired is deleted."""
    try:
        print(clean(os.environ))  # noqa: T201 - it is a command
    except CleanupError as error:
        print(f"celeriac-cleanup: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _as_found(hit: dict[str, Any]) -> dict[str, Any]:
    return {
        "_id": hit["_id"],
        "if_seq_no": hit["_seq_no"],
        "if_primary_term": hit["_primary_term"],
    }


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _why(error: urllib.error.HTTPError) -> str:
    try:
        found = json.load(error)["error"]
        return str(found["reason"] if isinstance(found, dict) else found)
    except (ValueError, KeyError, TypeError):
        return str(error.reason)


if __name__ == "__main__":
    sys.exit(main())
