"""Exported apps on one Redis keep out of each other's keys."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from celeriac.contract import nested_prefixes
from celeriac_policies.celery.config import APP
from celeriac_policies.outputs.apps import ExportedApp, as_far_as_known, exported_apps
from celeriac_policies.outputs.settings import ROOT
from celeriac_policies.resource import Stack
from celeriac_policies.rule import Settings, Severity, Violation, stack_rule


@stack_rule(
    name="outputs-key-prefix-unique",
    description="No two exported apps use the same keys on one database of Redis.",
    severity=Severity.HIGH,
    reads=(ROOT, APP),
    steps="Give each app a global_keyprefix of its own that no other begins with.",
    url="https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html"
    "#global-keyprefix",
)
def prefixes_are_apart(stack: Stack, given: Settings) -> Iterator[Violation]:
    """Of a CeleryApp's prefixes there are resources, which `redis-key-prefix-unique` looks at."""
    plain_apps = [app for app in exported_apps(stack) if app.declared is None]
    used = {str(app): set(as_far_as_known(_used(app))) for app in plain_apps}
    for (one, mine), (other, theirs) in combinations(used.items(), 2):
        if any(
            place == other_place and nested_prefixes(prefix, other_prefix)
            for place, prefix in mine
            for other_place, other_prefix in theirs
        ):
            yield Violation(
                f"{other} and {one} use the same keys on one database of Redis: they would take "
                f"each other's tasks; write a global_keyprefix of its own for each"
            )


def _used(app: ExportedApp) -> Iterator[tuple[tuple[str, str], str]]:
    """Where an app has its keys, and what they begin with."""
    config = app.config
    for kind, address, options in (
        (config.broker, config.broker_address, config.broker_options),
        (config.backend, config.backend_address, config.backend_options),
    ):
        if kind == "redis" and address is not None:
            yield address.place, str(options.get("global_keyprefix", ""))
