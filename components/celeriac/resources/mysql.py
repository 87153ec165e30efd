# Written by tools/resources from the provider's declarations: change those.
"""Resources of mysql, as the provider offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import pulumi

from celeriac.resources.base import CeleriacResource, secret

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class User(CeleriacResource):
    """A user of MySQL or MariaDB, and the whole of its rights.

    What it was given beside is drift, and taken back. In MySQL a user owns nothing: tables belong
    to their database, and rights on them end with the user.

    The mark is written with the user in one statement: on MySQL in its attributes, on MariaDB,
    which has none, as a second way to log in (`*CE1E71AC…`), a hash that no password has. Who sets
    another password on MariaDB takes the mark away with it: the next `up` writes both again.

    The password is sent as its hash (MySQL: `caching_sha2_password`; MariaDB:
    `mysql_native_password`): it is never in clear on the wire or in a log. Deleting a user does not
    end its connections: MySQL has no way to.

    Args:
        resource_name: the name of the resource in Pulumi.
        name: The user's name, at most 32 characters.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        host: Where it may come from: `%` for anywhere, a name, an address, a network. Default:
            '%'.
        password: The only password: 256 random bits when none is given. Drift is found by its
            hash. Generated when not given.
        require_tls: Whether it must use TLS: a client that forgot to is then refused. Default:
            False.
        connection_limit: How many connections it may have at once; 0: any number. Default: 0.
        locked: Whether it cannot log in. Default: False.
        privileges: All its privileges, by what they are on: `database.table` or `database.*`.
            What is named must exist. Default: {}.
        opts: Pulumi's options of a resource.
    """

    generated: ClassVar[tuple[str, ...]] = ("password",)

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        host: pulumi.Input[str] | None = None,
        password: pulumi.Input[str] | None = None,
        require_tls: pulumi.Input[bool] | None = None,
        connection_limit: pulumi.Input[int] | None = None,
        locked: pulumi.Input[bool] | None = None,
        privileges: pulumi.Input[Mapping[str, pulumi.Input[Sequence[str]]]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:mysql:User",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "name": name,
                "host": host,
                "password": secret(password),
                "requireTls": require_tls,
                "connectionLimit": connection_limit,
                "locked": locked,
                "privileges": privileges,
            },
            opts,
        )

    @property
    def adopt(self) -> pulumi.Output[bool]:
        """Take over an object that exists already and was not made by this resource, and
        manage it from now on, deletion included."""
        return self._property("adopt")

    @property
    def mark(self) -> pulumi.Output[str | None]:
        """The mark of ownership that the object carries on its server."""
        return self._property("mark")

    @property
    def name(self) -> pulumi.Output[str]:
        """The user's name, at most 32 characters."""
        return self._property("name")

    @property
    def host(self) -> pulumi.Output[str]:
        """Where it may come from: `%` for anywhere, a name, an address, a network."""
        return self._property("host")

    @property
    def password(self) -> pulumi.Output[str]:
        """The only password: 256 random bits when none is given. Drift is found by its hash."""
        return self._property("password")

    @property
    def require_tls(self) -> pulumi.Output[bool]:
        """Whether it must use TLS: a client that forgot to is then refused."""
        return self._property("requireTls")

    @property
    def connection_limit(self) -> pulumi.Output[int]:
        """How many connections it may have at once; 0: any number."""
        return self._property("connectionLimit")

    @property
    def locked(self) -> pulumi.Output[bool]:
        """Whether it cannot log in."""
        return self._property("locked")

    @property
    def privileges(self) -> pulumi.Output[Mapping[str, Sequence[str]]]:
        """All its privileges, by what they are on: `database.table` or `database.*`. What is
        named must exist."""
        return self._property("privileges")


class Database(CeleriacResource):
    """A database of MySQL or MariaDB.

    On MariaDB its mark is its comment, written with it in one statement. MySQL has no comments on
    databases: there the mark is an attribute of an account of its own (`celeriac-…` at
    `celeriac.invalid`), locked and without rights, that is made before the database and dropped
    after it.

    Deleting it is refused while Celery's tables hold rows, or any other table exists, unless
    `forceDestroy` is set; Celery's empty tables go with it.

    Args:
        resource_name: the name of the resource in Pulumi.
        name: The database's name, at most 64 characters.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        collation: Of new tables in it, and with it their character set. The default tells apart
            ids of tasks that differ in case only. Default: 'utf8mb4_bin'.
        force_destroy: Delete it even with result rows or other tables in it. Default: False.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        collation: pulumi.Input[str] | None = None,
        force_destroy: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:mysql:Database",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "name": name,
                "collation": collation,
                "forceDestroy": force_destroy,
            },
            opts,
        )

    @property
    def adopt(self) -> pulumi.Output[bool]:
        """Take over an object that exists already and was not made by this resource, and
        manage it from now on, deletion included."""
        return self._property("adopt")

    @property
    def mark(self) -> pulumi.Output[str | None]:
        """The mark of ownership that the object carries on its server."""
        return self._property("mark")

    @property
    def name(self) -> pulumi.Output[str]:
        """The database's name, at most 64 characters."""
        return self._property("name")

    @property
    def collation(self) -> pulumi.Output[str]:
        """Of new tables in it, and with it their character set. The default tells apart ids of
        tasks that differ in case only."""
        return self._property("collation")

    @property
    def force_destroy(self) -> pulumi.Output[bool]:
        """Delete it even with result rows or other tables in it."""
        return self._property("forceDestroy")


class ResultTables(CeleriacResource):
    """The two tables of Celery's database backend, and on MariaDB its two sequences.

    They are exactly as Celery makes them, the columns of `result_extended` included: a result has
    at most 65,535 bytes (BLOB). Their mark is their comment, written with them. Rights on them are
    given by `User`; Celery's user needs no CREATE.

    An update adds what is missing (a column that a newer Celery brought, a dropped index) without
    touching a row. Deleting is refused while the tables hold rows, unless `forceDestroy` is set.

    Args:
        resource_name: the name of the resource in Pulumi.
        database: The database; it must exist.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        task_table: The table of task results (Celery: `database_table_names['task']`). Default:
            'celery_taskmeta'.
        group_table: The table of group results (Celery: `database_table_names['group']`).
            Default: 'celery_tasksetmeta'.
        layout: Whether tables, columns, indexes and sequences are all there. Leave it: it shows
            what is missing after a refresh. Default: 'complete'.
        force_destroy: Delete them with the results in them. Default: False.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        database: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        task_table: pulumi.Input[str] | None = None,
        group_table: pulumi.Input[str] | None = None,
        layout: pulumi.Input[Literal["complete"]] | None = None,
        force_destroy: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:mysql:ResultTables",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "database": database,
                "taskTable": task_table,
                "groupTable": group_table,
                "layout": layout,
                "forceDestroy": force_destroy,
                "sequences": None,
            },
            opts,
        )

    @property
    def adopt(self) -> pulumi.Output[bool]:
        """Take over an object that exists already and was not made by this resource, and
        manage it from now on, deletion included."""
        return self._property("adopt")

    @property
    def mark(self) -> pulumi.Output[str | None]:
        """The mark of ownership that the object carries on its server."""
        return self._property("mark")

    @property
    def database(self) -> pulumi.Output[str]:
        """The database; it must exist."""
        return self._property("database")

    @property
    def task_table(self) -> pulumi.Output[str]:
        """The table of task results (Celery: `database_table_names['task']`)."""
        return self._property("taskTable")

    @property
    def group_table(self) -> pulumi.Output[str]:
        """The table of group results (Celery: `database_table_names['group']`)."""
        return self._property("groupTable")

    @property
    def layout(self) -> pulumi.Output[Literal["complete"]]:
        """Whether tables, columns, indexes and sequences are all there. Leave it: it shows
        what is missing after a refresh."""
        return self._property("layout")

    @property
    def force_destroy(self) -> pulumi.Output[bool]:
        """Delete them with the results in them."""
        return self._property("forceDestroy")

    @property
    def sequences(self) -> pulumi.Output[Sequence[str] | None]:
        """The sequences that Celery takes ids from: on MySQL, which counts by itself, none."""
        return self._property("sequences")


class DjangoTables(CeleriacResource):
    """The tables of django-celery-results, or one of Django's database cache.

    Those of django-celery-results (`django-db`) are made by its own migrations, which Django runs;
    the table of a cache (`django-cache`) is the one that `createcachetable` makes. Their mark is
    their comment: the first table gets it with its making. Rights on them are given by `User`:
    SELECT, INSERT, UPDATE and DELETE are all that Celery needs.

    An update applies the migrations that a newer django-celery-results brought and makes anew what
    was dropped, without touching a row. Deleting is refused while the tables hold rows, unless
    `forceDestroy` is set.

    Args:
        resource_name: the name of the resource in Pulumi.
        database: The database; it must exist.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        holds: Results through Django's ORM (`results`), or through a cache of Django's
            (`cache`). Default: 'results'.
        cache_table: The table of a cache (Django: `LOCATION`). Of no meaning for `results`.
            Default: 'celery_cache'.
        layout: Whether tables, columns and migrations are all there. Leave it: it shows what is
            missing after a refresh. Default: 'complete'.
        force_destroy: Delete them with the results in them. Default: False.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        database: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        holds: pulumi.Input[Literal["results", "cache"]] | None = None,
        cache_table: pulumi.Input[str] | None = None,
        layout: pulumi.Input[Literal["complete"]] | None = None,
        force_destroy: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:mysql:DjangoTables",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "database": database,
                "holds": holds,
                "cacheTable": cache_table,
                "layout": layout,
                "forceDestroy": force_destroy,
            },
            opts,
        )

    @property
    def adopt(self) -> pulumi.Output[bool]:
        """Take over an object that exists already and was not made by this resource, and
        manage it from now on, deletion included."""
        return self._property("adopt")

    @property
    def mark(self) -> pulumi.Output[str | None]:
        """The mark of ownership that the object carries on its server."""
        return self._property("mark")

    @property
    def database(self) -> pulumi.Output[str]:
        """The database; it must exist."""
        return self._property("database")

    @property
    def holds(self) -> pulumi.Output[Literal["results", "cache"]]:
        """Results through Django's ORM (`results`), or through a cache of Django's (`cache`)."""
        return self._property("holds")

    @property
    def cache_table(self) -> pulumi.Output[str]:
        """The table of a cache (Django: `LOCATION`). Of no meaning for `results`."""
        return self._property("cacheTable")

    @property
    def layout(self) -> pulumi.Output[Literal["complete"]]:
        """Whether tables, columns and migrations are all there. Leave it: it shows what is
        missing after a refresh."""
        return self._property("layout")

    @property
    def force_destroy(self) -> pulumi.Output[bool]:
        """Delete them with the results in them."""
        return self._property("forceDestroy")
