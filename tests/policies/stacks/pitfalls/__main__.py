"""Five apps, each with one of the pitfalls that people have with Celery's brokers and backends."""

from __future__ import annotations

import json
from typing import Any

import pulumi

from celeriac.resources import Provider, redis

HOUR, DAY = 3600, 86_400


class App(pulumi.ComponentResource):
    """An app as policies see it; the component itself would refuse most of these."""

    def __init__(self, name: str, *, settings: dict[str, Any], **props: Any) -> None:
        props = {"settings": json.dumps({"result_expires": HOUR, **settings}), **props}
        super().__init__("celeriac:index:CeleryApp", name, props)
        self.register_outputs({})


# A reminder for tomorrow is delivered again after an hour, and again, and again.
App(
    "reminders",
    broker="redis",
    resultBackend="redis",
    longestTask=60,
    longestDelay=DAY,
    settings={
        "broker_transport_options": {"visibility_timeout": HOUR, "global_keyprefix": "reminders:"},
        "result_backend_transport_options": {
            "visibility_timeout": HOUR,
            "global_keyprefix": "reminders:",
        },
        "visibility_timeout": HOUR,
    },
)

# When memory is short, tasks are deleted.
cache = Provider(
    "cache",
    endpoint="rediss://cache.example.com:6379/0",
    username="deployer",
    password=pulumi.Output.secret("not asked for"),
)
redis.Config(
    "cache",
    settings={"maxmemory-policy": "allkeys-lru"},
    opts=pulumi.ResourceOptions(provider=cache),
)

# A web page asks for a result that only the process that sent the task can get, and once.
App(
    "quotes",
    broker="rabbitmq",
    resultBackend="rpc",
    uses={"sharedResults": True},
    settings={"broker_transport_options": {"confirm_publish": True}},
)

# A report of 900 kB is more than a megabyte by the time it is on SQS.
App(
    "reports",
    broker="sqs",
    resultBackend="postgresql",
    uses={"largestMessage": 900_000},
    settings={
        "broker_transport_options": {"visibility_timeout": 4 * HOUR},
        "result_backend_transport_options": {"visibility_timeout": 4 * HOUR},
        "visibility_timeout": 4 * HOUR,
        "worker_enable_remote_control": False,
    },
)

# Nobody said where results go.
pulumi.export(
    "invoices",
    {
        "broker_url": pulumi.Output.secret(
            "amqps://invoices:not-asked-for@mq.example.com/invoices"
        ),
        "settings": json.dumps({"broker_transport_options": {"confirm_publish": True}}),
    },
)
