"""Servers on AWS, made through pulumi_aws, which this module imports and `celeriac` does not.

In a program of one's own:

    from celeriac.aws import AmazonMQServer, Network, Subnet

    network = Network(
        vpc_id="vpc-…",
        subnets=(Subnet("subnet-…", "eu-west-1a"), Subnet("subnet-…", "eu-west-1b")),
        clients=("sg-…",),
    )
    rabbit = AmazonMQServer("rabbit", network=network)
"""

from __future__ import annotations

from celeriac.deletion_protection import DeletionProtection
from celeriac.servers.aws.elasticache import ElastiCacheServer
from celeriac.servers.aws.mq import AmazonMQServer
from celeriac.servers.aws.network import Network, Subnet, find_network
from celeriac.servers.aws.rds import RDSServer
from celeriac.servers.aws.sqs import SQSServer
from celeriac.settings_secret import SettingsSecret

__all__ = [
    "AmazonMQServer",
    "DeletionProtection",
    "ElastiCacheServer",
    "Network",
    "RDSServer",
    "SQSServer",
    "SettingsSecret",
    "Subnet",
    "find_network",
]
