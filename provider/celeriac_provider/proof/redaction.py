"""Credentials never leave the proof's processes: they are cut out of every message."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from celeriac_provider.proof.django import read
from celeriac_provider.proof.sqs import is_sqs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from celeriac_provider.proof.request import Request

_HIDDEN = "***"
_AUTHORITY = re.compile(r"//[^/\s@]*:[^/\s]*@")
_SECRET_NAME = re.compile(r"password|secret|token|credential|access_key", re.IGNORECASE)


class Redaction:
    """Cuts a request's credentials out of texts."""

    def __init__(self, request: Request) -> None:
        found = {s for s in _secrets(request) if s}
        # The longest first: one may be the start of another.
        self._secrets = sorted(found, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text without them."""
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return _AUTHORITY.sub(f"//{_HIDDEN}@", text)


def _secrets(request: Request) -> Iterator[str]:
    entries = read(request.django)
    for urls in (request.broker_url, request.result_backend or "", *_locations(entries)):
        for url in urls.split(";"):
            yield from _forms(_password(url))
            if is_sqs(url):
                yield from _forms(urlsplit(url).username or "")
    for value in _named_secrets([request.settings, request.environment, entries]):
        yield from _forms(value)


def _locations(entries: dict[str, Any]) -> Iterator[str]:
    """URLs of Django's caches."""
    for cache in entries.get("CACHES", {}).values():
        if isinstance(location := cache.get("LOCATION"), str):
            yield location


def _password(url: str) -> str:
    try:
        return urlsplit(url).password or ""
    except ValueError:
        return ""


def _forms(secret: str) -> Iterator[str]:
    """As it is in the URL, as the server gets it, and as Python and JSON show it."""
    plain = unquote(secret)
    yield from (secret, plain, repr(plain)[1:-1], json.dumps(plain)[1:-1])


def _named_secrets(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, str) and _SECRET_NAME.search(str(name)):
                yield item
            else:
                yield from _named_secrets(item)
    elif isinstance(value, list):
        for item in value:
            yield from _named_secrets(item)
