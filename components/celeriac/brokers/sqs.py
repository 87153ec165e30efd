"""An app's broker on SQS: queues of its own with dead-letter queues, and rights on nothing else."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Literal

import pulumi

from celeriac.contract import (
    SQS_LONGEST,
    Queue,
    proof_queue,
    sqs_dead_letter_name,
    sqs_queue_name,
    sqs_settings,
    sqs_url,
    sqs_visibility_timeout,
)
from celeriac.contract import visibility_timeout as least_visibility_timeout
from celeriac.contract.sqs_policies import policy_problem
from celeriac.parts import BrokerPart, Times
from celeriac.sqs_queue import WantedQueue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from celeriac.sqs_queue import Access, MadeQueue, SQSKind

HOUR = 3600
MAX_RECEIVE_COUNT = 5
"""Deliveries before a message is a dead letter: enough for a few lost workers."""
RETENTION = 4 * 24 * HOUR
"""Seconds that a message is kept which nobody takes: SQS's own default, a long weekend."""


class SQSBroker(pulumi.ComponentResource):
    """Queues on SQS, each with a queue for its dead letters, and one for the proof.

    Args:
        name: the app's name.
        server: the SQS they lie on.
        queues: the app's queues, one of them the default; `.fifo` at the end of a name means
            FIFO. Default: one with the app's name.
        prefix: begin of the queues' names on SQS. Default: `<name>-`.
        longest_task: seconds of the longest run.
        longest_delay: seconds of the longest ETA or countdown. Default: as `longest_task`.
        prefetch: messages delivered ahead per process.
        visibility_timeout: seconds until SQS delivers an unacknowledged message again. Default:
            what `longest_task`, `longest_delay` and `prefetch` need with a worker that consumes
            all the queues, as far as SQS takes it.
        max_receive_count: deliveries before a message goes to the dead-letter queue.
        retention: seconds that a message is kept which nobody takes.
        access: `policy`: IAM policies to attach to the roles that the app runs as. `user`: also a
            user with an access key, which the broker_url then holds. Platform aws only.
        oldest_message: age in seconds of a queue's oldest message that raises an alarm; 0 for
            none. Default: an hour above the visibility timeout, because a message also counts
            while a worker holds it. Platform aws only.
        access_key_id: id of an access key of the app's own, for a server without IAM. Never that
            of who deploys. Default: the app finds its credentials where it runs, as every AWS SDK
            does.
        secret_access_key: its other half.
        force_destroy: whether queues may be deleted with messages in them.
        adopt: whether queues that exist already are taken over.
        opts: Pulumi's options of a resource.

    Raises:
        ValueError: SQS cannot do that; one sentence.
    """

    def __init__(
        self,
        name: str,
        *,
        server: SQSKind,
        queues: Sequence[Queue] = (),
        prefix: str | None = None,
        longest_task: int = 1800,
        longest_delay: int | None = None,
        prefetch: int = 1,
        visibility_timeout: int | None = None,
        max_receive_count: int = MAX_RECEIVE_COUNT,
        retention: int = RETENTION,
        access: Literal["policy", "user"] = "policy",
        oldest_message: int | None = None,
        access_key_id: pulumi.Input[str] | None = None,
        secret_access_key: pulumi.Input[str] | None = None,
        force_destroy: bool = False,
        adopt: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self._name, self._server = name, server
        self._prefix = f"{name}-" if prefix is None else prefix
        self._queues = tuple(queues) or (Queue(name=name, default=True),)
        self._times = Times.of(
            longest_task=longest_task, longest_delay=longest_delay, prefetch=prefetch
        )
        times = asdict(self._times)
        needed = least_visibility_timeout(**times)
        # What many queues would need besides is cut off at what SQS takes.
        self._timeout = visibility_timeout or max(
            needed, min(SQS_LONGEST, sqs_visibility_timeout(**times, queues=len(self._queues)))
        )
        problems = [
            *self._problems(needed),
            *_key_problems(access, access_key_id, secret_access_key),
        ]
        if problems:
            raise ValueError("\n".join(f"the broker of {name} {problem}" for problem in problems))
        props = {"prefix": self._prefix, "visibilityTimeout": self._timeout, "access": access}
        super().__init__("celeriac:index:SQSBroker", name, props | self._times.props, opts)

        self._max_receive_count, self._retention = max_receive_count, retention
        self._oldest = self._timeout + HOUR if oldest_message is None else oldest_message
        self._force_destroy, self._adopt = force_destroy, adopt
        proof = self._proof_queue()
        made = {queue.name: self._queue(queue, beside=proof.arn) for queue in self._queues}
        granted = server.access(
            name, queues=[*made.values()], proof=proof, user=access == "user", parent=self
        )
        if access_key_id is not None and secret_access_key is not None:
            granted = replace(
                granted,
                access_key_id=pulumi.Output.from_input(access_key_id),
                secret_access_key=pulumi.Output.secret(secret_access_key),
            )
        self.part = self._part(made, proof, granted)
        self.register_outputs({"url": self.part.url})

    def _problems(self, needed: int) -> Iterator[str]:
        """What SQS cannot do, said before anything is made; `needed` is the least timeout."""
        if self._timeout > SQS_LONGEST:
            yield (
                f"needs a visibility timeout of {self._timeout} seconds, and SQS takes at most "
                f"{SQS_LONGEST} (12 hours): shorten longest_task, longest_delay or prefetch, or "
                f"put the broker on RabbitMQ or Redis"
            )
        if self._timeout < needed:
            yield (
                f"has a visibility timeout of {self._timeout} seconds, and its longest task, delay "
                f"and prefetch need {needed}, or tasks would be delivered again while they run: "
                f"raise visibility_timeout"
            )
        names = [sqs_queue_name(self._prefix, queue.name) for queue in self._queues]
        problem = policy_problem(names, region=self._server.region, kms=True)
        if problem is not None:
            yield f"has queues that {problem}"

    def _queue(self, queue: Queue, *, beside: pulumi.Output[str]) -> MadeQueue:
        dead_letter = sqs_dead_letter_name(self._prefix, queue.name) if queue.dead_letter else None
        return self._server.queue(
            WantedQueue(
                app=self._name,
                queue=queue.name,
                name=sqs_queue_name(self._prefix, queue.name),
                dead_letter=dead_letter,
                visibility_timeout=self._timeout,
                retention=queue.retention or self._retention,
                max_receive_count=queue.max_receive_count or self._max_receive_count,
                oldest_message=self._oldest,
                force_destroy=self._force_destroy,
                adopt=self._adopt,
            ),
            beside=beside,
            parent=self,
        )

    def _proof_queue(self) -> MadeQueue:
        """The proof's queue: what a failed proof leaves in it is gone by itself."""
        queue = proof_queue(self._name)
        return self._server.queue(
            WantedQueue(
                app=self._name,
                queue=queue.name,
                name=sqs_queue_name(self._prefix, queue.name),
                dead_letter=None,
                visibility_timeout=60,
                retention=HOUR,
                max_receive_count=self._max_receive_count,
                force_destroy=True,
                adopt=self._adopt,
            ),
            parent=self,
        )

    def _part(self, made: Mapping[str, MadeQueue], proof: MadeQueue, granted: Access) -> BrokerPart:
        server = self._server
        proved = proof_queue(self._name).name
        urls = {name: queue.url for name, queue in made.items()} | {proved: proof.url}

        def settings(known: Mapping[str, str]) -> Mapping[str, Any]:
            return sqs_settings(
                self._queues,
                urls=known,
                prefix=self._prefix,
                region=server.region,
                visibility_timeout=self._timeout,
                prefetch=self._times.prefetch,
                endpoint=server.host is not None,
                secure=server.secure,
            )

        every = [*made.values(), proof]
        return BrokerPart(
            kind="sqs",
            url=self._url(granted),
            settings=pulumi.Output.all(**urls).apply(settings),
            proof_queue=proved,
            queue_type="classic",
            rpc_results=False,
            times=self._times,
            made=[*(one for queue in every for one in queue.made), *granted.made],
            provider=server.provider,
            ca=server.ca,
            outputs=granted.outputs,
        )

    def _url(self, granted: Access) -> pulumi.Output[str]:
        """Celery's broker_url: a secret where there is a credential in it."""
        host, port = self._server.host, self._server.port
        if granted.access_key_id is None:
            return pulumi.Output.from_input(sqs_url(host=host, port=port))
        url = pulumi.Output.all(granted.access_key_id, granted.secret_access_key).apply(
            lambda key: sqs_url(
                access_key_id=key[0], secret_access_key=key[1], host=host, port=port
            )
        )
        return pulumi.Output.secret(url)


def _key_problems(
    access: str,
    access_key_id: pulumi.Input[str] | None,
    secret_access_key: pulumi.Input[str] | None,
) -> Iterator[str]:
    """Whether the app's own access key is one, and the only one."""
    if (access_key_id is None) != (secret_access_key is None):
        yield "has half an access key: give both access_key_id and secret_access_key, or neither"
    if access == "user" and access_key_id is not None:
        yield "has an access key and is to get one with its user: leave one of them out"
