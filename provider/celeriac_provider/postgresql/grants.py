"""PostgreSQL grants: everything that one role may do in one database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Self
from urllib.parse import unquote

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import Mistake, Refused
from celeriac_provider.engine.marks import Mark
from celeriac_provider.engine.properties import Problem, prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.engine.values import contains_unknown
from celeriac_provider.postgresql import names, rights
from celeriac_provider.postgresql.client import Postgres
from celeriac_provider.postgresql.connections import Cursor

_PLAIN = {"databasePrivileges": rights.DATABASE, "schemaPrivileges": rights.SCHEMA}
_BY_NAME = {"tablePrivileges": rights.TABLE, "sequencePrivileges": rights.SEQUENCE}


class Grants(Resource):
    """All rights of one role in one database: on it, on a schema, its tables and sequences.

    It is the whole truth: what the role was given there beside is drift, and taken back. Changes
    in one database come one after the other, so that parallel ones never meet "tuple concurrently
    updated". What a role has as the owner of something is not given, and not seen here.

    It lies inside the role: when the role is ours (or, for PUBLIC, the database), so is this.
    """

    token = "postgresql:Grants"  # noqa: S105 - no secret
    identity = ("database", "role")
    inside = True

    database: str = prop("The database.", replaces=True, check=names.name)
    role: str = prop(
        "The role, best a group whose members log in; `PUBLIC` for every role.",
        replaces=True,
        check=names.name,
    )
    schema: str = prop(
        "The schema that schema, table and sequence privileges are in.",
        default="public",
        replaces=True,
        check=names.name,
    )
    database_privileges: list[str] = prop(
        "Privileges on the database: CONNECT, CREATE, TEMPORARY, ALL.", default=[], unordered=True
    )
    schema_privileges: list[str] = prop(
        "Privileges on the schema: USAGE, CREATE, ALL.", default=[], unordered=True
    )
    table_privileges: dict[str, list[str]] = prop(
        "Privileges by table (or view): SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, "
        "TRIGGER, ALL; MAINTAIN from PostgreSQL 17 on, never part of ALL.",
        default={},
    )
    sequence_privileges: dict[str, list[str]] = prop(
        "Privileges by sequence: USAGE, SELECT, UPDATE, ALL.", default={}
    )

    def identified_by(self) -> dict[str, str]:
        """Database and role, and the schema whose rights are read."""
        return super().identified_by() | {"schema": self.schema}

    def id(self) -> str:
        """`<database>/<role>`, and the schema where it is not `public`."""
        return super().id().removesuffix("/public")

    @classmethod
    def id_form(cls) -> str:
        """As `id`."""
        return "<database>/<role> or <database>/<role>/<schema>"

    @classmethod
    def parse(cls, id_: str) -> dict[str, str]:
        """The schema is left out where it is `public`.

        Raises:
            Mistake: the id has another form.
        """
        head, _, schema = id_.rpartition("/")
        if id_.count("/") == len(cls.identity):
            return super().parse(head) | {"schema": unquote(schema)}
        return super().parse(id_) | {"schema": "public"}

    def problems(self) -> Iterable[Problem]:
        """Privileges that there are not."""
        for key, kind in _PLAIN.items():
            if bad := rights.wrong(kind, self.values()[key]):
                yield Problem(key, f"{key} {bad}")
        for key, kind in _BY_NAME.items():
            for name, privileges in self.values()[key].items():
                if bad := rights.wrong(kind, privileges):
                    yield Problem(key, f"{key}[{name!r}] {bad}")

    @classmethod
    def normalised(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Privileges in capitals, in order, ALL spelt out; no empty lists in maps."""
        normal = dict(values)
        for key, kind in _PLAIN.items():
            if not contains_unknown(values[key]):
                normal[key] = rights.normal(kind, values[key])
        for key, kind in _BY_NAME.items():
            if not contains_unknown(values[key]):
                normal[key] = {n: rights.normal(kind, p) for n, p in values[key].items() if p}
        return normal

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """What the role was given; None when that is nothing, or there is no role or database."""
        client = ctx.client(Postgres)
        database, role = key["database"], key["role"]
        schema = key["schema"]
        if not client.exists(ctx, database):
            return None

        def look(cursor: Cursor) -> Any:
            known, _ = _container(cursor, database, role)
            if not known:
                return None
            items = rights.held(cursor, database, schema, role)
            found = cls(database=database, role=role, schema=schema, **_by_kind(items))
            nothing = not any(item.held for item in items)
            return None if nothing and not (prior and prior.asks_nothing) else found

        doing = f"read the rights of {role!r} in the database {database!r}"
        seen: Self | None = client.transaction(ctx, doing, look, database=database)
        return seen

    @classmethod
    def container_mark(cls, ctx: Context, key: Key) -> str | None:
        """The role's or, where it has none (PUBLIC), the database's."""
        database, role = key["database"], key["role"]
        doing = f"read the mark of {role!r}"
        return ctx.client(Postgres).transaction(
            ctx, doing, lambda cursor: _container(cursor, database, role)[1]
        )

    def create(self, ctx: Context) -> Self:
        """Give the rights."""
        self._bring(ctx)
        return self

    def update(self, old: Self, ctx: Context) -> Self:
        """Give what is missing, take what is too much."""
        del old
        return self.create(ctx)

    def delete(self, ctx: Context) -> None:
        """Take all of it back."""
        values = {name: type(getattr(self, name))() for name in _FIELDS.values()}
        replace(self, **values)._bring(ctx)  # noqa: SLF001 - of this very class

    # Inside.

    @property
    def asks_nothing(self) -> bool:
        """Whether the role is to have no right at all."""
        return not any(getattr(self, name) for name in _FIELDS.values())

    def _bring(self, ctx: Context) -> None:
        """Bring the rights to what is wanted."""

        def bring(cursor: Cursor) -> None:
            known, _ = _container(cursor, self.database, self.role)
            if not known:
                raise Mistake(
                    f"there is no role {self.role!r} to give rights to: make it first, and let "
                    f"this Grants depend on it",
                    "role",
                )
            items = rights.held(cursor, self.database, self.schema, self.role)
            self._find_missing(items)
            for item in items:
                rights.bring(cursor, item, self.role, self._wanted(item))
            for item in rights.held(cursor, self.database, self.schema, self.role):
                if item.held != self._wanted(item):
                    raise Refused(
                        f"{self.role!r} was given rights on {'.'.join(item.path)} by "
                        f"{', '.join(sorted(item.grantors)) or 'somebody else'}, which only they "
                        f"can take back: REVOKE them as that role"
                    )

        doing = f"change the rights of {self.role!r} in the database {self.database!r}"
        ctx.client(Postgres).transaction(ctx, doing, bring, database=self.database, locked=True)

    def _wanted(self, item: rights.Item) -> frozenset[str]:
        value = getattr(self, _FIELDS[item.kind])
        return frozenset(value.get(item.path[-1], ()) if isinstance(value, Mapping) else value)

    def _find_missing(self, items: list[rights.Item]) -> None:
        there = {(item.kind, item.path[-1]) for item in items}
        for kind, key in (
            (rights.TABLE, "tablePrivileges"),
            (rights.SEQUENCE, "sequencePrivileges"),
        ):
            for name in getattr(self, _FIELDS[kind]):
                if (kind, name) not in there:
                    raise Mistake(
                        f"there is no {kind.keyword.lower()} {name!r} in the schema "
                        f"{self.schema!r} of the database {self.database!r}: make it first, and "
                        f"let this Grants depend on it",
                        key,
                    )
        if self.schema_privileges and (rights.SCHEMA, self.schema) not in there:
            raise Mistake(
                f"there is no schema {self.schema!r} in the database {self.database!r}", "schema"
            )


_FIELDS = {
    rights.DATABASE: "database_privileges",
    rights.SCHEMA: "schema_privileges",
    rights.TABLE: "table_privileges",
    rights.SEQUENCE: "sequence_privileges",
}


def _by_kind(items: list[rights.Item]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "database_privileges": [],
        "schema_privileges": [],
        "table_privileges": {},
        "sequence_privileges": {},
    }
    for item in items:
        value, held = found[_FIELDS[item.kind]], sorted(item.held)
        if isinstance(value, list):
            value.extend(held)
        elif held:
            value[item.path[-1]] = held
    return found


def _container(cursor: Cursor, database: str, role: str) -> tuple[bool, str | None]:
    """Whether the role exists, and the mark of what the grants lie in."""
    row = cursor.execute(
        "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = %s", [role]
    ).fetchone()
    if row is None and role != rights.PUBLIC:
        return False, None
    mark = names.mark(row[0]) if row else None
    if mark is None or Mark.find(mark) is None:
        owners = cursor.execute(
            "SELECT shobj_description(oid, 'pg_database'), shobj_description(datdba, 'pg_authid') "
            "FROM pg_database WHERE datname = %s",
            [database],
        ).fetchone()
        mark = next((m for m in map(names.mark, owners or ()) if m), None)
    return True, mark
