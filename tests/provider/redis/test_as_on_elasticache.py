"""An administrator with neither CONFIG nor ACL, as on ElastiCache, on the real server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from celeriac.servers.aws.elasticache_rights import ADMINISTRATOR
from celeriac_provider.redis import AclUser, Config, KeyPrefix
from tests.lifecycle import Failed
from tests.provider.redis.conftest import OwnServer, Server, Start

_VERIFIED: dict[str, Any] = {
    "settings": {"maxmemory-policy": "noeviction", "maxmemory": "0"},
    "manage": False,
    "persist": False,
}


@pytest.fixture
def service(own: OwnServer) -> Server:
    """A server whose administrator may do what we give him on ElastiCache, and no more."""
    with own.login() as client:
        client.execute_command("ACL", "SETUSER", "as_there", "on", ">pw", *ADMINISTRATOR.tokens)
    return Server(own.port, "as_there", "pw")


def test_settings_that_info_tells_are_verified(
    own: OwnServer, service: Server, start: Start
) -> None:
    """Where CONFIG is refused; another value is named, and mended in the parameter group."""
    configs = start(Config, on=service)
    made = configs.create(_VERIFIED)
    with own.login() as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
    assert configs.drift(made, _VERIFIED) == {"settings": "UPDATE"}
    with pytest.raises(Failed) as failed:
        configs.update(made, _VERIFIED)
    assert "set maxmemory-policy to noeviction (it is allkeys-lru)" in failed.value.sentence
    assert "parameter group" in failed.value.sentence
    with own.login() as client:
        client.config_set("maxmemory-policy", "noeviction")
    configs.delete(configs.update(made, _VERIFIED))


@pytest.mark.parametrize(
    "given",
    [
        {"settings": {"maxmemory-policy": "noeviction"}, "persist": False},
        {"settings": {"maxmemory-policy": "noeviction"}},
        _VERIFIED | {"settings": {"maxmemory-policy": "noeviction", "timeout": "0"}},
    ],
    ids=["managed", "managed and kept", "not told by INFO"],
)
def test_what_takes_config_is_sent_to_the_parameter_group(
    own: OwnServer, service: Server, start: Start, given: dict[str, Any]
) -> None:
    """One sentence; nothing was remembered on the server."""
    with pytest.raises(Failed) as failed:
        start(Config, on=service).create(given)
    names = ", ".join(sorted(given["settings"]))
    assert failed.value.sentence == (
        f"the Redis server at 127.0.0.1:{own.port} keeps CONFIG to itself, as services do: set "
        f"{names} in the service's parameter group, and verify no more than maxmemory and "
        f"maxmemory-policy here, with `manage: false`"
    )
    with own.login() as client:
        assert not client.exists("celeriac:registry")


def test_a_command_that_is_not_there_is_as_one_that_is_refused(
    tmp_path: Path, start: Start
) -> None:
    """Where a service has renamed CONFIG away, it says that the command is unknown."""
    server = OwnServer(tmp_path, acl_file=False)
    with (tmp_path / "redis.conf").open("a") as file:
        file.write('\nrename-command CONFIG ""\n')
    server.start()
    try:
        configs = start(Config, on=server)
        configs.delete(configs.create(_VERIFIED))
        with pytest.raises(Failed, match="keeps CONFIG to itself"):
            configs.create(_VERIFIED | {"manage": True})
    finally:
        server.stop()


def test_key_prefixes(own: OwnServer, service: Server, start: Start) -> None:
    """Registered, guarded, found by an import, and deleted with their keys."""
    prefixes = start(KeyPrefix, on=service)
    made = prefixes.create({"prefix": "as_there:"})
    assert prefixes.import_("as_there:") is not None
    with own.login() as client:
        client.lpush("as_there:celery", "a message")
    with pytest.raises(Failed, match="holds messages or results under the prefix"):
        prefixes.delete(made)
    prefixes.delete(prefixes.update(made, {"prefix": "as_there:", "forceDestroy": True}))
    with own.login() as client:
        assert not client.keys("as_there:*")


def test_users_are_refused(service: Server, start: Start) -> None:
    """There they are AWS's own resources: the sentence says which right is missing."""
    with pytest.raises(Failed, match="the administrator lacks the right"):
        start(AclUser, on=service).create({"name": "anybody"})
