"""PostgreSQL databases: one for an app's results, closed to everybody else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import Any, Self

from psycopg import errors as pg
from psycopg import sql

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import PartlyCreated, Refused, Unreachable
from celeriac_provider.engine.marks import Mark
from celeriac_provider.engine.properties import prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.postgresql import names
from celeriac_provider.postgresql.client import Postgres
from celeriac_provider.postgresql.connections import Connection, Cursor
from celeriac_provider.postgresql.contents import loss
from celeriac_provider.postgresql.membership import member_of
from celeriac_provider.postgresql.refusals import Denied

_OPEN = "CONNECT, TEMPORARY"
"""What PostgreSQL gives PUBLIC on every new database."""
_ENDING = 5.0
"""Seconds for which a session that is ending may keep a database from being dropped."""

# Those of other instances of this provider: of another stack, or of another provider resource.
_END_OUR_IDLE_SESSIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = %s AND usename = current_user AND application_name = 'celeriac' "
    "AND state = 'idle'"
)


class Database(Resource):
    """A PostgreSQL database, closed to PUBLIC.

    `CREATE DATABASE` can be in no transaction with anything: after a crash before its comment was
    written, a database without a mark is ours when its owner role carries our mark.

    Deleting it is refused while Celery's tables hold rows, or any other table exists, unless
    `forceDestroy` is set; Celery's empty tables go with it.
    """

    token = "postgresql:Database"  # noqa: S105 - no secret
    identity = ("name",)

    name: str = prop("The database's name, at most 63 bytes.", replaces=True, check=names.name)
    owner: str = prop("The role that owns it: best one without login, of this stack.")
    encoding: str = prop("Its character encoding.", default="UTF8", replaces=True)
    locale: str | None = prop(
        "Its collation and character classes (`C.UTF-8`); the template's when not given.",
        default=None,
        replaces=True,
    )
    template: str = prop(
        "The database that is copied when it is created.", default="template0", local=True
    )
    connection_limit: int = prop(
        "How many connections it takes at once; -1: any number.",
        default=-1,
        check=lambda v: None if v >= -1 else "must be -1 (any number) or more",
    )
    revoke_public: bool = prop(
        "Whether PUBLIC has no right on it and on its schema `public`. When false, PUBLIC can "
        "connect and use both.",
        default=True,
    )
    force_destroy: bool = prop(
        "Delete it even with result rows or other tables in it, and end its sessions.",
        default=False,
        local=True,
    )

    @classmethod
    def normalised(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Encodings as PostgreSQL spells them."""
        encoding = values["encoding"]
        if isinstance(encoding, str):
            plain = encoding.upper().replace("-", "").replace("_", "")
            encoding = "UTF8" if plain == "UTF8" else encoding.upper()
        return values | {"encoding": encoding}

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The database as the catalogs show it."""
        name = key["name"]
        client = ctx.client(Postgres)
        doing = f"read the database {name!r}"

        def look(cursor: Cursor) -> tuple[Any, ...] | None:
            return cursor.execute(
                "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, "
                "datconnlimit, shobj_description(oid, 'pg_database'), "
                "shobj_description(datdba, 'pg_authid'), datallowconn, "
                "EXISTS (SELECT FROM aclexplode(coalesce(datacl, acldefault('d', datdba))) "
                "  WHERE grantee = 0) "
                "FROM pg_database WHERE datname = %s",
                [name],
            ).fetchone()

        row = client.transaction(ctx, doing, look)
        if row is None:
            return None
        owner, encoding, locale, limit, comment, owners_comment, open_, public = row
        if open_ and not public:
            # Somebody else's may be closed to us; then there is no more to know of it.
            with suppress(Denied):
                public = client.transaction(ctx, doing, _schema_is_public, database=name)
        found = cls(
            name=name,
            owner=owner,
            encoding=encoding,
            locale=locale,
            connection_limit=limit,
            revoke_public=not public,
            mark=names.mark(comment),
        )
        if found.mark is None:
            expected = prior.mark if prior and prior.mark else str(ctx.mark)
            found = replace(found, mark=_inherited(names.mark(owners_comment), expected))
        return found

    def create(self, ctx: Context) -> Self:
        """Make the database for its owner; then close it and mark it."""
        options = [
            sql.SQL("OWNER {}").format(sql.Identifier(self.owner)),
            sql.SQL("ENCODING {}").format(sql.Literal(self.encoding)),
            sql.SQL("TEMPLATE {}").format(sql.Identifier(self.template)),
        ]
        if self.locale is not None:
            options.append(sql.SQL("LOCALE {}").format(sql.Literal(self.locale)))
        create = sql.SQL("CREATE DATABASE {} {}").format(
            sql.Identifier(self.name), sql.SQL(" ").join(options)
        )
        _as_owner(ctx, self, "create", lambda connection: connection.execute(create))
        try:
            ctx.persist(lambda: self._settle(ctx, self.owner))
        except (Refused, Unreachable) as error:
            raise PartlyCreated(str(error), self) from error
        return self._as_found(ctx)

    def update(self, old: Self, ctx: Context) -> Self:
        """Change what differs, mark included."""
        self._settle(ctx, old.owner)
        return self._as_found(ctx)

    def guard(self, ctx: Context) -> str | None:
        """Rows in Celery's tables, and any table that is not Celery's."""
        client = ctx.client(Postgres)
        found = client.transaction(
            ctx, f"look into the database {self.name!r}", loss, database=self.name
        )
        return found and f"the database {self.name!r} holds {found}"

    def delete(self, ctx: Context) -> None:
        """Drop the database, once our own sessions in it are closed."""
        client = ctx.client(Postgres)
        drop = sql.SQL("DROP DATABASE {}{}").format(
            sql.Identifier(self.name), sql.SQL(" WITH (FORCE)" if self.force_destroy else "")
        )

        def attempt(connection: Connection) -> None:
            client.forget(self.name)
            connection.execute(_END_OUR_IDLE_SESSIONS, [self.name])
            # A session that has just ended is counted for a moment.
            soon = replace(ctx, timeout=min(ctx.timeout, _ENDING))
            soon.wait_for(lambda: connection.execute(drop), transient=(pg.ObjectInUse,))

        _as_owner(ctx, self, "drop", attempt)

    # Inside.

    def _as_found(self, ctx: Context) -> Self:
        found = self.read(ctx, self.identified_by(), self)
        assert found is not None  # noqa: S101 - it was changed just now
        return replace(
            found, template=self.template, force_destroy=self.force_destroy, adopt=self.adopt
        )

    def _settle(self, ctx: Context, owner: str) -> None:
        """Bring everything but the name to what is wanted, in one transaction inside."""

        def settle(cursor: Cursor) -> None:
            me = sql.Identifier(self.name)
            with ExitStack() as acting:
                for role in sorted({owner, self.owner}):
                    acting.enter_context(member_of(cursor, role))
                if owner != self.owner:
                    cursor.execute(
                        sql.SQL("ALTER DATABASE {} OWNER TO {}").format(
                            me, sql.Identifier(self.owner)
                        )
                    )
                cursor.execute(
                    sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}").format(
                        me, sql.Literal(self.connection_limit)
                    )
                )
                cursor.execute(
                    sql.SQL("COMMENT ON DATABASE {} IS {}").format(me, sql.Literal(self.mark))
                )
                for statement in _towards_public(self.revoke_public):
                    cursor.execute(sql.SQL(statement).format(me))

        ctx.client(Postgres).transaction(
            ctx, f"set up the database {self.name!r}", settle, database=self.name, locked=True
        )


def _towards_public(revoke: bool) -> tuple[str, str]:
    if revoke:
        return (
            "REVOKE ALL ON DATABASE {} FROM PUBLIC",
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        )
    return (
        f"GRANT {_OPEN} ON DATABASE {{}} TO PUBLIC",
        "GRANT USAGE ON SCHEMA public TO PUBLIC",
    )


def _schema_is_public(cursor: Cursor) -> bool:
    row = cursor.execute(
        "SELECT EXISTS (SELECT FROM pg_namespace, "
        "  aclexplode(coalesce(nspacl, acldefault('n', nspowner))) acl "
        "  WHERE nspname = 'public' AND acl.grantee = 0)"
    ).fetchone()
    return bool(row and row[0])


def _inherited(owners: str | None, expected: str) -> str | None:
    """The mark of a database without one: ours, when our stack made its owner."""
    owner, mine = Mark.find(owners), Mark.find(expected)
    return expected if owner and mine and owner.scope == mine.scope else None


def _as_owner(
    ctx: Context, database: Database, verb: str, act: Callable[[Connection], object]
) -> None:
    """Do what can be in no transaction, as a member of the owner role meanwhile.

    The membership must be committed to count for `CREATE DATABASE`, so a lock keeps a parallel one
    for the same owner from taking it back too early.
    """
    client = ctx.client(Postgres)
    doing = f"{verb} the database {database.name!r}"
    with client.connection(ctx, doing) as connection, connection.cursor() as cursor:
        # Copying a template takes its time; and before it says that others are in a database that
        # is dropped, the server itself waits for five seconds.
        connection.patience = max(connection.patience, 1.5 * _ENDING)
        key = [f"celeriac owner {database.owner}"]
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", key)
        try:
            with member_of(cursor, database.owner):
                act(connection)
        finally:
            if not connection.closed:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", key)
