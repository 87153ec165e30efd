"""What a stack exports for an app is what its resources are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from celeriac.contract import sqs_queue_name
from celeriac_policies.celery.config import APP
from celeriac_policies.celery.urls import Address
from celeriac_policies.outputs.apps import ExportedApp, as_far_as_known, exported_apps
from celeriac_policies.outputs.settings import ROOT
from celeriac_policies.resource import Resource, Stack
from celeriac_policies.rule import Settings, Severity, Violation, stack_rule
from celeriac_policies.values import Properties, plain

_RABBITMQ: Final = "celeriac:index:RabbitMQBroker"
_REDIS: Final = "celeriac:index:RedisBroker"
_SQS: Final = "celeriac:index:SQSBroker"
_REDIS_RESULTS: Final = "celeriac:index:RedisResults"
_POSTGRESQL: Final = "celeriac:index:PostgreSQLResults"
_KAFKA: Final = "celeriac:index:KafkaBroker"
_MYSQL: Final = "celeriac:index:MySQLResults"
_MEMCACHED: Final = "celeriac:index:MemcachedResults"
_MONGODB: Final = "celeriac:index:MongoDBResults"
_ELASTICSEARCH: Final = "celeriac:index:ElasticsearchResults"
_PARTS: Final = (
    *(_RABBITMQ, _REDIS, _SQS, _KAFKA),
    *(_REDIS_RESULTS, _POSTGRESQL, _MYSQL, _MEMCACHED, _MONGODB, _ELASTICSEARCH),
)
_PLACES: Final = {
    _POSTGRESQL: "database",
    _MYSQL: "database",
    _MONGODB: "database",
    _ELASTICSEARCH: "index",
}
"""What the path of a result_backend leads to, as the property is called."""
_COLLECTIONS: Final = "celeriac:mongodb:ResultCollections"
_QUEUES: Final = (
    "celeriac:rabbitmq:Queue",
    "celeriac:sqs:Queue",
    "aws:sqs/queue:Queue",
    "celeriac:kafka:Topic",
)


@stack_rule(
    name="outputs-match-resources",
    description="What a stack exports for an app matches the app's resources.",
    severity=Severity.HIGH,
    reads=(ROOT, APP, *_PARTS, *_QUEUES),
    steps="Export what the app hands out (`app.outputs()`), unchanged.",
    url="https://www.pulumi.com/docs/iac/concepts/stacks/#outputs",
)
def outputs_match(stack: Stack, given: Settings) -> Iterator[Violation]:
    """Components of one app have its name."""
    for app in exported_apps(stack):
        for found in _differences(stack, app):
            for sentence in as_far_as_known(found):
                yield Violation(f"{app}: {sentence}")


def _differences(stack: Stack, app: ExportedApp) -> Iterator[Iterator[str]]:
    if app.declared is None:
        return
    declared = app.declared
    changed = list(as_far_as_known(_settings(app, declared)))
    yield iter(changed)
    yield _kinds(app, declared)
    parts = [one for one in stack.of(*_PARTS) if one.name == declared.name]
    for part in parts:
        yield _address(app, part)
        # Settings that were changed on the way differ from the parts for that reason.
        if not changed:
            yield _prefixes(app, part)
            yield _queues(app, part, stack.inside(part, *_QUEUES))
    if not changed:
        yield _expires(app, declared)


def _settings(app: ExportedApp, declared: Resource) -> Iterator[str]:
    """That nothing was changed on the way."""
    exported = plain(app.config.settings)
    made = plain(declared.props.document("settings"))
    names = sorted(
        name for name in exported.keys() | made.keys() if exported.get(name) != made.get(name)
    )
    if names:
        yield (
            f"its settings differ from what was made in {', '.join(names)}: export the app's "
            f"settings unchanged"
        )


def _kinds(app: ExportedApp, declared: Resource) -> Iterator[str]:
    config, props = app.config, declared.props
    if (broker := config.broker) != props["broker"]:
        yield f"its broker_url is one of {broker or 'nothing'}, and its broker is {props['broker']}"
    if (backend := config.backend) != (made := props.get("resultBackend", "")):
        yield f"its result_backend is one of {backend or 'nothing'}, and its results are in {made}"


def _expires(app: ExportedApp, declared: Resource) -> Iterator[str]:
    exported, made = app.config.settings.get("result_expires"), declared.props.get("expires")
    if exported != made:
        yield f"its result_expires is {exported}, and its result backend was made for {made}"


def _address(app: ExportedApp, part: Resource) -> Iterator[str]:
    """The vhost or the database that the URL leads to."""
    if part.type == _RABBITMQ:
        address = app.config.broker_address
        yield from _path("broker_url", "vhost", address, part.props["vhost"])
    elif part.type in _PLACES:
        what = _PLACES[part.type]
        yield from _path("result_backend", what, app.config.backend_address, part.props[what])


def _path(url: str, what: str, address: Address | None, made: str) -> Iterator[str]:
    if address is not None and address.path != made:
        yield f'its {url} leads to the {what} "{address.path}", and "{made}" is its own'


def _prefixes(app: ExportedApp, part: Resource) -> Iterator[str]:
    """The key prefix, or the begin of the queues' names."""
    settings: dict[str, tuple[Properties, str]] = {
        _REDIS: (app.config.broker_options, "global_keyprefix"),
        _REDIS_RESULTS: (app.config.backend_options, "global_keyprefix"),
        _MEMCACHED: (app.config.backend_options, "global_keyprefix"),
        _SQS: (app.config.broker_options, "queue_name_prefix"),
    }
    if part.type not in settings:
        return
    options, name = settings[part.type]
    exported, made = options.get(name), part.props["prefix"]
    if exported != made:
        yield f'its {name} is "{exported}", and "{made}" is what was made'


def _queues(app: ExportedApp, part: Resource, made: Iterable[Resource]) -> Iterator[str]:
    """That each queue of task_queues exists."""
    if part.type not in {_RABBITMQ, _SQS, _KAFKA}:
        return
    names: set[Any] = {queue.props.get("name") for queue in made}
    prefix = part.props["prefix"] if part.type == _SQS else ""
    for queue in app.config.settings.map("task_queues"):
        name = sqs_queue_name(prefix, queue) if part.type == _SQS else queue
        if name not in names:
            yield f"its task_queues name {queue}, and no queue {name} was made"


@stack_rule(
    name="outputs-mongodb-expires",
    description="MongoDB deletes the results of an app when the app's settings say so.",
    severity=Severity.HIGH,
    reads=(ROOT, APP, _COLLECTIONS),
    steps="Give result_expires and the expires of the collections the same seconds.",
    url="https://www.mongodb.com/docs/manual/core/index-ttl/",
)
def mongodb_expires(stack: Stack, given: Settings) -> Iterator[Violation]:
    """By the database's name, so that of an app of another program too."""
    collections = list(stack.of(_COLLECTIONS))
    for app in exported_apps(stack):
        for sentence in as_far_as_known(_ttl(app, collections)):
            yield Violation(f"{app}: {sentence}")


def _ttl(app: ExportedApp, collections: Iterable[Resource]) -> Iterator[str]:
    """0 of the collections, and nothing of the app, is never."""
    address = app.config.backend_address
    if app.config.backend != "mongodb" or address is None:
        return
    for one in collections:
        if one.props["database"] != address.path:
            continue
        said, made = app.config.settings.get("result_expires") or 0, one.props.get("expires", 0)
        if said != made:
            yield (
                f"its result_expires is {said} seconds, and an index of MongoDB deletes results "
                f"after {made} (0: never): write the same in both"
            )
