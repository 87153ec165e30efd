"""Whether a server answers over HTTP."""

from __future__ import annotations

import urllib.error
import urllib.request
from http import HTTPStatus

# A proxy of the environment has no business on loopback.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def answers(address: str, headers: dict[str, str] | None = None) -> bool:
    """Tell whether a GET of an address of our own is answered with 200."""
    request = urllib.request.Request(address, headers=headers or {})  # noqa: S310 - http, by us
    try:
        with _OPENER.open(request, timeout=5) as response:
            return bool(response.status == HTTPStatus.OK)
    except (urllib.error.URLError, OSError):
        return False
