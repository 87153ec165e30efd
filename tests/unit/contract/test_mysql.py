"""MySQL's URL is read back by SQLAlchemy and PyMySQL; names, rights and pairs."""

from __future__ import annotations

from typing import Any

import pytest
from celery import Celery
from celery.app.backends import by_url
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import make_url
from sqlalchemy.dialects.mysql.pymysql import MySQLDialect_pymysql

from celeriac.contract import (
    Tls,
    Uses,
    mysql_database_problem,
    mysql_privileges,
    mysql_settings,
    mysql_url,
    mysql_user_problem,
    pairing_problems,
)

HOSTS = st.sampled_from(["localhost", "db.example.org", "10.0.0.7", "::1"])
TEXT = st.text(
    st.one_of(
        st.sampled_from("/:@?#%&+=;[] é€"), st.characters(codec="utf-8", exclude_characters="\0")
    ),
    min_size=1,
    max_size=30,
)
DATABASES = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)
PATHS = st.from_regex(r"/[A-Za-z0-9 &?#+=._/-]{0,40}", fullmatch=True)


def _arguments(url: str) -> dict[str, Any]:
    """What PyMySQL is given."""
    backend, rest = by_url(url)
    assert backend.__name__ == "DatabaseBackend"
    app = Celery("t", set_as_current=False)
    app.conf.database_create_tables_at_setup = False
    read = backend(app=app, url=rest).url
    _, arguments = MySQLDialect_pymysql().create_connect_args(make_url(read))
    return dict(arguments)


@given(
    host=HOSTS,
    port=st.integers(1, 65535),
    user=TEXT,
    password=TEXT,
    database=DATABASES,
    path=st.one_of(st.none(), PATHS),
)
@settings(deadline=None)  # the first imports SQLAlchemy
@example(host="h", port=3306, user="a", password="p@ss/w#1%41+ ", database="d", path="/ca +.pem")
def test_pymysql_reads_a_url_back(
    host: str, port: int, user: str, password: str, database: str, path: str | None
) -> None:
    """Every part survives; with TLS the CA is given and the host is checked."""
    tls = None if path is None else Tls(path)
    found = _arguments(
        mysql_url(host=host, port=port, user=user, password=password, database=database, tls=tls)
    )
    names = ("host", "port", "user", "password", "database")
    assert tuple(found[name] for name in names) == (host, port, user, password, database)
    assert found["charset"] == "utf8mb4"
    assert found.get("ssl") == (None if path is None else {"ca": path, "check_hostname": True})


def test_tls_needs_the_file_of_a_ca() -> None:
    """Without one PyMySQL would encrypt, and verify nothing."""
    parts: dict[str, Any] = {"host": "h", "port": 1, "user": "u", "password": "p", "database": "d"}
    with pytest.raises(ValueError, match="only with the path of its CA"):
        mysql_url(**parts, tls=Tls())


def test_settings_expire_and_survive_closed_connections() -> None:
    """As for PostgreSQL."""
    assert mysql_settings(expires=60)["result_expires"] == 60
    assert mysql_settings(expires=None)["database_engine_options"]["pool_pre_ping"]


def test_rights_are_on_rows() -> None:
    """On MariaDB also on the sequences that ids come from, where taking one is an INSERT."""
    rows = ["SELECT", "INSERT", "UPDATE", "DELETE"]
    assert mysql_privileges("d", ()) == {"d.celery_taskmeta": rows, "d.celery_tasksetmeta": rows}
    assert mysql_privileges("d", ["s"])["d.s"] == ["SELECT", "INSERT"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("orders", None),
        ("x" * 32, None),
        ("x" * 33, "is longer than 32 characters"),
        ("", "would be everybody"),
        (" x", "has a space at an end"),
        ("a\nb", "cannot be printed"),
        ("mysql.sys", "keeps for itself"),
    ],
)
def test_names_of_users(name: str, says: str | None) -> None:
    """MySQL's limits."""
    found = mysql_user_problem(name)
    assert found is None if says is None else says in str(found)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Orders_2-b", None),
        ("x" * 64, None),
        ("x" * 65, "is longer than 64 characters"),
        ("", "has a character in it"),
        ("a.b", "has a character in it"),
        ("ü", "has a character in it"),
        ("MySQL", "the server's own"),
        ("sys", "the server's own"),
    ],
)
def test_names_of_databases(name: str, says: str | None) -> None:
    """MySQL's limits, and SQLAlchemy's."""
    found = mysql_database_problem(name)
    assert found is None if says is None else says in str(found)


@pytest.mark.parametrize("broker", ["rabbitmq", "redis", "sqs"])
def test_every_broker_goes_with_it(broker: Any) -> None:
    """Chords are polled for, results are shared; beat has to clean up, and a BLOB has its end."""
    uses = Uses(chords=True, shared_results=True, beat=True, largest_message=65_535)
    assert pairing_problems(broker=broker, backend="mysql", expires=60, uses=uses) == []
    wrong = Uses(beat=False, largest_message=65_536)
    problems = pairing_problems(broker=broker, backend="mysql", expires=60, uses=wrong)
    assert {problem.where for problem in problems} == {"uses.beat", "uses.largestMessage"}
