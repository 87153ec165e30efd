"""An app's results in MySQL or MariaDB: a database whose tables exist before Celery asks for them.

The app's user may read and write rows, and nothing else. Rights lie with each user: MySQL's roles
would have to be turned on by the login, and a second user can have the same rights while a
password is rotated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from celeriac.contract import mysql_privileges, mysql_settings, mysql_url
from celeriac.parts import ResultsPart
from celeriac.resources import mysql

if TYPE_CHECKING:
    from celeriac.made import Made
    from celeriac.parts import Server

DAY = 86_400


class MySQLResults(pulumi.ComponentResource):
    """A database with Celery's tables, and a user with rights on their rows.

    A result has at most 65,535 bytes: Celery's columns are BLOBs.

    Args:
        name: the app's name: of the component, and of database and user unless they are given.
        server: the MySQL or MariaDB it lies on. With TLS it needs the `ca_path`.
        user: name of the app's user.
        database: name of the database.
        expires: seconds after which beat may delete a result; None for never. Default: a day.
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
        user: str | None = None,
        database: str | None = None,
        expires: int | None = DAY,
        force_destroy: bool = False,
        adopt: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        database = database or name
        props = {"database": database, "expires": expires}
        super().__init__("celeriac:index:MySQLResults", name, props, opts)
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
        self.tables = mysql.ResultTables(
            f"{name}-tables",
            database=self.database.name,
            force_destroy=force_destroy,
            adopt=adopt,
            opts=pulumi.ResourceOptions(
                parent=self, provider=server.provider, deleted_with=self.database
            ),
        )
        address = server.address
        # After the tables, which its rights are on; so it also goes before them.
        self.user = mysql.User(
            f"{name}-user",
            name=user or name,
            require_tls=address.tls is not None,
            privileges=self.tables.sequences.apply(
                lambda sequences: mysql_privileges(database, sequences or ())
            ),
            adopt=adopt,
            opts=pulumi.ResourceOptions.merge(
                options, pulumi.ResourceOptions(depends_on=[self.tables])
            ),
        )
        made: list[Made] = [self.database, self.tables, self.user]
        url = pulumi.Output.all(
            host=address.host,
            port=address.port,
            user=self.user.name,
            password=self.user.password,
            database=self.database.name,
        ).apply(lambda known: mysql_url(**known, tls=address.tls))
        self.part = ResultsPart(
            kind="mysql",
            url=pulumi.Output.secret(url),
            settings=pulumi.Output.from_input(mysql_settings(expires=expires)),
            expires=expires,
            made=made,
            ca=address.ca,
            via=address.via,
        )
        self.register_outputs({"url": self.part.url})
