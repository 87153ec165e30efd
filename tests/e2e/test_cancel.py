"""Ctrl-C in the middle of `up`: it ends soon with a true state, and the next `up` goes on."""

from __future__ import annotations

import copy
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.inventory import inventory
from tests.e2e.project import Project
from tests.e2e.running import Running
from tests.e2e.stack_files import server_entries, three_apps

SOON = 5.0
"""Seconds that a user waits after Ctrl-C at most."""

APPS = ("orders", "thumbs")

UP = ("up", "--yes", "--skip-preview")

KINDS = {
    "celeriac:rabbitmq:Vhost": "vhosts",
    "celeriac:rabbitmq:User": "rabbitmq users",
    "celeriac:redis:AclUser": "acl users",
    "celeriac:postgresql:Role": "roles",
    "celeriac:postgresql:Database": "databases",
}


def stack_file(servers: dict[str, Any], word: str, **servers_changed: Any) -> dict[str, Any]:
    """Two apps without proofs on all three systems."""
    entries = copy.deepcopy(server_entries(servers))
    for name, change in servers_changed.items():
        entries[name] |= change
    apps = three_apps(word)
    return {
        "celeriac:servers": entries,
        "celeriac:apps": {
            f"{name}-{word}": apps[f"{name}-{word}"] | {"proof": "off"} for name in APPS
        },
        "celeriac:forceDestroy": "true",
    }


@pytest.fixture
def project(tmp_path: Path, servers: dict[str, Any], word: str) -> Iterator[Project]:
    """A project of its own for each test, which leaves nothing."""
    made = Project(tmp_path / "project")
    made.write(stack_file(servers, word))
    yield made
    made.destroy()
    assert {kind: [] for kind in inventory(servers, word)} == inventory(servers, word)


def interrupted(run: Running, *, group: bool = True) -> float:
    """Press Ctrl-C; how long the run took to end, and nothing of it is left."""
    began = time.monotonic()
    run.interrupt(group=group)
    run.wait(30)
    seconds = time.monotonic() - began
    assert "^C received" in run.output
    assert run.survivors(max(SOON - seconds, 0.1)) == []
    assert "Traceback" not in run.output
    assert "bug" not in run.output
    return seconds


def in_the_state(project: Project) -> dict[str, list[str]]:
    """The names of what the state holds, by the inventory's kinds."""
    found: dict[str, list[str]] = {kind: [] for kind in KINDS.values()}
    for resource in project.resources():
        if resource["type"] in KINDS:
            found[KINDS[resource["type"]]].append(resource["inputs"]["name"])
    return {kind: sorted(names) for kind, names in found.items()}


def on_the_servers(servers: dict[str, Any], word: str) -> dict[str, list[str]]:
    """The names of what is there, by the same kinds."""
    return {k: names for k, names in inventory(servers, word).items() if k in KINDS.values()}


@pytest.mark.parametrize(("group", "at"), [(True, 8), (False, 30)], ids=["terminal", "engine only"])
def test_ctrl_c_in_the_middle_of_up(
    project: Project, servers: dict[str, Any], word: str, group: bool, at: int
) -> None:
    """What was made is in the state, and nothing else was made; the next `up` makes the rest."""
    with Running(project, *UP) as run:
        assert run.until(lambda: len(run.events("resOutputsEvent")) >= at)
        assert interrupted(run, group=group) < SOON
    assert in_the_state(project) == on_the_servers(servers, word)
    done = project.up()
    assert done.changed.keys() == {"create"}


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_in_the_middle_of_destroy(project: Project, times: int) -> None:
    """What is gone is gone from the state; the next `destroy` removes the rest.

    The CLI of 3.250 then says that all resources have been deleted, and ends with 0.
    """
    project.up()
    with Running(project, "destroy", "--yes", "--skip-preview") as run:
        assert run.until(lambda: len(run.events("resOutputsEvent")) >= 5)
        if times > 1:
            run.interrupt()
        assert interrupted(run) < SOON
    assert project.resources() != []
    project.run("cancel", "--yes", "--stack", project.stack)
    project.destroy()
    assert project.resources() == []


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        yield listening.getsockname()[1]


@pytest.fixture
def closed() -> int:
    """A port where nobody listens: a server that is starting looks like this."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


ADDRESSES: dict[str, Callable[[int], dict[str, Any]]] = {
    "rabbit": lambda port: {"management": f"http://127.0.0.1:{port}"},
    "cache": lambda port: {"url": f"redis://127.0.0.1:{port}/0"},
    "results": lambda port: {"url": f"postgresql://127.0.0.1:{port}"},
}


@pytest.mark.parametrize("door", ["silent", "closed"])
def test_ctrl_c_while_no_server_answers(
    project: Project,
    servers: dict[str, Any],
    word: str,
    door: str,
    request: pytest.FixtureRequest,
) -> None:
    """It says that it was cancelled, not that a whole timeout had passed."""
    port = request.getfixturevalue(door)
    addresses = {server: address(port) for server, address in ADDRESSES.items()}
    project.write(stack_file(servers, word, **addresses))
    with Running(project, *UP) as run:
        assert run.until(lambda: _systems(run) >= {"rabbitmq", "redis", "postgresql"})
        time.sleep(0.5)
        assert interrupted(run) < SOON
        output = run.output
    assert output.count("cancelled while") >= len(ADDRESSES)
    assert "waited" not in output
    assert "30 s" not in output
    assert {kind: [] for kind in inventory(servers, word)} == inventory(servers, word)


def _systems(run: Running) -> set[str]:
    """The systems of which something is being made."""
    types = [event["metadata"]["type"] for event in run.events("resourcePreEvent")]
    return {token.split(":")[1] for token in types}


def test_ctrl_c_while_proofs_run(project: Project, servers: dict[str, Any], word: str) -> None:
    """Their workers end with it; the next `up` proves both apps and leaves nothing of any proof."""
    project.up()
    config = stack_file(servers, word)
    for app in config["celeriac:apps"].values():
        del app["proof"]
    project.write(config)
    with Running(project, *UP) as run:
        assert run.until(lambda: _begun(run, "celeriac:celery:RoundTrip") == len(APPS))
        time.sleep(0.3)
        assert interrupted(run) < SOON
        assert "cancelled while" in run.output or "was cancelled" in run.output
    proofs = [r for r in project.resources() if r["type"] == "celeriac:celery:RoundTrip"]
    assert len(proofs) < len(APPS)
    assert project.up().changed == {"create": len(APPS) - len(proofs)}
    found = inventory(servers, word)
    assert [name for name in found["queues"] + found["keys"] if "celeriac-proof" in name] == []


def _begun(run: Running, token: str) -> int:
    """How many resources of a type are being made, or are made."""
    return [event["metadata"]["type"] for event in run.events("resourcePreEvent")].count(token)
