"""An app's results through Django, in a database: its tables exist before anybody asks for them.

Rows of django-celery-results (`django-db`), or of Django's database cache (`django-cache`). Django
itself makes the former, by its own migrations, as the owner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from celeriac.contract import (
    DJANGO_CACHE_TABLE,
    DJANGO_MAX_ENTRIES,
    django_database,
    django_database_cache,
    django_entries,
    django_privileges,
    django_settings,
)
from celeriac.parts import ResultsPart
from celeriac.postgresql_database import PostgreSQLDatabase
from celeriac.resources import mysql, postgresql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celeriac.contract import DjangoBackend
    from celeriac.made import Made
    from celeriac.parts import Server

DAY = 86_400


class DjangoPostgreSQLResults(pulumi.ComponentResource):
    """A database with Django's tables for Celery, its owner, a group with rights on rows, a login.

    Args:
        name: the app's name: of the component, and of database and login unless they are given.
        server: the PostgreSQL it lies on.
        backend: through the ORM (`django-db`) or through a cache (`django-cache`).
        user: name of the app's login. The owner is `<database>_owner`, the group `<database>_rw`.
        database: name of the database.
        expires: seconds until a result expires; None for never. Default: a day.
        max_entries: rows of a cache from which on Django removes some.
        force_destroy: whether it may be deleted with results in it.
        adopt: whether roles and a database that exist already are taken over; the login gets a
            new password.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        name: str,
        *,
        server: Server,
        backend: DjangoBackend = "django-db",
        user: str | None = None,
        database: str | None = None,
        expires: int | None = DAY,
        max_entries: int = DJANGO_MAX_ENTRIES,
        force_destroy: bool = False,
        adopt: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        database = database or name
        props = {"database": database, "expires": expires, "backend": backend}
        super().__init__("celeriac:index:DjangoPostgreSQLResults", name, props, opts)
        own = PostgreSQLDatabase(
            name,
            server=server,
            user=user or name,
            database=database,
            force_destroy=force_destroy,
            adopt=adopt,
            parent=self,
        )
        self.user, self.database = own.user, own.database
        self.tables = postgresql.DjangoTables(
            f"{name}-tables",
            database=own.database.name,
            holds=_HOLDS[backend],
            cache_table=DJANGO_CACHE_TABLE,
            owner=own.owner.name,
            force_destroy=force_destroy,
            adopt=adopt,
            opts=own.inside,
        )
        self.grants = own.grants(self.tables, on=django_privileges(backend))
        self.part = _part(
            "postgresql",
            server,
            backend,
            user=own.user,
            database=own.database,
            expires=expires,
            max_entries=max_entries,
            made=[*own.made, self.tables, self.grants],
        )
        self.register_outputs({"url": self.part.url})


class DjangoMySQLResults(pulumi.ComponentResource):
    """A database with Django's tables for Celery, and a user with rights on their rows.

    Args:
        name: the app's name: of the component, and of database and user unless they are given.
        server: the MySQL or MariaDB it lies on. With TLS it needs the `ca_path`.
        backend: through the ORM (`django-db`) or through a cache (`django-cache`).
        user: name of the app's user.
        database: name of the database.
        expires: seconds until a result expires; None for never. Default: a day.
        max_entries: rows of a cache from which on Django removes some.
        force_destroy: whether it may be deleted with results in it.
        adopt: whether a database and a user that exist already are taken over; the user gets a
            new password.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        name: str,
        *,
        server: Server,
        backend: DjangoBackend = "django-db",
        user: str | None = None,
        database: str | None = None,
        expires: int | None = DAY,
        max_entries: int = DJANGO_MAX_ENTRIES,
        force_destroy: bool = False,
        adopt: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        database = database or name
        props = {"database": database, "expires": expires, "backend": backend}
        super().__init__("celeriac:index:DjangoMySQLResults", name, props, opts)
        options = pulumi.ResourceOptions(
            parent=self, provider=server.provider, deleted_with=server.deleted_with
        )
        self.database = mysql.Database(
            f"{name}-database",
            name=database,
            force_destroy=force_destroy,
            adopt=adopt,
            opts=options,
        )
        self.tables = mysql.DjangoTables(
            f"{name}-tables",
            database=self.database.name,
            holds=_HOLDS[backend],
            cache_table=DJANGO_CACHE_TABLE,
            force_destroy=force_destroy,
            adopt=adopt,
            opts=pulumi.ResourceOptions(
                parent=self, provider=server.provider, deleted_with=self.database
            ),
        )
        # After the tables, which its rights are on; so it also goes before them.
        self.user = mysql.User(
            f"{name}-user",
            name=user or name,
            require_tls=server.address.tls is not None,
            privileges=django_privileges(backend, database),
            adopt=adopt,
            opts=pulumi.ResourceOptions.merge(
                options, pulumi.ResourceOptions(depends_on=[self.tables])
            ),
        )
        self.part = _part(
            "mysql",
            server,
            backend,
            user=self.user,
            database=self.database,
            expires=expires,
            max_entries=max_entries,
            made=[self.database, self.tables, self.user],
        )
        self.register_outputs({"url": self.part.url})


_HOLDS: dict[DjangoBackend, Any] = {"django-db": "results", "django-cache": "cache"}


def _part(
    system: Any,
    server: Server,
    backend: DjangoBackend,
    *,
    user: Any,
    database: Any,
    expires: int | None,
    max_entries: int,
    made: Sequence[Made],
) -> ResultsPart:
    """What the app reads: `DATABASES` leads to the rows, and `CACHES` to them through it."""
    address = server.address
    cache = django_database_cache(max_entries=max_entries) if backend == "django-cache" else None

    def entries(known: dict[str, Any]) -> dict[str, Any]:
        database = django_database(system, **known, tls=address.tls)
        return django_entries(database=database, cache=cache)

    known = pulumi.Output.all(
        host=address.host,
        port=address.port,
        user=user.name,
        password=user.password,
        database=database.name,
    )
    return ResultsPart(
        kind=backend,
        url=pulumi.Output.from_input(backend),
        settings=pulumi.Output.from_input(django_settings(backend, expires=expires)),
        expires=expires,
        made=made,
        ca=address.ca,
        via=address.via,
        django=pulumi.Output.secret(known.apply(entries)),
    )
