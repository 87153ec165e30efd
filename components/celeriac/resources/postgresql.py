# Written by tools/resources from the provider's declarations: change those.
"""Resources of postgresql, as the provider offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import pulumi

from celeriac.resources.base import CeleriacResource, secret

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Role(CeleriacResource):
    """A PostgreSQL role: a user that logs in, a group that holds rights, or an owner of objects.

    Its mark is in its comment, written in one transaction with the role. The password is sent as a
    SCRAM-SHA-256 verifier computed here: it is never in clear on the wire or in the server's log.

    Deleting a role that still owns something or holds rights that no `Grants` took back is
    refused; nothing it owns is ever dropped with it.

    Args:
        resource_name: the name of the resource in Pulumi.
        name: The role's name, at most 63 bytes.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        login: Whether the role can log in. Default: True.
        password: The password of a role that logs in: 256 random bits when none is given. Drift
            is found by logging in. Empty for a role that does not log in. Generated when not
            given.
        member_of: The roles whose rights this one has, all of them: other memberships are taken
            back. Default: [].
        inherit: Whether it has the rights of `memberOf` at once, or only after SET ROLE.
            Default: True.
        connection_limit: How many connections it may have at once; -1: any number. Default: -1.
        valid_until: When the password stops working: ISO 8601 with time zone, or `infinity`.
            Default: 'infinity'.
        comment: What the role is for: written before the mark.
        opts: Pulumi's options of a resource.
    """

    generated: ClassVar[tuple[str, ...]] = ("password",)

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        login: pulumi.Input[bool] | None = None,
        password: pulumi.Input[str] | None = None,
        member_of: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        inherit: pulumi.Input[bool] | None = None,
        connection_limit: pulumi.Input[int] | None = None,
        valid_until: pulumi.Input[str] | None = None,
        comment: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:postgresql:Role",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "name": name,
                "login": login,
                "password": secret(password),
                "memberOf": member_of,
                "inherit": inherit,
                "connectionLimit": connection_limit,
                "validUntil": valid_until,
                "comment": comment,
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
        """The role's name, at most 63 bytes."""
        return self._property("name")

    @property
    def login(self) -> pulumi.Output[bool]:
        """Whether the role can log in."""
        return self._property("login")

    @property
    def password(self) -> pulumi.Output[str]:
        """The password of a role that logs in: 256 random bits when none is given. Drift is
        found by logging in. Empty for a role that does not log in."""
        return self._property("password")

    @property
    def member_of(self) -> pulumi.Output[Sequence[str]]:
        """The roles whose rights this one has, all of them: other memberships are taken back."""
        return self._property("memberOf")

    @property
    def inherit(self) -> pulumi.Output[bool]:
        """Whether it has the rights of `memberOf` at once, or only after SET ROLE."""
        return self._property("inherit")

    @property
    def connection_limit(self) -> pulumi.Output[int]:
        """How many connections it may have at once; -1: any number."""
        return self._property("connectionLimit")

    @property
    def valid_until(self) -> pulumi.Output[str]:
        """When the password stops working: ISO 8601 with time zone, or `infinity`."""
        return self._property("validUntil")

    @property
    def comment(self) -> pulumi.Output[str]:
        """What the role is for: written before the mark."""
        return self._property("comment")


class Database(CeleriacResource):
    """A PostgreSQL database, closed to PUBLIC.

    `CREATE DATABASE` can be in no transaction with anything: after a crash before its comment was
    written, a database without a mark is ours when its owner role carries our mark.

    Deleting it is refused while Celery's tables hold rows, or any other table exists, unless
    `forceDestroy` is set; Celery's empty tables go with it.

    Args:
        resource_name: the name of the resource in Pulumi.
        name: The database's name, at most 63 bytes.
        owner: The role that owns it: best one without login, of this stack.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        encoding: Its character encoding. Default: 'UTF8'.
        locale: Its collation and character classes (`C.UTF-8`); the template's when not given.
        template: The database that is copied when it is created. Default: 'template0'.
        connection_limit: How many connections it takes at once; -1: any number. Default: -1.
        revoke_public: Whether PUBLIC has no right on it and on its schema `public`. When false,
            PUBLIC can connect and use both. Default: True.
        force_destroy: Delete it even with result rows or other tables in it, and end its
            sessions. Default: False.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        owner: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        encoding: pulumi.Input[str] | None = None,
        locale: pulumi.Input[str] | None = None,
        template: pulumi.Input[str] | None = None,
        connection_limit: pulumi.Input[int] | None = None,
        revoke_public: pulumi.Input[bool] | None = None,
        force_destroy: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:postgresql:Database",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "name": name,
                "owner": owner,
                "encoding": encoding,
                "locale": locale,
                "template": template,
                "connectionLimit": connection_limit,
                "revokePublic": revoke_public,
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
        """The database's name, at most 63 bytes."""
        return self._property("name")

    @property
    def owner(self) -> pulumi.Output[str]:
        """The role that owns it: best one without login, of this stack."""
        return self._property("owner")

    @property
    def encoding(self) -> pulumi.Output[str]:
        """Its character encoding."""
        return self._property("encoding")

    @property
    def locale(self) -> pulumi.Output[str | None]:
        """Its collation and character classes (`C.UTF-8`); the template's when not given."""
        return self._property("locale")

    @property
    def template(self) -> pulumi.Output[str]:
        """The database that is copied when it is created."""
        return self._property("template")

    @property
    def connection_limit(self) -> pulumi.Output[int]:
        """How many connections it takes at once; -1: any number."""
        return self._property("connectionLimit")

    @property
    def revoke_public(self) -> pulumi.Output[bool]:
        """Whether PUBLIC has no right on it and on its schema `public`. When false, PUBLIC can
        connect and use both."""
        return self._property("revokePublic")

    @property
    def force_destroy(self) -> pulumi.Output[bool]:
        """Delete it even with result rows or other tables in it, and end its sessions."""
        return self._property("forceDestroy")


class Grants(CeleriacResource):
    """All rights of one role in one database: on it, on a schema, its tables and sequences.

    It is the whole truth: what the role was given there beside is drift, and taken back. Changes
    in one database come one after the other, so that parallel ones never meet "tuple concurrently
    updated". What a role has as the owner of something is not given, and not seen here.

    It lies inside the role: when the role is ours (or, for PUBLIC, the database), so is this.

    Args:
        resource_name: the name of the resource in Pulumi.
        database: The database.
        role: The role, best a group whose members log in; `PUBLIC` for every role.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        schema: The schema that schema, table and sequence privileges are in. Default: 'public'.
        database_privileges: Privileges on the database: CONNECT, CREATE, TEMPORARY, ALL.
            Default: [].
        schema_privileges: Privileges on the schema: USAGE, CREATE, ALL. Default: [].
        table_privileges: Privileges by table (or view): SELECT, INSERT, UPDATE, DELETE,
            TRUNCATE, REFERENCES, TRIGGER, ALL; MAINTAIN from PostgreSQL 17 on, never part of
            ALL. Default: {}.
        sequence_privileges: Privileges by sequence: USAGE, SELECT, UPDATE, ALL. Default: {}.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        database: pulumi.Input[str],
        role: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        schema: pulumi.Input[str] | None = None,
        database_privileges: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        schema_privileges: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        table_privileges: pulumi.Input[Mapping[str, pulumi.Input[Sequence[str]]]] | None = None,
        sequence_privileges: pulumi.Input[Mapping[str, pulumi.Input[Sequence[str]]]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:postgresql:Grants",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "database": database,
                "role": role,
                "schema": schema,
                "databasePrivileges": database_privileges,
                "schemaPrivileges": schema_privileges,
                "tablePrivileges": table_privileges,
                "sequencePrivileges": sequence_privileges,
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
        """The database."""
        return self._property("database")

    @property
    def role(self) -> pulumi.Output[str]:
        """The role, best a group whose members log in; `PUBLIC` for every role."""
        return self._property("role")

    @property
    def schema(self) -> pulumi.Output[str]:
        """The schema that schema, table and sequence privileges are in."""
        return self._property("schema")

    @property
    def database_privileges(self) -> pulumi.Output[Sequence[str]]:
        """Privileges on the database: CONNECT, CREATE, TEMPORARY, ALL."""
        return self._property("databasePrivileges")

    @property
    def schema_privileges(self) -> pulumi.Output[Sequence[str]]:
        """Privileges on the schema: USAGE, CREATE, ALL."""
        return self._property("schemaPrivileges")

    @property
    def table_privileges(self) -> pulumi.Output[Mapping[str, Sequence[str]]]:
        """Privileges by table (or view): SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES,
        TRIGGER, ALL; MAINTAIN from PostgreSQL 17 on, never part of ALL."""
        return self._property("tablePrivileges")

    @property
    def sequence_privileges(self) -> pulumi.Output[Mapping[str, Sequence[str]]]:
        """Privileges by sequence: USAGE, SELECT, UPDATE, ALL."""
        return self._property("sequencePrivileges")


class ResultTables(CeleriacResource):
    """The two tables and two sequences of Celery's database backend, exactly as Celery makes them.

    The columns of `result_extended` are always there, as they are when Celery makes the tables:
    the setting can be turned on at any time. Rights on the tables are given by `Grants`; Celery's
    login needs no CREATE, and no rights on the database but CONNECT.

    An update adds what is missing (a column that a newer Celery brought, a dropped index) without
    touching a row. Deleting is refused while the tables hold rows, unless `forceDestroy` is set.

    Args:
        resource_name: the name of the resource in Pulumi.
        database: The database.
        owner: The role that owns them; it needs CREATE on the schema.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        schema: The schema; it must exist. Celery's sequences have fixed names, so one schema
            has one set of tables. Default: 'public'.
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
        owner: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        schema: pulumi.Input[str] | None = None,
        task_table: pulumi.Input[str] | None = None,
        group_table: pulumi.Input[str] | None = None,
        layout: pulumi.Input[Literal["complete"]] | None = None,
        force_destroy: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:postgresql:ResultTables",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "database": database,
                "schema": schema,
                "taskTable": task_table,
                "groupTable": group_table,
                "owner": owner,
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
        """The database."""
        return self._property("database")

    @property
    def schema(self) -> pulumi.Output[str]:
        """The schema; it must exist. Celery's sequences have fixed names, so one schema has
        one set of tables."""
        return self._property("schema")

    @property
    def task_table(self) -> pulumi.Output[str]:
        """The table of task results (Celery: `database_table_names['task']`)."""
        return self._property("taskTable")

    @property
    def group_table(self) -> pulumi.Output[str]:
        """The table of group results (Celery: `database_table_names['group']`)."""
        return self._property("groupTable")

    @property
    def owner(self) -> pulumi.Output[str]:
        """The role that owns them; it needs CREATE on the schema."""
        return self._property("owner")

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
        """The sequences that Celery takes ids from, for `Grants`."""
        return self._property("sequences")


class DjangoTables(CeleriacResource):
    """The tables of django-celery-results, or one of Django's database cache.

    Those of django-celery-results (`django-db`) are made by its own migrations, which Django runs
    as the owner, in one transaction; the table of a cache (`django-cache`) is the one that
    `createcachetable` makes. Rights on them are given by `Grants`: SELECT, INSERT, UPDATE and
    DELETE are all that Celery needs, ids are the server's (no right on a sequence), and nobody but
    the owner reads `django_migrations`.

    An update applies the migrations that a newer django-celery-results brought and makes anew what
    was dropped, without touching a row. Deleting is refused while the tables hold rows, unless
    `forceDestroy` is set.

    Args:
        resource_name: the name of the resource in Pulumi.
        database: The database; its schema is `public`.
        owner: The role that owns them; it needs CREATE on the schema.
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
        owner: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        holds: pulumi.Input[Literal["results", "cache"]] | None = None,
        cache_table: pulumi.Input[str] | None = None,
        layout: pulumi.Input[Literal["complete"]] | None = None,
        force_destroy: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:postgresql:DjangoTables",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "database": database,
                "holds": holds,
                "cacheTable": cache_table,
                "owner": owner,
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
        """The database; its schema is `public`."""
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
    def owner(self) -> pulumi.Output[str]:
        """The role that owns them; it needs CREATE on the schema."""
        return self._property("owner")

    @property
    def layout(self) -> pulumi.Output[Literal["complete"]]:
        """Whether tables, columns and migrations are all there. Leave it: it shows what is
        missing after a refresh."""
        return self._property("layout")

    @property
    def force_destroy(self) -> pulumi.Output[bool]:
        """Delete them with the results in them."""
        return self._property("forceDestroy")
