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
    group_role,
    owner_role,
    postgresql_settings,
    postgresql_url,
)
from celeriac.parts import ResultsPart
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
        options = pulumi.ResourceOptions(
            parent=self, provider=server.provider, deleted_with=server.deleted_with
        )

        def after(*resources: pulumi.Resource) -> pulumi.ResourceOptions:
            more = pulumi.ResourceOptions(depends_on=list(resources))
            return pulumi.ResourceOptions.merge(options, more)

        self.owner = postgresql.Role(
            f"{name}-owner", name=owner_role(database), login=False, adopt=adopt, opts=options
        )
        self.group = postgresql.Role(
            f"{name}-group", name=group_role(database), login=False, adopt=adopt, opts=options
        )
        self.user = postgresql.Role(
            f"{name}-login",
            name=user or name,
            login=True,
            member_of=[self.group.name],
            adopt=adopt,
            opts=after(self.group),
        )
        # After the roles, so that it is dropped before them: rights in it would hold them, and a
        # destroy that is refused for its results has not locked the app out.
        self.database = postgresql.Database(
            f"{name}-database",
            name=database,
            owner=self.owner.name,
            force_destroy=force_destroy,
            adopt=adopt,
            opts=after(self.owner, self.group, self.user),
        )
        inside = pulumi.ResourceOptions(
            parent=self, provider=server.provider, deleted_with=self.database
        )
        self.tables = postgresql.ResultTables(
            f"{name}-tables",
            database=self.database.name,
            owner=self.owner.name,
            force_destroy=force_destroy,
            adopt=adopt,
            opts=inside,
        )
        self.grants = postgresql.Grants(
            f"{name}-grants",
            database=self.database.name,
            role=self.group.name,
            database_privileges=["CONNECT"],
            schema_privileges=["USAGE"],
            table_privileges={table: ["SELECT", "INSERT", "UPDATE", "DELETE"] for table in TABLES},
            sequence_privileges={sequence: ["USAGE"] for sequence in SEQUENCES},
            opts=pulumi.ResourceOptions.merge(
                inside, pulumi.ResourceOptions(depends_on=[self.tables])
            ),
        )
        made: list[Made] = [
            self.owner,
            self.group,
            self.user,
            self.database,
            self.tables,
            self.grants,
        ]
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
