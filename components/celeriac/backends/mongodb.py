"""An app's results in MongoDB: a database of its own, whose results MongoDB itself deletes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from celeriac.contract import mongodb_settings, mongodb_url
from celeriac.parts import ResultsPart
from celeriac.resources import mongodb

if TYPE_CHECKING:
    from celeriac.servers.existing_mongodb import MongoDBServer

DAY = 86_400


class MongoDBResults(pulumi.ComponentResource):
    """A database with Celery's collections, an index by which results expire, and a user.

    Args:
        name: the app's name: of the component, and of database and user unless they are given.
        server: the MongoDB it lies on.
        user: name of the app's user, who logs in to the database and has `readWrite` there.
        database: name of the database.
        expires: seconds until a result is deleted; None for never. Default: a day.
        force_destroy: whether it may be deleted with results in it.
        adopt: whether a user and collections that exist already are taken over; the user gets a
            new password.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        name: str,
        *,
        server: MongoDBServer,
        user: str | None = None,
        database: str | None = None,
        expires: int | None = DAY,
        force_destroy: bool = False,
        adopt: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        database = database or name
        props = {"database": database, "expires": expires}
        super().__init__("celeriac:index:MongoDBResults", name, props, opts)
        options = pulumi.ResourceOptions(
            parent=self, provider=server.provider, deleted_with=server.deleted_with
        )
        self.user = mongodb.User(
            f"{name}-user", database=database, name=user or name, adopt=adopt, opts=options
        )
        # After the user, so that it is dropped before: a destroy that is refused for its results
        # has not locked the app out.
        self.collections = mongodb.ResultCollections(
            f"{name}-collections",
            database=database,
            expires=expires or 0,
            force_destroy=force_destroy,
            adopt=adopt,
            opts=pulumi.ResourceOptions.merge(
                options, pulumi.ResourceOptions(depends_on=[self.user])
            ),
        )
        url = pulumi.Output.all(user=self.user.name, password=self.user.password).apply(
            lambda known: mongodb_url(
                servers=server.servers,
                database=database,
                replica_set=server.replica_set,
                tls=server.tls,
                **known,
            )
        )
        self.part = ResultsPart(
            kind="mongodb",
            url=pulumi.Output.secret(url),
            settings=pulumi.Output.from_input(mongodb_settings(expires=expires)),
            expires=expires,
            made=[self.user, self.collections],
            ca=server.ca,
            via=server.via,
        )
        self.register_outputs({"url": self.part.url})
