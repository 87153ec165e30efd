"""An app's results on Redis: a key prefix of its own; Redis itself deletes what has expired."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from celeriac.contract import Keyspace, Role, redis_result_settings
from celeriac.parts import ResultsPart
from celeriac.redis_keyspace import RedisKeyspace

if TYPE_CHECKING:
    from celeriac.parts import RedisKind

DAY = 86_400


class RedisResults(pulumi.ComponentResource):
    """A key prefix and an ACL user for results.

    Args:
        name: the app's name: of the component, and of user and prefix unless they are given.
        server: the Redis it lies on.
        user: name of the ACL user. Default: `<name>-results`.
        prefix: begin of all keys, with `:` at the end. Default: `<name>-results:`.
        expires: seconds until a result is deleted; None for never. Default: a day.
        force_destroy: whether it may be deleted with results in it.
        adopt: whether a prefix and a user that exist already are taken over; the user gets a new
            password.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        name: str,
        *,
        server: RedisKind,
        user: str | None = None,
        prefix: str | None = None,
        expires: int | None = DAY,
        force_destroy: bool = False,
        adopt: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        prefix = prefix or f"{name}-results:"
        props = {"prefix": prefix, "expires": expires}
        super().__init__("celeriac:index:RedisResults", name, props, opts)
        space = RedisKeyspace(
            f"{name}-results",
            server=server,
            user=user or f"{name}-results",
            roles=(Role.WORKER,),
            results=Keyspace(prefix=prefix, db=server.db),
            force_destroy=force_destroy,
            adopt=adopt,
            parent=self,
        )
        self.user = space.user
        self.part = ResultsPart(
            kind="redis",
            url=space.url,
            settings=space.settings(redis_result_settings(prefix=prefix, expires=expires)),
            expires=expires,
            made=space.made,
            ca=server.address.ca,
            via=server.address.via,
        )
        self.register_outputs({"url": self.part.url})
