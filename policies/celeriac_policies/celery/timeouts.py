"""Visibility timeouts of Redis and SQS: above whatever a worker may hold a message for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from celeriac.contract import SQS_LONGEST, visibility_timeout
from celeriac_policies.celery.app_rule import app_rule
from celeriac_policies.celery.config import CeleryConfig
from celeriac_policies.resource import Resource
from celeriac_policies.rule import Parameter, Settings, Severity, resource_rule

KOMBUS_DEFAULT: Final = 3600
"""Seconds of the visibility timeout on Redis unless it is set."""

_REDIS: Final = (
    "https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html"
    "#visibility-timeout"
)

LONGEST_TASK: Final = Parameter(
    "longestTask",
    "integer",
    0,
    "Seconds of the longest run, where an app says less or nothing. Default: as apps say.",
)
LONGEST_DELAY: Final = Parameter(
    "longestDelay",
    "integer",
    0,
    "Seconds of the longest ETA, countdown or retry, where an app says less or nothing.",
)


@app_rule(
    name="celery-visibility-timeout",
    description="A visibility timeout is above the longest task, ETA and retry.",
    severity=Severity.HIGH,
    steps="Set broker_transport_options.visibility_timeout to the sentence's number, or shorten "
    "tasks, delays or worker_prefetch_multiplier.",
    url=_REDIS,
    parameters=(LONGEST_TASK, LONGEST_DELAY),
)
def above_the_longest_task(app: CeleryConfig, given: Settings) -> Iterator[str]:
    """On SQS the queues' own counts; what the settings say makes none, but is what was meant."""
    if app.broker not in {"redis", "sqs"}:
        return
    timeout = app.broker_options.get("visibility_timeout")
    if timeout is None and app.broker == "sqs":
        return  # nothing is said: the rules on queues look at them
    yield from _too_short(app, given, KOMBUS_DEFAULT if timeout is None else timeout)
    if app.broker == "sqs":
        yield from above_what_sqs_takes(timeout)


def _too_short(app: CeleryConfig, given: Settings, timeout: float) -> Iterator[str]:
    needed = app.needed_timeout(given)
    if timeout < needed:
        yield (
            f"the visibility timeout is {timeout} seconds, and a worker may hold a message for "
            f"longer: for the longest ETA or retry ({app.longest_delay(given)}) and for "
            f"{app.prefetch + 1} runs of the longest task ({app.longest_task(given)}), as "
            f"{app.prefetch} may be prefetched before it. Celery would run such tasks again and "
            f"again: set visibility_timeout to {needed} or more"
        )


def above_what_sqs_takes(timeout: float) -> Iterator[str]:
    """12 hours are the most."""
    if timeout > SQS_LONGEST:
        yield (
            f"the visibility timeout is {timeout} seconds, and SQS takes at most {SQS_LONGEST} "
            f"(12 hours): shorten the longest task or delay, or put the broker on RabbitMQ or Redis"
        )


@app_rule(
    name="celery-visibility-timeout-everywhere",
    description="The visibility timeout is the same in all three places that Celery reads.",
    severity=Severity.HIGH,
    steps="Write the same number as broker_transport_options.visibility_timeout, "
    "result_backend_transport_options.visibility_timeout and visibility_timeout.",
    url="https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html"
    "#caveats",
)
def the_same_everywhere(app: CeleryConfig, given: Settings) -> Iterator[str]:
    """The shortest would win: a result backend shares its connection options with a broker."""
    if app.broker not in {"redis", "sqs"}:
        return
    places = {
        "broker_transport_options.visibility_timeout": app.broker_options,
        "result_backend_transport_options.visibility_timeout": app.backend_options,
        "visibility_timeout": app.settings,
    }
    found = {place: options.get("visibility_timeout") for place, options in places.items()}
    if len(set(found.values())) > 1:
        said = ", ".join(f"{place} is {_said(value)}" for place, value in found.items())
        yield f"{said}: write the highest of them in all three places"


def _said(value: object) -> str:
    return "not set" if value is None else str(value)


@resource_rule(
    name="celery-broker-visibility-timeout",
    description="A broker's visibility timeout is above the longest task, ETA and retry.",
    severity=Severity.HIGH,
    reads=("celeriac:index:RedisBroker", "celeriac:index:SQSBroker"),
    steps="Leave visibilityTimeout out, or raise it to the sentence's number.",
    url=_REDIS,
)
def a_brokers_is_above_it(resource: Resource, given: Settings) -> Iterator[str]:
    """Before any of the broker's resources is made."""
    props = resource.props
    needed = visibility_timeout(
        longest_task=props.get("longestTask", 0),
        longest_delay=props.get("longestDelay", 0),
        prefetch=props.get("prefetch", 1),
    )
    timeout = props["visibilityTimeout"]
    if timeout < needed:
        yield (
            f"its visibility timeout is {timeout} seconds, and its longest task, delay and "
            f"prefetch need {needed}, or tasks are delivered again while they run: raise it"
        )
    if resource.type == "celeriac:index:SQSBroker":
        yield from above_what_sqs_takes(timeout)
