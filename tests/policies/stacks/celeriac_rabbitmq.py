"""Celeriac's own resources, used against its advice: a poison message is lost after 20 tries."""

import pulumi

from celeriac.resources import Provider, rabbitmq

provider = Provider("mq", endpoint="https://mq.example.com:15671", organization="o")
opts = pulumi.ResourceOptions(provider=provider)
rabbitmq.Vhost("orders", name="orders", default_queue_type="quorum", opts=opts)
rabbitmq.User("app", name="app", tags=["administrator"], opts=opts)
rabbitmq.Permissions(
    "app", vhost="orders", user="app", configure=".*", write=".*", read=".*", opts=opts
)
rabbitmq.Policy(
    "queues",
    vhost="orders",
    name="queues",
    pattern="^orders$",
    apply_to="quorum_queues",
    delivery_limit=20,
    opts=opts,
)
