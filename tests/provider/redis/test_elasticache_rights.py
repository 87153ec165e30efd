"""Access strings for ElastiCache, on the real server: what it gives back is what was sent."""

from __future__ import annotations

import pytest

from celeriac.contract import AclRules, Keyspace, Role, acl_rules
from celeriac.servers.aws.elasticache_rights import ADMINISTRATOR, DISABLED, access_string
from tests.provider.redis.conftest import OwnServer

RIGHTS: dict[str, AclRules] = {
    "broker": acl_rules(Role.WORKER, broker=Keyspace(prefix="thumbs:"), queues=["thumbs"]),
    "results": acl_rules(Role.WORKER, results=Keyspace(prefix="thumbs-results:")),
    "administrator": ADMINISTRATOR,
}
STRINGS = {name: access_string(rules) for name, rules in RIGHTS.items()} | {"default": DISABLED}


@pytest.mark.parametrize("name", STRINGS)
def test_an_access_string_is_as_acl_list_has_it(own: OwnServer, name: str) -> None:
    """ElastiCache keeps what Redis says of a user: another order or spelling differs for ever."""
    given = STRINGS[name]
    with own.login() as client:
        client.execute_command("ACL", "SETUSER", "one", *given.split())
        listed = next(line for line in client.acl_list() if line.startswith("user one "))
    assert listed.removeprefix("user one ").replace("sanitize-payload ", "") == given
