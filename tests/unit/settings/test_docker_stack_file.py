"""Servers on platform docker: what a stack file makes of them, and what is said of wrong ones."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from celeriac.settings import (
    ElasticsearchServer,
    KafkaServer,
    MemcachedServer,
    MongodbServer,
    MysqlContainers,
    MysqlServer,
    PostgresqlServer,
    RabbitmqContainers,
    RabbitmqServer,
    RedisContainers,
    RedisServer,
    Reference,
    SqsServer,
    SshVia,
    StackFile,
    StackFileError,
    load,
)

SECRET = "HIDDEN"
GOOD: dict[str, Any] = yaml.safe_load(
    f"""
    rabbit: {{kind: rabbitmq, platform: docker, password: {SECRET}}}
    cache: {{kind: redis, platform: docker, password: {SECRET}}}
    results: {{kind: postgresql, platform: docker, password: {SECRET}}}
    """
)
BAD = yaml.safe_load((Path(__file__).parent / "bad_docker_stack_files.yaml").read_text())
STACKS = Path(__file__).resolve().parents[3] / "stacks"


def loaded(servers: dict[str, Any] | None = None, docker: object = None) -> StackFile:
    """The good file with some servers changed or added."""
    file = copy.deepcopy(GOOD)
    for name, keys in (servers or {}).items():
        file[name] = file.get(name, {}) | keys
    apps = {"orders": {"broker": {"server": "rabbit"}, "resultBackend": {"server": "results"}}}
    return load(servers=file, apps=apps, docker=docker)


@pytest.mark.parametrize("bad", BAD, ids=[bad["name"] for bad in BAD])
def test_a_bad_file_gets_its_sentences(bad: dict[str, Any]) -> None:
    """All of them, no others, and no secret among them."""
    with pytest.raises(StackFileError) as caught:
        loaded(bad.get("servers"), bad.get("docker"))
    assert list(caught.value.problems) == bad["says"]
    assert SECRET not in str(caught.value)


def test_a_server_is_that_of_platform_existing_in_containers() -> None:
    """On the loopback, in clear, with the image's administrator."""
    file = loaded()
    rabbit, cache, results = (file.servers[name] for name in ("rabbit", "cache", "results"))
    assert isinstance(rabbit, RabbitmqServer)
    assert (rabbit.host, rabbit.port, rabbit.tls) == ("127.0.0.1", 5672, False)
    assert rabbit.management == "http://127.0.0.1:15672"
    assert (rabbit.username, rabbit.password) == ("celeriac", Reference(value=SECRET))
    assert rabbit.platform == "docker"
    assert rabbit.containers is not None
    assert rabbit.containers.image == "rabbitmq:4.1.4-management"
    assert (rabbit.containers.memory, rabbit.containers.keep_volume) == (1024, True)
    assert isinstance(cache, RedisServer)
    assert (cache.port, cache.form, cache.username) == (6379, None, None)
    assert isinstance(results, PostgresqlServer)
    assert (results.port, results.username) == (5432, "celeriac")


def test_three_nodes_are_three_hosts() -> None:
    """One after another, from the port that is written."""
    rabbit = loaded({"rabbit": {"nodes": 3, "port": 7000, "managementPort": 7100}}).servers[
        "rabbit"
    ]
    assert isinstance(rabbit, RabbitmqServer)
    assert isinstance(rabbit.containers, RabbitmqContainers)
    assert rabbit.failover is not None
    assert rabbit.failover.others == (("127.0.0.1", 7001), ("127.0.0.1", 7002))


def test_sentinels_are_the_way_to_redis() -> None:
    """Apps go to them, wherever the nodes are."""
    cache = loaded({"cache": {"sentinels": True, "port": 7000}}).servers["cache"]
    assert isinstance(cache, RedisServer)
    assert isinstance(cache.containers, RedisContainers)
    assert (cache.containers.node_port, cache.containers.sentinel_port) == (7000, 26379)
    assert cache.form is not None
    assert cache.port == 26379


@pytest.mark.parametrize(
    ("keys", "image"),
    [
        ({"kind": "valkey"}, "valkey/valkey:8.1.3"),
        ({"kind": "redis", "engine": "valkey"}, "valkey/valkey:8.1.3"),
        ({"kind": "redis", "engine": "redis"}, "redis:8.2.1"),
    ],
)
def test_a_valkey_is_said_in_two_ways(keys: dict[str, Any], image: str) -> None:
    """By the kind, or by the engine; the image is its own."""
    cache = loaded({"cache": keys}).servers["cache"]
    assert isinstance(cache, RedisServer)
    assert cache.containers is not None
    assert cache.containers.image == image


def test_every_kind_is_there() -> None:
    """With the image of each and what each needs to be told."""
    servers = {
        name: {"kind": name, "platform": "docker"} | more
        for name, more in {
            "mysql": {"password": SECRET, "engine": "mariadb"},
            "mongodb": {"password": SECRET},
            "kafka": {"password": SECRET},
            "elasticsearch": {},
            "memcached": {"maxItemSize": "2MiB"},
            "sqs": {"maxMessageSize": "256KiB"},
        }.items()
    }
    found = loaded(servers).servers
    assert isinstance(found["mysql"], MysqlServer)
    assert isinstance(found["mysql"].containers, MysqlContainers)
    assert found["mysql"].containers.image == "mariadb:11.8.3"
    assert isinstance(found["mongodb"], MongodbServer)
    assert isinstance(found["kafka"], KafkaServer)
    assert isinstance(found["elasticsearch"], ElasticsearchServer)
    assert isinstance(found["memcached"], MemcachedServer)
    assert found["memcached"].max_item_size == 2 * 2**20
    assert isinstance(found["sqs"], SqsServer)
    assert found["sqs"].url == "http://127.0.0.1:9324"


def test_without_its_volume_no_password_is_needed() -> None:
    """The state makes one, and they go together."""
    results = loaded({"results": {"password": None, "keepVolume": False}}).servers["results"]
    assert isinstance(results, PostgresqlServer)
    assert results.password is None


def test_another_machine_is_administered_through_ssh() -> None:
    """Its loopback is the one that the ports are on."""
    more = {
        "docs": {"kind": "mongodb", "platform": "docker", "password": "p"},
        "search": {"kind": "elasticsearch", "platform": "docker"},
        "kept": {"kind": "memcached", "platform": "docker"},
    }
    servers = loaded(more, docker={"host": "ssh://me@build.example.com:2222"}).servers
    rabbit, docs, search, kept = (servers[name] for name in ("rabbit", *more))
    assert isinstance(rabbit, RabbitmqServer)
    assert isinstance(docs, MongodbServer)
    assert isinstance(search, ElasticsearchServer)
    assert isinstance(kept, MemcachedServer)
    way = SshVia(host="build.example.com", port=2222, user="me")
    assert {rabbit.via, docs.via, search.via, kept.via} == {way}
    assert rabbit.containers is not None
    assert rabbit.containers.docker.host == "ssh://me@build.example.com:2222"


@pytest.mark.parametrize("host", ["unix:///run/user/1000/podman/podman.sock", "npipe:////./pipe/d"])
def test_a_socket_is_an_engine(host: str) -> None:
    """Rootless Docker's, Podman's, Windows's."""
    rabbit = loaded(docker={"host": host, "network": "mine"}).servers["rabbit"]
    assert isinstance(rabbit, RabbitmqServer)
    assert rabbit.containers is not None
    assert (rabbit.containers.docker.host, rabbit.via) == (host, None)


@pytest.mark.parametrize("stack", ["docker", "docker-everything", "docker-cluster"])
def test_a_stack_of_this_repository_loads(stack: str) -> None:
    """Without a problem."""
    text = (STACKS / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
    config = yaml.safe_load(text)["config"]
    found = load(
        servers=config["celeriac:servers"],
        apps=config["celeriac:apps"],
        docker=config.get("celeriac:docker"),
    )
    assert {server.platform for server in found.servers.values()} == {"docker"}
