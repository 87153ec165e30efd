"""What a broker and a result backend on Redis both are: a prefix, and a user who may use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from celeriac.contract import Keyspace, Role, acl_rules, redis_url
from celeriac.resources import redis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celeriac.made import Made
    from celeriac.parts import RedisKind


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
        server: RedisKind,
        user: str,
        roles: Sequence[Role],
        broker: Keyspace | None = None,
        results: Keyspace | None = None,
        queues: Sequence[str] = (),
        force_destroy: bool,
        adopt: bool,
        parent: pulumi.Resource,
    ) -> None:
        keyspace = broker or results
        assert keyspace is not None  # noqa: S101 - one of the two, said in the docstring
        prefix = redis.KeyPrefix(
            f"{name}-keys",
            prefix=keyspace.prefix,
            database=keyspace.db,
            force_destroy=force_destroy,
            adopt=adopt,
            opts=pulumi.ResourceOptions(
                parent=parent, provider=server.provider, deleted_with=server.deleted_with
            ),
        )
        rules = acl_rules(*roles, broker=broker, results=results, queues=queues)
        self.user = server.app_user(
            f"{name}-user", user=user, rules=rules, adopt=adopt, parent=parent, after=[prefix]
        )
        self.made: list[Made] = [prefix, *self.user.made]
        address = server.address
        url = pulumi.Output.all(
            host=address.host,
            port=address.port,
            user=self.user.name,
            password=self.user.password,
        ).apply(lambda known: redis_url(**known, db=server.db, tls=address.tls))
        self.url: pulumi.Output[str] = pulumi.Output.secret(url)
