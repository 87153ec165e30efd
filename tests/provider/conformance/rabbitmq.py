"""RabbitMQ's resource types: how each is made, changed, marked and guarded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from kombu.connection import Connection
from kombu.transport import native_delayed_delivery

from celeriac_provider.engine.marks import Mark
from celeriac_provider.engine.resource import Resource
from celeriac_provider.rabbitmq import passwords
from celeriac_provider.rabbitmq.binding import Binding
from celeriac_provider.rabbitmq.delayed_delivery import DelayedDelivery
from celeriac_provider.rabbitmq.exchange import Exchange
from celeriac_provider.rabbitmq.permissions import Permissions, TopicPermissions
from celeriac_provider.rabbitmq.policy import OperatorPolicy, Policy
from celeriac_provider.rabbitmq.queue import Queue
from celeriac_provider.rabbitmq.user import User
from celeriac_provider.rabbitmq.vhost import Vhost
from tests.lifecycle import Lifecycle
from tests.provider.conformance import deaths
from tests.provider.conformance.case import Case, Drift
from tests.provider.rabbitmq.conftest import Rabbit


class RabbitWorld(Rabbit):
    """A RabbitMQ, and a vhost and a user of this test's own."""

    def watched(self, life: Lifecycle) -> Any:
        """Requests."""
        return deaths.of_rabbitmq(life)

    def provide(self, resource: type[Resource], **given: Any) -> None:
        """A prerequisite that the same stack made."""
        self.life(resource).create(given, name="container", settled=False)

    def put(self, *path: str, body: Mapping[str, Any]) -> None:
        """PUT, and it must work."""
        self.call("PUT", *path, body=dict(body)).raise_for_status()

    def delete(self, *path: str) -> None:
        """DELETE, and it must work."""
        self.call("DELETE", *path).raise_for_status()

    def tags(self, kind: str, name: str) -> list[str]:
        """All tags, the mark among them."""
        found = self.get(kind, name)
        return list(found["tags"]) if found else []

    def mark_of(self, kind: str, name: str) -> str | None:
        """The mark among the tags."""
        return next((tag for tag in self.tags(kind, name) if Mark.find(tag)), None)


class RabbitCase(Case):
    """A resource type of RabbitMQ's."""

    def __init__(self, world: RabbitWorld) -> None:
        self.world = world


class Tagged(RabbitCase):
    """One whose mark is among its own tags."""

    kind: ClassVar[str]
    kept: ClassVar[tuple[str, ...]]
    any_id = "the name is the id, and a name is any text"
    missing_id = "no/such ü"

    def __init__(self, world: RabbitWorld) -> None:
        super().__init__(world)
        self.name = world.name(self.kind)
        world._made.append((self.kind, f"{self.name}2"))

    def prepare(self, *, by_hand: bool = False) -> None:
        """It needs nothing."""

    def vanish(self) -> None:
        """DELETE."""
        self.world.delete(self.kind, self.name)

    def change(self, **values: Any) -> None:
        """PUT with what is there, but for these."""
        found = self.world.get(self.kind, self.name)
        body = {key: found[key] for key in self.kept if key in found} | values
        self.world.put(self.kind, self.name, body=body)

    def mark(self) -> str | None:
        """A tag."""
        return self.world.mark_of(self.kind, self.name)

    def set_mark(self, mark: str | None) -> None:
        """Another tag, or none."""
        tags = [t for t in self.world.tags(self.kind, self.name) if not Mark.find(t)]
        self.change(tags=[*tags, mark] if mark else tags)

    def limit(self, name: str, value: int) -> Callable[[], None]:
        """Sets a limit by hand."""
        path = (self.kind.removesuffix("s") + "-limits", self.name, name)
        return lambda: self.world.put(*path, body={"value": value})


class VhostCase(Tagged):
    """Vhosts."""

    resource, kind = Vhost, "vhosts"
    kept = ("description", "tags", "default_queue_type")
    guard = r"at least 1 message waits in the vhost .*in 'q'"

    def given(self) -> dict[str, Any]:
        """A name, and a tag to lose."""
        return {"name": self.name, "tags": ["eu"]}

    def full(self) -> dict[str, Any]:
        """Both limits."""
        return self.given() | {"maxConnections": 9, "maxQueues": 9, "description": "€"}

    def changes(self) -> dict[str, Any]:
        """All."""
        return {
            "name": f"{self.name}2",
            "description": "orders, €",
            "defaultQueueType": "classic",
            "tags": ["eu", "team a"],
            "maxConnections": 5,
            "maxQueues": 0,
        }

    def drifts(self) -> dict[str, Drift]:
        """By PUT."""
        return {
            "description": Drift(lambda: self.change(description="x")),
            "defaultQueueType": Drift(lambda: self.change(default_queue_type="classic")),
            "tags": Drift(lambda: self.change(tags=[])),
            "maxConnections": Drift(self.limit("max-connections", 3)),
            "maxQueues": Drift(
                lambda: self.world.delete("vhost-limits", self.name, "max-queues"),
                given={"maxQueues": 7},
            ),
        }

    def server(self) -> Any:
        """The vhost and its limits."""
        found = self.world.get("vhosts", self.name)
        limits = self.world.get("vhost-limits", self.name)
        return found and {
            "tags": sorted(found["tags"]),
            "limits": limits[0]["value"] if limits else {},
            **{key: found.get(key) for key in ("description", "default_queue_type")},
        }

    def by_hand(self) -> None:
        """PUT."""
        body = {"tags": ["eu"], "default_queue_type": "quorum"}
        self.world.put("vhosts", self.name, body=body)

    def beside(self) -> Callable[[], Any]:
        """A queue and a policy of somebody else's in it."""
        body = {"pattern": "x", "definition": {"max-length": 1}}
        self.world.put("policies", self.name, "theirs", body=body)
        self.world.put("queues", self.name, "theirs", body={"durable": True})
        return lambda: [
            [each["name"] for each in self.world.get(kind, self.name)]
            for kind in ("policies", "queues")
        ]

    def fill(self) -> None:
        """A message of this moment in a quorum queue."""
        self.world.put("queues", self.name, "q", body={"durable": True})
        self.world.publish(self.name, "", "q")


class UserCase(Tagged):
    """Users."""

    resource, kind = User, "users"
    kept = ("tags", "password_hash", "hashing_algorithm")
    unguarded = "a user holds nothing"

    def given(self) -> dict[str, Any]:
        """A name, and a tag to lose."""
        return {"name": self.name, "tags": ["monitoring"]}

    def full(self) -> dict[str, Any]:
        """Both limits."""
        return self.given() | {"maxConnections": 9, "maxChannels": 9}

    def changes(self) -> dict[str, Any]:
        """All."""
        return {
            "name": f"{self.name}2",
            "password": "another ü",
            "passwordless": True,
            "tags": [],
            "maxConnections": 5,
            "maxChannels": 0,
        }

    def drifts(self) -> dict[str, Drift]:
        """By PUT."""
        other = passwords.hashed("theirs")
        return {
            "password": Drift(lambda: self.change(password_hash=other), kind="ADD"),
            "passwordless": Drift(lambda: self.change(password_hash=""), also={"password": "ADD"}),
            "tags": Drift(lambda: self.change(tags=[])),
            "maxConnections": Drift(self.limit("max-connections", 3)),
            "maxChannels": Drift(
                lambda: self.world.delete("user-limits", self.name, "max-channels"),
                given={"maxChannels": 7},
            ),
        }

    def server(self) -> Any:
        """The user without its salted hash."""
        found = self.world.get("users", self.name)
        return found and {
            "tags": sorted(found["tags"]),
            "limits": found.get("limits") or {},
            "has a password": bool(found["password_hash"]),
        }

    def by_hand(self) -> None:
        """PUT."""
        body = {"password": "by hand", "tags": "monitoring"}
        self.world.put("users", self.name, body=body)

    def beside(self) -> Callable[[], Any]:
        """A right that somebody else gave it."""
        vhost = self.world.vhost()
        body = {"configure": "x", "write": "y", "read": "z"}
        self.world.put("permissions", vhost, self.name, body=body)
        return lambda: self.world.get("permissions", vhost, self.name)

    def works(self, password: str) -> bool:
        """As the server checks it."""
        found = self.world.get("users", self.name)
        return passwords.matches(password, found["password_hash"], found["hashing_algorithm"])


class Within(RabbitCase):
    """One that lies in a vhost, whose mark counts."""

    wrong_ids: ClassVar[tuple[str, ...]] = ("x", "a/b/c/d/e/f/g/h")

    def __init__(self, world: RabbitWorld) -> None:
        super().__init__(world)
        self.vhost, self.user = world.name("vhosts"), world.name("users")

    def prepare(self, *, by_hand: bool = False) -> None:
        """A vhost and a user."""
        if by_hand:
            self.world.put("vhosts", self.vhost, body={"default_queue_type": "quorum"})
            self.world.put("users", self.user, body={"password": "p", "tags": ""})
        else:
            self.world.provide(Vhost, name=self.vhost)
            self.world.provide(User, name=self.user)

    @property
    def missing_id(self) -> str:
        """The same in a vhost that is not there."""
        return "/".join(
            [quote(self.vhost + "x", safe=""), *["x"] * (len(self.resource.identity) - 1)]
        )

    def mark(self) -> str | None:
        """The vhost's."""
        return self.world.mark_of("vhosts", self.vhost)

    def set_mark(self, mark: str | None) -> None:
        """The vhost's."""
        self.world.put("vhosts", self.vhost, body={"tags": [mark] if mark else []})

    def at(self, *names: str) -> tuple[str, ...]:
        """The path of the object, or of another one."""
        raise NotImplementedError

    def vanish(self) -> None:
        """DELETE."""
        self.world.delete(*self.at())


class PermissionsCase(Within):
    """Permissions."""

    resource: ClassVar[type[Resource]] = Permissions
    unguarded = "a right can be given again"
    keys: ClassVar[tuple[str, ...]] = ("configure", "write", "read")

    def at(self, *names: str) -> tuple[str, ...]:
        """A user's."""
        return ("permissions", self.vhost, *(names or (self.user,)))

    def given(self) -> dict[str, Any]:
        """No right."""
        return {"vhost": self.vhost, "user": self.user}

    def changes(self) -> dict[str, Any]:
        """Patterns."""
        return dict.fromkeys(self.keys, "^(a|b)$") | {"vhost": "v2", "user": "u2"}

    def body(self) -> dict[str, Any]:
        """No right."""
        return dict.fromkeys(self.keys, "^$")

    def drifts(self) -> dict[str, Drift]:
        """A right given, and taken."""
        return {
            key: Drift(lambda key=key: self.write(self.body() | {key: ".*"}))  # type: ignore[misc]
            for key in self.keys
        }

    def write(self, body: Mapping[str, Any]) -> None:
        """PUT."""
        self.world.put(*self.at(), body=body)

    def server(self) -> Any:
        """The row."""
        return self.world.get(*self.at())

    def by_hand(self) -> None:
        """The same row."""
        self.write(self.body())

    def beside(self) -> Callable[[], Any]:
        """Another user's row."""
        other = self.world.name("users")
        self.world.put("users", other, body={"password": "p", "tags": ""})
        body = dict.fromkeys(("configure", "write", "read"), "x")
        self.world.put("permissions", self.vhost, other, body=body)
        return lambda: self.world.get("permissions", self.vhost, other)


class TopicPermissionsCase(PermissionsCase):
    """Topic permissions."""

    resource = TopicPermissions
    keys = ("write", "read")

    def at(self, *names: str) -> tuple[str, ...]:
        """A user's on one exchange."""
        return ("topic-permissions", self.vhost, *(names or (self.user,)))

    def given(self) -> dict[str, Any]:
        """No right on a standard exchange."""
        return super().given() | {"exchange": "amq.topic"}

    def changes(self) -> dict[str, Any]:
        """Patterns."""
        return super().changes() | {"exchange": "e2"}

    def body(self) -> dict[str, Any]:
        """No right."""
        return super().body() | {"exchange": "amq.topic"}

    def server(self) -> Any:
        """The row."""
        rows = self.world.get(*self.at()) or []
        return next((row for row in rows if row["exchange"] == "amq.topic"), None)

    def vanish(self) -> None:
        """DELETE of this exchange's row."""
        self.world.delete(*self.at(self.user, "amq.topic"))

    def beside(self) -> Callable[[], Any]:
        """The same user's row for another exchange."""
        body = {"exchange": "amq.rabbitmq.trace", "write": "x", "read": "y"}
        self.world.put(*self.at(), body=body)
        return lambda: [
            row for row in self.world.get(*self.at()) or [] if row["exchange"] != "amq.topic"
        ]


class Declared(Within):
    """What AMQP declares: to change it is to make it anew."""

    kind: ClassVar[str]
    start: ClassVar[Mapping[str, Any]]
    """The least inputs; in the API's spelling, the same body."""
    others: ClassVar[Mapping[str, Any]]
    """Another value of each property."""

    def at(self, *names: str) -> tuple[str, ...]:
        """By name."""
        return (self.kind, self.vhost, *(names or ("x/ü",)))

    def given(self) -> dict[str, Any]:
        """A name."""
        return {"vhost": self.vhost, "name": "x/ü", **self.start}

    def changes(self) -> dict[str, Any]:
        """All, without making it."""
        return {"vhost": "v2", "name": "n2", **self.others}

    def body(self, **changes: Any) -> dict[str, Any]:
        """What declares it, but for these."""
        return {"durable": True, "auto_delete": False, "arguments": {}} | changes

    def declared_otherwise(self, **changes: Any) -> Drift:
        """Deleted and declared anew."""

        def act() -> None:
            self.vanish()
            self.world.put(*self.at(), body=self.body(**changes))

        return Drift(act, kind="UPDATE_REPLACE")

    def server(self) -> Any:
        """As it was declared."""
        path = "".join(f"/{quote(part, safe='')}" for part in self.at())
        answer = self.world.http.get(path, params={"disable_stats": "true"})
        keys = ("type", "durable", "auto_delete", "internal", "arguments")
        found = answer.json()
        return {k: found.get(k) for k in keys} if answer.is_success else None

    def by_hand(self) -> None:
        """PUT."""
        self.world.put(*self.at(), body=self.body())


class ExchangeCase(Declared):
    """Exchanges."""

    resource, kind = Exchange, "exchanges"
    unguarded = "an exchange holds no message"
    start: ClassVar[Mapping[str, Any]] = {"type": "topic"}
    others: ClassVar[Mapping[str, Any]] = {
        "type": "fanout",
        "durable": False,
        "autoDelete": True,
        "internal": True,
        "arguments": {"alternate-exchange": "amq.topic"},
    }

    def body(self, **changes: Any) -> dict[str, Any]:
        """A topic exchange."""
        return super().body(type="topic", internal=False) | changes

    def drifts(self) -> dict[str, Drift]:
        """Declared anew."""
        return {
            "type": self.declared_otherwise(type="direct"),
            "durable": self.declared_otherwise(durable=False),
            "autoDelete": self.declared_otherwise(auto_delete=True),
            "internal": self.declared_otherwise(internal=True),
            "arguments": self.declared_otherwise(arguments={"x": 1}),
        }

    def beside(self) -> Callable[[], Any]:
        """A binding of somebody else's."""
        path = ("bindings", self.vhost, "e", "x/ü", "e", "amq.fanout")
        self.world.call("POST", *path, body={"routing_key": "k"}).raise_for_status()
        return lambda: [binding["routing_key"] for binding in self.world.get(*path)]


class QueueCase(Declared):
    """Queues."""

    resource, kind = Queue, "queues"
    guard = r"at least 1 message waits in the queue 'x/ü'"
    start: ClassVar[Mapping[str, Any]] = {"type": "classic"}
    others: ClassVar[Mapping[str, Any]] = {
        "type": "quorum",
        "durable": False,
        "autoDelete": True,
        "arguments": {"x-max-priority": 5},
    }

    def body(self, **changes: Any) -> dict[str, Any]:
        """A classic queue."""
        arguments = {"x-queue-type": "classic"} | changes.pop("arguments", {})
        return super().body(arguments=arguments) | changes

    def drifts(self) -> dict[str, Drift]:
        """Declared anew."""
        return {
            "type": self.declared_otherwise(arguments={"x-queue-type": "quorum"}),
            "durable": self.declared_otherwise(durable=False),
            "autoDelete": self.declared_otherwise(auto_delete=True),
            "arguments": self.declared_otherwise(arguments={"x-max-priority": 3}),
        }

    def beside(self) -> Callable[[], Any]:
        """A binding of somebody else's."""
        path = ("bindings", self.vhost, "e", "amq.topic", "q", "x/ü")
        self.world.call("POST", *path, body={"routing_key": "k"}).raise_for_status()
        return lambda: [binding["routing_key"] for binding in self.world.get(*path)]

    def fill(self) -> None:
        """A message."""
        self.world.publish(self.vhost, "", "x/ü")


class BindingCase(Within):
    """Bindings."""

    resource = Binding
    unguarded = "a binding holds no message"

    def given(self) -> dict[str, Any]:
        """Between two standard exchanges."""
        return {
            "vhost": self.vhost,
            "source": "amq.topic",
            "destination": "amq.fanout",
            "destinationType": "exchange",
            "routingKey": "a.#",
        }

    def changes(self) -> dict[str, Any]:
        """Each makes another binding."""
        return {
            "vhost": "v2",
            "source": "amq.direct",
            "destination": "amq.headers",
            "destinationType": "queue",
            "routingKey": "b",
            "arguments": {"x-match": "any"},
        }

    def drifts(self) -> dict[str, Drift]:
        """All of it is its identity."""
        return {}

    def at(self, *names: str) -> tuple[str, ...]:
        """Between the two."""
        return ("bindings", self.vhost, "e", "amq.topic", "e", "amq.fanout", *names)

    def server(self) -> Any:
        """The one with the routing key."""
        rows = self.world.get(*self.at()) or []
        return next((row for row in rows if row["routing_key"] == "a.#"), None)

    def by_hand(self) -> None:
        """POST."""
        self.world.call("POST", *self.at(), body={"routing_key": "a.#"}).raise_for_status()

    def vanish(self) -> None:
        """DELETE."""
        self.world.delete(*self.at("a.%23"))

    def beside(self) -> Callable[[], Any]:
        """Another routing key between the same two."""
        self.world.call("POST", *self.at(), body={"routing_key": "b"}).raise_for_status()
        rows = lambda: self.world.get(*self.at()) or []  # noqa: E731
        return lambda: [row for row in rows() if row["routing_key"] == "b"]

    @property
    def missing_id(self) -> str:
        """Of another key."""
        return f"{quote(self.vhost, safe='')}/amq.topic/exchange/amq.fanout/none"


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


class DelayedDeliveryCase(Within):
    """Delayed delivery."""

    resource = DelayedDelivery
    guard = r"1 message waits in the delayed delivery .*_20'"
    any_id = "the vhost's name is the id, and a name is any text"
    wrong_ids = ()
    no_change: ClassVar[Mapping[str, str]] = {"missing": "it is never given: it shows what is lost"}

    def prepare(self, *, by_hand: bool = False) -> None:
        """An app's queue with its exchange as well."""
        super().prepare(by_hand=by_hand)
        self.world.put("exchanges", self.vhost, "a", body={"type": "topic", "durable": True})
        self.world.put("queues", self.vhost, "a", body={"durable": True})

    def given(self) -> dict[str, Any]:
        """For one queue."""
        return {"vhost": self.vhost, "queueType": "classic", "bindings": {"a": "a"}}

    def changes(self) -> dict[str, Any]:
        """All."""
        return {"vhost": "v2", "queueType": "quorum", "bindings": {"a": "x.y"}}

    def drifts(self) -> dict[str, Drift]:
        """Something deleted, or all declared by a worker with the other setting."""

        def other_type() -> None:
            for level in range(28):
                self.world.delete("queues", self.vhost, f"celery_delayed_{level}")
            self._declare("quorum")

        gone = ("bindings", self.vhost, "e", "a", "q", "a", "%23.a")
        return {
            "queueType": Drift(other_type, kind="UPDATE_REPLACE"),
            "bindings": Drift(lambda: self.world.delete(*gone)),
            "missing": Drift(lambda: self.world.delete("queues", self.vhost, "celery_delayed_3")),
        }

    def _declare(self, kind: str) -> None:
        found = self.world.server
        with Connection(
            hostname=found["host"],
            port=found["amqp_port"],
            userid=found["username"],
            password=found["password"],
            virtual_host=self.vhost,
        ) as connection:
            native_delayed_delivery.declare_native_delayed_delivery_exchanges_and_queues(
                connection, kind
            )

    def server(self) -> Any:
        """All levels, their bindings, and those of the app's queue."""
        queues = {
            q["name"]: q["arguments"]
            for q in self.world.get("queues", self.vhost) or []
            if q["name"].startswith("celery_delayed")
        }
        bindings = sorted(
            (b["source"], b["destination"], b["routing_key"])
            for b in self.world.get("bindings", self.vhost) or []
            if b["source"]
        )
        return (queues, bindings) if queues else None

    def by_hand(self) -> None:
        """As a worker does."""
        self._declare("classic")
        for path in (("celery_delayed_delivery", "e"), ("a", "q")):
            where = ("bindings", self.vhost, "e", *path, "a")
            self.world.call("POST", *where, body={"routing_key": "#.a"}).raise_for_status()

    def vanish(self) -> None:
        """All of it."""
        for level in range(28):
            self.world.delete("queues", self.vhost, f"celery_delayed_{level}")
            self.world.delete("exchanges", self.vhost, f"celery_delayed_{level}")
        self.world.delete("exchanges", self.vhost, "celery_delayed_delivery")

    def beside(self) -> Callable[[], Any]:
        """A queue that a worker bound for itself."""
        self.world.put("exchanges", self.vhost, "w", body={"type": "topic", "durable": True})
        path = ("bindings", self.vhost, "e", "celery_delayed_delivery", "e", "w")
        self.world.call("POST", *path, body={"routing_key": "#.w"}).raise_for_status()
        return lambda: [b["routing_key"] for b in self.world.get(*path) or []]

    def fill(self) -> None:
        """A countdown of twelve days."""
        key = native_delayed_delivery.calculate_routing_key(2**20, "a")
        self.world.publish(self.vhost, "celery_delayed_27", key)

    @property
    def missing_id(self) -> str:
        """A vhost that is not there."""
        return f"{self.vhost}x"


CASES: tuple[type[RabbitCase], ...] = (
    VhostCase,
    UserCase,
    PermissionsCase,
    TopicPermissionsCase,
    ExchangeCase,
    QueueCase,
    BindingCase,
    PolicyCase,
    OperatorPolicyCase,
    DelayedDeliveryCase,
)
