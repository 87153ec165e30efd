"""Rules on dead letters of SQS: every task that fails again and again ends where it is seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac_policies.aws.reading import is_given
from celeriac_policies.aws.sqs_queues import (
    OURS,
    QUEUE,
    REDRIVE,
    REDRIVE_ALLOW,
    attached,
    dead_letters,
    is_proof,
    queues_by,
    sends_dead_letters,
)
from celeriac_policies.resource import Resource, Stack, each
from celeriac_policies.rule import (
    Rule,
    Settings,
    Severity,
    Violation,
    resource_rule,
    stack_rule,
)

_GUIDE: Final = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
_ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
_DEFAULT_RETENTION: Final = 345_600
_AGE: Final = "ApproximateAgeOfOldestMessage"
_WAITING: Final = "ApproximateNumberOfMessagesVisible"


@stack_rule(
    name="aws-sqs-dead-letters",
    description="A task that fails again and again goes to a dead-letter queue.",
    severity=Severity.HIGH,
    reads=(QUEUE, REDRIVE, OURS),
    steps=(
        "Make a queue for dead letters, and give this one a redrivePolicy with its ARN and a "
        "maxReceiveCount."
    ),
    url=f"{_GUIDE}sqs-dead-letter-queues.html",
    same_as={"cdk-nag": ("AwsSolutions-SQS3", "SQSRedrivePolicy")},
)
def has_dead_letters(stack: Stack, given: Settings) -> Iterator[Violation]:
    """Queues without a dead-letter queue that are none."""
    known, redrives = dead_letters(stack), attached(stack, REDRIVE)

    def without(queue: Resource) -> Iterator[Violation]:
        if is_proof(queue) or sends_dead_letters(queue) or known.takes(queue) is not False:
            return
        if queue.type == OURS or redrives.to(queue) is False:
            yield Violation(
                "a task that kills its worker comes back until it expires: make a dead-letter "
                "queue and name it in redrivePolicy, with a maxReceiveCount",
                queue,
            )

    yield from each(stack.of(QUEUE, OURS), without)


@resource_rule(
    name="aws-sqs-redrive-allow",
    description="A dead-letter queue takes dead letters of the queues that it names, only.",
    severity=Severity.MEDIUM,
    reads=(QUEUE, REDRIVE_ALLOW),
    steps="Set redrivePermission to byQueue, and name the queues in sourceQueueArns.",
    url=f"{_GUIDE}sqs-dead-letter-queues.html",
)
def redrive_allow(resource: Resource, given: Settings) -> Iterator[str]:
    """Whom it takes dead letters of."""
    allow = resource.props.document("redriveAllowPolicy")
    if allow.get("redrivePermission") == "allowAll":
        yield (
            "every queue of the account may send its dead letters here: set redrivePermission to "
            "byQueue, with sourceQueueArns"
        )


@stack_rule(
    name="aws-sqs-redrive-allow-present",
    description="A dead-letter queue says whose dead letters it takes.",
    severity=Severity.LOW,
    reads=(QUEUE, REDRIVE_ALLOW, REDRIVE),
    steps="Make an aws.sqs.RedriveAllowPolicy with redrivePermission byQueue and sourceQueueArns.",
    url=f"{_GUIDE}sqs-dead-letter-queues.html",
)
def says_whose(stack: Stack, given: Settings) -> Iterator[Violation]:
    """Dead-letter queues without a redrive-allow policy."""
    known, allows = dead_letters(stack), attached(stack, REDRIVE_ALLOW)

    def silent(queue: Resource) -> Iterator[Violation]:
        if is_given(queue.props, "redriveAllowPolicy") or not known.takes(queue):
            return
        if allows.to(queue) is False:
            yield Violation(
                "every queue of the account may send its dead letters here: make a "
                "RedriveAllowPolicy that names those that do",
                queue,
            )

    yield from each(stack.of(QUEUE), silent)


@stack_rule(
    name="aws-sqs-dead-letter-retention",
    description="Dead letters are kept longer than tasks: their age counts from the first sending.",
    severity=Severity.MEDIUM,
    reads=(QUEUE, REDRIVE),
    steps="Set messageRetentionSeconds of the dead-letter queue to 1209600 (14 days).",
    url=f"{_GUIDE}sqs-dead-letter-queues.html",
)
def kept_longer(stack: Stack, given: Settings) -> Iterator[Violation]:
    """Retention of both."""
    by_arn, by_url = queues_by(stack, "arn"), queues_by(stack, "id", "url")

    def shorter(redrive: Resource) -> Iterator[Violation]:
        target = redrive.props.document("redrivePolicy").get("deadLetterTargetArn")
        dead = by_arn.get(str(target))
        queue = redrive if redrive.type == QUEUE else by_url.get(redrive.props.get("queueUrl"))
        if dead is None or queue is None:
            return
        kept, after = _retention(queue), _retention(dead)
        if after <= kept:
            yield Violation(
                f"a dead letter of {queue.name}, which keeps tasks for {kept} seconds, may be "
                f"deleted as soon as it arrives: set messageRetentionSeconds, {after}, above that",
                dead,
            )

    yield from each(stack.of(QUEUE, REDRIVE), shorter)


@stack_rule(
    name="aws-sqs-alarms",
    description="Somebody is told of tasks that wait too long, and of dead letters.",
    severity=Severity.MEDIUM,
    reads=(QUEUE, _ALARM, REDRIVE),
    steps=(
        "Make an aws.cloudwatch.MetricAlarm on ApproximateAgeOfOldestMessage of each queue, and on "
        "ApproximateNumberOfMessagesVisible of each dead-letter queue, with alarmActions."
    ),
    url=f"{_GUIDE}sqs-available-cloudwatch-metrics.html",
)
def alarms(stack: Stack, given: Settings) -> Iterator[Violation]:
    """Alarms."""
    known = dead_letters(stack)
    watched = {key for alarm in stack.of(_ALARM) for key in _watched(alarm)}

    def unwatched(queue: Resource) -> Iterator[Violation]:
        takes = known.takes(queue)
        if is_proof(queue) or takes is None:
            return
        name = queue.props.get("name", "")
        wanted = (_WAITING,) if takes else (_AGE, _WAITING)
        if not any((name, metric) in watched for metric in wanted):
            what = "dead letters are in it" if takes else "tasks wait too long in it"
            yield Violation(
                f"nobody is told when {what}: make a MetricAlarm on {wanted[0]}, with alarmActions",
                queue,
            )

    yield from each(stack.of(QUEUE), unwatched)


def _watched(alarm: Resource) -> Iterator[tuple[str, str]]:
    """Queue and metric of an alarm that tells somebody."""
    props = alarm.props
    told = not props.known("alarmActions") or len(props.items_of("alarmActions")) > 0
    if props.get("namespace") == "AWS/SQS" and told:
        yield str(props.map("dimensions").get("QueueName")), str(props.get("metricName"))


def _retention(queue: Resource) -> int:
    return int(queue.props.get("messageRetentionSeconds", _DEFAULT_RETENTION))


RULES: Final[tuple[Rule, ...]] = (
    has_dead_letters,
    redrive_allow,
    says_whose,
    kept_longer,
    alarms,
)
