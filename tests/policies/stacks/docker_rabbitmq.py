"""A RabbitMQ in a container with its default user, and a PostgreSQL with a password of all."""

import pulumi


class Container(pulumi.CustomResource):
    """A container, without the package pulumi_docker."""

    def __init__(self, name: str, **props: object) -> None:
        super().__init__("docker:index/container:Container", name, props)


Container(
    "rabbitmq",
    image="rabbitmq:latest",
    envs=["RABBITMQ_DEFAULT_USER=guest", "RABBITMQ_DEFAULT_PASS=guest"],
    ports=[{"internal": 5672, "external": 5672, "ip": "0.0.0.0"}],  # noqa: S104 - what the pack is to find
)
Container(
    "postgres",
    image="postgres:17.2",
    envs=["POSTGRES_PASSWORD=postgres"],
    ports=[{"internal": 5432, "external": 5432, "ip": "127.0.0.1"}],
    volumes=[{"containerPath": "/var/lib/postgresql/data", "hostPath": "/srv/postgres"}],
    memory=512,
)
