"""What a team sets for the pack: levels and parameters by rule, and exclusions."""

from __future__ import annotations

import difflib
import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from celeriac_policies.resource import Resource
from celeriac_policies.rule import Level, Profile, Rule
from celeriac_policies.values import Properties, UnknownValue

EXCLUSIONS: Final = "exclusions"
"""The key that no rule has."""

SCHEMA: Final = {
    "resources": {
        "type": "array",
        "default": [],
        "description": "Which resources some rules are not applied to, and why",
        "items": {
            "type": "object",
            "required": ["reason"],
            "additionalProperties": False,
            "properties": {
                "rules": {"type": "array", "items": {"type": "string"}},
                "name": {"type": "string"},
                "tag": {"type": "string"},
                "reason": {"type": "string", "minLength": 10},
            },
        },
    }
}
"""Of the key `exclusions`, as JSON schema."""


class ConfigurationError(Exception):
    """Something in the policy configuration cannot be; one line each."""


@dataclass(frozen=True)
class Exclusion:
    """Resources that some rules are not applied to.

    Args:
        reason: why; everybody who runs the pack reads it.
        rules: names of rules, `*` allowed. Default: every rule.
        name: the resource's name, `*` allowed.
        tag: a tag that the resource has, `key` or `key=value`.
    """

    reason: str
    rules: tuple[str, ...] = ("*",)
    name: str = ""
    tag: str = ""

    def covers(self, rule: str, resource: Resource) -> bool:
        """Whether a rule is not applied to a resource."""
        named = any(fnmatch.fnmatchcase(rule, pattern) for pattern in self.rules)
        return named and self._has_name(resource) and self._has_tag(resource)

    def __str__(self) -> str:
        """For the output."""
        what = [f"name {self.name}"] if self.name else []
        what += [f"tag {self.tag}"] if self.tag else []
        return f"{', '.join(self.rules)} on {' and '.join(what)}"

    def _has_name(self, resource: Resource) -> bool:
        return not self.name or fnmatch.fnmatchcase(resource.name, self.name)

    def _has_tag(self, resource: Resource) -> bool:
        if not self.tag:
            return True
        key, equals, value = self.tag.partition("=")
        try:
            tags = resource.props.get("tags")
            if not isinstance(tags, Properties):
                return False
            return key in tags and (not equals or tags.get(key) == value)
        except UnknownValue:
            return False


@dataclass
class Configuration:
    """How the rules run.

    Args:
        levels: by rule.
        parameters: by rule, defaults filled in.
        exclusions: what is left out.
    """

    levels: Mapping[str, Level]
    parameters: Mapping[str, Mapping[str, Any]]
    exclusions: Sequence[Exclusion] = ()
    used: dict[Exclusion, list[tuple[str, str]]] = field(default_factory=dict)
    """What each exclusion kept from whom: rule and the resource's URN."""

    def excluded(self, rule: str, resource: Resource) -> bool:
        """Whether a violation is not reported; noted where it is so."""
        for exclusion in self.exclusions:
            if exclusion.covers(rule, resource):
                noted = self.used.setdefault(exclusion, [])
                if (rule, resource.urn) not in noted:
                    noted.append((rule, resource.urn))
                return True
        return False


def standard(rules: Iterable[Rule]) -> Configuration:
    """What holds when nothing is set."""
    rules = list(rules)
    return Configuration(
        {rule.name: rule.level(Profile.STANDARD) for rule in rules},
        {rule.name: rule.defaults for rule in rules},
    )


def configured(
    rules: Iterable[Rule],
    levels: Mapping[str, Level],
    properties: Mapping[str, Mapping[str, Any]],
) -> Configuration:
    """What the engine read from a file, and filled in from the rules' schemas.

    Args:
        rules: all of them.
        levels: by key.
        properties: by key.

    Raises:
        ConfigurationError: a rule, a parameter or an exclusion that cannot be, all of them.
    """
    known = {rule.name: rule for rule in rules}
    problems: list[str] = []
    for key, given in properties.items():
        if key in {EXCLUSIONS, "all"}:
            continue
        if key not in known:
            problems.append(f"{key}: is no rule of this pack{_nearest(key, known)}")
            continue
        problems += [
            f"{key}.{name}: is no parameter of this rule{_nearest(name, known[key].defaults)}"
            for name in given
            if name not in known[key].defaults
        ]
    problems += [
        f"{EXCLUSIONS}.{key}: is no key of exclusions{_nearest(key, SCHEMA)}"
        for key in properties.get(EXCLUSIONS, {})
        if key not in SCHEMA
    ]
    exclusions = [
        _exclusion(number, entry, known, problems)
        for number, entry in enumerate(properties.get(EXCLUSIONS, {}).get("resources", []))
    ]
    if problems:
        raise ConfigurationError("\n".join(problems))
    found = standard(known.values())
    return Configuration(
        {**found.levels, **{name: level for name, level in levels.items() if name in known}},
        {name: {**found.parameters[name], **properties.get(name, {})} for name in known},
        exclusions,
    )


def _exclusion(
    number: int, entry: Mapping[str, Any], known: Iterable[str], problems: list[str]
) -> Exclusion:
    where = f"{EXCLUSIONS}.resources[{number}]"
    names = list(known)
    wanted = tuple(entry.get("rules") or ("*",))
    problems += [
        f"{where}.rules: {pattern} is no rule of this pack{_nearest(pattern, names)}"
        for pattern in wanted
        if not fnmatch.filter(names, pattern)
    ]
    if not entry.get("name") and not entry.get("tag"):
        problems.append(f"{where}: says of no resource: write its name (* is allowed) or a tag")
    if not str(entry.get("reason", "")).strip():
        problems.append(f"{where}.reason: is blank: write why, for everybody who runs the pack")
    if not entry.get("tag") and entry.get("name") == "*" and wanted == ("*",):
        problems.append(f"{where}: leaves out everything: name rules, or resources")
    return Exclusion(
        reason=str(entry.get("reason", "")),
        rules=wanted,
        name=str(entry.get("name", "")),
        tag=str(entry.get("tag", "")),
    )


def _nearest(word: str, words: Iterable[str]) -> str:
    found = difflib.get_close_matches(word, list(words), 1)
    return f": did you mean {found[0]}?" if found else ""
