"""Names and given passwords of every kind on the real servers: patterns, quoting, logins.

Each expression, ACL rule and identifier must mean exactly the name it was made from, and the
judge is the server's own engine.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import amqp
import httpx
import psycopg
import pytest
import redis
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from kombu.connection import Connection
from psycopg import sql
from sqlalchemy import create_engine, text

from celeriac.contract import (
    Keyspace,
    Permissions,
    Role,
    acl_rules,
    amqp_url,
    exactly,
    permissions,
    postgresql_url,
    redis_url,
    role_problem,
    user_problem,
)
from celeriac_provider.postgresql import Role as PostgresqlRole
from celeriac_provider.rabbitmq.user import User
from celeriac_provider.redis import AclUser
from tests.e2e.project import Project
from tests.e2e.test_names import ASCII, BEYOND
from tests.lifecycle import Lifecycle

SPECIAL = st.sampled_from(".^$*+?()[]{}|\\-_#/@:%&'\"`~!;<>=")
NAMES = st.text(
    SPECIAL | st.sampled_from("aB1ü漢🥕") | st.characters(min_codepoint=33, max_codepoint=126),
    min_size=1,
    max_size=12,
)
PASSWORDS = st.text(
    SPECIAL | st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=20
)
QUICK = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def neighbours(name: str) -> list[str]:
    """Names that a careless pattern of this one would match as well."""
    found = [f"{name}x", f"x{name}", f"{name}{name}", name[:-1], name.swapcase()]
    found += [f"{name[:at]}x{name[at + 1 :]}" for at, char in enumerate(name) if not char.isalnum()]
    return [other for other in dict.fromkeys(found) if other and other != name]


# RabbitMQ.


class Rabbit:
    """A vhost and a user of the test's own."""

    def __init__(self, server: dict[str, Any], word: str) -> None:
        self.server, self.word = server, word
        self.http = httpx.Client(
            base_url=f"{server['management']}/api", auth=(server["username"], server["password"])
        )

    def permit(self, found: Permissions) -> None:
        """Write the user's permissions."""
        body = {"configure": found.configure, "write": found.write, "read": found.read}
        self.http.put(f"/permissions/{self.word}/{self.word}", json=body).raise_for_status()

    @contextmanager
    def connection(self) -> Iterator[Any]:
        """A connection as the user."""
        host = f"{self.server['host']}:{self.server['amqp_port']}"
        user = {"userid": self.word, "password": self.word, "virtual_host": self.word}
        with amqp.Connection(host, **user) as connection:
            yield connection


@pytest.fixture
def rabbit(servers: dict[str, Any]) -> Iterator[Rabbit]:
    """One for a test."""
    made = Rabbit(servers["rabbitmq"], f"names{uuid.uuid4().hex[:8]}")
    made.http.put(f"/vhosts/{made.word}").raise_for_status()
    body = {"password": made.word, "tags": ""}
    made.http.put(f"/users/{made.word}", json=body).raise_for_status()
    yield made
    made.http.delete(f"/vhosts/{made.word}")
    made.http.delete(f"/users/{made.word}")


def may_declare(connection: Any, name: str) -> bool:
    """Whether the user may declare a queue of this name."""
    channel = connection.channel()
    try:
        channel.queue_declare(name, exclusive=True, durable=False)
    except amqp.exceptions.AccessRefused:
        return False
    channel.queue_delete(name)
    channel.close()
    return True


@QUICK
@given(names=st.lists(NAMES, min_size=1, max_size=3))
@example(names=[ASCII, BEYOND, "a.b"])
def test_a_user_may_declare_exactly_the_queues(rabbit: Rabbit, names: list[str]) -> None:
    """RabbitMQ's own engine (PCRE) reads the expressions as they are meant."""
    rabbit.permit(Permissions(configure=exactly(names), write=".*", read=".*"))
    with rabbit.connection() as connection:
        allowed = {name: may_declare(connection, name) for name in names}
        others = [other for name in names for other in neighbours(name) if other not in names]
        refused = {other: may_declare(connection, other) for other in others[:12]}
    assert allowed == dict.fromkeys(names, True)
    assert refused == dict.fromkeys(others[:12], False)


def test_a_worker_may_declare_exactly_what_celery_needs(rabbit: Rabbit) -> None:
    """The rights of a worker, its name's and its neighbours' queues, by the server's own engine."""
    rabbit.permit(permissions(Role.WORKER, queues=[ASCII, BEYOND], rpc_results=True))
    random = str(uuid.uuid4())
    good = [
        *(ASCII, BEYOND, random, f"celeryev.{random}", "celery_delayed_0", "celery_delayed_27"),
        *(f"{random}.reply.celery.pidbox", "celery@höst-1.example.celery.pidbox"),
    ]
    bad = [*neighbours(BEYOND), random[:-1], f"x{random}", "celery_delayed_28", "celeryevx", "x"]
    with rabbit.connection() as connection:
        assert {n: may_declare(connection, n) for n in good} == dict.fromkeys(good, True)
        assert {n: may_declare(connection, n) for n in bad} == dict.fromkeys(bad, False)


@QUICK
@given(name=NAMES, password=PASSWORDS)
@example(name=ASCII, password=f" {ASCII} ")
@example(name=BEYOND, password=BEYOND)
def test_a_login_to_rabbitmq(servers: dict[str, Any], name: str, password: str) -> None:
    """Kombu logs in over the URL with any name and any given password, spaces included."""
    server = servers["rabbitmq"]
    name = f"{uuid.uuid4().hex[:8]}{name}"
    assert user_problem(name, system="rabbitmq") is None
    life = Lifecycle(User, {k: server[k] for k in ("username", "password")} | endpoint(server))
    user = life.create({"name": name, "password": password})
    try:
        url = amqp_url(
            host=server["host"],
            port=server["amqp_port"],
            user=name,
            password=password,
            vhost="no such vhost",
            tls=False,
        )
        # It is let in, and only the vhost is missing.
        with pytest.raises(amqp.exceptions.NotAllowed), Connection(url) as connection:
            connection.connect()
    finally:
        life.delete(user)
        life.close()


def endpoint(server: dict[str, Any]) -> dict[str, Any]:
    """Where the management API is."""
    return {"endpoint": server["management"]}


# Redis.


@contextmanager
def acl_user(servers: dict[str, Any], name: str, *rules: str) -> Iterator[Any]:
    """The administrator's client, while there is such a user."""
    server = servers["redis"]
    with redis.Redis(
        host=server["host"],
        port=server["port"],
        username=server["username"],
        password=server["password"],
        decode_responses=True,
    ) as admin:
        admin.execute_command("ACL SETUSER", name, "reset", "on", *rules)
        try:
            yield admin
        finally:
            admin.execute_command("ACL DELUSER", name)


PREFIXES = NAMES.map(lambda n: "".join(c for c in n if c not in "*?[]\\") + ":")


@QUICK
@given(prefix=PREFIXES, queue=NAMES, db=st.integers(0, 15))
@example(prefix=f"{BEYOND}:", queue=ASCII, db=0)
def test_a_producer_may_push_to_exactly_its_queue(
    servers: dict[str, Any], prefix: str, queue: str, db: int
) -> None:
    """Redis itself says which keys and channels the rules let in (ACL DRYRUN)."""
    rules = acl_rules(Role.PRODUCER, broker=Keyspace(prefix, db), queues=[queue])
    name = f"names{uuid.uuid4().hex[:8]}"
    with acl_user(servers, name, *rules.tokens) as admin:

        def lets(*command: str) -> bool:
            return bool(admin.execute_command("ACL DRYRUN", name, *command) == "OK")

        own = [prefix + queue, f"{prefix}{queue}\x06\x163", f"{prefix}_kombu.binding.{queue}"]
        others = [prefix + other for other in neighbours(queue)] + [queue, f"x{prefix}{queue}"]
        others = [o for o in others if not o.startswith((own[1][:-1], own[2][: -len(queue)]))]
        assert {key: lets("LPUSH", key, "v") for key in own} == dict.fromkeys(own, True)
        assert {k: lets("LPUSH", k, "v") for k in others if k not in own} == dict.fromkeys(
            [k for k in others if k not in own], False
        )
        assert lets("PUBLISH", f"{prefix}/{db}.celeryev/task.sent", "v")
        assert not lets("PUBLISH", f"{prefix}/{db + 1}.celeryev/task.sent", "v")


@QUICK
@given(prefix=PREFIXES, other=PREFIXES)
@example(prefix="a:", other="b:")
def test_a_worker_sees_its_prefix_alone(servers: dict[str, Any], prefix: str, other: str) -> None:
    """Not one key of another prefix, and kombu's pattern of the pidbox, literally."""
    rules = acl_rules(Role.WORKER, broker=Keyspace(prefix, 0), results=Keyspace(prefix, 0))
    name = f"names{uuid.uuid4().hex[:8]}"
    with acl_user(servers, name, *rules.tokens) as admin:

        def lets(*command: str) -> bool:
            return bool(admin.execute_command("ACL DRYRUN", name, *command) == "OK")

        assert lets("GET", f"{prefix}celery-task-meta-1")
        assert lets("PSUBSCRIBE", f"{prefix}/0.celery.pidbox")
        assert not lets("PSUBSCRIBE", f"{prefix}*")
        assert lets("GET", f"{other}x") is f"{other}x".startswith(prefix)


@QUICK
@given(name=NAMES, password=PASSWORDS)
@example(name=ASCII, password=f" {ASCII} ")
@example(name=BEYOND, password=BEYOND)
def test_a_login_to_redis(servers: dict[str, Any], name: str, password: str) -> None:
    """redis-py logs in over the URL with any name and any given password."""
    server = servers["redis"]
    name = f"{uuid.uuid4().hex[:8]}{name}"
    assert user_problem(name, system="redis") is None
    config = {k: server[k] for k in ("username", "password")}
    config["endpoint"] = f"redis://{server['host']}:{server['port']}"
    life = Lifecycle(AclUser, config)
    user = life.create({"name": name, "password": password, "commands": ["+acl|whoami"]})
    try:
        url = redis_url(
            host=server["host"], port=server["port"], user=name, password=password, db=0
        )
        with redis.Redis.from_url(url, decode_responses=True) as client:
            assert client.execute_command("ACL WHOAMI") == name
    finally:
        life.delete(user)
        life.close()


# PostgreSQL.


@QUICK
@given(name=NAMES, password=PASSWORDS)
@example(name=f"{ASCII[:46]} x", password=f" {ASCII} ")
@example(name=f"{ASCII[46:]}", password=BEYOND)
@example(name='"; drop role postgres; --', password="'; drop role postgres; --")
def test_a_login_to_postgresql(servers: dict[str, Any], name: str, password: str) -> None:
    """SQLAlchemy and psycopg2 log in over the URL with any name and any given password."""
    server = servers["postgresql"]
    name = f"{uuid.uuid4().hex[:8]}{name}"
    assert role_problem(name) is None
    life = Lifecycle(
        PostgresqlRole,
        {
            "endpoint": f"postgresql://localhost:{server['port']}/postgres",
            "caFile": servers["ca"],
            "username": server["admin_username"],
            "password": server["admin_password"],
        },
    )
    role = life.create({"name": name, "password": password})
    try:
        url = postgresql_url(
            host=server["host"],
            port=server["port"],
            user=name,
            password=password,
            database="postgres",
        )
        engine = create_engine(url.removeprefix("db+"))
        with engine.connect() as connection:
            assert connection.execute(text("select current_user")).scalar() == name
        engine.dispose()
    finally:
        life.delete(role)
        life.close()


def test_words_that_postgresql_keeps_for_itself(servers: dict[str, Any]) -> None:
    """The provider refuses the names that the server refuses, and no others."""
    server = servers["postgresql"]
    refused = {}
    with psycopg.connect(
        host=server["host"],
        port=server["port"],
        user=server["username"],
        password=server["password"],
        dbname="postgres",
    ) as connection:
        for name in ("public", "none", "pg_x", "PUBLIC", "None", "current_user", "PG_x", "user"):
            try:
                with connection.transaction(force_rollback=True):
                    connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
                refused[name] = False
            except psycopg.errors.ReservedName:
                refused[name] = True
    check = next(p.check for p in PostgresqlRole.properties() if p.key == "name")
    assert check is not None
    assert {name: check(name) is not None for name in refused} == refused
    assert {name: role_problem(name) is not None for name in refused} == refused


# All of it with the real engine.

PROGRAM = """\
import json
import pulumi
from celeriac.contract import amqp_url, redis_url
from celeriac.resources import Provider, celery, rabbitmq, redis

given = json.loads(pulumi.Config("given").require("values"))
word, rabbit, cache = given["word"], given["rabbitmq"], given["redis"]


def options(name, server, endpoint):
    login = {"username": server["username"], "password": server["password"]}
    return pulumi.ResourceOptions(provider=Provider(name, endpoint=endpoint, **login))


on_rabbit = options("rabbit", rabbit, rabbit["management"])
on_cache = options("cache", cache, f"redis://{cache['host']}:{cache['port']}")
for number, password in enumerate(given["passwords"]):
    name = f"{word}-{number}"
    vhost = rabbitmq.Vhost(name, name=name, force_destroy=True, opts=on_rabbit)
    user = rabbitmq.User(name, name=name, password=password, opts=on_rabbit)
    rights = rabbitmq.Permissions(
        name, vhost=vhost.name, user=user.name, configure=".*", write=".*", read=".*",
        opts=on_rabbit,
    )
    acl = redis.AclUser(
        name, name=name, password=password, keys=["*"], channels=["*"], commands=["+@all"],
        opts=on_cache,
    )
    celery.RoundTrip(
        name,
        app=name,
        broker_url=user.password.apply(
            lambda p, n=name: amqp_url(
                host=rabbit["host"], port=rabbit["amqp_port"], user=n, password=p, vhost=n,
                tls=False,
            )
        ),
        result_backend=acl.password.apply(
            lambda p, n=name: redis_url(
                host=cache["host"], port=cache["port"], user=n, password=p, db=0
            )
        ),
        queue=f"{name}.celeriac-proof",
        opts=pulumi.ResourceOptions.merge(
            on_rabbit, pulumi.ResourceOptions(depends_on=[rights, acl])
        ),
    )
"""


def test_given_passwords_with_a_real_celery(
    servers: dict[str, Any], word: str, tmp_path: Path
) -> None:
    """Given on the provider's resources, they work in a worker and a client."""
    project = Project(tmp_path / "project", program=PROGRAM)
    values = {
        "word": word,
        "passwords": [f" {ASCII} ", f"{BEYOND} ü"],
        "rabbitmq": servers["rabbitmq"],
        "redis": servers["redis"],
    }
    project.write({"given:values": json.dumps(values)})
    try:
        done = project.up()
        assert done.changes["create"] == 13
        assert project.up("--refresh", "--expect-no-changes").changed == {}
    finally:
        project.destroy()
