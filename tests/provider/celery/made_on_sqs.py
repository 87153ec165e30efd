"""Apps on SQS: their queues and the proof's made by hand, results in Redis."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.provider.celery import made
from tests.provider.celery.made import MadeApp
from tests.provider.sqs.gate import KEY, REGION, SECRET, client_of

from celeriac.contract import outputs
from celeriac.contract.proof import proof_queue
from celeriac.contract.redis_settings import redis_result_settings
from celeriac.contract.sqs_names import sqs_queue_name
from celeriac.contract.sqs_settings import sqs_queue_settings, sqs_settings
from celeriac.contract.urls import sqs_url


@contextmanager
def on_sqs(servers: made.Servers, host: str, port: int) -> Iterator[tuple[MadeApp, Any]]:
    """An app with a prefix. Yields (app, boto3's client).

    Args:
        servers: servers.json.
        host: of the endpoint.
        port: of the endpoint.
    """
    with made.on_redis(servers) as (with_results, _):
        name = with_results.name
        prefix, client = f"{name}-", client_of(f"http://{host}:{port}")
        urls = {
            queue.name: client.create_queue(
                QueueName=sqs_queue_name(prefix, queue.name),
                Attributes={"VisibilityTimeout": "1800"},
            )["QueueUrl"]
            for queue in (*made.QUEUES, proof_queue(name))
        }
        settings = sqs_settings(
            made.QUEUES,
            urls=urls,
            prefix=prefix,
            region=REGION,
            visibility_timeout=1800,
            endpoint=True,
            secure=False,
        )
        own = sqs_queue_settings([proof_queue(name)], urls=urls, prefix=prefix, region=REGION)
        options = settings["broker_transport_options"] | own["broker_transport_options"]
        settings = outputs.merge(
            {**settings, **own, "broker_transport_options": options},
            redis_result_settings(prefix=f"{name}:", expires=3600),
        )
        url = sqs_url(access_key_id=KEY, secret_access_key=SECRET, host=host, port=port)
        try:
            yield with_results.changed(broker_url=url, settings=settings), client
        finally:
            for queue in urls.values():
                client.delete_queue(QueueUrl=queue)
            client.close()


def count(client: Any, url: str, *, hidden: bool = True) -> int:
    """Messages in a queue, with those that somebody has received or without."""
    kinds = ("", "NotVisible", "Delayed") if hidden else ("",)
    names = [f"ApproximateNumberOfMessages{kind}" for kind in kinds]
    found = client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(map(int, found.values()))


def url_of(app: MadeApp, queue: str) -> str:
    """A queue's, from the app's own settings."""
    known = app.settings["broker_transport_options"]["predefined_queues"]
    return str(known[queue]["url"])


def task(name: str) -> str:
    """The body of a message that is no task of the proof's."""
    return json.dumps({"task": name})
