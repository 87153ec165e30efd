"""An app's results in PostgreSQL: a database whose tables exist before Celery asks for them.

The owner of the tables cannot log in; the app's role can, and may only read and write rows. Rights
go to a group role and logins are its members, so that a second login can have the same rights
while a password is rotated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from celeriac.contract import (
    SEQUENCES,
    TABLES,
    Driver,
    postgresql_settings,
    postgresql_url,
)
from celeriac.parts import ResultsPart
from celeriac.postgresql_database import PostgreSQLDatabase
from celeriac.resources import postgresql

if TYPE_CHECKING:
    from celeriac.made import Made
    from celeriac.parts import Server

DAY = 86_400


class PostgreSQLResults(pulumi.ComponentResource):
    """A database, its owner, a group with rights on rows, and a login in it.

    Args:
        name: the app's name: of the component, and of database and login unless they are given.
        server: the PostgreSQL it lies on.
        user: name of the app's login. The owner is `<database>_owner`, the group `<database>_rw`.
        database: name of the database.
        driver: the app's Python driver.
        expires: seconds after which beat may delete a result; None for never. Default: a day.
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
        user: str | None = None,
        database: str | None = None,
        driver: Driver = "psycopg2",
        expires: int | None = DAY,
        force_destroy: bool = False,
        adopt: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        database = database or name
        props = {"database": database, "expires": expires, "driver": driver}
        super().__init__("celeriac:index:PostgreSQLResults", name, props, opts)
        own = PostgreSQLDatabase(
            name,
            server=server,
            user=user or name,
            database=database,
            force_destroy=force_destroy,
            adopt=adopt,
            parent=self,
        )
        self.owner, self.group, self.user, self.database = (
            own.owner,
            own.group,
            own.user,
            own.database,
        )
        self.tables = postgresql.ResultTables(
            f"{name}-tables",
            database=self.database.name,
            owner=self.owner.name,
            force_destroy=force_destroy,
            adopt=adopt,
            opts=own.inside,
        )
        self.grants = own.grants(
            self.tables,
            on={table: ["SELECT", "INSERT", "UPDATE", "DELETE"] for table in TABLES},
            sequences={sequence: ["USAGE"] for sequence in SEQUENCES},
        )
        made: list[Made] = [*own.made, self.tables, self.grants]
        address = server.address
        url = pulumi.Output.all(
            host=address.host,
            port=address.port,
            user=self.user.name,
            password=self.user.password,
            database=self.database.name,
        ).apply(lambda known: postgresql_url(**known, tls=address.tls, driver=driver))
        self.part = ResultsPart(
            kind="postgresql",
            url=pulumi.Output.secret(url),
            settings=pulumi.Output.from_input(postgresql_settings(expires=expires)),
            expires=expires,
            made=made,
            ca=address.ca,
            via=address.via,
        )
        self.register_outputs({"url": self.part.url})
