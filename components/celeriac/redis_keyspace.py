"""What a broker and a result backend on Redis both are: a prefix, and a user who may use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from celeriac.contract import Keyspace, Role, acl_rules, redis_url
from celeriac.resources import redis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celeriac.resources.base import CeleriacResource
    from celeriac.servers.existing import RedisServer


class RedisKeyspace:
    """A key prefix and its ACL user, as children of a broker or a result backend.

    Args:
        name: prefix of the resources' names.
        server: the Redis they lie on.
        user: name of the ACL user.
        roles: what the user does.
        broker: where the app's queues are, for a broker.
        results: where the app's results are, for a result backend.
        queues: names of the app's queues.
        force_destroy: whether the keys may be deleted.
        adopt: whether prefix and user are taken over where they exist already.
        parent: the component they belong to.
    """

    def __init__(
        self,
        name: str,
        *,
        server: RedisServer,
        user: str,
        roles: Sequence[Role],
        broker: Keyspace | None = None,
        results: Keyspace | None = None,
        queues: Sequence[str] = (),
        force_destroy: bool,
        adopt: bool,
        parent: pulumi.Resource,
    ) -> None:
        options = pulumi.ResourceOptions(parent=parent, provider=server.provider)
        keyspace = broker or results
        assert keyspace is not None  # noqa: S101 - one of the two, said in the docstring
        prefix = redis.KeyPrefix(
            f"{name}-keys",
            prefix=keyspace.prefix,
            database=keyspace.db,
            force_destroy=force_destroy,
            adopt=adopt,
            opts=options,
        )
        rules = acl_rules(*roles, broker=broker, results=results, queues=queues)
        self.user = redis.AclUser(
            f"{name}-user",
            name=user,
            keys=[key.removeprefix("~") for key in rules.keys],
            channels=[channel.removeprefix("&") for channel in rules.channels],
            commands=[command for command in rules.commands if command != "-@all"],
            optional_commands=list(rules.optional_commands),
            persist=server.persist,
            adopt=adopt,
            opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=[prefix])),
        )
        self.made: list[CeleriacResource] = [prefix, self.user]
        address = server.address
        url = pulumi.Output.all(
            host=address.host,
            port=address.port,
            user=self.user.name,
            password=self.user.password,
        ).apply(lambda known: redis_url(**known, db=server.db, tls=address.tls))
        self.url: pulumi.Output[str] = pulumi.Output.secret(url)
