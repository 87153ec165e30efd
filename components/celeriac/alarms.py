"""CloudWatch alarms on the queues of an app: tasks that wait too long, and tasks that died."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

PERIOD = 300
"""Seconds that one value is for. SQS reports every minute, and stops some hours after a queue's
last use: what is missing is no alarm."""


def oldest_message(
    name: str,
    *,
    queue: pulumi.Input[str],
    what: str,
    seconds: int,
    topic: str,
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> aws.cloudwatch.MetricAlarm:
    """An alarm on the age of a queue's oldest message.

    A message counts from when it was sent until it is deleted, also while a worker holds it: a
    delayed or a late-acknowledged task grows old here without anything being wrong.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html

    Args:
        name: the resource's name in Pulumi.
        queue: the queue's name on SQS.
        what: the queue in words, for the message.
        seconds: the age that raises it.
        topic: ARN of the SNS topic that is told when it begins and when it is over.
        tags: its tags.
        opts: Pulumi's options of a resource.
    """
    return _alarm(
        name,
        queue=queue,
        metric="ApproximateAgeOfOldestMessage",
        threshold=seconds,
        description=(
            f"The oldest message of {what} is older than {seconds} seconds: see whether its "
            "workers run, and whether they are enough."
        ),
        topic=topic,
        tags=tags,
        opts=opts,
    )


def dead_letters(
    name: str,
    *,
    queue: pulumi.Input[str],
    what: str,
    topic: str,
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> aws.cloudwatch.MetricAlarm:
    """An alarm on a dead-letter queue with a message in it; arguments as of `oldest_message`."""
    return _alarm(
        name,
        queue=queue,
        metric="ApproximateNumberOfMessagesVisible",
        threshold=0,
        description=(
            f"There are dead letters of {what}: look at them, mend what they died of, then "
            "redrive or delete them."
        ),
        topic=topic,
        tags=tags,
        opts=opts,
    )


def _alarm(
    name: str,
    *,
    queue: pulumi.Input[str],
    metric: str,
    threshold: int,
    description: str,
    topic: str,
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> aws.cloudwatch.MetricAlarm:
    return aws.cloudwatch.MetricAlarm(
        name,
        namespace="AWS/SQS",
        metric_name=metric,
        dimensions={"QueueName": queue},
        statistic="Maximum",
        period=PERIOD,
        evaluation_periods=1,
        comparison_operator="GreaterThanThreshold",
        threshold=threshold,
        treat_missing_data="notBreaching",
        alarm_description=description,
        alarm_actions=[topic],
        ok_actions=[topic],
        tags=tags,
        opts=opts,
    )
