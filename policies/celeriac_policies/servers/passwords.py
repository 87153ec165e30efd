"""Passwords that everybody guesses first; no rule ever shows one."""

from __future__ import annotations

import re
from typing import Final

_GUESSED: Final = frozenset(
    {
        *("", "admin", "administrator", "app", "broker", "celery", "change_me", "change-me"),
        *("changeit", "changeme", "default", "demo", "django", "elastic", "example", "flower"),
        *("foobar", "guest", "letmein", "mariadb", "mongo", "mongodb", "mysql", "p@ssw0rd"),
        *("pass", "passw0rd", "passwd", "password", "postgres", "postgresql", "qwerty", "rabbit"),
        *("rabbitmq", "redis", "root", "s3cr3t", "secret", "superuser", "test", "testing"),
        *("toor", "user", "welcome", "worker"),
    }
)
"""Those of the servers' and images' own documentation, and of tutorials. What ends in digits or
signs is compared without them, so that a number alone is guessed too."""

_TAIL: Final = re.compile(r"[\W\d_]+$")

IN_URL: Final = re.compile(r"\b[a-z][a-z0-9+.-]*://([^/\s:@]*):([^/\s@]+)@")
"""User and password in a URL."""

NAMED: Final = re.compile(r"(?i)(passw(or)?d|_pass$|secret|token|api_?key)")
"""The name of what holds a secret."""


def is_guessed(password: str, user: str = "") -> bool:
    """Whether a password is a default one, or the user's own name."""
    word = password.lower()
    return word in _GUESSED or _TAIL.sub("", word) in _GUESSED or word == user.lower()
