"""Exported settings of apps that are no CeleryApp, held against the rules on apps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from celeriac_policies.celery import APP_RULES
from celeriac_policies.celery.app_rule import AppRule
from celeriac_policies.celery.config import APP
from celeriac_policies.celery.timeouts import LONGEST_DELAY, LONGEST_TASK
from celeriac_policies.outputs.apps import as_far_as_known, exported_apps
from celeriac_policies.resource import Stack
from celeriac_policies.rule import Settings, Severity, Violation, stack_rule

ROOT: Final = "pulumi:pulumi:Stack"

_SEVERE: Final = tuple(r for r in APP_RULES if r.severity in {Severity.HIGH, Severity.CRITICAL})
_OTHERS: Final = tuple(rule for rule in APP_RULES if rule not in _SEVERE)
_DOCS: Final = "https://docs.celeryq.dev/en/stable/userguide/configuration.html"


@stack_rule(
    name="outputs-celery-settings",
    description="What a stack exports for an app keeps the severe rules on Celery.",
    severity=Severity.HIGH,
    reads=(ROOT, APP),
    steps="Mend the exported setting; the rule that is named in the sentence says how.",
    url=_DOCS,
    parameters=(LONGEST_TASK, LONGEST_DELAY),
)
def keep_the_severe(stack: Stack, given: Settings) -> Iterator[Violation]:
    """A CeleryApp was looked at before it was made; this is for all other programs."""
    return _broken(_SEVERE, stack, given)


@stack_rule(
    name="outputs-celery-advice",
    description="What a stack exports for an app keeps the other rules on Celery.",
    severity=Severity.MEDIUM,
    reads=(ROOT, APP),
    steps="Mend the exported setting; the rule that is named in the sentence says how.",
    url=_DOCS,
)
def keep_the_others(stack: Stack, given: Settings) -> Iterator[Violation]:
    """As the severe ones."""
    return _broken(_OTHERS, stack, given)


def _broken(rules: Iterable[AppRule], stack: Stack, given: Settings) -> Iterator[Violation]:
    for app in exported_apps(stack):
        if app.declared is not None:
            continue
        for rule in rules:
            for sentence in as_far_as_known(rule.app(app.config, {**rule.defaults, **given})):
                yield Violation(f"{app}: {sentence} ({rule.name})")
