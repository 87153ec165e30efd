"""The example stacks of Redis' forms are right: they load."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from celeriac.contract import RedisSentinels, RedisSocket
from celeriac.settings import RedisServer, load

STACKS = Path(__file__).resolve().parents[3] / "stacks"


@pytest.mark.parametrize(
    ("name", "form"),
    [("redis-socket", RedisSocket), ("redis-sentinel", RedisSentinels), ("valkey", type(None))],
)
def test_an_example_loads(name: str, form: type) -> None:
    """And is what its name says."""
    config = yaml.safe_load((STACKS / f"Pulumi.example-{name}.yaml").read_text())["config"]
    given = {key.removeprefix("celeriac:"): value for key, value in config.items()}
    cache = load(**given).servers["cache"]
    assert isinstance(cache, RedisServer)
    assert isinstance(cache.form, form)
