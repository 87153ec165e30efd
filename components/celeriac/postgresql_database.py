"""What every result backend in PostgreSQL is: a database, its owner, a group, a login in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from celeriac.contract import group_role, owner_role
from celeriac.resources import postgresql

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from celeriac.made import Made
    from celeriac.parts import Server


class PostgreSQLDatabase:
    """A database and its roles, as children of a result backend.

    Args:
        name: prefix of the resources' names.
        server: the PostgreSQL it lies on.
        user: name of the app's login.
        database: name of the database. The owner is `<database>_owner`, the group
            `<database>_rw`.
        force_destroy: whether it may be deleted with results in it.
        adopt: whether roles and a database that exist already are taken over.
        parent: the component they belong to.
    """

    def __init__(
        self,
        name: str,
        *,
        server: Server,
        user: str,
        database: str,
        force_destroy: bool,
        adopt: bool,
        parent: pulumi.Resource,
    ) -> None:
        options = pulumi.ResourceOptions(
            parent=parent, provider=server.provider, deleted_with=server.deleted_with
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
            name=user,
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
        self.inside = pulumi.ResourceOptions(
            parent=parent, provider=server.provider, deleted_with=self.database
        )
        self.made: list[Made] = [self.owner, self.group, self.user, self.database]
        self._name = name

    def grants(
        self,
        tables: pulumi.Resource,
        *,
        on: Mapping[str, Sequence[str]],
        sequences: Mapping[str, Sequence[str]] | None = None,
    ) -> postgresql.Grants:
        """The group's rights on rows, once the tables are there.

        Args:
            tables: what makes them.
            on: privileges by table.
            sequences: privileges by sequence.
        """
        return postgresql.Grants(
            f"{self._name}-grants",
            database=self.database.name,
            role=self.group.name,
            database_privileges=["CONNECT"],
            schema_privileges=["USAGE"],
            table_privileges=dict(on),
            sequence_privileges=dict(sequences or {}),
            opts=pulumi.ResourceOptions.merge(
                self.inside, pulumi.ResourceOptions(depends_on=[tables])
            ),
        )
