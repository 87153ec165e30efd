"""PostgreSQL roles: logins, the group that holds the rights, the owner of database and tables."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, Self

from psycopg import sql

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.properties import Problem, prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.engine.values import UNKNOWN, contains_unknown
from celeriac_provider.postgresql import names
from celeriac_provider.postgresql.client import Postgres
from celeriac_provider.postgresql.connections import Cursor
from celeriac_provider.postgresql.membership import OPTIONS_SINCE

_NEVER: Final = "infinity"
_NONE: Final = ""
"""The password in the state of a role that does not log in."""


def _generate() -> str:
    return secrets.token_urlsafe(32)


def _moment(value: str) -> str | None:
    if value == _NEVER:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return "is not a moment: write it as 2027-01-31T12:00:00Z, or infinity"
    return None if moment.tzinfo else "lacks its time zone: write it as 2027-01-31T12:00:00Z"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


class Role(Resource):
    """A PostgreSQL role: a user that logs in, a group that holds rights, or an owner of objects.

    Its mark is in its comment, written in one transaction with the role. The password is sent as a
    SCRAM-SHA-256 verifier computed here: it is never in clear on the wire or in the server's log.

    Deleting a role that still owns something or holds rights that no `Grants` took back is
    refused; nothing it owns is ever dropped with it.
    """

    token = "postgresql:Role"  # noqa: S105 - no secret
    identity = ("name",)

    name: str = prop("The role's name, at most 63 bytes.", replaces=True, check=names.role_name)
    login: bool = prop("Whether the role can log in.", default=True)
    password: str | None = prop(
        "The password of a role that logs in: 256 random bits when none is given. Drift is found "
        "by logging in. Empty for a role that does not log in.",
        generated=_generate,
        secret=True,
    )
    member_of: list[str] = prop(
        "The roles whose rights this one has, all of them: other memberships are taken back.",
        default=[],
        unordered=True,
    )
    inherit: bool = prop(
        "Whether it has the rights of `memberOf` at once, or only after SET ROLE.", default=True
    )
    connection_limit: int = prop(
        "How many connections it may have at once; -1: any number.",
        default=-1,
        check=lambda v: None if v >= -1 else "must be -1 (any number) or more",
    )
    valid_until: str = prop(
        "When the password stops working: ISO 8601 with time zone, or `infinity`.",
        default=_NEVER,
        check=_moment,
    )
    comment: str = prop("What the role is for: written before the mark.", default="")

    def problems(self) -> Iterable[Problem]:
        """A password needs a login."""
        if self.password and not self.login:
            yield Problem(
                "password",
                "password of a Role that does not log in: take it away, or set login to true",
            )
        if self.name in self.member_of:
            yield Problem("memberOf", f"memberOf of Role {self.name!r} names the role itself")

    @classmethod
    def normalised(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Moments in UTC, groups in order."""
        until, groups = values["validUntil"], values["memberOf"]
        if until not in (UNKNOWN, _NEVER):
            until = _utc(datetime.fromisoformat(until))
        if not contains_unknown(groups):
            groups = sorted(set(groups))
        return values | {"validUntil": until, "memberOf": groups}

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The role as the catalog and an attempted login show it."""
        client = ctx.client(Postgres)
        name = key["name"]
        found = client.transaction(
            ctx, f"read the role {name!r}", lambda cursor: cls._look(cursor, name)
        )
        password = prior.password if prior else None
        if found is None:
            return None
        if not found.login:
            # One that somebody took from a role that logged in cannot be tried, and is still there.
            return replace(found, password=password or _NONE)
        if password and not _expired(found) and client.accepts(ctx, name, password) is False:
            password = None
        return replace(found, password=password or None)

    def create(self, ctx: Context) -> Self:
        """Make the role with its mark, and its memberships, in one transaction."""
        wanted = self._with_fitting_password()

        def make(cursor: Cursor) -> None:
            cursor.execute(
                sql.SQL("CREATE ROLE {} WITH {}").format(
                    sql.Identifier(wanted.name), _attributes(wanted, cursor, verifier=True)
                )
            )
            _write_comment(wanted, cursor)
            _join(wanted, cursor)

        ctx.client(Postgres).transaction(ctx, f"create the role {self.name!r}", make)
        return wanted

    def update(self, old: Self, ctx: Context) -> Self:
        """Change what differs; a password is sent only when it is another one."""
        # An imported role's password, which nobody told us, stays.
        kept = self.login and self.password is None and old.login
        wanted = self if kept else self._with_fitting_password()

        def change(cursor: Cursor) -> None:
            changed = wanted.password != old.password or wanted.login != old.login
            cursor.execute(
                sql.SQL("ALTER ROLE {} WITH {}").format(
                    sql.Identifier(wanted.name), _attributes(wanted, cursor, verifier=changed)
                )
            )
            _write_comment(wanted, cursor)
            _join(wanted, cursor)

        ctx.client(Postgres).transaction(ctx, f"change the role {self.name!r}", change)
        return wanted

    def delete(self, ctx: Context) -> None:
        """Drop the role; the server refuses, naming it, while something depends on it."""
        drop = sql.SQL("DROP ROLE {}").format(sql.Identifier(self.name))
        ctx.client(Postgres).transaction(
            ctx, f"drop the role {self.name!r}", lambda cursor: cursor.execute(drop)
        )

    # Inside.

    @classmethod
    def _look(cls, cursor: Cursor, name: str) -> Self | None:
        row = cursor.execute(
            "SELECT oid, rolcanlogin, rolinherit, rolconnlimit, "
            "CASE WHEN isfinite(rolvaliduntil) THEN rolvaliduntil END, "
            "shobj_description(oid, 'pg_authid') "
            "FROM pg_roles WHERE rolname = %s",
            [name],
        ).fetchone()
        if row is None:
            return None
        oid, login, inherit, limit, until, comment = row
        groups = cursor.execute(_memberships(cursor), {"oid": oid, "inherit": inherit}).fetchall()
        return cls(
            name=name,
            login=login,
            password=None if login else _NONE,
            member_of=sorted({group for group, as_wanted, _ in groups if as_wanted}),
            inherit=inherit,
            connection_limit=limit,
            valid_until=_utc(until) if until else _NEVER,
            comment=names.words(comment),
            mark=names.mark(comment),
        )

    def _with_fitting_password(self) -> Self:
        password = (self.password or _generate()) if self.login else _NONE
        return replace(self, password=password)


def _expired(role: Role) -> bool:
    if role.valid_until == _NEVER:
        return False
    return datetime.fromisoformat(role.valid_until) <= datetime.now(UTC)


def _attributes(role: Role, cursor: Cursor, *, verifier: bool) -> sql.Composed:
    parts = [
        sql.SQL("LOGIN" if role.login else "NOLOGIN"),
        sql.SQL("INHERIT" if role.inherit else "NOINHERIT"),
        sql.SQL("CONNECTION LIMIT {}").format(sql.Literal(role.connection_limit)),
        sql.SQL("VALID UNTIL {}").format(sql.Literal(role.valid_until)),
    ]
    if verifier and role.login:
        encrypted = cursor.connection.pgconn.encrypt_password(
            str(role.password).encode(), role.name.encode(), b"scram-sha-256"
        ).decode()
        parts.append(sql.SQL("PASSWORD {}").format(sql.Literal(encrypted)))
    elif verifier:
        parts.append(sql.SQL("PASSWORD NULL"))
    return sql.SQL(" ").join(parts)


def _write_comment(role: Role, cursor: Cursor) -> None:
    text = names.comment(role.comment, role.mark)
    cursor.execute(
        sql.SQL("COMMENT ON ROLE {} IS {}").format(
            sql.Identifier(role.name), sql.Literal(text or None)
        )
    )


def _join(role: Role, cursor: Cursor) -> None:
    """Bring the memberships to what is wanted."""
    row = cursor.execute("SELECT oid FROM pg_roles WHERE rolname = %s", [role.name]).fetchone()
    oid = row[0] if row else None
    found = cursor.execute(_memberships(cursor), {"oid": oid, "inherit": role.inherit}).fetchall()
    me = sql.Identifier(role.name)
    modern = cursor.connection.info.server_version >= OPTIONS_SINCE
    for group, _, grantor in found:
        if group not in role.member_of:
            # Since 16 a membership is known by who gave it.
            by = sql.SQL(" GRANTED BY {}").format(sql.Identifier(grantor)) if modern else None
            cursor.execute(
                sql.SQL("REVOKE {} FROM {}{}").format(sql.Identifier(group), me, by or sql.SQL(""))
            )
    held = {group for group, as_wanted, _ in found if as_wanted}
    for group in sorted(set(role.member_of) - held):
        inherit = sql.SQL("TRUE" if role.inherit else "FALSE")
        options = sql.SQL(" WITH INHERIT {}, SET TRUE").format(inherit) if modern else None
        cursor.execute(
            sql.SQL("GRANT {} TO {}{}").format(sql.Identifier(group), me, options or sql.SQL(""))
        )


def _memberships(cursor: Cursor) -> str:
    """The query for a role's groups: name, whether with the wanted INHERIT, grantor."""
    modern = cursor.connection.info.server_version >= OPTIONS_SINCE
    as_wanted = "m.inherit_option = %(inherit)s" if modern else "true"
    return (
        f"SELECT g.rolname, {as_wanted}, pg_get_userbyid(m.grantor) "  # noqa: S608 - constants
        "FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid "
        "WHERE m.member = %(oid)s ORDER BY 1"
    )
