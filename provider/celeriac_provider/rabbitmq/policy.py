"""Policies and operator policies: limits and dead letters of queues, changed while they run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal, Self

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.properties import Problem, prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.rabbitmq import names
from celeriac_provider.rabbitmq.client import Api
from celeriac_provider.rabbitmq.in_vhost import InVhost

ApplyTo = Literal["all", "queues", "exchanges", "classic_queues", "quorum_queues", "streams"]

_NOT_NEGATIVE = "must be 0 or more"

_QUORUM_ONLY = ("delivery_limit", "target_group_size", "dead_letter_strategy")


def _count(value: int) -> str | None:
    return None if value >= 0 else _NOT_NEGATIVE


def _positive(value: int) -> str | None:
    return None if value > 0 else "must be more than 0"


def _delivery_limit(value: int) -> str | None:
    return None if value >= -1 else f"{_NOT_NEGATIVE}, or -1 for no limit"


def _message_ttl(value: int) -> str | None:
    return None if value >= 0 else f"{_NOT_NEGATIVE} milliseconds"


def _expires(value: int) -> str | None:
    return None if value > 0 else "must be more than 0 milliseconds"


class _Policy(InVhost):
    """What both kinds have in common."""

    identity = ("vhost", "name")

    kind: ClassVar[str] = ""
    """The API's name for it."""
    refused: ClassVar[Mapping[str, str]] = {}
    """Keys that RabbitMQ does not accept in it, with what to do instead."""

    name: str = prop("The policy's name.", replaces=True, check=names.name)
    pattern: str = prop(
        "Pattern of the names of the queues or exchanges it applies to. RabbitMQ does not anchor "
        "it: write `^(a|b)$`.",
        check=names.pattern,
    )
    apply_to: ApplyTo = prop("What it applies to.", default="all")
    priority: int = prop(
        "Of all policies that match a queue the one with the highest counts, alone.", default=0
    )
    delivery_limit: int | None = prop(
        "How often a message may come back to a quorum queue before it is dead-lettered, or "
        "dropped where there is no dead-letter exchange; -1: for ever. RabbitMQ 4's own is 20.",
        default=None,
        check=_delivery_limit,
    )
    overflow: Literal["drop-head", "reject-publish", "reject-publish-dlx"] | None = prop(
        "What happens to a full queue. `reject-publish` is silent for publishers without confirms.",
        default=None,
    )
    max_length: int | None = prop("How many messages may be ready.", default=None, check=_count)
    max_length_bytes: int | None = prop(
        "How many bytes of messages may be ready.", default=None, check=_count
    )
    message_ttl: int | None = prop(
        "How long a message may wait, in milliseconds.", default=None, check=_message_ttl
    )
    expires: int | None = prop(
        "How long a queue without consumers lives, in milliseconds.", default=None, check=_expires
    )
    target_group_size: int | None = prop(
        "How many replicas a quorum queue should have.", default=None, check=_positive
    )
    definition: dict[str, Any] = prop(
        "Any other key, with RabbitMQ's own name and value (`max-in-memory-length`).", default={}
    )

    @classmethod
    def _keys(cls) -> dict[str, str]:
        """RabbitMQ's key of each property that is part of the definition, by Python name."""
        own = {p.name for p in Resource.properties()} | {"vhost", "name", "pattern", "definition"}
        own |= {"apply_to", "priority"}
        return {p.name: p.name.replace("_", "-") for p in cls.properties() if p.name not in own}

    def problems(self) -> Iterable[Problem]:
        """What RabbitMQ refuses, or takes and passes over in silence."""
        typed = {key: name for name, key in self._keys().items()}
        schema_names = {p.name: p.key for p in self.properties()}
        for key in self.definition:
            if key in typed:
                yield self._problem(
                    "definition", f"holds {key}: give it as {schema_names[typed[key]]}"
                )
            if key in self.refused:
                yield self._problem("definition", f"holds {key}: {self.refused[key]}")
        given = self._definition()
        if not given:
            yield self._problem("definition", "says nothing: give at least one limit")
        if self.apply_to == "exchanges" and set(given) - {"alternate-exchange"}:
            useless = ", ".join(sorted(set(given) - {"alternate-exchange"}))
            yield self._problem("applyTo", f"is exchanges, on which {useless} has no effect")
        if self.apply_to in ("classic_queues", "streams"):
            for name in _QUORUM_ONLY:
                if getattr(self, name, None) is not None:
                    yield self._problem(
                        schema_names[name],
                        f"has no effect on {self.apply_to}: apply it to quorum_queues",
                    )
        if self.apply_to == "quorum_queues" and self.overflow == "reject-publish-dlx":
            yield self._problem("overflow", "reject-publish-dlx exists for classic queues only")

    def _problem(self, key: str, predicate: str) -> Problem:
        return Problem(key, f"{key} of the {self.noun()} {self.name!r} {predicate}")

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The policy; a key that the state does not know shows in `definition`, as drift."""
        api = Api.of(ctx)
        # The list, because RabbitMQ 4.0 fails on one operator policy of a vhost that is gone.
        policies = api.get(cls.kind, key["vhost"]) or []
        found = next((policy for policy in policies if policy["name"] == key["name"]), None)
        if found is None:
            return None
        definition = dict(found["definition"])
        typed = {
            name: definition.pop(rabbit)
            for name, rabbit in cls._keys().items()
            if rabbit in definition and (prior is None or getattr(prior, name) is not None)
        }
        return cls(
            vhost=key["vhost"],
            name=key["name"],
            pattern=found["pattern"],
            apply_to=found["apply-to"],
            priority=found["priority"],
            definition=definition,
            **typed,
        )

    def create(self, ctx: Context) -> Self:
        """Write it whole; it applies to what exists at once."""
        body = {
            "pattern": self.pattern,
            "apply-to": self.apply_to,
            "priority": self.priority,
            "definition": self._definition(),
        }
        Api.of(ctx).put(self.kind, self.vhost, self.name, body=body)
        return self

    def update(self, old: Self, ctx: Context) -> Self:
        """Write it anew, whole."""
        del old
        return self.create(ctx)

    def delete(self, ctx: Context) -> None:
        """Remove it: the next policy that matches applies, or none."""
        Api.of(ctx).delete(self.kind, self.vhost, self.name)

    def _definition(self) -> dict[str, Any]:
        typed = {key: getattr(self, name) for name, key in self._keys().items()}
        return {key: value for key, value in typed.items() if value is not None} | self.definition


class Policy(_Policy):
    """A policy. A queue has exactly one, so each must be complete.

    https://www.rabbitmq.com/docs/policies
    """

    token = "rabbitmq:Policy"  # noqa: S105 - a type token
    kind = "policies"

    dead_letter_exchange: str | None = prop(
        "The exchange that expired, rejected and too often returned messages go to.",
        default=None,
        check=names.short,
    )
    dead_letter_routing_key: str | None = prop(
        "The routing key of dead letters; their own when not given.",
        default=None,
        check=names.short,
    )
    dead_letter_strategy: Literal["at-most-once", "at-least-once"] | None = prop(
        "Whether a quorum queue keeps a dead letter until it has arrived. `at-least-once` needs "
        "overflow reject-publish. "
        "https://www.rabbitmq.com/docs/quorum-queues#dead-lettering",
        default=None,
    )
    consumer_timeout: int | None = prop(
        "How long a consumer may hold a message, in milliseconds; RabbitMQ's own is 30 minutes, "
        "after which it closes the channel.",
        default=None,
        check=_count,
    )
    queue_leader_locator: Literal["client-local", "balanced"] | None = prop(
        "Where in a cluster a queue's leader is put.", default=None
    )
    alternate_exchange: str | None = prop(
        "The exchange that messages go to which an exchange cannot route.",
        default=None,
        check=names.short,
    )
    max_age: str | None = prop(
        "How long a stream keeps messages: `7D`, `12h`.",
        default=None,
        check=lambda value: (
            None
            if re.fullmatch(r"[1-9][0-9]*[YMDhms]", value)
            else "must be a number and one of Y, M, D, h, m, s, as in 7D"
        ),
    )

    def problems(self) -> Iterable[Problem]:
        """As for both kinds; RabbitMQ falls back in silence without reject-publish."""
        yield from super().problems()
        if self.dead_letter_strategy == "at-least-once" and self.overflow != "reject-publish":
            yield self._problem(
                "deadLetterStrategy",
                "at-least-once works with overflow reject-publish only: add it, or RabbitMQ falls "
                "back to at-most-once",
            )


_IN_POLICY = "an operator policy cannot hold it, a Policy can"


class OperatorPolicy(_Policy):
    """An operator policy: a ceiling that the vhost's own policies cannot exceed.

    https://www.rabbitmq.com/docs/policies#operator-policies
    """

    token = "rabbitmq:OperatorPolicy"  # noqa: S105 - a type token
    kind = "operator-policies"
    refused: ClassVar[Mapping[str, str]] = dict.fromkeys(
        (
            "alternate-exchange",
            "consumer-timeout",
            "dead-letter-exchange",
            "dead-letter-routing-key",
            "dead-letter-strategy",
            "max-age",
            "queue-leader-locator",
        ),
        _IN_POLICY,
    )
