"""MySQL databases: one for an app's results."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Final, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.marks import Mark
from celeriac_provider.engine.properties import prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.mysql import names
from celeriac_provider.mysql.client import MySql, Session
from celeriac_provider.mysql.contents import loss

_BEARERS: Final = "celeriac.invalid"
"""The host of accounts that carry the mark of a database: nobody comes from there (RFC 2606)."""
_KEY: Final = "celeriac"
_WORD: Final = re.compile(r"[a-z0-9_]+")


def _word(value: str) -> str | None:
    return None if _WORD.fullmatch(value) else "must be a word such as utf8mb4_bin"


class Database(Resource):
    """A database of MySQL or MariaDB.

    On MariaDB its mark is its comment, written with it in one statement. MySQL has no comments on
    databases: there the mark is an attribute of an account of its own (`celeriac-…` at
    `celeriac.invalid`), locked and without rights, that is made before the database and dropped
    after it.

    Deleting it is refused while Celery's tables hold rows, or any other table exists, unless
    `forceDestroy` is set; Celery's empty tables go with it.
    """

    token = "mysql:Database"  # noqa: S105 - no secret
    identity = ("name",)

    name: str = prop(
        "The database's name, at most 64 characters.", replaces=True, check=names.database
    )
    collation: str = prop(
        "Of new tables in it, and with it their character set. The default tells apart ids of "
        "tasks that differ in case only.",
        default="utf8mb4_bin",
        check=_word,
    )
    force_destroy: bool = prop(
        "Delete it even with result rows or other tables in it.", default=False, local=True
    )

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The database as information_schema shows it."""
        del prior
        name = key["name"]

        def look(session: Session) -> Any:
            comment = "schema_comment" if session.mariadb else "''"
            row = session.one(
                f"SELECT default_collation_name, {comment} "  # noqa: S608
                "FROM information_schema.schemata WHERE schema_name = %s",
                name,
            )
            if row is None:
                return None
            mark = Mark.find(row[1]) if session.mariadb else borne(session, name)
            return cls(
                name=name,
                collation=row[0],
                mark=str(mark) if mark else None,
            )

        found: Self | None = ctx.client(MySql).run(ctx, f"read the database {name!r}", look)
        return found

    def create(self, ctx: Context) -> Self:
        """Make the database with its mark: on MySQL the mark first."""
        return self._write(ctx, "CREATE", "create")

    def update(self, old: Self, ctx: Context) -> Self:
        """Change what differs, mark included."""
        del old
        return self._write(ctx, "ALTER", "change")

    def guard(self, ctx: Context) -> str | None:
        """Rows in Celery's tables, and any table that is not Celery's."""
        found = ctx.client(MySql).run(
            ctx, f"look into the database {self.name!r}", lambda session: loss(session, self.name)
        )
        return found and f"the database {self.name!r} holds {found}"

    def delete(self, ctx: Context) -> None:
        """Drop the database, then what bore its mark."""

        def drop(session: Session) -> None:
            session.run(f"DROP DATABASE {names.quoted(self.name)}")
            if not session.mariadb:
                session.run("DROP USER IF EXISTS %s@%s", bearer(self.name), _BEARERS)

        ctx.client(MySql).run(ctx, f"drop the database {self.name!r}", drop)

    # Inside.

    def _write(self, ctx: Context, verb: str, doing: str) -> Self:
        def write(session: Session) -> None:
            # What is given is a word, which stands without quotes.
            options, values = f"COLLATE {self.collation}", []
            if session.mariadb:
                options, values = f"{options} COMMENT %s", [self.mark or ""]
            else:
                _bear(session, self.name, self.mark)
            session.run(f"{verb} DATABASE {names.quoted(self.name)} {options}", *values)

        ctx.client(MySql).run(ctx, f"{doing} the database {self.name!r}", write)
        return self


def bearer(database: str) -> str:
    """The name of the account that bears a database's mark: at most 32 characters."""
    return f"celeriac-{hashlib.sha256(database.encode()).hexdigest()[:20]}"


def _bear(session: Session, database: str, mark: str | None) -> None:
    attributes = json.dumps({_KEY: mark, "database": database})
    account = (bearer(database), _BEARERS)
    session.run("CREATE USER IF NOT EXISTS %s@%s ACCOUNT LOCK", *account)
    session.run("ALTER USER %s@%s ACCOUNT LOCK ATTRIBUTE %s", *account, attributes)


def borne(session: Session, database: str) -> Mark | None:
    """On MySQL: the mark of a database."""
    row = session.one(
        "SELECT User_attributes FROM mysql.user WHERE User = %s AND Host = %s",
        bearer(database),
        _BEARERS,
    )
    said = json.loads(row[0] or "{}") if row else {}
    return Mark.find((said.get("metadata") or {}).get(_KEY))
