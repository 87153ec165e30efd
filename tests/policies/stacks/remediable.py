"""What a platform team cannot change in a program of others, and the pack can mend."""

import pulumi_aws as aws

aws.sqs.Queue(
    "orders",
    sqs_managed_sse_enabled=False,
    redrive_policy='{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:123456789012:x",'
    '"maxReceiveCount":5}',
)
aws.elasticache.ParameterGroup(
    "cache",
    family="redis7",
    parameters=[
        {"name": "maxmemory-policy", "value": "allkeys-lru"},
        {"name": "timeout", "value": "0"},
    ],
)
