"""An app on SQS: its queues as the components make them, and what Celery is told of them."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from celery import Celery

from celeriac.contract.queues import Queue
from celeriac.contract.sqs_names import is_fifo, sqs_dead_letter_name, sqs_queue_name
from celeriac.contract.sqs_settings import sqs_settings
from celeriac.contract.urls import sqs_url
from tests.sqs.recorder import Recorder

REGION = "eu-west-1"
_ID, _SECRET = "AKIDEXAMPLE", "a/secret+key"


@dataclass(frozen=True, kw_only=True)
class App:
    """An app with queues on a server, each with its dead letters.

    Args:
        server: the server's address.
        client: boto3's, for what the tests do and look at by themselves.
        result_backend: its URL and transport options.
        queues: as Celery knows them.
        prefix: of their names on the server.
        urls: of the queues, by their names in Celery.
        dead_letters: of their dead letters, by the same names.
        arns: of the queues, by the same names.
        visibility_timeout: seconds.
    """

    server: str
    client: Any
    result_backend: Mapping[str, Any]
    queues: Sequence[Queue]
    prefix: str
    urls: Mapping[str, str]
    dead_letters: Mapping[str, str]
    arns: Mapping[str, str]
    visibility_timeout: int

    def environment(
        self, through: Recorder | None = None, options: Mapping[str, Any] | None = None
    ) -> dict[str, str]:
        """What the stack hands out for a container.

        Args:
            through: what the app's calls go through.
            options: of the transport, that the app changes by itself.
        """
        urls = {name: through.through(url) if through else url for name, url in self.urls.items()}
        settings = sqs_settings(
            self.queues,
            urls=urls,
            prefix=self.prefix,
            region=REGION,
            visibility_timeout=self.visibility_timeout,
            endpoint=True,
            secure=False,
        )
        settings["broker_transport_options"] |= options or {}
        settings["result_backend_transport_options"] |= self.result_backend["transport_options"]
        port = through.port if through else urlsplit(self.server).port
        login = {"access_key_id": _ID, "secret_access_key": _SECRET}
        return {
            "CELERY_BROKER_URL": sqs_url(**login, host="127.0.0.1", port=port),
            "CELERY_RESULT_BACKEND": self.result_backend["url"],
            "CELERY_SETTINGS": json.dumps(settings),
        }

    def process(
        self,
        folder: Path,
        through: Recorder | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> dict[str, str]:
        """The whole environment of a worker: nothing of AWS is in it."""
        environment = self.environment(through, options)
        return {"PATH": os.environ["PATH"], "HOME": str(folder), **environment}

    def celery(self, through: Recorder | None = None) -> Celery:
        """A producer that knows the tasks by name only."""
        environment = self.environment(through)
        app = Celery(
            broker=environment["CELERY_BROKER_URL"], backend=environment["CELERY_RESULT_BACKEND"]
        )
        app.conf.update(json.loads(environment["CELERY_SETTINGS"]))
        return app

    def messages(self, url: str) -> int:
        """How many are in a queue, waiting or with somebody."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def delete(self) -> None:
        """Delete the queues."""
        for url in (*self.urls.values(), *self.dead_letters.values()):
            self.client.delete_queue(QueueUrl=url)


def make_app(
    server: str,
    result_backend: Mapping[str, Any],
    queues: Sequence[Queue],
    *,
    prefix: str,
    visibility_timeout: int,
    max_receive_count: int,
) -> App:
    """Make the queues of an app.

    Args:
        server: the server's address.
        result_backend: URL and transport options.
        queues: the app's.
        prefix: of their names.
        visibility_timeout: seconds.
        max_receive_count: deliveries before a message is dead.
    """
    client = boto3.client(
        "sqs",
        endpoint_url=server,
        region_name=REGION,
        aws_access_key_id=_ID,
        aws_secret_access_key=_SECRET,
    )

    def make(name: str, attributes: Mapping[str, Any]) -> tuple[str, str]:
        kind = {"FifoQueue": "true"} if is_fifo(name) else {}
        every: Any = {**attributes, **kind}
        url = client.create_queue(QueueName=name, Attributes=every)["QueueUrl"]
        found = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, found["Attributes"]["QueueArn"]

    urls, dead_letters, arns = {}, {}, {}
    for queue in queues:
        dead, dead_arn = make(sqs_dead_letter_name(prefix, queue.name), {})
        redrive = {"deadLetterTargetArn": dead_arn, "maxReceiveCount": max_receive_count}
        attributes = {
            "VisibilityTimeout": str(visibility_timeout),
            "RedrivePolicy": json.dumps(redrive),
        }
        dead_letters[queue.name] = dead
        name = sqs_queue_name(prefix, queue.name)
        urls[queue.name], arns[queue.name] = make(name, attributes)
    return App(
        server=server,
        client=client,
        result_backend=result_backend,
        queues=queues,
        prefix=prefix,
        urls=urls,
        dead_letters=dead_letters,
        arns=arns,
        visibility_timeout=visibility_timeout,
    )


def wait_until(done: Callable[[], bool], seconds: float = 40) -> None:
    """Wait for it.

    Raises:
        AssertionError: it did not come.
    """
    ends = time.monotonic() + seconds
    while not done():
        if time.monotonic() > ends:
            raise AssertionError(f"not within {seconds} seconds")
        time.sleep(0.1)
