"""How rules on AWS read what their resources have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from celeriac_policies.resource import Resource
from celeriac_policies.rule import Changes, ResourceRule, Settings
from celeriac_policies.values import Items, Properties


def is_on(props: Properties, key: str, *, default: bool = False) -> bool:
    """A switch; some resources of pulumi_aws take the word instead."""
    return props.get(key, default) in (True, "true")


def is_given(props: Properties, key: str) -> bool:
    """Whether there is something, known or not; nothing, `""` and `[]` are none."""
    return not props.known(key) or bool(props.get(key))


def older(version: str, least: str) -> bool:
    """Whether a version such as `8.0.mysql_aurora.3.08` is below another, as far as both go."""
    have, want = (
        [int(n) for n in re.findall(r"\d+", text.partition(".mysql")[0])]
        for text in (version, least)
    )
    return have[: len(want)] < want[: len(have)]


def parameter(items: Items, name: str) -> str | None:
    """The value of a parameter of a parameter group; None where the group does not set it."""
    for item in items:
        if item.get("name") == name:
            return str(item.get("value"))
    return None


def with_parameter(items: Items, name: str, value: str, **more: Any) -> list[Any]:
    """The parameters of a group with one of them set."""
    rest = [item for item in items if item.get("name") != name]
    return [*rest, {"name": name, "value": value, **more}]


def unprotected(resource: Resource, instead: str) -> Iterator[str]:
    """A sentence where Pulumi would delete what AWS itself does not protect."""
    if not resource.protect:
        yield (
            f"nothing keeps `pulumi destroy`, or a change that replaces it, from deleting {instead}"
            ", and AWS has no deletion protection for it: give the resource the option protect=True"
        )


def mended(**properties: Any) -> Callable[[ResourceRule], ResourceRule]:
    """Over a rule: where it objects, its remediation sets these properties."""

    def with_mend(rule: ResourceRule) -> ResourceRule:
        def mend(resource: Resource, given: Settings) -> Changes:
            return properties if any(rule.check(resource, given)) else {}

        return replace(rule, mend=mend)

    return with_mend
