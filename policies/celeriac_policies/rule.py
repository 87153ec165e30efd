"""A rule: what it says of itself, what it reads, and how it decides.

    @resource_rule(
        name="redis-no-eviction",
        description="Redis evicts nothing, so that no task and no binding is lost.",
        severity=Severity.HIGH,
        reads=("celeriac:redis:Config",),
        steps="Set maxmemory-policy to noeviction.",
        url="https://docs.celeryq.dev/…",
    )
    def no_eviction(resource: Resource, given: Settings) -> Iterator[str]:
        policy = resource.props["settings"].get("maxmemory-policy")
        if policy != "noeviction":
            yield f"maxmemory-policy is {policy}: write noeviction"

A function yields a sentence per violation: what is wrong, the value unless it may be secret, how to
mend it. Reading a value that a preview cannot know yet ends it: the rule then decides at `up`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Literal, TypeAlias

from celeriac_policies.resource import Resource, Stack

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")

Settings: TypeAlias = Mapping[str, Any]
"""Values of a rule's parameters, by name."""

Changes: TypeAlias = Mapping[str, Any]
"""Properties of a resource's inputs that a remediation replaces, by name."""


class Severity(Enum):
    """How bad a violation is."""

    LOW = "low"
    """A better way is known."""
    MEDIUM = "medium"
    """It will hurt under load, or in an incident."""
    HIGH = "high"
    """Tasks or results are lost, or others may get at them."""
    CRITICAL = "critical"
    """Everybody may get at them."""


class Level(Enum):
    """What a violation does."""

    ADVISORY = "advisory"
    """It is shown."""
    MANDATORY = "mandatory"
    """It fails the preview or the `up`."""
    REMEDIATE = "remediate"
    """It is mended where the rule can; what is left fails."""
    DISABLED = "disabled"
    """The rule does not run."""


class Profile(Enum):
    """A ready set of levels."""

    ADVISORY = "advisory"
    """For a first look: nothing fails."""
    STANDARD = "standard"
    """What is severe fails; the rest is shown. The default."""
    STRICT = "strict"
    """For regulated production: everything fails, but what rules say is advice only."""


Tool = Literal["checkov", "cdk-nag", "trivy", "cfn-nag", "security-hub"]
"""A tool whose rules ours are compared with."""

TOOLS: Final[tuple[Tool, ...]] = ("checkov", "cdk-nag", "trivy", "cfn-nag", "security-hub")


@dataclass(frozen=True)
class Parameter:
    """A number, word or list that a team may set for a rule.

    Args:
        name: as in the policy configuration, `camelCase`.
        type: its JSON type.
        default: what holds when nothing is set.
        doc: meaning and unit.
        values: the words it may be, where only some are.
    """

    name: str
    type: Literal["integer", "number", "boolean", "string", "array"]
    default: Any
    doc: str
    values: Sequence[str] = ()

    @property
    def schema(self) -> dict[str, Any]:
        """As JSON schema."""
        found = {"type": self.type, "default": self.default, "description": self.doc}
        return found | ({"enum": list(self.values)} if self.values else {})


@dataclass(frozen=True)
class Violation:
    """What a stack rule found.

    Args:
        message: what is wrong and how to mend it.
        resource: where; None for the stack as a whole.
    """

    message: str
    resource: Resource | None = None


ResourceCheck: TypeAlias = Callable[[Resource, Settings], Iterator[str]]
StackCheck: TypeAlias = Callable[[Stack, Settings], Iterator[Violation]]
Mend: TypeAlias = Callable[[Resource, Settings], Changes]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What rules of both kinds say of themselves.

    Args:
        name: unique, subject first: `redis-no-eviction`.
        description: what has to hold, one sentence.
        severity: how bad a violation is.
        reads: tokens of the resource types that it reads.
        steps: how to mend a violation.
        url: documentation that it follows: Celery's or the vendor's.
        parameters: what a team may set.
        same_as: ids of the rules of other tools that want the same, found in those tools.
        advice: whether it stays advisory even in profile `strict`.
    """

    name: str
    description: str
    severity: Severity
    reads: tuple[str, ...]
    steps: str
    url: str
    parameters: tuple[Parameter, ...] = ()
    same_as: Mapping[Tool, tuple[str, ...]] = field(default_factory=dict)
    advice: bool = False

    def __post_init__(self) -> None:
        """Refuse what could not be told from another, or not be read by Pulumi."""
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no name of a rule: write subject-what-must-hold")
        if len(set(self.reads)) != len(self.reads) or not self.reads:
            raise ValueError(f"{self.name}: reads must be types, each once")

    def level(self, profile: Profile) -> Level:
        """What a violation does in a profile."""
        if profile is Profile.ADVISORY or self.advice:
            return Level.ADVISORY
        severe = self.severity in {Severity.HIGH, Severity.CRITICAL}
        return Level.MANDATORY if severe or profile is Profile.STRICT else Level.ADVISORY

    @property
    def defaults(self) -> dict[str, Any]:
        """The parameters when nothing is set."""
        return {parameter.name: parameter.default for parameter in self.parameters}


@dataclass(frozen=True, kw_only=True)
class ResourceRule(Rule):
    """A rule on one resource's inputs: it stops an `up` before the resource is made.

    Args:
        check: yields a sentence per violation.
        mend: the properties that make the resource comply, where that is safe and obvious; an
            empty mapping where nothing is to be mended.
    """

    check: ResourceCheck
    mend: Mend | None = None


@dataclass(frozen=True, kw_only=True)
class StackRule(Rule):
    """A rule on all resources together: it stops a preview, and reports after an `up`.

    Args:
        check: yields violations.
    """

    check: StackCheck


def resource_rule(**about: Any) -> Callable[[ResourceCheck], ResourceRule]:
    """Make a ResourceRule of a check; the arguments are the rule's."""
    return lambda check: ResourceRule(check=check, **about)


def stack_rule(**about: Any) -> Callable[[StackCheck], StackRule]:
    """Make a StackRule of a check; the arguments are the rule's."""
    return lambda check: StackRule(check=check, **about)
