"""Rules on queues of SQS by themselves: encryption, limits, protection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac_policies.aws.reading import is_on, mended, unprotected
from celeriac_policies.aws.sqs_queues import OURS, QUEUE, REDRIVE, is_proof, receive_count
from celeriac_policies.resource import Resource
from celeriac_policies.rule import Changes, Parameter, Rule, Settings, Severity, resource_rule

_GUIDE: Final = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
_DAY: Final = 86_400
_AWS_KEY: Final = "alias/aws/sqs"
_ENCRYPTION: Final = {
    QUEUE: ("sqsManagedSseEnabled", "kmsMasterKeyId"),
    OURS: ("encrypted", "kmsKey"),
}
"""The switch and the key, by type."""


def _encrypted(resource: Resource, given: Settings) -> Iterator[str]:
    """Messages at rest. SQS encrypts new queues by itself, unless told not to."""
    props = resource.props
    switch, key = _ENCRYPTION[resource.type]
    if not is_on(props, switch, default=True) and not props.get(key):
        yield f"its messages are not encrypted: set {switch} to true, or name a key in {key}"


def _encrypt(resource: Resource, given: Settings) -> Changes:
    """SQS's own keys."""
    if not any(_encrypted(resource, given)):
        return {}
    return {_ENCRYPTION[resource.type][0]: True}


encrypted = resource_rule(
    name="aws-sqs-encrypted",
    description="Messages are encrypted at rest.",
    severity=Severity.HIGH,
    reads=(QUEUE, OURS),
    steps="Set sqsManagedSseEnabled to true, or name a key in kmsMasterKeyId.",
    url=f"{_GUIDE}sqs-server-side-encryption.html",
    same_as={
        "checkov": ("CKV_AWS_27",),
        "cdk-nag": ("AwsSolutions-SQS2",),
        "trivy": ("AVD-AWS-0096",),
        "security-hub": ("SQS.1",),
    },
    mend=_encrypt,
)(_encrypted)


@resource_rule(
    name="aws-sqs-own-key",
    description="A key of one's own encrypts messages, so that its use is logged and ended.",
    severity=Severity.LOW,
    advice=True,
    reads=(QUEUE,),
    steps="Name a key of KMS in kmsMasterKeyId, and give senders and workers rights on it.",
    url=f"{_GUIDE}sqs-key-management.html",
    same_as={
        "checkov": ("CKV2_AWS_73",),
        "trivy": ("AVD-AWS-0135",),
        "cfn-nag": ("W48",),
    },
)
def own_key(resource: Resource, given: Settings) -> Iterator[str]:
    """A customer's key."""
    if resource.props.get("kmsMasterKeyId", _AWS_KEY) == _AWS_KEY:
        yield (
            "no key of yours encrypts it: name one in kmsMasterKeyId, where a regulation asks for "
            "one"
        )


@resource_rule(
    name="aws-sqs-key-reuse",
    description="A data key of KMS is used again for some minutes: each new one is a paid call.",
    severity=Severity.LOW,
    advice=True,
    reads=(QUEUE,),
    steps="Leave kmsDataKeyReusePeriodSeconds out (300), or set it higher, up to 86400.",
    url=f"{_GUIDE}sqs-key-management.html",
    parameters=(Parameter("leastSeconds", "integer", 300, "Seconds that a key is reused."),),
)
def key_reuse(resource: Resource, given: Settings) -> Iterator[str]:
    """Calls of KMS."""
    seconds = resource.props.get("kmsDataKeyReusePeriodSeconds", 300)
    if seconds < given["leastSeconds"]:
        yield (
            f"every {seconds} seconds it asks KMS for a new key, which is paid for and limited: "
            f"set kmsDataKeyReusePeriodSeconds to {given['leastSeconds']} or more"
        )


@resource_rule(
    name="aws-sqs-receive-count",
    description="A task is tried again after a lost worker, and not for ever.",
    severity=Severity.MEDIUM,
    reads=(QUEUE, REDRIVE, OURS),
    steps="Set maxReceiveCount of the redrive policy to 3 to 10.",
    url=f"{_GUIDE}sqs-dead-letter-queues.html",
    parameters=(
        Parameter("least", "integer", 2, "Deliveries before a message is a dead letter."),
        Parameter("most", "integer", 100, "The same, at most."),
    ),
)
def sane_receive_count(resource: Resource, given: Settings) -> Iterator[str]:
    """How often a message is delivered."""
    count = receive_count(resource)
    if count is None:
        return
    if count < given["least"]:
        yield (
            f"maxReceiveCount is {count}: a worker that is stopped during a task makes it a dead "
            f"letter; set it to {given['least']} or more"
        )
    if count > given["most"]:
        yield (
            f"maxReceiveCount is {count}: a task that kills its worker kills {count} of them; set "
            f"it to {given['most']} or less"
        )


@resource_rule(
    name="aws-sqs-retention",
    description="Tasks wait out a weekend on which nobody repairs the workers.",
    severity=Severity.MEDIUM,
    reads=(QUEUE, OURS),
    steps="Set messageRetentionSeconds to 345600 (4 days, SQS's default) or more.",
    url=f"{_GUIDE}sqs-basic-architecture.html",
    parameters=(Parameter("leastDays", "integer", 3, "Days that a message is kept at least."),),
)
def retention(resource: Resource, given: Settings) -> Iterator[str]:
    """How long a message is kept that nobody takes."""
    if is_proof(resource):
        return
    key = "retention" if resource.type == OURS else "messageRetentionSeconds"
    seconds, least = resource.props.get(key, 4 * _DAY), given["leastDays"] * _DAY
    if seconds < least:
        yield f"a task that waits {seconds} seconds is deleted: set {key} to {least} or more"


@resource_rule(
    name="aws-sqs-fifo-throughput",
    description="A FIFO queue is fast: order is a matter of a message group, not of the queue.",
    severity=Severity.LOW,
    advice=True,
    reads=(QUEUE,),
    steps="Set deduplicationScope to messageGroup and fifoThroughputLimit to perMessageGroupId.",
    url=f"{_GUIDE}high-throughput-fifo.html",
)
def fifo_throughput(resource: Resource, given: Settings) -> Iterator[str]:
    """High throughput."""
    props = resource.props
    wanted = {"deduplicationScope": "messageGroup", "fifoThroughputLimit": "perMessageGroupId"}
    if is_on(props, "fifoQueue"):
        for key, value in wanted.items():
            if props.known(key) and props.get(key) != value:
                yield f"all its groups together are limited as one: set {key} to {value}"


@mended(contentBasedDeduplication=True)
@resource_rule(
    name="aws-sqs-fifo-deduplication",
    description="A FIFO queue takes messages without an id of their own, too.",
    severity=Severity.LOW,
    advice=True,
    reads=(QUEUE,),
    steps="Set contentBasedDeduplication to true.",
    url=f"{_GUIDE}FIFO-queues-exactly-once-processing.html",
)
def fifo_deduplication(resource: Resource, given: Settings) -> Iterator[str]:
    """Whoever sends by hand sends no id of a message, as kombu does."""
    fifo = is_on(resource.props, "fifoQueue")
    if fifo and not is_on(resource.props, "contentBasedDeduplication"):
        yield (
            "SQS refuses messages without an id, such as those sent by hand: set "
            "contentBasedDeduplication to true"
        )


@resource_rule(
    name="aws-sqs-protected",
    description="Pulumi refuses to delete a queue, which AWS itself does not protect.",
    severity=Severity.MEDIUM,
    reads=(QUEUE,),
    steps="Give the queue the option protect=True.",
    url="https://www.pulumi.com/docs/iac/concepts/options/protect/",
)
def protected(resource: Resource, given: Settings) -> Iterator[str]:
    """Protection."""
    if not is_proof(resource):
        yield from unprotected(resource, "the queue and every task in it")


RULES: Final[tuple[Rule, ...]] = (
    encrypted,
    own_key,
    key_reuse,
    sane_receive_count,
    retention,
    fifo_throughput,
    fifo_deduplication,
    protected,
)
