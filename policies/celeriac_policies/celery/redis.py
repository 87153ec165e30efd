"""Redis under Celery: it evicts nothing, and each app has a key prefix of its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from celeriac.contract import nested_prefixes, prefix_problem
from celeriac_policies.celery.app_rule import app_rule
from celeriac_policies.celery.config import PROOF, CeleryConfig
from celeriac_policies.resource import Resource, Stack, each
from celeriac_policies.rule import (
    Changes,
    Settings,
    Severity,
    Violation,
    resource_rule,
    stack_rule,
)
from celeriac_policies.values import Properties, plain

CONFIG: Final = "celeriac:redis:Config"
PREFIX: Final = "celeriac:redis:KeyPrefix"

_DOCS: Final = "https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html"
_PREFIX_DOCS: Final = f"{_DOCS}#global-keyprefix"


def _never_evict(resource: Resource, given: Settings) -> Changes:
    """The same settings, but that nothing is evicted."""
    if not list(no_eviction.check(resource, given)):
        return {}
    return {"settings": {**plain(resource.props["settings"]), "maxmemory-policy": "noeviction"}}


@resource_rule(
    name="redis-no-eviction",
    description="Redis evicts nothing: no task, no binding, no result is lost for want of memory.",
    severity=Severity.HIGH,
    reads=(CONFIG,),
    steps="Set maxmemory-policy to noeviction.",
    url=f"{_DOCS}#key-eviction",
    mend=_never_evict,
)
def no_eviction(resource: Resource, given: Settings) -> Iterator[str]:
    """Where a config says nothing of it, another does."""
    settings = resource.props["settings"]
    policy = settings.get("maxmemory-policy")
    if policy is not None and policy != "noeviction":
        yield (
            f"maxmemory-policy is {policy}: when memory is short, Redis would delete Celery's "
            f"queues, bindings and unacknowledged tasks; write noeviction"
        )


@app_rule(
    name="celery-key-prefix",
    description="All keys of an app on Redis begin with a prefix that ends in a colon.",
    severity=Severity.MEDIUM,
    steps='Set global_keyprefix to "<app>:" in broker_transport_options and in '
    "result_backend_transport_options, where these are on Redis.",
    url=_PREFIX_DOCS,
)
def has_a_prefix(app: CeleryConfig, given: Settings) -> Iterator[str]:
    """To a prefix that ends otherwise Celery's results add a `_`, and its broker does not."""
    if app.broker == "redis":
        yield from _prefix_problem("broker_transport_options", app.broker_options)
    if app.backend == "redis":
        yield from _prefix_problem("result_backend_transport_options", app.backend_options)


def _prefix_problem(setting: str, options: Properties) -> Iterator[str]:
    prefix = options.get("global_keyprefix")
    if not prefix:
        yield (
            f"{setting} has no global_keyprefix: on a Redis that others use too, apps would take "
            f"each other's tasks and read each other's results; write \"<app>:\""
        )
    elif (problem := prefix_problem(prefix)) is not None:
        yield f'{setting}.global_keyprefix is "{prefix}" and {problem}'


@resource_rule(
    name="redis-key-prefix",
    description="A provisioned key prefix ends in a colon and has nothing special in it.",
    severity=Severity.MEDIUM,
    reads=(PREFIX, "celeriac:index:RedisBroker", "celeriac:index:RedisResults"),
    steps='Write the prefix as "<app>:".',
    url=_PREFIX_DOCS,
)
def prefix_is_fine(resource: Resource, given: Settings) -> Iterator[str]:
    """As the settings' own."""
    prefix = resource.props["prefix"]
    problem = prefix_problem(prefix)
    if problem is not None:
        yield f'the prefix "{prefix}" {problem}'


@app_rule(
    name="celery-key-prefix-of-one-user",
    description="Broker and results of an app that share a user of Redis share its key prefix.",
    severity=Severity.HIGH,
    reads=(PROOF,),
    steps="Write the same global_keyprefix in broker_transport_options and in "
    "result_backend_transport_options, or give the results a user of their own.",
    url=_PREFIX_DOCS,
)
def one_prefix_for_one_user(app: CeleryConfig, given: Settings) -> Iterator[str]:
    """An ACL user sees the keys of its prefix only."""
    broker, results = app.broker_address, app.backend_address
    if broker is None or results is None or (app.broker, app.backend) != ("redis", "redis"):
        return
    shared = broker.place == results.place and broker.user == results.user
    if not shared or broker.user in {"", "default"}:
        return  # whom no prefix keeps in
    mine, theirs = (
        options.get("global_keyprefix") for options in (app.broker_options, app.backend_options)
    )
    if mine != theirs:
        yield (
            f"the user {broker.user} is used for tasks with the key prefix {mine} and for results "
            f"with {theirs}: an ACL lets it at one of them; write the same in both"
        )


@stack_rule(
    name="redis-key-prefix-unique",
    description="No two key prefixes on one database of Redis are the same or inside each other.",
    severity=Severity.HIGH,
    reads=(PREFIX,),
    steps="Give each app a prefix of its own that no other begins with.",
    url=_PREFIX_DOCS,
)
def prefixes_are_apart(stack: Stack, given: Settings) -> Iterator[Violation]:
    """Whoever may use one may use what is inside."""

    def known(resource: Resource) -> Iterator[tuple[tuple[str, int], str, Resource]]:
        server = "" if resource.provider is None else resource.provider.urn
        place = server, resource.props.get("database", 0)
        yield place, resource.props["prefix"], resource

    found = list(each(stack.of(PREFIX), known))
    for (place, one, _), (other_place, other, resource) in combinations(found, 2):
        if place == other_place and nested_prefixes(one, other):
            yield Violation(
                f'the prefix "{other}" and the prefix "{one}" hold the same keys on one Redis: '
                f"the apps would take each other's tasks; choose others",
                resource,
            )
