"""An ActiveMQ where a RabbitMQ was meant, open to the world."""

import pulumi_aws as aws

aws.mq.Broker(
    "broker",
    broker_name="broker",
    engine_type="ActiveMQ",
    engine_version="5.18",
    host_instance_type="mq.m5.large",
    publicly_accessible=True,
    users=[{"username": "celery", "password": "celery-celery"}],
)
aws.ec2.SecurityGroup(
    "broker",
    ingress=[{"protocol": "tcp", "from_port": 0, "to_port": 65535, "cidr_blocks": ["0.0.0.0/0"]}],
)
