# Written by tools/resources from the provider's declarations: change those.
"""Resources of mongodb, as the provider offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pulumi

from celeriac.resources.base import CeleriacResource, secret

if TYPE_CHECKING:
    from collections.abc import Sequence


class User(CeleriacResource):
    """A user of one database of MongoDB, where it also logs in (`authSource`).

    Its mark is in its `customData`, written by the same command. Passwords are of
    SCRAM-SHA-256 and cannot be read: whether one still works is found by logging in.

    Args:
        resource_name: the name of the resource in Pulumi.
        database: The database that it belongs to.
        name: The user's name.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        password: The password. Generated when not given.
        roles: Its roles: names of roles in its database, `ROLE@DATABASE` for one in another.
            Default: ['readWrite'].
        opts: Pulumi's options of a resource.
    """

    generated: ClassVar[tuple[str, ...]] = ("password",)

    def __init__(
        self,
        resource_name: str,
        *,
        database: pulumi.Input[str],
        name: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        password: pulumi.Input[str] | None = None,
        roles: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:mongodb:User",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "database": database,
                "name": name,
                "password": secret(password),
                "roles": roles,
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
        """The database that it belongs to."""
        return self._property("database")

    @property
    def name(self) -> pulumi.Output[str]:
        """The user's name."""
        return self._property("name")

    @property
    def password(self) -> pulumi.Output[str]:
        """The password."""
        return self._property("password")

    @property
    def roles(self) -> pulumi.Output[Sequence[str]]:
        """Its roles: names of roles in its database, `ROLE@DATABASE` for one in another."""
        return self._property("roles")


class ResultCollections(CeleriacResource):
    """The collections of Celery's results in a database, and that MongoDB deletes old results.

    Each has an index on `{date_done: -1}` with `expireAfterSeconds`; MongoDB deletes about once a
    minute what is older. The index's name is our mark: a collection has no other room for one.

    Deleting it drops the collections. While there are results in them that is refused, unless
    `forceDestroy` is set.

    Args:
        resource_name: the name of the resource in Pulumi.
        database: The database.
        expires: How long MongoDB keeps a result, in seconds; 0 for ever. The same as Celery's
            `result_expires`.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        collections: The collections: Celery's `taskmeta_collection` and `groupmeta_collection`.
            Default: ['celery_taskmeta', 'celery_groupmeta'].
        force_destroy: Delete them even with results in them. Default: False.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        database: pulumi.Input[str],
        expires: pulumi.Input[int],
        adopt: pulumi.Input[bool] | None = None,
        collections: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        force_destroy: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:mongodb:ResultCollections",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "database": database,
                "expires": expires,
                "collections": collections,
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
        """The database."""
        return self._property("database")

    @property
    def expires(self) -> pulumi.Output[int]:
        """How long MongoDB keeps a result, in seconds; 0 for ever. The same as Celery's
        `result_expires`."""
        return self._property("expires")

    @property
    def collections(self) -> pulumi.Output[Sequence[str]]:
        """The collections: Celery's `taskmeta_collection` and `groupmeta_collection`."""
        return self._property("collections")

    @property
    def force_destroy(self) -> pulumi.Output[bool]:
        """Delete them even with results in them."""
        return self._property("forceDestroy")
