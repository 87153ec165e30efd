"""Rules on an app: one check for what is declared, proved or exported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from celeriac_policies.celery.config import APP, CeleryConfig, config_of
from celeriac_policies.rule import ResourceRule, Settings

AppCheck: TypeAlias = Callable[[CeleryConfig, Settings], Iterator[str]]


@dataclass(frozen=True, kw_only=True)
class AppRule(ResourceRule):
    """A rule on what an app tells Celery.

    It stops the `up` of a CeleryApp; what a stack exports without one is held against the same
    check (`celeriac_policies.outputs`).

    Args:
        app: yields a sentence per violation.
    """

    app: AppCheck


def app_rule(**about: Any) -> Callable[[AppCheck], AppRule]:
    """Make an AppRule of a check; the arguments are the rule's. It reads a CeleryApp."""
    return lambda app: AppRule(
        app=app,
        check=lambda resource, given: app(config_of(resource), given),
        **{"reads": (APP,), **about},
    )
