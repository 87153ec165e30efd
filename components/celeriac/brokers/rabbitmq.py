"""An app's broker on RabbitMQ: a vhost of its own, with everything in it declared ahead."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

import pulumi

from celeriac.contract import (
    DELIVERY_LIMIT,
    Queue,
    QueueType,
    Role,
    amqp_urls,
    broker_api_url,
    consumer_timeout,
    failover_settings,
    monitor_name,
    permissions,
    policies,
    proof_queue,
    rabbitmq_settings,
    routing_key,
    topology,
)
from celeriac.monitor import Monitor, monitor_outputs
from celeriac.parts import BrokerPart, Times
from celeriac.resources import rabbitmq

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from celeriac.made import Made
    from celeriac.parts import Server
    from celeriac.resources.base import CeleriacResource


class RabbitMQBroker(pulumi.ComponentResource):
    """A vhost with its user, permissions, policies, queues and delayed delivery.

    Args:
        name: the app's name: of the component, and of vhost and user unless they are given.
        server: the RabbitMQ it lies on.
        queues: the app's queues, one of them the default. Default: one with the app's name.
        vhost: name of the vhost.
        user: name of the user.
        queue_type: `quorum` (replicated, with delivery limits and dead letters) or `classic`.
        delayed_delivery: type of the 28 queues that hold tasks with an ETA or countdown; `off`
            with classic queues, where workers hold them.
        delivery_limit: returns of a message to its queue before it is dead-lettered.
        longest_task: seconds of the longest run; RabbitMQ's consumer timeout is set above it.
        longest_delay: seconds of the longest ETA or countdown that a worker has to hold.
        prefetch: messages delivered ahead per process.
        priorities: priority levels, on classic queues.
        rpc_results: whether results go over this broker as well (`RPCResults`).
        force_destroy: whether it may be deleted with messages in it.
        adopt: whether a vhost and a user that exist already are taken over, with all that is in
            the vhost; the user gets a new password.
        monitor: the user for Flower and `celery inspect`. Default: there is none.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        name: str,
        *,
        server: Server,
        queues: Sequence[Queue] = (),
        vhost: str | None = None,
        user: str | None = None,
        queue_type: QueueType = "quorum",
        delayed_delivery: Literal["quorum", "classic", "off"] | None = None,
        delivery_limit: int = DELIVERY_LIMIT,
        longest_task: int = 1800,
        longest_delay: int | None = None,
        prefetch: int = 1,
        priorities: int | None = None,
        rpc_results: bool = False,
        force_destroy: bool = False,
        adopt: bool = False,
        monitor: Monitor | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self._name, self._server = name, server
        self._queues = tuple(queues) or (Queue(name=name, default=True),)
        self._queue_type, self._priorities = queue_type, priorities
        self._force_destroy, self._rpc_results = force_destroy, rpc_results
        times = Times.of(longest_task=longest_task, longest_delay=longest_delay, prefetch=prefetch)
        delayed = self._delayed_type(delayed_delivery)
        props = {
            "vhost": vhost or name,
            "queueType": queue_type,
            "delayedDelivery": delayed or "off",
            **times.props,
        }
        super().__init__("celeriac:index:RabbitMQBroker", name, props, opts)
        self._made: list[Made] = []

        self.user = rabbitmq.User(
            f"{name}-user", name=user or name, adopt=adopt, opts=self._options()
        )
        # After the user: a destroy that is refused for its messages has not locked the app out.
        self.vhost = rabbitmq.Vhost(
            f"{name}-vhost",
            name=vhost or name,
            default_queue_type="quorum",
            adopt=adopt,
            force_destroy=self._force_destroy,
            opts=self._options(self.user),
        )
        self._made += [self.vhost, self.user]
        self._permit()
        timeout = consumer_timeout(**asdict(times), delayed_delivery=delayed is not None)
        declared = self._declare()
        self._delay(delayed, declared)
        self._limit(delivery_limit, timeout)
        self.part = self._part(delayed, times, monitor, adopt=adopt)
        self.register_outputs({"url": self.part.url})

    def _options(self, *after: pulumi.Resource, inside: bool = False) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(
            parent=self,
            provider=self._server.provider,
            depends_on=list(after),
            # What lies in the vhost goes with it: the vhost is what is guarded. And all of it
            # with a server that this stack makes: then the server is.
            deleted_with=self.vhost if inside else self._server.deleted_with,
        )

    def _permit(self) -> None:
        """Exactly what Celery needs in this vhost, the proof's queue included."""
        names = [*(queue.name for queue in self._queues), proof_queue(self._name).name]
        rights = permissions(
            Role.WORKER, queues=names, queue_type=self._queue_type, rpc_results=self._rpc_results
        )
        self._made.append(
            rabbitmq.Permissions(
                f"{self._name}-permissions",
                vhost=self.vhost.name,
                user=self.user.name,
                configure=rights.configure,
                write=rights.write,
                read=rights.read,
                opts=self._options(inside=True),
            )
        )

    def _declare(self) -> Sequence[pulumi.Resource]:
        """Exchanges, queues and bindings, so that a producer that starts first finds them."""
        found = topology(self._queues, queue_type=self._queue_type, priorities=self._priorities)
        exchanges = {
            e.name: rabbitmq.Exchange(
                f"{self._name}-exchange-{e.name}",
                vhost=self.vhost.name,
                name=e.name,
                type=e.type,
                opts=self._options(inside=True),
            )
            for e in found.exchanges
        }
        queues = {
            q.name: rabbitmq.Queue(
                f"{self._name}-queue-{q.name}",
                vhost=self.vhost.name,
                name=q.name,
                type=q.arguments["x-queue-type"],
                arguments={k: v for k, v in q.arguments.items() if k != "x-queue-type"},
                force_destroy=self._force_destroy,
                opts=self._options(inside=True),
            )
            for q in found.queues
        }
        bindings = [
            rabbitmq.Binding(
                f"{self._name}-binding-{b.destination}",
                vhost=self.vhost.name,
                source=b.source,
                destination=b.destination,
                destination_type=b.destination_type,
                routing_key=b.routing_key,
                opts=self._options(exchanges[b.source], queues[b.destination], inside=True),
            )
            for b in found.bindings
        ]
        declared: list[CeleriacResource] = [*exchanges.values(), *queues.values(), *bindings]
        self._made += declared
        return declared

    def _delay(self, delayed: QueueType | None, declared: Sequence[pulumi.Resource]) -> None:
        """Native delayed delivery: a countdown sent before any worker ever ran must arrive."""
        if delayed is None:
            return
        self._made.append(
            rabbitmq.DelayedDelivery(
                f"{self._name}-delayed-delivery",
                vhost=self.vhost.name,
                queue_type=delayed,
                bindings={queue.name: routing_key(queue.name) for queue in self._queues},
                force_destroy=self._force_destroy,
                opts=self._options(*declared, inside=True),
            )
        )

    def _limit(self, delivery_limit: int, timeout: int) -> None:
        """One policy for the app's queues, and a complete one for each with its own limits."""
        for policy in policies(
            self._queues,
            queue_type=self._queue_type,
            delivery_limit=delivery_limit,
            consumer_timeout=timeout,
        ):
            self._made.append(
                rabbitmq.Policy(
                    f"{self._name}-policy-{policy.name}",
                    vhost=self.vhost.name,
                    name=policy.name,
                    pattern=policy.pattern,
                    apply_to=policy.apply_to,
                    priority=policy.priority,
                    **_spelled_in_python(policy.definition),
                    opts=self._options(inside=True),
                )
            )

    def _watched(
        self, monitor: Monitor, settings: pulumi.Output[Mapping[str, Any]], *, adopt: bool
    ) -> pulumi.Output[dict[str, Any]]:
        """A user that inspects workers and hears events, and has no right on any queue."""
        user = rabbitmq.User(
            f"{self._name}-monitor",
            name=monitor.user or monitor_name(self._name),
            tags=["monitoring"] if monitor.broker_api else [],
            adopt=adopt,
            opts=self._options(),
        )
        rights = permissions(Role.MONITOR, queues=())
        rabbitmq.Permissions(
            f"{self._name}-monitor-permissions",
            vhost=self.vhost.name,
            user=user.name,
            configure=rights.configure,
            write=rights.write,
            read=rights.read,
            opts=self._options(inside=True),
        )
        api = None
        if monitor.broker_api and self._server.address.management is not None:
            api = pulumi.Output.all(
                self._server.address.management, user.name, user.password
            ).apply(lambda v: broker_api_url(v[0], user=v[1], password=v[2]))
        return monitor_outputs(self._url(user), settings, api)

    def _url(self, user: rabbitmq.User) -> pulumi.Output[str]:
        address = self._server.address
        url = pulumi.Output.all(
            host=address.host,
            port=address.port,
            user=user.name,
            password=user.password,
            vhost=self.vhost.name,
        ).apply(lambda known: amqp_urls(address.failover, **known, tls=address.tls is not None))
        secret: pulumi.Output[str] = pulumi.Output.secret(url)
        return secret

    def _part(
        self, delayed: QueueType | None, times: Times, monitor: Monitor | None, *, adopt: bool
    ) -> BrokerPart:
        address = self._server.address

        def settings(host: str) -> Mapping[str, Any]:
            failover = address.failover
            checked = failover and failover.certificate_name
            return failover_settings(failover) | rabbitmq_settings(
                self._queues,
                host=checked or host,
                queue_type=self._queue_type,
                delayed_delivery=delayed or "quorum",
                prefetch=times.prefetch,
                priorities=self._priorities,
                tls=address.tls,
            )

        found = address.host.apply(settings)
        outputs: dict[str, pulumi.Output[Any]] = {}
        if monitor is not None:
            outputs["monitor"] = self._watched(monitor, found, adopt=adopt)
        return BrokerPart(
            kind="rabbitmq",
            url=self._url(self.user),
            settings=found,
            outputs=outputs,
            proof_queue=proof_queue(self._name).name,
            queue_type=self._queue_type,
            rpc_results=self._rpc_results,
            times=times,
            made=self._made,
            provider=self._server.provider,
            ca=address.ca,
            via=address.via,
        )

    def _delayed_type(self, wanted: Literal["quorum", "classic", "off"] | None) -> QueueType | None:
        """The type of the delay's queues; none for classic queues, where workers hold ETA tasks."""
        if wanted is None:
            return "quorum" if self._queue_type == "quorum" else None
        return None if wanted == "off" else wanted


def _spelled_in_python(definition: Mapping[str, int | str]) -> dict[str, Any]:
    """`delivery-limit` as `delivery_limit`."""
    return {key.replace("-", "_"): value for key, value in definition.items()}
