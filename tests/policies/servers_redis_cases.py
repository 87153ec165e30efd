"""Fixtures and breaks: users of Redis."""

from __future__ import annotations

from typing import Final

from tests.policies.harness import Break, Fixture, Given
from tests.policies.servers_tls_cases import STRONG

FIXTURES: Final[dict[str, Fixture]] = {
    "redis-user": [
        Given(
            "user",
            "celeriac:redis:AclUser",
            {
                "name": "thumbnails",
                "password": STRONG,
                "keys": ["thumbnails:*"],
                "readKeys": ["shared:*"],
                "channels": ["thumbnails:/0.celery.pidbox"],
                "commands": ["+@read", "+@write", "+@connection", "-@dangerous", "+acl|whoami"],
                "optionalCommands": ["+client|setinfo", "+client|setname"],
            },
        ),
    ],
}

BREAKS: Final[tuple[Break, ...]] = (
    Break("redis-acl-keys-own", "redis-user", {"user/keys": ["*"]}, "keys has *"),
    Break("redis-acl-keys-own", "redis-user", {"user/readKeys": ["a:*", "**"]}, "readKeys has **"),
    Break("redis-acl-keys-own", "redis-user", {"user/writeKeys": ["?*"]}, "writeKeys has ?*"),
    Break("redis-acl-channels-own", "redis-user", {"user/channels": ["*"]}, "channels has *"),
    Break(
        "redis-acl-no-dangerous-commands",
        "redis-user",
        {"user/commands": ["+@all"]},
        "may do ACL, BGREWRITEAOF, BGSAVE, CLIENT and 19 more",
    ),
    Break(
        "redis-acl-no-dangerous-commands",
        "redis-user",
        {"user/commands": ["+@read", "+@write", "-flushall", "-@admin"]},
        "may do FLUSHDB, KEYS, MIGRATE, RESTORE and 1 more",
    ),
    Break(
        "redis-acl-no-dangerous-commands",
        "redis-user",
        {"user/optionalCommands": ["+config|get", "+client|setinfo"]},
        "may do CONFIG:",
    ),
    Break("redis-password", "redis-user", {"user/password": ""}, "which is nopass"),
    Break(
        "server-no-default-password",
        "redis-user",
        {"user/password": "thumbnails"},
        "the user's name",
    ),
)

CONTEXT: Final[dict[tuple[str, str], str]] = {}
