"""Fixtures and breaks: RabbitMQ's users and permissions."""

from __future__ import annotations

from typing import Final

from tests.policies.harness import Break, Fixture, Given
from tests.policies.servers_tls_cases import STRONG

_QUEUES: Final = r"^(orders|emails|celery\.pidbox)$"

FIXTURES: Final[dict[str, Fixture]] = {
    "rabbitmq-rights": [
        Given(
            "user",
            "celeriac:rabbitmq:User",
            {"name": "orders", "password": STRONG, "tags": [], "adopt": False},
        ),
        Given(
            "permissions",
            "celeriac:rabbitmq:Permissions",
            {
                "vhost": "orders",
                "user": "orders",
                "configure": "^$",
                "write": r"^(orders|amq\.default)$",
                "read": _QUEUES,
            },
        ),
        Given(
            "topics",
            "celeriac:rabbitmq:TopicPermissions",
            {"vhost": "orders", "user": "orders", "exchange": "orders", "write": "^orders$"},
        ),
    ],
    "rabbitmq-plain-rights": [
        Given(
            "user",
            "rabbitmq:index/user:User",
            {"name": "orders", "password": STRONG},
        ),
        Given(
            "permissions",
            "rabbitmq:index/permissions:Permissions",
            {
                "vhost": "orders",
                "user": "orders",
                "permissions": {"configure": "", "write": "^(orders)$", "read": _QUEUES},
            },
        ),
        Given(
            "topics",
            "rabbitmq:index/topicPermissions:TopicPermissions",
            {
                "vhost": "orders",
                "user": "orders",
                "permissions": [{"exchange": "orders", "write": "^orders$", "read": "^$"}],
            },
        ),
    ],
}

BREAKS: Final[tuple[Break, ...]] = (
    Break("rabbitmq-no-guest", "rabbitmq-rights", {"user/name": "guest"}, "name is guest"),
    Break("rabbitmq-no-guest", "rabbitmq-rights", {"permissions/user": "guest"}, "user is guest"),
    Break("rabbitmq-no-guest", "rabbitmq-rights", {"topics/user": "guest"}, "user is guest"),
    Break("rabbitmq-no-guest", "rabbitmq-plain-rights", {"user/name": "guest"}, "name is guest"),
    Break("rabbitmq-no-guest", "rabbitmq-plain-rights", {"permissions/user": "guest"}, "guest"),
    Break("rabbitmq-no-guest", "rabbitmq-plain-rights", {"topics/user": "guest"}, "guest"),
    Break(
        "rabbitmq-no-administrator",
        "rabbitmq-rights",
        {"user/tags": ["administrator"]},
        "has the tag administrator",
    ),
    Break(
        "rabbitmq-no-administrator",
        "rabbitmq-plain-rights",
        {"user/tags": ["administrator"]},
        "has the tag administrator",
    ),
    Break(
        "rabbitmq-no-tags",
        "rabbitmq-rights",
        {"user/tags": ["policymaker", "monitoring"]},
        "has the tag monitoring, policymaker",
    ),
    Break(
        "rabbitmq-no-tags",
        "rabbitmq-rights",
        {"user/tags": ["policymaker", "monitoring"], "user/name": "flower"},
        "has the tag policymaker:",
        parameters={"monitors": ["flower"]},
    ),
    Break(
        "rabbitmq-no-tags",
        "rabbitmq-plain-rights",
        {"user/tags": ["management"], "user/name": "reports"},
        "has the tag management",
        parameters={"monitors": ["flower"]},
    ),
    *(
        Break(
            "rabbitmq-permissions-own",
            "rabbitmq-rights",
            {f"permissions/{right}": pattern},
            f"{right} is {pattern!r}",
        )
        for right, pattern in (("configure", ".*"), ("write", "^.*$"), ("read", ".+"))
    ),
    Break(
        "rabbitmq-permissions-own",
        "rabbitmq-plain-rights",
        {"permissions/permissions": {"configure": ".*", "write": ".*", "read": "^(.*)$"}},
        "every queue and exchange",
        times=3,
    ),
    *(
        Break(
            "rabbitmq-permissions-anchored",
            "rabbitmq-rights",
            {f"permissions/{right}": "orders"},
            "write ^(orders)$",
        )
        for right in ("configure", "write", "read")
    ),
    Break(
        "rabbitmq-permissions-anchored",
        "rabbitmq-plain-rights",
        {"permissions/permissions/read": "orders|emails"},
        "write ^(orders|emails)$",
    ),
    Break(
        "rabbitmq-topic-permissions-own",
        "rabbitmq-rights",
        {"topics/write": ".*"},
        "every routing key",
    ),
    Break(
        "rabbitmq-topic-permissions-own",
        "rabbitmq-rights",
        {"topics/read": ".*"},
        "every routing key",
    ),
    Break(
        "rabbitmq-topic-permissions-own",
        "rabbitmq-plain-rights",
        {"topics/permissions/0/read": "^.*"},
        "read is '^.*'",
    ),
    Break(
        "server-no-default-password",
        "rabbitmq-rights",
        {"user/password": "orders"},
        "the user's name",
    ),
    Break(
        "server-no-default-password",
        "rabbitmq-plain-rights",
        {"user/password": "changeme"},
        "password is a default one",
    ),
)

CONTEXT: Final[dict[tuple[str, str], str]] = {}
