"""Rules on servers: RabbitMQ, Redis, PostgreSQL, and their containers."""

from __future__ import annotations

from typing import Final

from celeriac_policies.rule import Rule

RULES: Final[tuple[Rule, ...]] = ()
