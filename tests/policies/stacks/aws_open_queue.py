"""A queue that everybody may read and write, and rights on everything for the app."""

import json

import pulumi_aws as aws

dead = aws.sqs.Queue("orders-dead", sqs_managed_sse_enabled=False)
queue = aws.sqs.Queue(
    "orders",
    sqs_managed_sse_enabled=False,
    redrive_policy=dead.arn.apply(
        lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    ),
)
aws.sqs.QueuePolicy(
    "orders",
    queue_url="https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
            ],
        }
    ),
)
aws.iam.Policy(
    "worker",
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}],
        }
    ),
)
