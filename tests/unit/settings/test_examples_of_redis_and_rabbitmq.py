"""The example stacks of Redis and of RabbitMQ with several hosts are right: they load."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from celeriac.contract import RedisSentinels, RedisSocket
from celeriac.settings import RabbitmqServer, RedisServer, load

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


def test_the_example_of_several_hosts_loads() -> None:
    """Three of them, one name, a monitor."""
    file = STACKS / "Pulumi.example-rabbitmq-hosts.yaml"
    config = yaml.safe_load(file.read_text())["config"]
    found = load(**{key.removeprefix("celeriac:"): value for key, value in config.items()})
    rabbit = found.servers["rabbit"]
    assert isinstance(rabbit, RabbitmqServer)
    assert rabbit.failover is not None
    assert len(rabbit.failover.others) == 2
    assert found.apps["orders"].monitor is not None
