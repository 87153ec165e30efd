"""An app's broker on Redis: a key prefix of its own, and an ACL user that sees nothing else."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pulumi

from celeriac.contract import (
    Keyspace,
    Queue,
    Role,
    acl_rules,
    monitor_name,
    proof_queue,
    redis_settings,
    timeouts,
)
from celeriac.monitor import Monitor, monitor_outputs
from celeriac.parts import BrokerPart, Times
from celeriac.redis_keyspace import RedisKeyspace, url_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celeriac.parts import RedisKind


class RedisBroker(pulumi.ComponentResource):
    """A key prefix and an ACL user, on a Redis that must not evict.

    Args:
        name: the app's name: of the component, the user and the prefix unless they are given.
        server: the Redis it lies on.
        queues: the app's queues, one of them the default. Default: one with the app's name.
        user: name of the ACL user.
        prefix: begin of all keys, with `:` at the end. Default: `<name>:`.
        longest_task: seconds of the longest run; the visibility timeout is set above it.
        longest_delay: seconds of the longest ETA or countdown. Default: as `longest_task`.
        prefetch: messages delivered ahead per process.
        visibility_timeout: seconds until an unacknowledged message is delivered again. Default:
            above what `longest_task`, `longest_delay` and `prefetch` make.
        priorities: priority levels.
        force_destroy: whether it may be deleted with messages in it.
        adopt: whether a prefix and a user that exist already are taken over; the user gets a new
            password.
        monitor: the user for Flower and `celery inspect`. Default: there is none.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        name: str,
        *,
        server: RedisKind,
        queues: Sequence[Queue] = (),
        user: str | None = None,
        prefix: str | None = None,
        longest_task: int = 1800,
        longest_delay: int | None = None,
        prefetch: int = 1,
        visibility_timeout: int | None = None,
        priorities: int | None = None,
        force_destroy: bool = False,
        adopt: bool = False,
        monitor: Monitor | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        prefix = prefix or f"{name}:"
        queues = tuple(queues) or (Queue(name=name, default=True),)
        times = Times.of(longest_task=longest_task, longest_delay=longest_delay, prefetch=prefetch)
        timeout = visibility_timeout or timeouts.visibility_timeout(**asdict(times))
        props = {"prefix": prefix, "visibilityTimeout": timeout, **times.props}
        super().__init__("celeriac:index:RedisBroker", name, props, opts)
        proof = proof_queue(name)
        space = RedisKeyspace(
            name,
            server=server,
            user=user or name,
            roles=(Role.WORKER,),
            broker=Keyspace(prefix=prefix, db=server.db),
            queues=[queue.name for queue in (*queues, proof)],
            force_destroy=force_destroy,
            adopt=adopt,
            parent=self,
        )
        self.user = space.user
        settings = space.settings(
            redis_settings(
                queues,
                prefix=prefix,
                visibility_timeout=timeout,
                prefetch=prefetch,
                priorities=priorities,
            )
        )
        outputs: dict[str, pulumi.Output[Any]] = {}
        if monitor is not None:
            watcher = server.app_user(
                f"{name}-monitor",
                user=monitor.user or monitor_name(name),
                rules=acl_rules(
                    Role.MONITOR,
                    broker=Keyspace(prefix=prefix, db=server.db),
                    queues=[queue.name for queue in queues],
                ),
                adopt=adopt,
                parent=self,
                after=[],
            )
            url = url_of(watcher, server.address, server.db)
            outputs["monitor"] = monitor_outputs(url, settings)
        self.part = BrokerPart(
            kind="redis",
            url=space.url,
            settings=settings,
            outputs=outputs,
            proof_queue=proof.name,
            queue_type="classic",
            rpc_results=False,
            times=times,
            made=[server.no_eviction(), *space.made],
            provider=server.provider,
            ca=server.address.ca,
            via=server.address.via,
        )
        self.register_outputs({"url": self.part.url})
