"""Servers in Docker: what is in each container, and that the server on top waits for it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest
from tests.unit.components.aws_world import is_secret, plain
from tests.unit.components.docker_world import DockerWorld
from tests.unit.components.world import run_in

from celeriac.settings import load
from celeriac.stack.docker import make_servers

SECRET = "hunter2"
KINDS: dict[str, dict[str, Any]] = {
    "rabbit": {"kind": "rabbitmq", "password": SECRET},
    "cache": {"kind": "redis", "password": SECRET},
    "valkey": {"kind": "valkey", "password": SECRET, "port": 7000},
    "results": {"kind": "postgresql", "password": SECRET},
    "my": {"kind": "mysql", "password": SECRET},
    "maria": {"kind": "mysql", "engine": "mariadb", "password": SECRET, "port": 7001},
    "mongo": {"kind": "mongodb", "password": SECRET},
    "elastic": {"kind": "elasticsearch"},
    "memory": {"kind": "memcached"},
    "kafka": {"kind": "kafka", "password": SECRET},
    "queues": {"kind": "sqs"},
}
CLUSTER = {"rabbit": {"kind": "rabbitmq", "password": SECRET, "nodes": 3}}
SENTINELS = {"cache": {"kind": "redis", "password": SECRET, "sentinels": True}}
DATA = {
    "rabbit": "/var/lib/rabbitmq",
    "cache": "/data",
    "valkey": "/data",
    "results": "/var/lib/postgresql/data",
    "my": "/var/lib/mysql",
    "maria": "/var/lib/mysql",
    "mongo": "/data/db",
    "elastic": "/usr/share/elasticsearch/data",
    "kafka": "/var/lib/kafka/data",
}
"""Where the images keep their data, as their pages say."""
VOLUME = "docker:index/volume:Volume"
CONTAINER = "docker:index/container:Container"


def made(
    servers: Mapping[str, Mapping[str, Any]],
    *,
    docker: object = None,
    owner: str | None = None,
    preview: bool = False,
) -> DockerWorld:
    """What is registered for servers of a stack file."""
    world = DockerWorld(preview=preview)
    entries = {name: {"platform": "docker"} | dict(keys) for name, keys in servers.items()}
    file = load(servers=entries, apps={}, docker=docker)

    def program() -> dict[str, pulumi.Output[Any]]:
        make_servers(file.servers, owner)
        return {}

    with world.watching_options():
        run_in(world, program)
    return world


@pytest.fixture(scope="module")
def every() -> DockerWorld:
    """A server of every kind."""
    return made(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_a_container_is_limited_watched_and_started_again(every: DockerWorld, name: str) -> None:
    """Of the pulled image, healthy before anything goes on, stopped in order."""
    found = every.container(name)
    assert found["image"] == f"sha256:{name}-image"
    assert found["name"] == found["hostname"] == f"celeriac-test-{name}"
    assert found["memory"] >= 128
    assert found["restart"] == "unless-stopped"
    assert (found["logDriver"], found["logOpts"]) == (
        "json-file",
        {"max-size": "10m", "max-file": "3"},
    )
    assert (found["wait"], found["waitTimeout"], found["destroyGraceSeconds"]) == (True, 300, 60)
    check = plain(found["healthcheck"])
    assert check["tests"][0] == "CMD"
    assert {key: check[key] for key in ("timeout", "retries", "startPeriod")} == {
        "timeout": "10s",
        "retries": 5,
        "startPeriod": "2m0s",
    }
    assert every.options[f"{CONTAINER}::{name}"].deleteBeforeReplace


@pytest.mark.parametrize("name", KINDS)
def test_only_this_machine_reaches_it(every: DockerWorld, name: str) -> None:
    """Each port on the loopback, on a network of this stack."""
    found = every.container(name)
    assert found["ports"]
    assert {port["ip"] for port in found["ports"]} == {"127.0.0.1"}
    assert [network["name"] for network in found["networksAdvanced"]] == ["celeriac-test"]
    assert "networkMode" not in found


@pytest.mark.parametrize("name", KINDS)
def test_no_secret_is_on_show(every: DockerWorld, name: str) -> None:
    """Neither in what `docker inspect` shows, nor in the state, nor open in the container."""
    found = dict(every.container(name))
    uploads = found.pop("uploads", [])
    assert SECRET not in json.dumps(found, default=str)
    holding = [one for one in plain(uploads) if SECRET in str(one["content"])]
    assert is_secret(uploads) == ("password" in KINDS[name])
    assert {one["permissions"] for one in holding} <= {"0400"}


@pytest.mark.parametrize("name", DATA)
def test_data_outlives_the_container_and_the_stack(every: DockerWorld, name: str) -> None:
    """In a volume with a name, which `destroy` leaves."""
    [mount] = every.container(name)["mounts"]
    assert mount == {
        "type": "volume",
        "source": f"celeriac-test-{name}",
        "target": DATA[name],
    }
    assert every.options[f"{VOLUME}::{name}-data"].retainOnDelete


def test_what_forgets_has_no_volume(every: DockerWorld) -> None:
    """Memcached, and ElasticMQ in memory."""
    assert set(every.types[VOLUME]) == {f"{name}-data" for name in DATA}
    for name in KINDS.keys() - DATA.keys():
        assert every.container(name)["mounts"] == []


@pytest.mark.parametrize("name", KINDS)
def test_the_server_on_top_waits_for_the_container(every: DockerWorld, name: str) -> None:
    """Its provider depends on it."""
    [urn] = [
        urn
        for urn in every.options[f"pulumi:providers:celeriac::{name}"].dependencies
        if CONTAINER in urn
    ]
    assert urn.endswith(f"::{name}")


def test_without_keep_volume_the_data_goes_with_the_stack() -> None:
    """And the password that the state has made."""
    world = made({"results": {"kind": "postgresql", "keepVolume": False}})
    assert not world.options[f"{VOLUME}::results-data"].retainOnDelete
    [upload] = world.files("results").values()
    assert upload["content"] == "results-administrator-value"
    provider = world.registered["pulumi:providers:celeriac::results"]
    assert plain(provider["password"]) == "results-administrator-value"


def test_rabbitmq_has_an_administrator_and_no_guest(every: DockerWorld) -> None:
    """By a hash, read at each start; watermarks below the limit."""
    files = every.files("rabbit")
    conf = files["/etc/rabbitmq/conf.d/20-celeriac.conf"]["content"]
    settings = dict(line.split(" = ") for line in conf.splitlines())
    assert settings["load_definitions"] in files
    assert int(settings["vm_memory_high_watermark.absolute"]) == 1024 * 2**20 * 6 // 10
    assert int(settings["disk_free_limit.absolute"]) == 1024 * 2**20 * 6 // 10
    definitions = json.loads(files[settings["load_definitions"]]["content"])
    [user] = definitions["users"]
    assert (user["name"], user["tags"]) == ("celeriac", ["administrator"])
    whole = base64.b64decode(user["password_hash"])
    assert whole[4:] == hashlib.sha256(whole[:4] + SECRET.encode()).digest()
    ports = {port["internal"]: port["external"] for port in every.container("rabbit")["ports"]}
    assert ports == {5672: 5672, 15672: 15672}
    assert "cluster" not in conf


def test_three_nodes_of_rabbitmq_find_each_other() -> None:
    """By their names on the network, with one cookie, each with data and ports of its own."""
    world = made(CLUSTER)
    assert world.containers == ["rabbit-1", "rabbit-2", "rabbit-3"]
    for number in (1, 2, 3):
        name = f"rabbit-{number}"
        found = world.container(name)
        assert found["hostname"] == f"celeriac-test-{name}"
        assert found["networksAdvanced"][0]["aliases"] == [f"celeriac-test-{name}"]
        ports = {port["internal"]: port["external"] for port in found["ports"]}
        assert ports == {5672: 5671 + number, 15672: 15671 + number}
        assert found["mounts"][0]["source"] == f"celeriac-test-{name}"
        files = world.files(name)
        assert files["/var/lib/rabbitmq/.erlang.cookie"]["content"] == "rabbit-cookie-value"
        assert files["/var/lib/rabbitmq/.erlang.cookie"]["permissions"] == "0400"
        conf = files["/etc/rabbitmq/conf.d/20-celeriac.conf"]["content"]
        # Itself and those before it: nobody waits for what is not there yet.
        nodes = [line.split(" = ")[1] for line in conf.splitlines() if ".nodes." in line]
        assert nodes == [f"rabbit@celeriac-test-rabbit-{n}" for n in range(1, number + 1)]
        assert "cluster_partition_handling = pause_minority\n" in conf


def test_nodes_of_rabbitmq_are_changed_one_after_another() -> None:
    """Two of three are always there, also while a change makes all of them anew."""
    world = made(CLUSTER)
    for number, before in ((2, 1), (3, 2)):
        dependencies = world.options[f"{CONTAINER}::rabbit-{number}"].dependencies
        assert any(urn.endswith(f"::rabbit-{before}") for urn in dependencies)
    provider = world.options["pulumi:providers:celeriac::rabbit"].dependencies
    assert sum(CONTAINER in urn for urn in provider) == 3


@pytest.mark.parametrize(("name", "program"), [("cache", "redis"), ("valkey", "valkey")])
def test_redis_evicts_nothing_and_keeps_everything(
    every: DockerWorld, name: str, program: str
) -> None:
    """Below the container's limit; the administrator by a hash, the users on the volume."""
    found, files = every.container(name), every.files(name)
    start, conf = "/usr/local/bin/celeriac-start", "/usr/local/etc/redis/redis.conf"
    assert found["command"] == ["sh", start, f"{program}-server", conf]
    settings = dict(line.split(" ") for line in files[conf]["content"].splitlines())
    assert settings == {
        "port": "6379",
        "dir": "/data",
        "appendonly": "yes",
        "maxmemory": "384mb",
        "maxmemory-policy": "noeviction",
        "aclfile": "/data/users.acl",
    }
    assert found["memory"] == 512
    hashed = hashlib.sha256(SECRET.encode()).hexdigest()
    line = files["/usr/local/etc/redis/administrator.acl"]["content"]
    assert line == f"user default on #{hashed} ~* &* +@all\n"
    assert files[start]["permissions"] == "0555"
    assert f"{program}-cli" in found["healthcheck"]["tests"][-1]


def test_sentinels_and_nodes_share_a_loopback() -> None:
    """An address that a sentinel hands out is right inside and on the host."""
    world = made(SENTINELS)
    others = ["cache-1", "cache-2", "cache-sentinel-1", "cache-sentinel-2", "cache-sentinel-3"]
    assert world.containers == [*others[:2], "cache-net", *others[2:]]
    net = world.container("cache-net")
    assert net["command"] == ["sleep", "infinity"]
    ports = [(port["internal"], port["external"]) for port in net["ports"]]
    assert ports == [(port, port) for port in (6379, 6380, 26379, 26380, 26381)]
    for name in others:
        found = world.container(name)
        assert found["networkMode"] == "container:cache-net-id"
        assert not found.keys() & {"ports", "networksAdvanced", "hostname"}
        assert found["mounts"][0]["source"] == f"celeriac-test-{name}"
    provider = world.registered["pulumi:providers:celeriac::cache"]
    hosts = ",".join(f"127.0.0.1:{port}" for port in (26379, 26380, 26381))
    assert provider["endpoint"] == f"redis+sentinel://{hosts}/celeriac/0"
    assert plain(provider["sentinelPassword"]) == "cache-sentinels-value"


def test_a_sentinel_is_told_of_the_primary_and_its_password() -> None:
    """In a file for itself; what it learns is on its volume."""
    world = made(SENTINELS)
    conf = world.files("cache-sentinel-2")["/usr/local/etc/redis/sentinel.conf"]
    assert conf["permissions"] == "0400"
    lines = conf["content"].splitlines()
    assert {
        "port 26380",
        'requirepass "cache-sentinels-value"',
        f'sentinel auth-pass celeriac "{SECRET}"',
    } <= set(lines)
    start = world.files("cache-sentinel-2")["/usr/local/bin/celeriac-start"]["content"]
    assert "sentinel monitor celeriac 127.0.0.1 6379 2" in start
    node = world.files("cache-2")["/usr/local/bin/celeriac-start"]["content"]
    assert "role='replicaof 127.0.0.1 6379'" in node
    assert "role=''" in world.files("cache-1")["/usr/local/bin/celeriac-start"]["content"]


@pytest.mark.parametrize(
    ("name", "variables"),
    [
        (
            "results",
            {
                "POSTGRES_USER=celeriac",
                "POSTGRES_DB=postgres",
                "POSTGRES_PASSWORD_FILE=/etc/celeriac/password",
            },
        ),
        ("my", {"MYSQL_ROOT_PASSWORD_FILE=/etc/celeriac/password"}),
        ("maria", {"MARIADB_ROOT_PASSWORD_FILE=/etc/celeriac/password"}),
        (
            "mongo",
            {
                "MONGO_INITDB_ROOT_USERNAME=celeriac",
                "MONGO_INITDB_ROOT_PASSWORD_FILE=/etc/celeriac/password",
            },
        ),
    ],
)
def test_an_image_reads_the_password_from_a_file(
    every: DockerWorld, name: str, variables: set[str]
) -> None:
    """By the variables that its page documents."""
    assert set(every.container(name)["envs"]) == variables
    upload = every.files(name)["/etc/celeriac/password"]
    assert (upload["content"], upload["permissions"]) == (SECRET, "0400")
    assert upload["owner"] == ("999" if name == "mongo" else "0")


def test_elasticsearch_is_one_node_with_half_its_memory(every: DockerWorld) -> None:
    """The other half is for files; there are no users."""
    assert set(every.container("elastic")["envs"]) == {
        "discovery.type=single-node",
        "xpack.security.enabled=false",
        "ES_JAVA_OPTS=-Xms768m -Xmx768m",
    }


def test_memcached_has_room_below_its_limit(every: DockerWorld) -> None:
    """Three quarters, and items as large as they are said to be."""
    assert every.container("memory")["command"] == ["memcached", "-m", "96", "-I", "1048576"]


def test_kafka_has_users_and_lists(every: DockerWorld) -> None:
    """Its administrator is in a file and in no argument; clients are told of the loopback."""
    found, files = every.container("kafka"), every.files("kafka")
    assert found["command"] == ["bash", "/etc/celeriac/start"]
    options = files["/etc/celeriac/kafka-format.options"]
    assert (options["permissions"], options["owner"]) == ("0400", "1000")
    words = options["content"].splitlines()
    assert words[:2] == ['"kafka.tools.StorageTool"', '"format"']
    assert f'"SCRAM-SHA-512=[name=celeriac,password={SECRET}]"' in words
    conf = files["/etc/celeriac/kafka.properties"]["content"]
    settings = dict(line.split("=", 1) for line in conf.splitlines())
    assert settings["advertised.listeners"].startswith("CLIENTS://127.0.0.1:9092,")
    assert settings["super.users"] == "User:celeriac;User:ANONYMOUS"
    assert settings["listeners"].endswith("INTERNAL://127.0.0.1:19092,CONTROLLER://127.0.0.1:19093")
    assert settings["allow.everyone.if.no.acl.found"] == "false"


def test_elasticmq_is_told_where_clients_find_it(every: DockerWorld) -> None:
    """Its URLs hold the port of the loopback."""
    conf = every.files("queues")["/opt/elasticmq.conf"]["content"]
    assert 'host = "127.0.0.1", port = 9324' in conf
    assert 'bind-hostname = "0.0.0.0", bind-port = 9324' in conf


def test_the_engine_is_that_of_the_stack_file() -> None:
    """And the network has the name that was given."""
    docker = {"host": "unix:///run/podman.sock", "network": "mine"}
    world = made({"cache": KINDS["cache"]}, docker=docker)
    assert world.registered["pulumi:providers:docker::docker"]["host"] == docker["host"]
    assert world.registered["docker:index/network:Network::docker"]["name"] == "mine"
    options = world.options[f"{CONTAINER}::cache"]
    assert "pulumi:providers:docker::docker" in options.provider


def test_another_machine_is_reached_through_ssh() -> None:
    """Administrator and proof go the way that Docker's own client goes."""
    world = made({"cache": KINDS["cache"]}, docker={"host": "ssh://me@build.example.com"})
    via = world.registered["pulumi:providers:celeriac::cache"]["via"]
    assert plain(via)["ssh"]["host"] == "build.example.com"


def test_an_owner_has_names_of_its_own() -> None:
    """Two teams whose stacks have one name are on one engine."""
    world = made({"cache": KINDS["cache"]}, owner="mail")
    assert world.container("cache")["name"] == "celeriac-test-mail-cache"
    assert world.registered["docker:index/network:Network::docker"]["name"] == "celeriac-test-mail"


@pytest.mark.parametrize(
    "servers", [KINDS, CLUSTER, SENTINELS], ids=["every", "cluster", "sentinels"]
)
def test_a_preview_knows_no_image_and_goes_on(servers: dict[str, dict[str, Any]]) -> None:
    """What Docker will say is unknown then."""
    assert made(servers, preview=True).containers
