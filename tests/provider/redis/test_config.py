"""The life of a server's settings."""

from __future__ import annotations

from typing import Any

import pytest

from celeriac_provider.redis import Config
from tests.lifecycle import CheckFailed, Failed
from tests.provider.redis.conftest import OwnServer, Server, Start

_POLICY = {"settings": {"maxmemory-policy": "allkeys-lru"}}


def _now(server: Server, name: str) -> Any:
    return server.login().config_get(name)[name]


def test_life(own: OwnServer, start: Start) -> None:
    """Create, change, add, take away, delete: the values from before come back."""
    configs = start(Config, on=own)
    life = configs.create({"settings": {"maxmemory-policy": "allkeys-lru"}})
    assert life.state["before"] == {"maxmemory-policy": "noeviction"}
    both = {"maxmemory-policy": "volatile-lru", "maxmemory": "100mb"}
    life = configs.update(life, {"settings": both})
    assert _now(own, "maxmemory") == "104857600"
    assert life.state["before"] == {"maxmemory-policy": "noeviction", "maxmemory": "0"}
    imported = configs.import_("server")
    assert imported is not None
    assert imported.state["settings"] == life.state["settings"]
    life = configs.update(life, {"settings": {"maxmemory-policy": "volatile-lru"}})
    assert _now(own, "maxmemory") == "0"
    configs.delete(life)
    assert _now(own, "maxmemory-policy") == "noeviction"
    own.stop()
    own.start()
    assert _now(own, "maxmemory-policy") == "noeviction"


def test_restart_keeps_the_values(own: OwnServer, start: Start) -> None:
    """After a restart that lost all data, values and ownership are as before."""
    configs = start(Config, on=own)
    life = configs.create(_POLICY)
    own.stop()
    own.start()
    assert configs.drift(life, _POLICY) == {}
    configs.delete(life)
    assert _now(own, "maxmemory-policy") == "noeviction"


def test_drift(own: OwnServer, start: Start) -> None:
    """A value set by hand shows; delete leaves one that somebody else has set."""
    configs = start(Config, on=own)
    life = configs.create(_POLICY)
    own.login().config_set("maxmemory-policy", "volatile-ttl")
    assert configs.drift(life, _POLICY) == {"settings": "UPDATE"}
    configs.delete(life)
    assert _now(own, "maxmemory-policy") == "volatile-ttl"
    assert "by somebody else" in configs.warnings[0]


def test_verification(own: OwnServer, start: Start) -> None:
    """With manage false nothing is set, and a wrong value fails with what to set."""
    configs = start(Config, on=own)
    given = {"settings": {"maxmemory-policy": "noeviction"}, "manage": False}
    life = configs.create(given)
    own.login().config_set("maxmemory-policy", "allkeys-lru")
    assert configs.drift(life, given) == {"settings": "UPDATE"}
    found = configs.refresh(life)
    assert found is not None
    with pytest.raises(Failed, match=r"set maxmemory-policy to noeviction \(it is allkeys-lru\)"):
        configs.update(found, given)
    configs.delete(found)
    assert _now(own, "maxmemory-policy") == "allkeys-lru"


def test_managed_settings_can_be_let_go(own: OwnServer, start: Start) -> None:
    """From managed to verified: the values stay, and are no longer ours."""
    configs = start(Config, on=own)
    life = configs.create(_POLICY)
    life = configs.update(life, _POLICY | {"manage": False})
    configs.delete(life)
    assert _now(own, "maxmemory-policy") == "allkeys-lru"


def test_server_that_keeps_config_to_itself(own: OwnServer, start: Start) -> None:
    """Where CONFIG is refused, setting says what to do, and verifying still works."""
    own.login().acl_setuser(
        "limited", enabled=True, passwords=["+pw"], keys=["*"], commands=["+@all", "-config"]
    )
    configs = start(Config, on=own, username="limited", password="pw")
    with pytest.raises(Failed, match=r"lacks the right|manage: false"):
        configs.create(_POLICY | {"persist": False})
    verify = {"settings": {"maxmemory-policy": "noeviction"}, "manage": False}
    configs.create(verify)


def test_nothing_to_persist_to(bare: Server, start: Start) -> None:
    """Without a configuration file nothing is set."""
    before = _now(bare, "maxmemory-policy")
    with pytest.raises(Failed, match=r"cannot keep settings over a restart.*`persist: false`"):
        start(Config, on=bare).create(_POLICY)
    assert _now(bare, "maxmemory-policy") == before


def test_one_setting_has_one_owner(own: OwnServer, start: Start) -> None:
    """Another stack's Config of the same name or of the same setting is refused."""
    start(Config, on=own).create(_POLICY)
    other = start(Config, on=own, stack="other")
    with pytest.raises(Failed, match="exists already and was not made by this stack"):
        other.create(_POLICY)
    with pytest.raises(Failed, match="is managed by another Config, 'server'"):
        other.create(_POLICY | {"name": "mine"})


def test_import_by_name_of_settings(own: OwnServer, start: Start) -> None:
    """Settings that nobody manages are imported by their names."""
    life = start(Config, on=own).import_("maxmemory-policy,maxmemory")
    assert life is not None
    assert life.state["settings"] == {"maxmemory": "0", "maxmemory-policy": "noeviction"}


def test_bad_values(own: OwnServer, start: Start) -> None:
    """A value that the server refuses leaves everything as it was."""
    configs = start(Config, on=own)
    with pytest.raises(CheckFailed, match="write a setting as"):
        configs.check({"settings": {"Maxmemory": "1"}})
    settings = {"maxmemory": "1gb", "maxmemory-policy": "never"}
    with pytest.raises(Failed, match="refused to set maxmemory-policy to 'never'"):
        configs.create({"settings": settings})
    assert _now(own, "maxmemory") == "0"
