"""Texts that hold a credential, told by their form or their name; what they hold is never shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

_URL: Final = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/:@?#]*:(?P<password>[^\s/]+)@", re.IGNORECASE)
_PRIVATE_KEY: Final = re.compile(r"-----BEGIN ([A-Z]+ )*PRIVATE KEY-----")
_NAME: Final = re.compile(
    r"(^|_)(password|passwd|passphrase|secret_access_key|secret_key|private_key|auth_token"
    r"|access_token|api_key|client_secret)$"
)
_AWS_SECRET: Final = re.compile(r"[A-Za-z0-9/+]{40}")
_LETTERS: Final = re.compile(r"[A-Z].*[a-z]|[a-z].*[A-Z]")
_MASKED: Final = re.compile(r"[*•x]+|\[secret\]", re.IGNORECASE)
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[-.\s]+")


def credential(path: str, text: str) -> str | None:
    """What credential a text is, in words; None where it is none.

    Args:
        path: where it stands, `apps.orders.settings`; the last name in it counts.
        text: the value.
    """
    # First, to say where in a long text it is.
    if (found := _inside(text) or _by_form(text)) is not None:
        return found
    name = path.rpartition(".")[2]
    if _NAME.search(_WORD.sub("_", name).lower()) and text and not _is_no_value(text):
        return f"a value that its name ({name}) calls a credential"
    return None


def _by_form(text: str) -> str | None:
    for url in _URL.finditer(text):
        if not _MASKED.fullmatch(url["password"]):
            return "a URL with a password"
    if _PRIVATE_KEY.search(text):
        return "a private key"
    mixed = _LETTERS.search(text) and any(letter.isdigit() for letter in text)
    if mixed and _AWS_SECRET.fullmatch(text):
        return "what looks like a secret access key of AWS"
    return None


def _inside(text: str) -> str | None:
    """The first credential in a JSON text, such as Celery's settings."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        document = json.loads(text)
    except ValueError:
        return None
    for path, leaf in _leaves("", document):
        if (found := credential(path, leaf)) is not None:
            return f"JSON text with {found} in {path.removeprefix('.')}"
    return None


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(f"{path}.{key}", item)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _leaves(f"{path}.{number}", item)


def _is_no_value(text: str) -> bool:
    """Whether a text only says where the credential is, or that there is none."""
    masked = _MASKED.fullmatch(text) is not None
    return masked or text.startswith("arn:") or text.lower() in {"true", "false", "none", "null"}
