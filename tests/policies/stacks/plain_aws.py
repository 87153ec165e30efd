"""A broker on SQS and a Redis, by somebody who does not use Celeriac."""

import pulumi_aws as aws

aws.sqs.Queue("orders", sqs_managed_sse_enabled=True)
aws.elasticache.ParameterGroup(
    "cache",
    family="redis7",
    parameters=[{"name": "maxmemory-policy", "value": "allkeys-lru"}],
)
