"""MySQL users: an app's login, and everything that it may do."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Self
from urllib.parse import quote, unquote

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import CeleriacError, PartlyCreated
from celeriac_provider.engine.properties import Problem, prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.engine.values import contains_unknown
from celeriac_provider.mysql import names, passwords, rights
from celeriac_provider.mysql.account import Account, statement
from celeriac_provider.mysql.client import MySql, Session

_ANYWHERE = "%"


def _password(value: str) -> str | None:
    if value.isascii() and value.isprintable() and value:
        return None
    return "must be printable ASCII: PyMySQL sends other characters as Latin-1, other clients not"


class User(Resource):
    """A user of MySQL or MariaDB, and the whole of its rights.

    What it was given beside is drift, and taken back. In MySQL a user owns nothing: tables belong
    to their database, and rights on them end with the user.

    The mark is written with the user in one statement: on MySQL in its attributes, on MariaDB,
    which has none, as a second way to log in (`*CE1E71AC…`), a hash that no password has. Who sets
    another password on MariaDB takes the mark away with it: the next `up` writes both again.

    The password is sent as its hash (MySQL: `caching_sha2_password`; MariaDB:
    `mysql_native_password`): it is never in clear on the wire or in a log. Deleting a user does not
    end its connections: MySQL has no way to.
    """

    token = "mysql:User"  # noqa: S105 - no secret
    identity = ("name", "host")

    name: str = prop("The user's name, at most 32 characters.", replaces=True, check=names.user)
    host: str = prop(
        "Where it may come from: `%` for anywhere, a name, an address, a network.",
        default=_ANYWHERE,
        replaces=True,
        check=names.host,
    )
    password: str | None = prop(
        "The only password: 256 random bits when none is given. Drift is found by its hash.",
        generated=lambda: secrets.token_urlsafe(32),
        secret=True,
        check=_password,
    )
    require_tls: bool = prop(
        "Whether it must use TLS: a client that forgot to is then refused.", default=False
    )
    connection_limit: int = prop(
        "How many connections it may have at once; 0: any number.",
        default=0,
        check=lambda v: None if v >= 0 else "must be 0 (any number) or more",
    )
    locked: bool = prop("Whether it cannot log in.", default=False)
    privileges: dict[str, list[str]] = prop(
        "All its privileges, by what they are on: `database.table` or `database.*`. What is named "
        "must exist.",
        default={},
    )

    def id(self) -> str:
        """The name, and the host where it is not `%`."""
        return super().id().removesuffix("/" + quote(_ANYWHERE))

    @classmethod
    def id_form(cls) -> str:
        """As `id`."""
        return "<name> or <name>/<host>"

    @classmethod
    def parse(cls, id_: str) -> dict[str, str]:
        """The host is left out where it is `%`.

        Raises:
            Mistake: the id has another form.
        """
        if "/" in id_:
            return super().parse(id_)
        return {"name": unquote(id_), "host": _ANYWHERE}

    def problems(self) -> Iterable[Problem]:
        """Privileges that there are not."""
        if bad := rights.wrong(self.privileges):
            yield Problem("privileges", f"privileges {bad}")

    @classmethod
    def normalised(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Privileges in capitals and in order."""
        given = values["privileges"]
        if contains_unknown(given) or rights.wrong(given):
            return values
        return values | {"privileges": rights.normal(given)}

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The user as the server keeps it."""
        name, host = key["name"], key["host"]

        def look(session: Session) -> Any:
            account = Account.of(session, name, host)
            if account is None:
                return None
            known = prior.password if prior else None
            if known is not None and (
                account.more or not passwords.fits(known, account.plugin, account.kept)
            ):
                known = None
            return cls(
                name=name,
                host=host,
                password=known,
                require_tls=account.require_tls,
                connection_limit=account.connection_limit,
                locked=account.locked,
                privileges=rights.held(session, (name, host)),
                mark=account.mark,
            )

        found: Self | None = ctx.client(MySql).run(ctx, f"read the user {name!r}", look)
        return found

    def create(self, ctx: Context) -> Self:
        """Make the user with its mark; then give it its rights."""
        ctx.client(MySql).run(
            ctx, f"create the user {self.name!r}", lambda session: self.write(session, "CREATE")
        )
        try:
            ctx.persist(lambda: self._give(ctx))
        except CeleriacError as error:
            raise PartlyCreated(str(error), replace(self, privileges={})) from error
        return self

    def update(self, old: Self, ctx: Context) -> Self:
        """Write the user anew; then bring its rights to what is wanted."""
        # Unchanged, it needs no hash: MySQL would end what it has cached of the password.
        same = self.password is not None and self.password == old.password
        wanted = replace(self, password=None) if same else self
        ctx.client(MySql).run(
            ctx, f"change the user {self.name!r}", lambda session: wanted.write(session, "ALTER")
        )
        self._give(ctx)
        return self

    def delete(self, ctx: Context) -> None:
        """Drop the user, and its rights with it."""
        ctx.client(MySql).run(
            ctx,
            f"drop the user {self.name!r}",
            lambda session: session.run("DROP USER %s@%s", self.name, self.host),
        )

    # Inside.

    def write(self, session: Session, verb: str) -> None:
        """Create or alter the user, its rights left out."""
        old = Account.of(session, self.name, self.host) if verb == "ALTER" else None
        statement(
            session,
            verb,
            (self.name, self.host),
            password=self.password,
            old=old,
            require_tls=self.require_tls,
            connection_limit=self.connection_limit,
            locked=self.locked,
            mark=self.mark,
        )

    def _give(self, ctx: Context) -> None:
        ctx.client(MySql).run(
            ctx,
            f"change the rights of {self.name!r}",
            lambda session: rights.bring(session, (self.name, self.host), self.privileges),
        )
