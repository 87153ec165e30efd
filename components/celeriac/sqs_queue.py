"""Between a broker on SQS and the server that makes its queues, whatever platform it is on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from celeriac.made import Made
    from celeriac.resources import Provider

WAIT = 20
"""Seconds of a long poll of those who do not say how long: the most that SQS allows."""
DEAD_LETTER_RETENTION = 14 * 86_400
"""Seconds that a dead letter is kept, counted from when it was sent first: the most there is."""

LARGEST_MESSAGE = 1024 * 1024
"""Bytes of the largest message that a queue on SQS can be made to take."""

_NO_TAG = re.compile(r"[^\w\s.:/=+@-]")


def queue_tag(queue: str) -> str:
    """A queue's name in Celery as the value of a tag.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html
    """
    return _NO_TAG.sub("_", queue)


@dataclass(frozen=True, kw_only=True)
class WantedQueue:
    """A queue as an app needs it, with the one for its dead letters."""

    app: str
    """The app's name."""
    queue: str
    """The queue's name in Celery."""
    name: str
    """Its name on SQS; `.fifo` at the end means FIFO."""
    dead_letter: str | None
    """The name of its dead-letter queue on SQS; None without one."""
    visibility_timeout: int
    """Seconds until an unacknowledged message is delivered again."""
    retention: int
    """Seconds that a message is kept which nobody takes."""
    max_receive_count: int
    """Deliveries before a message goes to the dead-letter queue."""
    oldest_message: int = 0
    """Age in seconds of the oldest message that raises an alarm; 0 for none."""
    force_destroy: bool = False
    """Whether it may be deleted with messages in it."""
    adopt: bool = False
    """Whether a queue that exists already is taken over."""


@dataclass(frozen=True, kw_only=True)
class MadeQueue:
    """A queue that was made."""

    url: pulumi.Output[str]
    """Where Celery finds it."""
    arn: pulumi.Output[str]
    """Its ARN."""
    made: Sequence[Made]
    """The resources that it is, as far as Celery would notice a change of them."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """How an app gets at its queues."""

    access_key_id: pulumi.Output[str] | None = None
    """Of the app's user, where it has one. None: the app has the credentials of where it runs."""
    secret_access_key: pulumi.Output[str] | None = None
    """The other half, a secret."""
    outputs: Mapping[str, pulumi.Output[str]] = field(default_factory=dict)
    """What the app hands out: ARNs of policies."""
    made: Sequence[Made] = ()
    """The resources that it is."""


class SQSKind(Protocol):
    """What a broker on SQS needs of its server."""

    @property
    def provider(self) -> Provider:
        """The provider that runs the proof."""

    @property
    def region(self) -> str:
        """Region of the queues."""

    @property
    def host(self) -> str | None:
        """Host of an endpoint of one's own; None for AWS's."""

    @property
    def port(self) -> int | None:
        """Its port; None for that of its scheme."""

    @property
    def secure(self) -> bool:
        """Whether it has TLS."""

    @property
    def ca(self) -> pulumi.Output[str] | None:
        """PEM of the CA that signed its certificate, where one was given."""

    def queue(
        self,
        wanted: WantedQueue,
        *,
        beside: pulumi.Output[str] | None = None,
        parent: pulumi.Resource,
    ) -> MadeQueue:
        """Make a queue, with its dead-letter queue, policies and alarms.

        Args:
            wanted: the queue.
            beside: ARN of a queue that was made before it: in the same account and region.
            parent: the component it belongs to.
        """

    def access(
        self,
        app: str,
        *,
        queues: Sequence[MadeQueue],
        proof: MadeQueue,
        user: bool,
        parent: pulumi.Resource,
    ) -> Access:
        """Make what lets the app use exactly these queues.

        Args:
            app: the app's name.
            queues: its queues.
            proof: the queue of its proof.
            user: whether it gets a user with an access key, and not only policies to attach.
            parent: the component it belongs to.
        """
