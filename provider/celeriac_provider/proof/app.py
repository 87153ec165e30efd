"""The Celery app of the proof: the app's URLs and settings, on the proof's own queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery import Celery
from kombu.entity import Exchange, Queue

from celeriac_provider.proof import django
from celeriac_provider.proof.authority import with_authority, with_authority_in_url
from celeriac_provider.proof.directions import of_libpq, of_pymongo
from celeriac_provider.proof.kafka import Ear, impatient_kafka, is_kafka
from celeriac_provider.proof.pubsub import impatient_pubsub, is_pubsub, subscription
from celeriac_provider.proof.request import TASK, Request
from celeriac_provider.proof.sqs import impatient, is_sqs

LEFTOVER_EXPIRES = 600
"""Seconds after which RabbitMQ removes the queue of a proof that was killed."""

_NOT_OURS = (
    *("imports", "include", "beat_schedule", "worker_consumer"),
    *("task_routes", "task_annotations"),
    "task_always_eager",
)
"""Settings that speak of the app's own modules and tasks, which are not here."""


def proof_app(request: Request, on_blocked: Callable[[str], None] | None = None) -> Celery:
    """A Celery app that speaks to the app's broker and result backend, and knows one task.

    Args:
        request: the app's URLs and settings.
        on_blocked: called when RabbitMQ says that it reads no more from who publishes.
    """
    broker_url, result_backend = request.broker_url, request.result_backend
    settings = {k: v for k, v in request.settings.items() if k not in _NOT_OURS}
    if request.ca_file is not None:
        settings = with_authority(settings, broker_url, request.ca_file)
        broker_url = with_authority_in_url(broker_url, request.ca_file)
        result_backend = result_backend and with_authority_in_url(result_backend, request.ca_file)
    if request.django is not None:
        django.configure(
            django.read(request.django),
            ca_file=request.ca_file,
            patience=_patience(request),
            directions=request.directions,
        )
    app = Celery("celeriac-proof", broker=broker_url, backend=result_backend, set_as_current=False)
    app.conf.update(settings)
    over_amqp = broker_url.partition("://")[0] in {"amqp", "amqps", "pyamqp"}
    app.conf.update(_own_queue(request, over_amqp=over_amqp))
    app.conf.update(_impatience(request, result_backend or ""))
    options = dict(app.conf.broker_transport_options or {})
    if broker_url.startswith(("redis", "sentinel")):
        # How long its worker's last wait for a message lasts, in seconds: nobody stops it earlier.
        options["polling_interval"] = 0.1
    if over_amqp:
        # Without it a publish that the broker refuses is lost in silence.
        options["confirm_publish"] = True
        options["on_blocked"] = on_blocked
    if "sentinel_kwargs" in options:
        options["sentinel_kwargs"] = _once(options["sentinel_kwargs"])
    if is_sqs(broker_url):
        options = impatient(options, _patience(request))
    if is_kafka(broker_url):
        options = impatient_kafka(options, _patience(request), Ear(), request.ca_file)
    if is_pubsub(broker_url):
        options = impatient_pubsub(options, _patience(request))
    app.conf.broker_transport_options = options

    @app.task(name=TASK, bind=True, shared=False, ignore_result=not result_backend, acks_late=False)  # type: ignore[untyped-decorator]
    def prove(self: Any, token: str) -> dict[str, str]:
        return {"token": token, "worker": self.request.hostname}

    app.finalize()
    return app


def _own_queue(request: Request, *, over_amqp: bool) -> dict[str, Any]:
    """Only the proof's queue, declared like the app's own: a worker takes from no other."""
    declared = request.settings.get("task_queues") or {}
    like = declared.get(request.settings.get("task_default_queue"), {})
    name = request.queue
    kind = like.get("exchange_type") or request.settings.get("task_default_exchange_type", "direct")
    arguments = dict(like.get("queue_arguments") or {})
    queue_type = request.settings.get("task_default_queue_type")
    if over_amqp and queue_type == "quorum":
        arguments.setdefault("x-queue-type", queue_type)
    # kombu deletes a message from the queue that its routing key names, on SQS.
    # A topic on Kafka has the name of its queue anyway.
    # The proof's subscription on Pub/Sub takes what has its name.
    over_pubsub = is_pubsub(request.broker_url)
    plain = over_pubsub or is_sqs(request.broker_url)
    key = name if plain else name.replace(".", "%2E")
    options = request.settings.get("broker_transport_options") or {}
    place = subscription(options, name) if over_pubsub else name
    # An exchange that goes with its queue, which goes by itself should the proof be killed.
    exchange = Exchange(place, type=kind, auto_delete=over_amqp)  # type: ignore[no-untyped-call]
    queue = Queue(  # type: ignore[no-untyped-call]
        name,
        exchange,
        routing_key=key,
        queue_arguments=arguments or None,
        expires=LEFTOVER_EXPIRES if over_amqp else None,
    )
    return {
        "task_queues": [queue],
        "task_default_queue": name,
        "task_default_exchange": place,
        "task_default_exchange_type": kind,
        "task_default_routing_key": queue.routing_key,
        "task_create_missing_queues": False,
        "task_send_sent_event": False,
        "worker_send_task_events": False,
    }


def _once(sentinels: dict[str, Any]) -> dict[str, Any]:
    """Options of connections to sentinels: redis-py would log in ten times, with growing pauses."""
    from redis.backoff import NoBackoff  # noqa: PLC0415 - an app on RabbitMQ alone has no redis-py
    from redis.retry import Retry  # noqa: PLC0415

    return {**sentinels, "retry": Retry(NoBackoff(), 0)}


def _patience(request: Request) -> int:
    """Seconds for one connection, or one answer."""
    return max(1, min(int(request.timeout), 5))


def _impatience(request: Request, result_backend: str) -> dict[str, Any]:
    """No retries: what an app waits for, a proof reports."""
    options = dict(request.settings.get("result_backend_transport_options") or {})
    patience = _patience(request)
    if "sentinel_kwargs" in options:
        options["sentinel_kwargs"] = _once(options["sentinel_kwargs"])
    settings: dict[str, Any] = {
        "broker_connection_timeout": patience,
        "broker_connection_retry": False,
        "broker_connection_retry_on_startup": False,
        "broker_connection_max_retries": 0,
        "broker_pool_limit": 1,
        "result_backend_always_retry": False,
        "result_backend_transport_options": options
        | {"retry_policy": {"max_retries": 1, "interval_start": 0.1, "timeout": patience}},
        "redis_socket_connect_timeout": patience,
        # The proof looks first whether the tables are there: Celery would try ten times to make
        # them.
        "database_create_tables_at_setup": False,
    }
    if result_backend.startswith("cache+memcached"):
        limits = {"connect_timeout": patience, "timeout": patience}
        given = dict(request.settings.get("cache_backend_options") or {})
        settings["cache_backend_options"] = given | limits
    if result_backend.startswith("mongodb"):
        given = dict(request.settings.get("mongodb_backend_settings") or {})
        limits = {"serverSelectionTimeoutMS": patience * 1000, "socketTimeoutMS": patience * 1000}
        over = of_pymongo(request.directions, result_backend)
        settings["mongodb_backend_settings"] = given | limits | over
    if result_backend.startswith("elasticsearch"):
        settings |= {"elasticsearch_timeout": patience, "elasticsearch_max_retries": 0}
    if result_backend.startswith("db+postgresql"):
        engine = dict(request.settings.get("database_engine_options") or {})
        connect = {"connect_timeout": patience, **engine.get("connect_args", {})}
        connect |= of_libpq(request.directions, result_backend)
        settings["database_engine_options"] = engine | {"connect_args": connect}
    if result_backend.startswith("db+mysql"):
        engine = dict(request.settings.get("database_engine_options") or {})
        waits = {"connect_timeout": patience, "read_timeout": patience, "write_timeout": patience}
        connect = {**waits, **engine.get("connect_args", {})}
        settings["database_engine_options"] = engine | {"connect_args": connect}
    return settings
