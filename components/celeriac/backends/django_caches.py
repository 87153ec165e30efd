"""An app's results through Django's cache, on Redis or memcached: what has expired goes by itself.

Django pickles what it caches: whoever may write under the prefix may run code in whoever reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from celeriac.contract import (
    Keyspace,
    RedisSocket,
    Role,
    django_entries,
    django_memcached_cache,
    django_redis_cache,
    django_redis_rules,
    django_redis_socket_url,
    django_settings,
    redis_url,
)
from celeriac.parts import ResultsPart
from celeriac.redis_keyspace import RedisKeyspace

if TYPE_CHECKING:
    from celeriac.parts import RedisKind
    from celeriac.servers.existing_memcached import MemcachedServers

DAY = 86_400


class DjangoRedisResults(pulumi.ComponentResource):
    """A key prefix and an ACL user for results in Django's RedisCache.

    Args:
        name: the app's name: of the component, and of user and prefix unless they are given.
        server: the Redis it lies on; not one behind sentinels, which Django's client does not know.
        user: name of the ACL user. Default: `<name>-results`.
        prefix: begin of all keys, with `:` at the end (`KEY_PREFIX`, without it). Default:
            `<name>-results:`.
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
        super().__init__("celeriac:index:DjangoRedisResults", name, props, opts)
        keyspace = Keyspace(prefix=prefix, db=server.db)
        space = RedisKeyspace(
            f"{name}-results",
            server=server,
            user=user or f"{name}-results",
            roles=(Role.WORKER,),
            results=keyspace,
            rules=django_redis_rules(keyspace),
            force_destroy=force_destroy,
            adopt=adopt,
            parent=self,
        )
        self.user = space.user
        address = server.address

        def entries(known: dict[str, Any]) -> dict[str, Any]:
            login = {"user": known["user"], "password": known["password"], "db": server.db}
            if isinstance(address.form, RedisSocket):
                url = django_redis_socket_url(path=address.form.path, **login)
            else:
                url = redis_url(host=known["host"], port=known["port"], tls=address.tls, **login)
            return django_entries(cache=django_redis_cache(url=url, prefix=prefix))

        known = pulumi.Output.all(
            host=address.host,
            port=address.port,
            user=space.user.name,
            password=space.user.password,
        )
        self.part = ResultsPart(
            kind="django-cache",
            url=pulumi.Output.from_input("django-cache"),
            settings=pulumi.Output.from_input(django_settings("django-cache", expires=expires)),
            expires=expires,
            made=space.made,
            ca=address.ca,
            via=address.via,
            django=pulumi.Output.secret(known.apply(entries)),
        )
        self.register_outputs({"url": self.part.url})


class DjangoMemcachedResults(pulumi.ComponentResource):
    """Results in Django's PyMemcacheCache, under a prefix that keeps nobody out.

    Nothing is made: memcached has no users. A result that is larger than the servers take is lost
    without a word: Django asks nobody whether it was stored.

    Args:
        name: the app's name: of the component, and of the prefix unless it is given.
        server: the servers they are on.
        prefix: begin of all keys, with `:` at the end. Default: `<name>-results:`.
        expires: seconds until a result is dropped; None for never. Default: a day.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        name: str,
        *,
        server: MemcachedServers,
        prefix: str | None = None,
        expires: int | None = DAY,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        prefix = prefix or f"{name}-results:"
        props = {"prefix": prefix, "expires": expires}
        super().__init__("celeriac:index:DjangoMemcachedResults", name, props, opts)
        cache = django_memcached_cache(servers=server.servers, prefix=prefix)
        self.part = ResultsPart(
            kind="django-cache",
            url=pulumi.Output.from_input("django-cache"),
            settings=pulumi.Output.from_input(django_settings("django-cache", expires=expires)),
            expires=expires,
            made=[server.verified],
            ca=None,
            via=server.via,
            django=pulumi.Output.from_input(django_entries(cache=cache)),
        )
        self.register_outputs({"url": self.part.url})
