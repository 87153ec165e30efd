"""Every name that a stack file may give works with a real Celery, or is refused before anything is.

One `up` makes apps whose given names hold every printable ASCII character, umlauts and emoji
between them; then a real Celery program uses each. What a system cannot take is in the table of
refusals, with the system's own limit.
"""

from __future__ import annotations

import json
import string
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest

from celeriac.contract import amqp_url, postgresql_url, redis_url
from tests.celery_app.run import Report, run
from tests.e2e.conftest import fresh_project
from tests.e2e.inventory import inventory
from tests.e2e.project import CHECKOUT, Project
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


READER = """
import json, sys
from celery import Celery
from celery.backends.redis import RedisBackend
from kombu.connection import Connection
from sqlalchemy import make_url

found = []
for amqp, redis, postgresql in json.load(sys.stdin):
    broker = Connection(amqp)
    results = RedisBackend(app=Celery("t", broker="memory://"), url=redis).connparams
    tables = make_url(postgresql.removeprefix("db+"))
    found.append([
        [broker.userid, broker.password, broker.virtual_host],
        [Connection(redis).userid, results["username"], results["password"]],
        [tables.username, tables.password, tables.database],
    ])
json.dump(found, sys.stdout)
"""


def test_the_oldest_celery_reads_every_url_back() -> None:
    """Celery 5.5 with the kombu, redis-py and SQLAlchemy of its time, on 300 random URLs."""
    random = Random(5)  # noqa: S311 - the same names each time
    words = ["".join(random.choices(ASCII + " üß€漢🥕", k=20)) for _ in range(300)]
    names = ["".join(random.choices(string.ascii_letters + "0123._~-", k=20)) for _ in range(300)]
    where: dict[str, Any] = {"host": "h", "port": 1}
    urls = [
        (
            amqp_url(**where, user=word, password=word[::-1], vhost=word, tls=False),
            redis_url(**where, user=word, password=word[::-1], db=0),
            postgresql_url(**where, user=word, password=word[::-1], database=name),
        )
        for word, name in zip(words, names, strict=True)
    ]
    install = [str(CHECKOUT / "tools/install"), "--celery-oldest"]
    found = subprocess.run(install, check=True, capture_output=True, text=True)
    oldest = f"{found.stdout.splitlines()[-1]}/bin/python"
    done = subprocess.run(
        [oldest, "-c", READER], input=json.dumps(urls), capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [
        [[word, word[::-1], word], [word, word, word[::-1]], [word, word[::-1], name]]
        for word, name in zip(words, names, strict=True)
    ]


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
