"""A vhost and a user by pulumi_rabbitmq, with all rights on everything."""

import pulumi


class Resource(pulumi.CustomResource):
    """A resource of pulumi_rabbitmq, without the package."""

    def __init__(self, kind: str, named: str, /, **props: object) -> None:
        module = kind[0].lower() + kind[1:]
        super().__init__(f"rabbitmq:index/{module}:{kind}", named, props, opts)


provider = pulumi.ProviderResource(
    "rabbitmq",
    "mq",
    {"endpoint": "http://mq.example.com:15672", "username": "guest", "password": "guest"},
)
opts = pulumi.ResourceOptions(provider=provider)
Resource("VHost", "orders", name="orders")
Resource("User", "guest", name="guest", password="guest", tags=["administrator"])
Resource(
    "Permissions",
    "orders",
    user="guest",
    vhost="orders",
    permissions={"configure": ".*", "write": ".*", "read": ".*"},
)
Resource(
    "Queue",
    "orders",
    name="orders",
    vhost="orders",
    settings={"durable": True, "arguments": {"x-queue-type": "quorum", "x-max-priority": 5}},
)
