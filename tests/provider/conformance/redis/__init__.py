"""Redis' resource types: how each is made, changed, marked and guarded."""

from __future__ import annotations

from tests.provider.conformance.redis.acl_user import AclUserCase
from tests.provider.conformance.redis.registered import ConfigCase, KeyPrefixCase
from tests.provider.conformance.redis.world import RedisCase

CASES: tuple[type[RedisCase], ...] = (AclUserCase, KeyPrefixCase, ConfigCase)
