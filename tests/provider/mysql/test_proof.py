"""The proof over MySQL: it works as the app's own user, and what is wrong is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from celeriac.contract import Tls, merge, mysql_privileges, mysql_settings, mysql_url
from celeriac_provider.celery import RoundTrip
from celeriac_provider.mysql import Database, ResultTables, User
from tests.lifecycle import Failed, Lifecycle
from tests.provider.celery import made
from tests.provider.celery.made import MadeApp
from tests.provider.mysql.conftest import Start
from tests.provider.mysql.server import Server


@pytest.fixture
def app(servers: Mapping[str, Any], server: Server, start: Start, unique: str) -> Iterator[MadeApp]:
    """A broker on Redis, results in the database, a path of a CA that is on no host here."""
    start(Database).create({"name": unique})
    tables = start(ResultTables).create({"database": unique})
    privileges = mysql_privileges(unique, tables.state["sequences"])
    given = {"name": unique, "requireTls": True, "privileges": dict(privileges)}
    password = start(User).create(given).state["password"]
    url = mysql_url(
        host="localhost",
        port=server.entry["port"],
        user=unique,
        password=password,
        database=unique,
        tls=Tls("/etc/ssl/of-another-host.pem"),
    )
    with made.on_redis(servers) as (found, _):
        without = {k: v for k, v in found.settings.items() if k != "result_expires"}
        settings = merge(without, mysql_settings(expires=60))
        ca = Path(server.ca).read_text()
        yield found.changed(result_backend=url, settings=dict(settings), ca=ca, password=password)


@pytest.fixture(scope="module")
def life() -> Iterator[Lifecycle]:
    """A provider with the proof."""
    found = Lifecycle(RoundTrip)
    yield found
    found.close()


def failed(life: Lifecycle, app: MadeApp) -> str:
    """What is said of a proof that fails."""
    with pytest.raises(Failed) as error:
        life.create(app.inputs())
    said = error.value.sentence
    assert "failed at its result backend" in said
    assert app.password not in said
    assert "\n" not in said
    return said


def test_it_works_and_leaves_nothing(
    life: Lifecycle, app: MadeApp, server: Server, unique: str
) -> None:
    """Over TLS with the CA that was given; its result is forgotten."""
    life.create(app.inputs())
    assert server.run(f"SELECT count(*) FROM {unique}.celery_taskmeta") == [(0,)]  # noqa: S608


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("REVOKE INSERT ON {0}.celery_taskmeta FROM '{0}'@'%'", "give the app's user this right"),
        ("REVOKE SELECT ON {0}.celery_taskmeta FROM '{0}'@'%'", "is not there|this right"),
        ("DROP TABLE {0}.celery_taskmeta", "celery_taskmeta is not there: create Celery's tables"),
        ("ALTER TABLE {0}.celery_taskmeta DROP COLUMN date_done", "date_done"),
        ("ALTER USER '{0}'@'%' IDENTIFIED BY 'another'", "`pulumi up --refresh` finds that"),
        ("ALTER USER '{0}'@'%' ACCOUNT LOCK", "locked"),
        ("DROP DATABASE {0}", "give the app's user this right|create the database"),
    ],
)
def test_what_is_wrong_is_named(
    life: Lifecycle, app: MadeApp, server: Server, unique: str, statement: str, says: str
) -> None:
    """Rights, tables, columns, the password, the database."""
    server.run(statement.format(unique))
    said = failed(life, app)
    assert any(part in said for part in says.split("|")), said


def test_without_tls_it_is_refused(life: Lifecycle, app: MadeApp) -> None:
    """PyMySQL itself encrypts where it can; one that is told not to is refused by the server."""
    url = str(app.result_backend).partition("?")[0] + "?ssl_disabled=true"
    failed(life, app.changed(result_backend=url))


def test_another_authority_is_refused(life: Lifecycle, app: MadeApp) -> None:
    """The certificate is verified."""
    other = Path("/etc/ssl/certs/ca-certificates.crt").read_text()
    said = failed(life, app.changed(ca=other))
    assert "its certificate is not signed by the CA that was given" in said
