"""An app on RPC that uses chords: the component would refuse it, so it is made by hand."""

import json

import pulumi


class App(pulumi.ComponentResource):
    """What policies see of a CeleryApp."""

    def __init__(self, name: str, **props: object) -> None:
        super().__init__("celeriac:index:CeleryApp", name, props)
        self.register_outputs({})


App(
    "orders",
    broker="rabbitmq",
    resultBackend="rpc",
    proof=True,
    queueType="quorum",
    expires=None,
    uses={"chords": True, "sharedResults": True},
    settings=json.dumps(
        {
            "task_default_queue": "orders",
            "task_default_queue_type": "quorum",
            "task_default_exchange_type": "direct",
            "task_queue_max_priority": 10,
            "result_expires": None,
        }
    ),
    longestTask=1800,
    longestDelay=1800,
    prefetch=1,
)
