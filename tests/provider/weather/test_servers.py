"""Servers that restart, are full, follow another one, or are asked by many at once."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from celeriac_provider.celery import RoundTrip
from celeriac_provider.engine.resource import Resource
from celeriac_provider.postgresql import Grants, Role
from celeriac_provider.rabbitmq import User
from celeriac_provider.redis import AclUser, KeyPrefix
from tests.lifecycle import Failed, Lifecycle
from tests.own_servers import OwnInstance, PostgreSQL, RabbitMQ, Redis
from tests.provider.celery import made
from tests.provider.redis.conftest import OwnServer
from tests.provider.weather.postgresql_world import PostgresWorld

_OBJECTS = 40
_THREADS = 8


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Three servers of the tests' own, by name."""
    instance = OwnInstance(place=tmp_path_factory.mktemp("servers"))
    instance.make()
    servers = [kind(instance) for kind in (RabbitMQ, Redis, PostgreSQL)]
    try:
        with ThreadPoolExecutor() as threads:
            list(threads.map(lambda server: server.start(), servers))
        yield {server.name: server for server in servers}
    finally:
        for server in servers:
            server.stop()


def _configuration(server: Any, endpoint: str) -> dict[str, Any]:
    entry = server.describe()
    prefix = "admin_" if "admin_username" in entry else ""
    return {
        "endpoint": endpoint.format(**entry),
        "username": entry[f"{prefix}username"],
        "password": entry[f"{prefix}password"],
        "timeout": 60,
    }


@pytest.mark.parametrize(
    ("system", "resource", "endpoint"),
    [
        ("rabbitmq", User, "{management}"),
        ("redis", AclUser, "redis://{host}:{port}/0"),
        ("postgresql", Role, "postgresql://{host}:{port}/postgres?sslmode=disable"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isalpha() else "",
)
def test_a_restart_in_the_middle_is_waited_for(
    own: dict[str, Any], system: str, resource: type[Resource], endpoint: str
) -> None:
    """Many creates at once, the server stops and starts: all of them go on, and all is there."""
    server, word = own[system], f"r{uuid.uuid4().hex[:6]}"
    started = threading.Semaphore(0)

    with closing(Lifecycle(resource, _configuration(server, endpoint))) as life:

        def create(number: int) -> Any:
            name = f"{word}_{number}"
            if number > _THREADS:
                started.release()
            return life.create({"name": name}, name=name, settled=False)

        with ThreadPoolExecutor(_THREADS) as threads:
            creates = [threads.submit(create, number) for number in range(_OBJECTS)]
            started.acquire()
            server.stop()
            time.sleep(0.5)
            server.start()
            lives = [create.result() for create in creates]
        for one in lives:
            life.assert_settled(one, {"name": one.id})
            life.delete(one)


@contextmanager
def _disk_alarm(server: Any) -> Iterator[None]:
    def limit(bytes_: str) -> None:
        server.system.run(
            ["/usr/lib/rabbitmq/bin/rabbitmqctl", "set_disk_free_limit", bytes_],
            server._environment(),
        )

    limit("9000000GB")
    try:
        yield
    finally:
        limit("50MB")


def test_rabbitmq_with_a_full_disk(own: dict[str, Any]) -> None:
    """Objects can be made; what must publish, the proof, says that the broker blocks it."""
    server = own["rabbitmq"]
    servers = {"rabbitmq": server.describe()}
    name = f"full{uuid.uuid4().hex[:6]}"
    with made.on_rabbitmq(servers) as (app, _), _disk_alarm(server), ExitStack() as stack:
        users = stack.enter_context(
            closing(Lifecycle(User, _configuration(server, "{management}")))
        )
        users.delete(users.create({"name": name}))
        proofs = stack.enter_context(closing(Lifecycle(RoundTrip)))
        began = time.monotonic()
        with pytest.raises(Failed) as failed:
            proofs.create(app.inputs(timeout=30))
    assert time.monotonic() - began < 60
    said = failed.value.sentence
    assert "failed at its broker" in said
    assert "alarm" in said
    assert app.password not in said


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[OwnServer, OwnServer]]:
    """Two Redis servers."""
    with ExitStack() as stack:
        servers = []
        for name in ("one", "other"):
            folder = tmp_path / name
            folder.mkdir()
            server = OwnServer(folder, acl_file=True)
            server.start()
            stack.callback(server.stop)
            servers.append(server)
        yield servers[0], servers[1]


def _follow(server: OwnServer, master: OwnServer) -> None:
    with server.login() as client:
        client.config_set("masterauth", master.password)
        client.replicaof("127.0.0.1", master.port)


def test_a_replica_is_refused(pair: tuple[OwnServer, OwnServer]) -> None:
    """It would take ACL users and keep them from its master: the sentence says whose address."""
    master, replica = pair
    _follow(replica, master)
    users = Lifecycle(AclUser, replica.configuration(timeout=20))
    with closing(users), pytest.raises(Failed) as failed:
        users.create({"name": "somebody"})
    assert "is a replica of 127.0.0.1" in failed.value.sentence
    assert "give the master's address as `endpoint`" in failed.value.sentence


def test_a_master_that_becomes_a_replica(pair: tuple[OwnServer, OwnServer]) -> None:
    """After a failover the old master is read-only; and it can come back."""
    old, new = pair
    with closing(Lifecycle(KeyPrefix, old.configuration(timeout=20))) as prefixes:
        prefixes.create({"prefix": "before:"})
        _follow(old, new)
        with pytest.raises(Failed) as failed:
            prefixes.create({"prefix": "after:"}, name="after")
        assert "it is a read-only replica" in failed.value.sentence
        assert "`endpoint`" in failed.value.sentence
        with old.login() as client:
            client.replicaof("NO", "ONE")
        prefixes.create({"prefix": "after:"}, name="after")


@pytest.fixture
def crowded(servers: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Callable[[], None]]]:
    """An administrator with no connection left, and what gives one back."""
    entry, name = servers["postgresql"], f"crowded{uuid.uuid4().hex[:6]}"
    login = {"host": entry["host"], "port": entry["port"], "dbname": "postgres"}
    with psycopg.connect(
        **login, user=entry["username"], password=entry["password"], autocommit=True
    ) as superuser:
        superuser.execute(
            sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CONNECTION LIMIT 1 PASSWORD 'x'").format(
                sql.Identifier(name)
            )
        )
        taken = psycopg.connect(**login, user=name, password="x")
        configuration = {
            "endpoint": f"postgresql://{entry['host']}:{entry['port']}/postgres?sslmode=disable",
            "username": name,
            "password": "x",
        }
        yield configuration, taken.close
        taken.close()
        superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [name]
        )
        superuser.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
        superuser.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def test_postgresql_out_of_connections(
    crowded: tuple[dict[str, Any], Callable[[], None]],
) -> None:
    """Waits as long as it may, and says so; goes on when there is one again."""
    configuration, give_back = crowded
    name = f"late{uuid.uuid4().hex[:6]}"
    given = {"name": name, "login": False}
    with closing(Lifecycle(Role, configuration | {"timeout": 2})) as roles:
        began = time.monotonic()
        with pytest.raises(Failed) as failed:
            roles.create(given)
        assert 1 < time.monotonic() - began < 12
        assert "it has no connection left: raise max_connections" in failed.value.sentence
    with closing(Lifecycle(Role, configuration | {"timeout": 60})) as roles:
        threading.Timer(1, give_back).start()
        roles.delete(roles.create(given))


@pytest.mark.parametrize("version", ["postgresql", "postgresql15"])
def test_parallel_grants(servers: dict[str, Any], version: str) -> None:
    """64 at once in one database, from two providers, while somebody else grants there too."""
    world = PostgresWorld(servers[version], databases=1)
    database = world.databases.get()
    done = threading.Event()

    def somebody_else() -> None:
        with world._connect("postgres") as connection:
            while not done.is_set():
                for verb in ("GRANT TEMPORARY ON DATABASE {} TO PUBLIC",
                             "REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC"):  # fmt: skip
                    try:
                        connection.execute(sql.SQL(verb).format(sql.Identifier(database)))
                    except psycopg.errors.InternalError_:  # what must not happen to us
                        continue

    stranger = threading.Thread(target=somebody_else)
    try:
        roles = [world.role(world.name()) for _ in range(64)]
        given = {role: {"database": database, "role": role, "databasePrivileges": ["CONNECT"]}
                 for role in roles}  # fmt: skip
        providers = [world.direct(Grants), Lifecycle(Grants, world.configuration())]
        stranger.start()
        with ThreadPoolExecutor(64) as threads, closing(providers[1]):
            lives = list(
                threads.map(
                    lambda n: providers[n % 2].create(
                        given[roles[n]], name=roles[n], settled=False
                    ),
                    range(64),
                )
            )
            list(threads.map(providers[0].delete, lives))
    finally:
        done.set()
        if stranger.is_alive():
            stranger.join()
        world.close()
