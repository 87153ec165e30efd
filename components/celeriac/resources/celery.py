# Written by tools/resources from the provider's declarations: change those.
"""Resources of celery, as the provider offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from celeriac.resources.base import CeleriacResource, secret

if TYPE_CHECKING:
    from collections.abc import Mapping


class RoundTrip(CeleriacResource):
    """A real Celery round trip: a task is sent, run by a worker, and its result fetched.

    It speaks as the app's own user over the app's own URLs and settings, on a queue of its own,
    which it removes (on SQS, Kafka and Pub/Sub, empties). It runs when it is created and whenever
    an input changes; deleting it does nothing. When it fails, it says which of the two failed,
    broker or result backend, and why.

    Args:
        resource_name: the name of the resource in Pulumi.
        app: The app's name.
        broker_url: Celery's broker_url.
        queue: Name of the proof's own queue, to which the app's user must have the same rights
            as to the app's queues; by convention `<app>.celeriac-proof`. On RabbitMQ it is also
            the name of an exchange; on SQS it is one of the app's `predefined_queues`, on Kafka
            a topic, on Pub/Sub a subscription's without its prefix, and only its messages go.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        result_backend: Celery's result_backend. Without one, only the running of the task is
            proved.
        settings: Celery's settings as the app is given them, one JSON object. What names
            queues, routes and modules of the app is replaced by the proof's own. Default: '{}'.
        django: Where results go through Django (`django-db`, `django-cache`): Django's
            `DATABASES` and `CACHES`, one JSON object, with the entries under the alias
            `celery`.
        triggers: Whatever should make the proof run again when it changes. Default: {}.
        ca: The certificate authority of broker and result backend, PEM. It stands in for the
            paths in URLs and settings, which are those of the app's host.
        broker_via: How the broker is reached from outside its network, as the provider's `via`.
        result_backend_via: How the result backend is reached from outside its network, as the
            provider's `via`.
        timeout: How long one proof may take, in seconds. Default: 30.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        app: pulumi.Input[str],
        broker_url: pulumi.Input[str],
        queue: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        result_backend: pulumi.Input[str] | None = None,
        settings: pulumi.Input[str] | None = None,
        django: pulumi.Input[str] | None = None,
        triggers: pulumi.Input[Mapping[str, pulumi.Input[Any]]] | None = None,
        ca: pulumi.Input[str] | None = None,
        broker_via: pulumi.Input[Mapping[str, pulumi.Input[Any]]] | None = None,
        result_backend_via: pulumi.Input[Mapping[str, pulumi.Input[Any]]] | None = None,
        timeout: pulumi.Input[float] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:celery:RoundTrip",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "app": app,
                "brokerUrl": secret(broker_url),
                "resultBackend": secret(result_backend),
                "settings": secret(settings),
                "django": secret(django),
                "queue": queue,
                "triggers": triggers,
                "ca": ca,
                "brokerVia": broker_via,
                "resultBackendVia": result_backend_via,
                "timeout": timeout,
                "celeryVersion": None,
                "worker": None,
                "duration": None,
            },
            opts,
        )

    @property
    def adopt(self) -> pulumi.Output[bool]:
        """Take over an object that exists already and was not made by this resource, and
        manage it from now on, deletion included."""
        return self._property("adopt")

    @property
    def mark(self) -> pulumi.Output[str | None]:
        """The mark of ownership that the object carries on its server."""
        return self._property("mark")

    @property
    def app(self) -> pulumi.Output[str]:
        """The app's name."""
        return self._property("app")

    @property
    def broker_url(self) -> pulumi.Output[str]:
        """Celery's broker_url."""
        return self._property("brokerUrl")

    @property
    def result_backend(self) -> pulumi.Output[str | None]:
        """Celery's result_backend. Without one, only the running of the task is proved."""
        return self._property("resultBackend")

    @property
    def settings(self) -> pulumi.Output[str]:
        """Celery's settings as the app is given them, one JSON object. What names queues,
        routes and modules of the app is replaced by the proof's own."""
        return self._property("settings")

    @property
    def django(self) -> pulumi.Output[str | None]:
        """Where results go through Django (`django-db`, `django-cache`): Django's `DATABASES`
        and `CACHES`, one JSON object, with the entries under the alias `celery`."""
        return self._property("django")

    @property
    def queue(self) -> pulumi.Output[str]:
        """Name of the proof's own queue, to which the app's user must have the same rights as
        to the app's queues; by convention `<app>.celeriac-proof`. On RabbitMQ it is
        also the name of an exchange; on SQS it is one of the app's
        `predefined_queues`, on Kafka a topic, on Pub/Sub a subscription's without
        its prefix, and only its messages go."""
        return self._property("queue")

    @property
    def triggers(self) -> pulumi.Output[Mapping[str, Any]]:
        """Whatever should make the proof run again when it changes."""
        return self._property("triggers")

    @property
    def ca(self) -> pulumi.Output[str | None]:
        """The certificate authority of broker and result backend, PEM. It stands in for the
        paths in URLs and settings, which are those of the app's host."""
        return self._property("ca")

    @property
    def broker_via(self) -> pulumi.Output[Mapping[str, Any] | None]:
        """How the broker is reached from outside its network, as the provider's `via`."""
        return self._property("brokerVia")

    @property
    def result_backend_via(self) -> pulumi.Output[Mapping[str, Any] | None]:
        """How the result backend is reached from outside its network, as the provider's `via`."""
        return self._property("resultBackendVia")

    @property
    def timeout(self) -> pulumi.Output[float]:
        """How long one proof may take, in seconds."""
        return self._property("timeout")

    @property
    def celery_version(self) -> pulumi.Output[str | None]:
        """Version of Celery that it was proved with."""
        return self._property("celeryVersion")

    @property
    def worker(self) -> pulumi.Output[str | None]:
        """Name of the worker that ran the task."""
        return self._property("worker")

    @property
    def duration(self) -> pulumi.Output[float | None]:
        """How long the last proof took, in seconds."""
        return self._property("duration")
