"""What the pages of docs/ say an operator sees and does, done: the commands of those pages.

The tests of this file are steps on one stack and run in order.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from kombu.connection import Connection

from tests.e2e.conftest import fresh_project
from tests.e2e.project import Project
from tests.e2e.stack_files import server_entries


class Rabbit:
    """The server, seen by the operator."""

    def __init__(self, server: dict[str, Any], name: str) -> None:
        self.server, self.name = server, name
        self.http = httpx.Client(
            base_url=f"{server['management']}/api", auth=(server["username"], server["password"])
        )

    def make_by_hand(self) -> None:
        """A vhost with a user and a queue with a message in it, as they are found in the wild."""
        name = quote(self.name, safe="")
        self.http.put(f"/vhosts/{name}").raise_for_status()
        self.http.put(f"/users/{name}", json={"password": "old", "tags": ""}).raise_for_status()
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        self.http.put(f"/permissions/{name}/{name}", json=everything).raise_for_status()
        with self.connection("old") as connection:
            queue = connection.SimpleQueue(self.name)
            queue.put("a message that must not be lost")
            queue.close()

    def connection(self, password: str) -> Any:
        """A connection as the app."""
        server = self.server
        return Connection(
            f"amqp://{self.name}:{password}@{server['host']}:{server['amqp_port']}/{self.name}"
        )

    def messages(self) -> int:
        """How many messages wait in the app's queue: the statistics come some seconds late."""
        found = self.http.get(f"/queues/{self.name}/{self.name}", params={"disable_stats": "false"})
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            found = self.http.get(f"/queues/{self.name}/{self.name}")
            if found.json().get("messages"):
                break
            time.sleep(0.5)
        return int(found.json().get("messages") or 0)

    def remove(self) -> None:
        """Whatever is left."""
        self.http.delete(f"/vhosts/{self.name}")
        self.http.delete(f"/users/{self.name}")


@pytest.fixture(scope="module")
def rabbit(servers: dict[str, Any], word: str) -> Iterator[Rabbit]:
    """The server, and the app's name on it."""
    found = Rabbit(servers["rabbitmq"], f"shop-{word}")
    yield found
    found.remove()


@pytest.fixture(scope="module")
def stack_file(servers: dict[str, Any], rabbit: Rabbit) -> dict[str, Any]:
    """One app that fits what was made by hand: classic queues, as Celery makes them by default."""
    app = {
        "broker": {"server": "rabbit", "queueType": "classic"},
        "resultBackend": {"kind": "rpc"},
        "proof": "off",
    }
    return {
        "celeriac:servers": {"rabbit": server_entries(servers)["rabbit"]},
        "celeriac:apps": {rabbit.name: app},
    }


@pytest.fixture(scope="module")
def operated(
    tmp_path_factory: pytest.TempPathFactory, stack_file: dict[str, Any], rabbit: Rabbit
) -> Iterator[Project]:
    """The stack, not up yet."""
    made = fresh_project(tmp_path_factory.mktemp("operated"), stack_file)
    yield made
    made.write(stack_file | {"celeriac:forceDestroy": "true"})
    made.run("cancel", "--yes", "--stack", made.stack)
    made.up(check=False)
    made.destroy(check=False)


def with_app(config: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The stack file with changes in its one app."""
    ((name, app),) = config["celeriac:apps"].items()
    return config | {"celeriac:apps": {name: app | changes}}


@pytest.mark.steps
class TestOperator:
    """In the order of a stack's life."""

    def test_it_already_exists(
        self, operated: Project, rabbit: Rabbit, stack_file: dict[str, Any]
    ) -> None:
        """docs/already-exists.md: refused, with the ways; what is there is not touched."""
        rabbit.make_by_hand()
        done = operated.up(check=False)
        assert done.code != 0
        assert f"the User '{rabbit.name}' exists already and was not made by this stack" in (
            done.output
        )
        assert "adopt: true" in done.output
        assert rabbit.messages() == 1

    def test_take_over(self, operated: Project, rabbit: Rabbit, stack_file: dict[str, Any]) -> None:
        """docs/take-over.md: `adopt: true` keeps the messages, and gives the user a password."""
        operated.write(with_app(stack_file, adopt=True))
        operated.up()
        assert rabbit.messages() == 1
        with Connection(operated.outputs()["broker_url"]) as connection:
            connection.connect()
        with pytest.raises(Exception, match="ACCESS_REFUSED"), rabbit.connection("old") as old:
            old.connect()
        operated.write(stack_file)
        operated.up()
        assert rabbit.messages() == 1

    def test_changed_by_hand(self, operated: Project, rabbit: Rabbit) -> None:
        """docs/changed-by-hand.md: the preview names it, `up --refresh` mends it."""
        policy = f"/policies/{rabbit.name}/celeriac"
        found = rabbit.http.get(policy).json()
        found["definition"]["overflow"] = "drop-head"
        rabbit.http.put(policy, json=found).raise_for_status()
        shown = operated.preview("--refresh", "--expect-no-changes", check=False)
        assert shown.code != 0
        assert "overflow" in shown.output
        operated.up("--refresh")
        assert rabbit.http.get(policy).json()["definition"]["overflow"] == "reject-publish"

    def test_interrupted(
        self, operated: Project, rabbit: Rabbit, stack_file: dict[str, Any]
    ) -> None:
        """docs/interrupted.md: `pulumi cancel` takes the lock away, the same `up` goes on."""
        more = {"queueType": "classic", "queues": {rabbit.name: {"default": True}, "more": {}}}
        operated.write(with_app(stack_file, broker={"server": "rabbit"} | more))
        _kill_in_the_middle(operated)
        done = operated.up(check=False)
        assert done.code != 0
        assert "the stack is currently locked" in done.output
        operated.run("cancel", "--yes", "--stack", operated.stack, check=True)
        operated.up()
        assert operated.up("--refresh", "--expect-no-changes").changed == {}

    def test_keep_the_data(
        self, operated: Project, rabbit: Rabbit, stack_file: dict[str, Any]
    ) -> None:
        """docs/keep-the-data.md: destroy refuses; `stack rm --force` forgets, `up` finds again."""
        url = operated.outputs()["broker_url"]
        done = operated.destroy(check=False)
        assert done.code != 0
        assert "1 message" in done.output
        assert rabbit.messages() == 1
        with Connection(url) as connection:
            connection.connect()
        forget = ("--force", "--yes", "--preserve-config")
        operated.run("stack", "rm", operated.stack, *forget, check=True)
        assert rabbit.messages() == 1
        operated.run("stack", "init", operated.stack, check=True)
        operated.write(stack_file)
        operated.up()
        assert rabbit.messages() == 1


def _kill_in_the_middle(project: Project) -> None:
    """`pulumi up`, killed with everything it started when it begins to create."""
    running = subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--stack", project.stack, "--non-interactive"],
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert running.stdout is not None
    for line in running.stdout:
        if "creating" in line:
            break
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    running.stdout.close()
