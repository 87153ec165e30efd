"""An ElastiCache in cluster mode, in clear, without a password."""

import pulumi_aws as aws

aws.elasticache.ReplicationGroup(
    "cache",
    description="broker",
    engine="redis",
    engine_version="7.1",
    node_type="cache.t4g.small",
    num_node_groups=3,
    replicas_per_node_group=0,
    parameter_group_name="default.redis7.cluster.on",
    transit_encryption_enabled=False,
    at_rest_encryption_enabled=False,
)
aws.elasticache.User(
    "app",
    user_id="app",
    user_name="app",
    engine="REDIS",
    no_password_required=True,
    access_string="on ~* &* +@all",
)
