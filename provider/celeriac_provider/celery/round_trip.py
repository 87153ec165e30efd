"""The proof, as a resource: a real Celery round trip as the app's own user."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import Any, Self

from celeriac_provider.celery.prover import Prover
from celeriac_provider.celery.ways import Ways
from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import Refused, Unreachable
from celeriac_provider.engine.properties import Problem, output, prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.proof.directions import Directions
from celeriac_provider.proof.django import RESULTS
from celeriac_provider.proof.request import Request
from celeriac_provider.reach import way


def _not_empty(value: str) -> str | None:
    return None if value.strip() else "must not be empty"


def _url(value: str) -> str | None:
    return None if "://" in value else "is not a URL: write it as scheme://user:password@host:port"


def _backend(value: str) -> str | None:
    return None if value in RESULTS else _url(value)


def _django(value: str) -> str | None:
    try:
        found = json.loads(value)
    except ValueError:
        return "is not JSON: give DATABASES and CACHES as one JSON object"
    return None if isinstance(found, dict) else "must be a JSON object with DATABASES and CACHES"


def _settings(value: str) -> str | None:
    try:
        settings = json.loads(value)
    except ValueError:
        return "is not JSON: give the settings as one JSON object"
    return None if isinstance(settings, dict) else "must be a JSON object of Celery's settings"


def _positive(value: float) -> str | None:
    return None if value > 0 else "must be more than 0 seconds"


class RoundTrip(Resource):
    """A real Celery round trip: a task is sent, run by a worker, and its result fetched.

    It speaks as the app's own user over the app's own URLs and settings, on a queue of its own,
    which it removes (on SQS, Kafka and Pub/Sub, empties). It runs when it is created and whenever
    an input changes; deleting it does nothing. When it fails, it says which of the two failed,
    broker or result backend, and why.
    """

    token = "celery:RoundTrip"  # noqa: S105 - a type token
    identity = ("app",)
    not_importable = "a proof is not an object on a server: let `pulumi up` create it"

    app: str = prop("The app's name.", replaces=True, check=_not_empty)
    broker_url: str = prop("Celery's broker_url.", secret=True, check=_url)
    result_backend: str | None = prop(
        "Celery's result_backend. Without one, only the running of the task is proved.",
        default=None,
        secret=True,
        check=_backend,
    )
    settings: str = prop(
        "Celery's settings as the app is given them, one JSON object. What names queues, routes "
        "and modules of the app is replaced by the proof's own.",
        default="{}",
        secret=True,
        check=_settings,
    )
    django: str | None = prop(
        "Where results go through Django (`django-db`, `django-cache`): Django's `DATABASES` and "
        "`CACHES`, one JSON object, with the entries under the alias `celery`.",
        default=None,
        secret=True,
        check=_django,
    )
    queue: str = prop(
        "Name of the proof's own queue, to which the app's user must have the same rights as to "
        "the app's queues; by convention `<app>.celeriac-proof`. On RabbitMQ it is also the name "
        "of an exchange; on SQS it is one of the app's `predefined_queues`, on Kafka a topic, on "
        "Pub/Sub a subscription's without its prefix, and only its messages go.",
        check=_not_empty,
    )
    triggers: dict[str, Any] = prop(
        "Whatever should make the proof run again when it changes.", default={}
    )
    ca: str | None = prop(
        "The certificate authority of broker and result backend, PEM. It stands in for the paths "
        "in URLs and settings, which are those of the app's host.",
        default=None,
    )
    broker_via: dict[str, Any] | None = prop(
        "How the broker is reached from outside its network, as the provider's `via`.",
        default=None,
        local=True,
        check=way.problem,
    )
    result_backend_via: dict[str, Any] | None = prop(
        "How the result backend is reached from outside its network, as the provider's `via`.",
        default=None,
        local=True,
        check=way.problem,
    )
    timeout: float = prop(
        "How long one proof may take, in seconds.", default=30, check=_positive, local=True
    )
    celery_version: str | None = output("Version of Celery that it was proved with.")
    worker: str | None = output("Name of the worker that ran the task.")
    duration: float | None = output("How long the last proof took, in seconds.")

    def problems(self) -> Iterable[Problem]:
        """Results through Django need Django's settings."""
        if self.result_backend in RESULTS and self.django is None:
            yield Problem(
                "django",
                f"django of RoundTrip is missing: resultBackend is {self.result_backend}, so give "
                "Django's DATABASES and CACHES",
            )

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """Nothing is left on a server that could be read."""
        del ctx, key
        return prior

    def create(self, ctx: Context) -> Self:
        """Run the proof.

        Raises:
            Unreachable: broker or result backend did not answer.
            Refused: they answered, and the round trip is not possible.
        """
        ways = Ways(ctx, self.app, float(self.timeout))
        ways.add("broker", self.broker_url, self.broker_via)
        request = self._request({})
        ways.add("result backend", request.backend_url, self.result_backend_via)
        request = dataclasses.replace(request, directions=ways.directions)
        verdict = ctx.client(Prover).prove(request, self.ca, ctx.cancelled)
        if verdict["ok"]:
            return dataclasses.replace(
                self,
                celery_version=verdict["celery"],
                worker=verdict["worker"],
                duration=verdict["seconds"],
            )
        ways.explain(verdict["part"])
        sentence = f"the proof of {self.app} failed at its {verdict['part']}: {verdict['sentence']}"
        raise (Unreachable if verdict["kind"] == "unreachable" else Refused)(sentence)

    def update(self, old: Self, ctx: Context) -> Self:
        """Run the proof again."""
        del old
        return self.create(ctx)

    def delete(self, ctx: Context) -> None:
        """The proof has removed what it made."""

    def _request(self, directions: Directions) -> Request:
        return Request(
            app=self.app,
            broker_url=self.broker_url,
            result_backend=self.result_backend,
            settings=json.loads(self.settings),
            queue=self.queue,
            ca_file=None,
            timeout=float(self.timeout),
            django=self.django,
            directions=directions,
        )
