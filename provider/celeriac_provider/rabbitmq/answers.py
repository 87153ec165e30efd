"""What the management API's answers mean, in words."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import httpx


def content(response: httpx.Response) -> Any:
    """The JSON that came, or None where something else did."""
    try:
        return response.json()
    except ValueError:
        return None


def reason(response: httpx.Response) -> str:
    """What the server says, on one line, with its Erlang terms made readable."""
    body = content(response)
    said = body.get("reason", "") if isinstance(body, dict) else ""
    if isinstance(said, list):
        broken = "invalid_regexp" in said
        said = "a pattern is not a regular expression" if broken else " ".join(map(str, said))
    said = str(said)
    if said.replace("_", " ").casefold() == "not authorized":
        return "Not authorized"
    said = said.replace("&lt;", "<").replace("&gt;", ">").removeprefix("Validation failed")
    said = re.sub(r'<<"(.*?)"(/utf8)?>>', r"\1", said)
    return re.sub(r"\s+", " ", said).strip()


def may_be_stopping(response: httpx.Response) -> bool:
    """Whether a 404 may say nothing of the object that was asked for.

    For seconds before it stops (seen on 4.0), a RabbitMQ answers 404 to whatever comes over kept
    connections, with the same JSON as for an object that is not there, only without the headers
    that its resources add.
    """
    if response.status_code != httpx.codes.NOT_FOUND or "reason" not in (content(response) or {}):
        return False
    return "cache-control" not in response.headers


def missing(response: httpx.Response) -> str:
    """What a PUT or POST needs and does not find; the vhost is the path's second part."""
    said = reason(response)
    if said == "vhost_not_found":
        vhost = unquote(response.request.url.raw_path.decode().partition("/api/")[2].split("/")[1])
        said = f"no vhost {vhost!r}"
    if not said.startswith("no "):
        return f"RabbitMQ misses what this needs ({said}): make it first"
    return f"there is {said}: make it first, and let this depend on it"
