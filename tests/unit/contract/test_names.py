"""Which characters a name may hold: each of ASCII's, and some beyond, on every system.

What is accepted here is used by a real Celery in tests/e2e/test_names.py.
"""

from __future__ import annotations

import string
from collections.abc import Callable

import pytest

from celeriac.contract import (
    app_problem,
    database_problem,
    prefix_problem,
    queue_problem,
    role_problem,
    server_problem,
    user_problem,
    vhost_problem,
)

Check = Callable[[str], str | None]

PRINTABLE = [chr(code) for code in range(32, 127)]
BEYOND = ["ü", "ß", "€", "漢", "🥕"]
INVISIBLE = ["\0", "\t", "\n", "\x7f", "\u00a0", "\u200b", "\u202e", "\ufeff"]
WORDS = set(string.ascii_letters + string.digits)
OUR_OWN = set(string.ascii_lowercase + string.digits + "-_")

CHECKS: dict[str, tuple[Check, set[str], str]] = {
    "vhost": (vhost_problem, set(), ""),
    "user of RabbitMQ": (lambda name: user_problem(name, system="rabbitmq"), set(), ""),
    "queue": (queue_problem, {","}, "celery worker -Q"),
    "user of Redis": (lambda name: user_problem(name, system="redis"), {" "}, "Redis refuses"),
    "prefix": (lambda name: prefix_problem(f"{name}:"), set(" *?[]\\"), "Redis"),
    "role": (role_problem, set(), ""),
    "database": (
        database_problem,
        {*PRINTABLE, *BEYOND} - WORDS - set("._~-"),
        "SQLAlchemy before 2.1",
    ),
    "app": (app_problem, {*PRINTABLE, *BEYOND} - OUR_OWN, "use small letters"),
    "server": (server_problem, {*PRINTABLE, *BEYOND} - OUR_OWN, "small letters"),
}


@pytest.mark.parametrize("kind", CHECKS)
@pytest.mark.parametrize("char", PRINTABLE + BEYOND)
def test_a_character_is_accepted_or_refused_with_the_limit(kind: str, char: str) -> None:
    """Refused are only those that a system cannot take, and the sentence says which system."""
    check, refused, limit = CHECKS[kind]
    found = check(f"a{char}b")
    assert (char in refused) is (found is not None)
    assert found is None or limit in found


@pytest.mark.parametrize("kind", CHECKS)
@pytest.mark.parametrize("char", INVISIBLE, ids=ascii)
def test_what_cannot_be_seen_is_refused(kind: str, char: str) -> None:
    """A name that looks like another is a trap, on any system."""
    assert CHECKS[kind][0](f"a{char}b") is not None


@pytest.mark.parametrize(
    ("kind", "most", "limit"),
    [
        ("vhost", 255, "255 bytes"),
        ("user of RabbitMQ", 255, "255 bytes"),
        ("queue", 199, "199 bytes"),
        ("role", 63, "63 bytes"),
        ("database", 57, "57 bytes"),
        ("app", 40, "40 characters"),
    ],
)
def test_the_longest(kind: str, most: int, limit: str) -> None:
    """Lengths are bytes, and the sentence has the number."""
    check = CHECKS[kind][0]
    assert check("a" * most) is None
    assert limit in (check("a" * (most + 1)) or "")
    if kind not in ("app", "database"):
        assert check("ü" * (most // 2)) is None
        assert limit in (check("ü" * (most // 2 + 1)) or "")
