"""Several at once: two runs of one stack, two stacks on the same servers, a thousand objects."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from tests.e2e.inventory import inventory
from tests.e2e.project import Project
from tests.e2e.running import Running
from tests.e2e.sockets import Watch, established
from tests.e2e.stack_files import server_entries, three_apps
from tests.soak.objects import objects

UP = ("up", "--yes", "--skip-preview")
DESTROY = ("destroy", "--yes", "--skip-preview")


def stack_file(servers: dict[str, Any], word: str) -> dict[str, Any]:
    """Two apps without proofs on all three systems."""
    apps = three_apps(word)
    del apps[f"pings-{word}"]
    return {
        "celeriac:servers": server_entries(servers),
        "celeriac:apps": {name: app | {"proof": "off"} for name, app in apps.items()},
        "celeriac:forceDestroy": "true",
    }


@pytest.fixture
def project(tmp_path: Path, servers: dict[str, Any], word: str) -> Iterator[Project]:
    """A project that leaves nothing."""
    made = Project(tmp_path / "project")
    made.write(stack_file(servers, word))
    yield made
    made.destroy()
    assert {kind: [] for kind in inventory(servers, word)} == inventory(servers, word)


def test_two_ups_of_one_stack(project: Project) -> None:
    """Pulumi's lock refuses the second with a sentence; the first is not disturbed."""
    with Running(project, *UP) as first:
        assert first.until(lambda: first.steps() > 5)
        second = project.up(check=False)
        assert second.code != 0
        assert "the stack is currently locked by 1 lock(s)" in second.output
        assert "pulumi cancel" in second.output
        assert "Traceback" not in second.output
        assert first.wait() == 0, first.output
    assert project.preview("--refresh", "--expect-no-changes").changed == {}


def test_two_stacks_on_the_same_servers(tmp_path: Path, servers: dict[str, Any], word: str) -> None:
    """Both make all of theirs, and each destroys only its own."""
    both = [Project(tmp_path / name, stack=name) for name in ("alpha", "omega")]
    for project in both:
        project.write(stack_file(servers, f"{word}{project.stack}"))
    try:
        with Running(both[0], *UP) as one, Running(both[1], *UP) as two:
            assert (one.wait(), two.wait()) == (0, 0), one.output + two.output
        names = [
            {key.replace(project.stack, "") for key in objects(servers, word + project.stack)}
            for project in both
        ]
        assert names[0] == names[1]
        assert len(names[0]) > 50
        for project in both:
            assert project.up("--expect-no-changes").changed == {}
        with Running(both[0], *DESTROY) as one:
            assert one.wait() == 0, one.output
        assert both[1].preview("--refresh", "--expect-no-changes").changed == {}
    finally:
        for project in both:
            project.destroy()
    assert {kind: [] for kind in inventory(servers, word)} == inventory(servers, word)


EACH = 248
"""Exchanges and queues, ACL users, roles: with a vhost, providers and the stack about 1,000."""

PROGRAM = """\
import json
import pulumi
from celeriac.resources import Provider, postgresql, rabbitmq, redis

servers, word, each = json.loads({servers!r}), {word!r}, {each}


def on(name, endpoint, username, password):
    provider = Provider(name, endpoint=endpoint, username=username, password=password)
    return pulumi.ResourceOptions(provider=provider)


r, k, p = servers["rabbitmq"], servers["redis"], servers["postgresql"]
rabbit = on("rabbit", r["management"], r["username"], r["password"])
cache = on("cache", f"redis://{{k['host']}}:{{k['port']}}/0", k["username"], k["password"])
address = f"postgresql://{{p['host']}}:{{p['port']}}/postgres?sslmode=disable"
results = on("results", address, p["admin_username"], p["admin_password"])
vhost = rabbitmq.Vhost("vhost", name=word, opts=rabbit)
for i in range(each):
    name = f"{{word}}-{{i}}"
    rabbitmq.Exchange(name, vhost=vhost.name, name=name, type="direct", opts=rabbit)
    rabbitmq.Queue(name, vhost=vhost.name, name=name, type="classic", opts=rabbit)
    redis.AclUser(name, name=name, keys=[f"{{name}}:*"], commands=["+get"], opts=cache)
    postgresql.Role(name, name=name, login=True, opts=results)
"""


def test_a_thousand_objects_over_few_connections(
    tmp_path: Path, servers: dict[str, Any], word: str, record_property: Any
) -> None:
    """Each server sees a few connections at a time, and none once `up` has ended.

    The state is written once at the end: writing it after every step takes the engine longer
    than everything else (benchmarks/README.md).
    """
    program = PROGRAM.format(servers=json.dumps(servers), word=word, each=EACH)
    project = Project(tmp_path / "project", program=program)
    project.environment["PULUMI_SKIP_CHECKPOINTS"] = "true"
    rabbit, cache, results = servers["rabbitmq"], servers["redis"], servers["postgresql"]
    management = int(rabbit["management"].rpartition(":")[2])
    ports = {management: 8, cache["port"]: 8, results["port"]: 8 + 4}
    try:
        with Running(project, *UP) as run:
            began = time.monotonic()
            with Watch(lambda: [p.pid for p in run.processes("provider")], ports) as watch:
                assert run.wait(240) == 0, run.output[-5000:]
            record_property("seconds", time.monotonic() - began)
            assert run.survivors(1.0) == []
        assert len(project.resources()) >= 4 * EACH
        assert watch.most.keys() == ports.keys()
        assert {port: most for port, most in watch.most.items() if most > ports[port]} == {}
        own = {connection.own for connection in watch.seen}
        assert own & still_open(servers, management) == set()
    finally:
        project.destroy()
    assert {kind: [] for kind in inventory(servers, word)} == inventory(servers, word)


def still_open(servers: dict[str, Any], management: int) -> set[int]:
    """The client's ports of all connections that the three servers know."""
    cache, results = servers["redis"], servers["postgresql"]
    with redis.Redis(
        host=cache["host"],
        port=cache["port"],
        username=cache["username"],
        password=cache["password"],
        decode_responses=True,
    ) as client:
        found = {int(c["addr"].rpartition(":")[2]) for c in client.client_list()}
    with psycopg.connect(
        host=results["host"],
        port=results["port"],
        user=results["username"],
        password=results["password"],
        dbname="postgres",
    ) as connection:
        found |= {
            row[0]
            for row in connection.execute(
                "select client_port from pg_stat_activity where client_port is not null"
            )
        }
    return found | {c.own for c in established().values() if c.server == management}
