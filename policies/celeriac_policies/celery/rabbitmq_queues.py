"""Types of queues on RabbitMQ: vhost, queues, policies and settings say the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from celeriac.contract import DEAD_LETTER
from celeriac_policies.celery.app_rule import app_rule
from celeriac_policies.celery.config import CeleryConfig
from celeriac_policies.celery.rabbitmq_policies import BROKER
from celeriac_policies.celery.rabbitmq_policies import OURS as POLICY
from celeriac_policies.resource import Resource, Stack, each
from celeriac_policies.rule import Settings, Severity, Violation, resource_rule, stack_rule
from celeriac_policies.values import Properties

VHOST: Final = "celeriac:rabbitmq:Vhost"
QUEUE: Final = "celeriac:rabbitmq:Queue"
PLAIN_QUEUE: Final = "rabbitmq:index/queue:Queue"

_DOCS: Final = (
    "https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/rabbitmq.html"
    "#using-quorum-queues"
)
_PRIORITY_DOCS: Final = "https://www.rabbitmq.com/docs/quorum-queues#priorities"


@app_rule(
    name="celery-queue-type",
    description="Every queue in Celery's settings has the type that the app has.",
    severity=Severity.HIGH,
    steps="Write x-queue-type into the queue_arguments of each queue in task_queues, the same as "
    "task_default_queue_type.",
    url=_DOCS,
)
def one_type(app: CeleryConfig, given: Settings) -> Iterator[str]:
    """Celery knows a quorum queue by its arguments alone, and RabbitMQ refuses another type."""
    if app.broker != "rabbitmq":
        return
    found = {name: arguments.get("x-queue-type") for name, arguments in app.queue_arguments()}
    declared = app.queue_type
    types = {declared, app.settings.get("task_default_queue_type"), *found.values()} - {None}
    if "quorum" not in types:
        return
    for name, kind in found.items():
        if kind != "quorum":
            yield (
                f"the queue {name} is {kind or 'of no type'} in task_queues and the app's queues "
                f"are quorum: Celery finds quorum queues by x-queue-type only, and RabbitMQ "
                f"refuses another type; write x-queue-type: quorum in its queue_arguments"
            )
    default = app.settings.get("task_default_queue_type") or "classic"
    if default != "quorum":
        yield (
            f"task_default_queue_type is {default} and the app's queues are quorum: write quorum, "
            f"or a queue that Celery makes by itself is another"
        )
    if declared not in {None, "quorum"}:
        yield f"the app's queueType is {declared} and its settings have quorum queues: choose one"


@stack_rule(
    name="rabbitmq-queue-type-agrees",
    description="Vhost, queues and policies of an app are made for the same type of queue.",
    severity=Severity.HIGH,
    reads=(BROKER, VHOST, QUEUE, POLICY),
    steps="Give vhost, queues and policies the queueType of the broker.",
    url="https://www.rabbitmq.com/docs/vhosts#default-queue-type",
)
def types_agree(stack: Stack, given: Settings) -> Iterator[Violation]:
    """A vhost may default to quorum under classic queues: those name their type."""

    def check(resource: Resource) -> Iterator[Violation]:
        broker = stack.ancestor(resource, BROKER)
        if broker is None:
            return
        wanted = broker.props["queueType"]
        said = _other_type(resource, wanted)
        if said is not None:
            yield Violation(f"{said}, and the queues of {broker.name} are {wanted}", resource)

    return each(stack.of(VHOST, QUEUE, POLICY), check)


def _other_type(resource: Resource, wanted: str) -> str | None:
    """How a resource is made for another type of queue."""
    props = resource.props
    if resource.type == VHOST:
        default = props.get("defaultQueueType", "quorum")
        other = wanted == "quorum" and default != "quorum"
        return f"the vhost's defaultQueueType is {default}: write quorum" if other else None
    if resource.type == QUEUE:
        kind = props.get("type", "quorum")
        other = kind != wanted and props.get("name") != DEAD_LETTER
        return f"the queue is {kind}: give it the broker's type" if other else None
    target = props.get("applyTo", "all")
    applies = target in {"all", "queues", f"{wanted}_queues"}
    return None if applies else f"the policy applies to {target} only: write {wanted}_queues"


@app_rule(
    name="celery-confirm-publish",
    description="Publishers wait for RabbitMQ's confirmation.",
    severity=Severity.HIGH,
    steps="Set broker_transport_options to {confirm_publish: true}.",
    url=_DOCS,
)
def confirms(app: CeleryConfig, given: Settings) -> Iterator[str]:
    """A full queue that rejects, a missing right: without it the task is lost in silence."""
    if app.broker == "rabbitmq" and app.broker_options.get("confirm_publish") is not True:
        yield (
            "broker_transport_options has no confirm_publish: true, so a task that RabbitMQ "
            "rejects (queue full, no right) is lost in silence: set it"
        )


@app_rule(
    name="celery-no-max-priority",
    description="Quorum queues are declared without x-max-priority.",
    severity=Severity.HIGH,
    steps="Leave task_queue_max_priority and x-max-priority out: quorum queues have two levels by "
    "themselves. Or use classic queues.",
    url=_PRIORITY_DOCS,
)
def no_priority_argument(app: CeleryConfig, given: Settings) -> Iterator[str]:
    """RabbitMQ refuses the declaration, and no worker starts."""
    if app.broker != "rabbitmq":
        return
    quorum = app.settings.get("task_default_queue_type") == "quorum"
    for name, arguments in app.queue_arguments():
        if arguments.get("x-queue-type") != "quorum":
            continue
        quorum = True
        if "x-max-priority" in arguments:
            yield f"the queue {name} is quorum and has x-max-priority, which {_REFUSED}"
    if quorum and app.settings.get("task_queue_max_priority") is not None:
        yield f"task_queue_max_priority is set for quorum queues, which {_REFUSED}"


_REFUSED: Final = "RabbitMQ refuses (they have two levels by themselves): leave it out"


@resource_rule(
    name="rabbitmq-no-max-priority",
    description="A quorum queue has no x-max-priority.",
    severity=Severity.HIGH,
    reads=(QUEUE, PLAIN_QUEUE),
    steps="Leave x-max-priority out: quorum queues have two levels by themselves. Or make the "
    "queue classic.",
    url=_PRIORITY_DOCS,
)
def no_priority(resource: Resource, given: Settings) -> Iterator[str]:
    """RabbitMQ refuses the declaration."""
    kind, arguments = _declared(resource)
    if kind == "quorum" and "x-max-priority" in arguments:
        yield f"it is a quorum queue with x-max-priority, which {_REFUSED}"


def _declared(queue: Resource) -> tuple[Any, Properties]:
    """Type and arguments of a queue."""
    if queue.type == QUEUE:
        return queue.props.get("type", "quorum"), queue.props.map("arguments")
    settings = queue.props.map("settings")
    arguments = settings.map("arguments") or settings.document("argumentsJson")
    return arguments.get("x-queue-type"), arguments
