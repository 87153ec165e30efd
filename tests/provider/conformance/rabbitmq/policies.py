"""Policies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from celeriac_provider.engine.resource import Resource
from celeriac_provider.rabbitmq.policy import OperatorPolicy, Policy
from tests.provider.conformance.case import Drift
from tests.provider.conformance.rabbitmq.within import Within

_LIMITS: dict[str, tuple[str, Any, Any]] = {
    "deliveryLimit": ("delivery-limit", 5, 7),
    "overflow": ("overflow", "reject-publish", "drop-head"),
    "maxLength": ("max-length", 0, 9),
    "maxLengthBytes": ("max-length-bytes", 10**10, 9),
    "messageTtl": ("message-ttl", 2**33, 9),
    "expires": ("expires", 60_000, 90_000),
    "targetGroupSize": ("target-group-size", 3, 5),
}
"""RabbitMQ's name of each, a value that is asked for, one that somebody else writes."""


_MORE: dict[str, tuple[str, Any, Any]] = {
    "deadLetterExchange": ("dead-letter-exchange", "", "dlx"),
    "deadLetterRoutingKey": ("dead-letter-routing-key", "dead", "other"),
    "deadLetterStrategy": ("dead-letter-strategy", "at-most-once", "at-least-once"),
    "consumerTimeout": ("consumer-timeout", 7_200_000, 1_800_000),
    "queueLeaderLocator": ("queue-leader-locator", "balanced", "client-local"),
    "alternateExchange": ("alternate-exchange", "amq.topic", "amq.fanout"),
    "maxAge": ("max-age", "7D", "8D"),
}


class OperatorPolicyCase(Within):
    """Operator policies."""

    resource: ClassVar[type[Resource]] = OperatorPolicy
    kind: ClassVar[str] = "operator-policies"
    limits: ClassVar[dict[str, tuple[str, Any, Any]]] = _LIMITS
    rest: ClassVar[dict[str, Any]] = {"max-in-memory-length": 4}
    unguarded = "a limit can be written again"

    def at(self, *names: str) -> tuple[str, ...]:
        """By name."""
        return (self.kind, self.vhost, *(names or ("p/ü",)))

    def given(self) -> dict[str, Any]:
        """The least that is a policy."""
        definition = {"max-in-memory-bytes": 10}
        if self.resource is Policy:
            definition = {"stream-filter-size-bytes": 16}
        return {
            "vhost": self.vhost,
            "name": "p/ü",
            "pattern": "^a$",
            "definition": definition,
        }

    def changes(self) -> dict[str, Any]:
        """All."""
        return {
            "vhost": "v2",
            "name": "p2",
            "pattern": "^b$",
            "applyTo": "quorum_queues",
            "priority": 7,
            "definition": self.rest,
            **{key: value for key, (_, value, _) in self.limits.items()},
        }

    def body(self, definition: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
        """The least policy with more in its definition, or other values beside."""
        whole = self.given()["definition"] | definition
        return {"pattern": "^a$", "priority": 0, "definition": whole} | changes

    def drifts(self) -> dict[str, Drift]:
        """Written anew by hand; every other limit is taken away instead of changed."""

        def write(definition: Mapping[str, Any], **changes: Any) -> Callable[[], None]:
            body = self.body(definition, **changes)
            return lambda: self.world.put(*self.at(), body=body)

        found = {
            "pattern": Drift(write({}, pattern="x")),
            "applyTo": Drift(write({}, **{"apply-to": "queues"})),
            "priority": Drift(write({}, priority=3)),
            "definition": Drift(write({"max-length": 5})),
        }
        for number, (key, (name, asked, other)) in enumerate(self.limits.items()):
            if number % 2:
                found[key] = Drift(write({}), given={key: asked}, kind="ADD")
            else:
                found[key] = Drift(write({name: other}), given={key: asked})
        return found

    def server(self) -> Any:
        """The policy."""
        rows = self.world.get(self.kind, self.vhost) or []
        return next((row for row in rows if row["name"] == "p/ü"), None)

    def by_hand(self) -> None:
        """PUT."""
        self.world.put(*self.at(), body=self.body({}))

    def beside(self) -> Callable[[], Any]:
        """Another policy."""
        self.world.put(*self.at("theirs"), body=self.body({"max-length": 1}))
        return lambda: self.world.get(*self.at("theirs"))


class PolicyCase(OperatorPolicyCase):
    """Policies."""

    resource, kind = Policy, "policies"
    limits: ClassVar[dict[str, tuple[str, Any, Any]]] = _LIMITS | _MORE
    rest: ClassVar[dict[str, Any]] = {"stream-max-segment-size-bytes": 1000}
