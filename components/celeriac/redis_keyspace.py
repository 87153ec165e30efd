"""What a broker and a result backend on Redis both are: a prefix, and a user who may use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from celeriac.contract import (
    Keyspace,
    RedisSentinels,
    RedisSocket,
    Role,
    acl_rules,
    merge,
    redis_socket_url,
    redis_url,
    sentinel_broker_settings,
    sentinel_result_settings,
    sentinel_url,
)
from celeriac.resources import redis

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from celeriac.contract import AclRules
    from celeriac.made import Made
    from celeriac.parts import Address, RedisKind, RedisUser


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
        rules: the user's rights. Default: Celery's own, for the roles.
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
        rules: AclRules | None = None,
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
        rules = rules or acl_rules(*roles, broker=broker, results=results, queues=queues)
        self.user = server.app_user(
            f"{name}-user", user=user, rules=rules, adopt=adopt, parent=parent, after=[prefix]
        )
        self.made: list[Made] = [prefix, *self.user.made]
        self._address = server.address
        self._of_broker = broker is not None
        self.url = url_of(self.user, server.address, server.db)

    def settings(self, own: Mapping[str, Any]) -> pulumi.Output[Mapping[str, Any]]:
        """The settings of this side of the app, with what its connection needs."""
        return with_connection(own, self._address, broker=self._of_broker)


def url_of(user: RedisUser, address: Address, db: int) -> pulumi.Output[str]:
    """broker_url or result_backend of a user, a secret."""
    form = address.form

    def written(known: Mapping[str, Any]) -> str:
        login = {"user": known["user"], "password": known["password"], "db": db}
        if isinstance(form, RedisSocket):
            return redis_socket_url(path=form.path, **login)
        if isinstance(form, RedisSentinels):
            return sentinel_url(form, **login)
        return redis_url(host=known["host"], port=known["port"], tls=address.tls, **login)

    known = pulumi.Output.all(
        host=address.host, port=address.port, user=user.name, password=user.password
    )
    url: pulumi.Output[str] = pulumi.Output.secret(known.apply(written))
    return url


def with_connection(
    own: Mapping[str, Any], address: Address, *, broker: bool
) -> pulumi.Output[Mapping[str, Any]]:
    """Settings with what sentinels need besides; a secret where they have a password."""
    form, tls = address.form, address.tls
    if not isinstance(form, RedisSentinels):
        return pulumi.Output.from_input(own)
    more = sentinel_broker_settings if broker else sentinel_result_settings
    if address.sentinel_password is None:
        return pulumi.Output.from_input(merge(own, more(form, password=None, tls=tls)))
    return address.sentinel_password.apply(
        lambda password: merge(own, more(form, password=password, tls=tls))
    )
