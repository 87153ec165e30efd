"""Every name that a stack file may give works with a real Celery, or is refused before anything is.

One `up` makes apps whose given names hold every printable ASCII character, umlauts and emoji
between them; then a real Celery program uses each. What a system cannot take is in the table of
refusals, with the system's own limit.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.celery_app.run import Report, run
from tests.e2e.conftest import fresh_project
from tests.e2e.inventory import inventory
from tests.e2e.project import Project
from tests.e2e.stack_files import server_entries

ASCII = "".join(sorted(set(string.printable) - set(string.whitespace)))
"""All 94 printable characters of ASCII but the space."""
BEYOND = "Grüße-€-漢字-🥕"


def without(forbidden: str) -> str:
    """All of ASCII but these; the space in the middle, where it is allowed."""
    kept = "".join(char for char in ASCII if char not in forbidden)
    return kept if " " in forbidden else f"{kept[:40]} {kept[40:]}"


def ascii_apps(word: str) -> dict[str, Any]:
    """Apps whose names hold every character of ASCII that the system takes."""
    some, rest = ASCII[:47], ASCII[47:]
    return {
        f"ascii-{word}": {
            "broker": {
                "server": "rabbit",
                "vhost": f"{word}{without('')}",
                "user": f"{word}{without('')}",
                "queues": {
                    f"{without(',')[:50]}": {"default": True, "maxLength": 1000},
                    f"{without(',')[50:]}": {},
                    "a::b": {},
                },
            },
            "resultBackend": {
                "server": "results",
                "user": f"{word} {some}",
                "database": f"0{word}.~-_{string.ascii_letters[:20]}",
            },
            "longestTask": "1m",
        },
        f"beyond-{word}": {
            "broker": {
                "server": "rabbit",
                "vhost": f"/{word}/{BEYOND}",
                "user": f"{BEYOND} {word}",
                "queues": {BEYOND: {"default": True}, "ö/ä/%2F": {"deadLetter": False}},
            },
            "resultBackend": {
                "server": "results",
                "user": f"{word}{rest}",
                "database": f"{word}{string.ascii_letters[20:]}0123",
                "driver": "psycopg",
            },
            "longestTask": "1m",
        },
        f"keys-{word}": {
            "broker": {
                "server": "cache",
                "user": f"{word}{without(' ')}",
                "prefix": f"{word}{without(' *?[]' + chr(92))}:",
                "queues": {f"{without(',')}": {"default": True}, BEYOND: {}},
            },
            "resultBackend": {
                "server": "cache",
                "user": f"{word}{BEYOND}",
                "prefix": f"{BEYOND}{word}:",
            },
            "longestTask": "1m",
        },
    }


@pytest.fixture(scope="module")
def strange(
    servers: dict[str, Any], word: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Project]:
    """The stack, up."""
    config = {
        "celeriac:servers": server_entries(servers),
        "celeriac:apps": ascii_apps(word),
        "celeriac:forceDestroy": "true",
    }
    project = fresh_project(tmp_path_factory.mktemp("names"), config)
    try:
        project.up()
        yield project
    finally:
        project.destroy()
    assert {kind: [] for kind in inventory(servers, word)} == inventory(servers, word)


def test_celery_works_under_every_name(strange: Project, word: str) -> None:
    """Tasks on every queue, countdowns, chords, remote control: with a prefork worker without -Q.

    The names together hold every printable character of ASCII, umlauts, a euro sign, CJK, emoji.
    """
    apps = strange.outputs()["apps"]
    with ThreadPoolExecutor() as pool:
        reports: dict[str, Report] = dict(
            zip(apps, pool.map(lambda app: run(app["env"]), apps.values()), strict=True)
        )
    assert min(len(report.errors) for report in reports.values()) > 8
    assert {name: {} for name in apps} == {name: r.failed for name, r in reports.items()}
    assert {name: [] for name in apps} == {name: r.complaints for name, r in reports.items()}


def test_nothing_drifts_by_its_name(strange: Project) -> None:
    """A second `up` and a refresh find every object again under its name."""
    assert strange.up("--refresh", "--expect-no-changes").changed == {}
