"""The user for an app's monitors in a stack file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac.contract import monitor_name, user_problem
from celeriac.settings import readers
from celeriac.settings.claims import Claim
from celeriac.settings.model import MonitorEntry
from celeriac.settings.problems import below
from celeriac.settings.server_model import (
    AwsRabbitmqServer,
    AwsRedisServer,
    AwsSqsServer,
    KafkaServer,
    PubsubServer,
    RabbitmqServer,
    SqsServer,
)

if TYPE_CHECKING:
    from celeriac.settings.section import Section
    from celeriac.settings.server_model import AnyServer


def read_monitor(
    entry: Section, app: str, server: AnyServer | None
) -> tuple[MonitorEntry | None, tuple[Claim, ...]]:
    """`monitor` of an app's entry: true, or a map; and its claim on the broker's server.

    Args:
        entry: the app's entry.
        app: the app's name.
        server: that of its broker; None where it is not known.
    """
    path = below(entry.path, "monitor")
    if entry.get("monitor", _is_map, default=False):
        found = entry.child("monitor")
        system = "rabbitmq" if isinstance(server, RabbitmqServer | AwsRabbitmqServer) else "redis"
        name = readers.named(lambda text: user_problem(text, system=system))
        user = found.get("user", name, monitor_name(app))
        broker_api = found.get("brokerApi", readers.boolean, default=False)
        if broker_api and server is not None and system != "rabbitmq":
            found.problem(
                "is true, which is for Flower's view of RabbitMQ's queues: leave it out",
                "brokerApi",
            )
        found.finish()
        path = below(path, "user")
    elif entry.get("monitor", _switch, default=False):
        user, broker_api = monitor_name(app), False
    else:
        return None, ()
    if isinstance(server, SqsServer | AwsSqsServer | KafkaServer):
        system = "Kafka" if isinstance(server, KafkaServer) else "SQS"
        entry.problem(
            f"cannot work on {system}, where nobody can ask workers or hear their events: leave it "
            "out, or put the broker on a rabbitmq or redis server",
            "monitor",
        )
    if isinstance(server, PubsubServer):
        entry.problem(
            "is a user of the broker's, and Pub/Sub has none: leave it out, and give the identity "
            "that Flower runs as the roles in docs/pubsub.md",
            "monitor",
        )
    if isinstance(server, AwsRedisServer) and server.shared_auth_token:
        entry.problem(
            "cannot be a user of its own where all share a token (sharedAuthToken on server "
            f"{server.name}): leave one of them out",
            "monitor",
        )
    made = MonitorEntry(user=user, broker_api=broker_api)
    if server is None:
        return made, ()
    return made, (Claim(app=app, server=server.name, thing="user", value=user, path=path),)


def _is_map(raw: object) -> bool:
    return isinstance(raw, dict)


def _switch(raw: object) -> bool:
    return readers.boolean(raw)
