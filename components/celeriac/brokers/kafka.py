"""An app's broker on Kafka: topics of its own, and a user that may use nothing else."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

import pulumi

from celeriac.contract import Queue, proof_queue, visibility_timeout
from celeriac.contract.kafka import (
    KAFKA_LONGEST,
    consumer_group,
    kafka_acks_problem,
    kafka_poll_interval,
    kafka_settings,
    kafka_url,
)
from celeriac.parts import BrokerPart, Times
from celeriac.resources import kafka

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from celeriac.servers.existing_kafka import KafkaServer

HOUR = 3600
RETENTION = 7 * 24 * HOUR
"""Seconds that a message is kept, taken or not: Kafka's own default."""


class KafkaBroker(pulumi.ComponentResource):
    """A topic for each queue and for the proof, and a user that may read and write just these.

    Kafka is experimental in Celery. One worker consumes a topic (one per partition, if there are
    more), and what it has received is lost with it.

    Args:
        name: the app's name: of the component and the user unless that is given.
        server: the Kafka it lies on.
        queues: the app's queues, one of them the default. Default: one with the app's name.
        user: name of the app's user.
        partitions: partitions of each queue's topic.
        replicas: brokers that keep each of them. Default: the cluster's.
        retention: seconds that a message is kept, taken or not.
        longest_task: seconds of the longest run.
        longest_delay: seconds of the longest ETA or countdown. Default: as `longest_task`.
        prefetch: messages delivered ahead per process.
        concurrency: processes of the worker.
        acks_late: whether tasks are acknowledged after they ran; with one process and one message
            ahead only.
        force_destroy: whether topics may be deleted with messages in them.
        adopt: whether topics and a user that exist already are taken over.
        opts: Pulumi's options of a resource.

    Raises:
        ValueError: Kafka cannot do that; one sentence.
    """

    def __init__(
        self,
        name: str,
        *,
        server: KafkaServer,
        queues: Sequence[Queue] = (),
        user: str | None = None,
        partitions: int = 1,
        replicas: int | None = None,
        retention: int = RETENTION,
        longest_task: int = 1800,
        longest_delay: int | None = None,
        prefetch: int = 1,
        concurrency: int = 1,
        acks_late: bool = False,
        force_destroy: bool = False,
        adopt: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        queues = tuple(queues) or (Queue(name=name, default=True),)
        times = Times.of(longest_task=longest_task, longest_delay=longest_delay, prefetch=prefetch)
        needed = visibility_timeout(**asdict(times))
        acks = kafka_acks_problem(acks_late=acks_late, concurrency=concurrency, prefetch=prefetch)
        problems = list(_problems(needed, acks))
        if problems:
            raise ValueError("\n".join(f"the broker of {name} {problem}" for problem in problems))
        props = {"concurrency": concurrency, "acksLate": acks_late, **times.props}
        super().__init__("celeriac:index:KafkaBroker", name, props, opts)
        self._name, self._server = name, server
        self._adopt = adopt
        proof = proof_queue(name)
        made = [
            self._topic(queue, partitions, replicas, retention, force_destroy=force_destroy)
            for queue in queues
        ]
        # What a failed proof leaves in it is gone by itself.
        made.append(self._topic(proof, 1, replicas, HOUR, force_destroy=True))
        self.user = kafka.ScramUser(
            name,
            name=user or name,
            mechanisms=[server.mechanism],
            adopt=adopt,
            opts=self._opts(),
        )
        rights = [right for queue in (*queues, proof) for right in self._rights(queue)]
        url = pulumi.Output.all(
            server.address.host, server.address.port, self.user.name, self.user.password
        ).apply(lambda v: kafka_url(host=v[0], port=int(v[1]), user=v[2], password=v[3]))
        self.part = BrokerPart(
            kind="kafka",
            url=pulumi.Output.secret(url),
            settings=pulumi.Output.from_input(
                kafka_settings(
                    queues,
                    servers=server.servers,
                    mechanism=server.mechanism,
                    tls=server.address.tls,
                    poll_interval=kafka_poll_interval(needed),
                    prefetch=prefetch,
                    concurrency=concurrency,
                    acks_late=acks_late,
                )
            ),
            proof_queue=proof.name,
            queue_type="classic",
            rpc_results=False,
            times=times,
            made=[*made, self.user, *rights],
            provider=server.provider,
            ca=server.address.ca,
        )
        self.register_outputs({"url": self.part.url})

    def _topic(
        self,
        queue: Queue,
        partitions: int,
        replicas: int | None,
        retention: int,
        *,
        force_destroy: bool,
    ) -> kafka.Topic:
        return kafka.Topic(
            f"{self._name}-{queue.name}",
            name=queue.name,
            partitions=partitions,
            replication=replicas,
            retention=retention,
            force_destroy=force_destroy,
            adopt=self._adopt,
            opts=self._opts(),
        )

    def _rights(self, queue: Queue) -> Iterator[kafka.Acl]:
        """To read and write the topic, and to consume it as kombu does; Describe comes with it."""
        wanted: tuple[tuple[Literal["topic", "group"], str, list[str]], ...] = (
            ("topic", queue.name, ["Read", "Write"]),
            ("group", consumer_group(queue.name), ["Read"]),
        )
        for kind, thing, operations in wanted:
            yield kafka.Acl(
                f"{self._name}-{kind}-{queue.name}",
                user=self.user.name,
                resource=kind,
                name=thing,
                operations=operations,
                adopt=self._adopt,
                opts=self._opts(self.user),
            )

    def _opts(self, *after: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(
            parent=self,
            provider=self._server.provider,
            depends_on=list(after),
            deleted_with=self._server.deleted_with,
        )


def _problems(needed: int, acks: str | None) -> Iterator[str]:
    """What Kafka cannot do, said before anything is made; `needed` is the longest a task waits."""
    if needed > KAFKA_LONGEST:
        yield (
            f"needs {needed} seconds between two polls, and a consumer of Kafka may take at most "
            f"{KAFKA_LONGEST} (24 hours): shorten longest_task, longest_delay or prefetch, or put "
            f"the broker on RabbitMQ or Redis"
        )
    if acks is not None:
        yield f"has acks_late, which {acks}"
