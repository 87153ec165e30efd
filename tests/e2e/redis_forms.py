"""What is tried with every form of Redis: the engine, a real Celery, rights, secrets."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.celery_app.run import run
from tests.e2e import expiry
from tests.e2e.conftest import fresh_project
from tests.e2e.project import Project
from tests.e2e.rights import refused_by_redis


@dataclass(frozen=True)
class Form:
    """One form of Redis.

    Args:
        entry: the server's entry of a stack file.
        nodes: the server itself, an `OwnServer` or a `SentinelGroup`.
        scheme: of the app's URLs.
    """

    entry: dict[str, Any]
    nodes: Any
    scheme: str

    @property
    def version(self) -> str:
        """As the server says."""
        said = self.nodes.login().info("server")
        return str(said.get("valkey_version") or said["redis_version"])

    def config(self, longest_task: str = "15m") -> dict[str, Any]:
        """One app with broker and results on it."""
        return {
            "celeriac:servers": {"cache": self.entry},
            "celeriac:apps": {
                "forms": {
                    "broker": {
                        "server": "cache",
                        "queues": {"forms": {"default": True}, "more.forms": {}},
                    },
                    "resultBackend": {"server": "cache", "expires": "1h"},
                    "longestTask": longest_task,
                    "uses": {"chords": True, "remoteControl": True},
                }
            },
            "celeriac:forceDestroy": "true",
        }


@dataclass(frozen=True)
class App:
    """A stack with the app, that is up and proved.

    Args:
        form: what it is on.
        project: its project.
        outputs: its outputs after the first `up`.
    """

    form: Form
    project: Project
    outputs: dict[str, Any]


@contextmanager
def app_on(form: Form, folder: Path) -> Iterator[App]:
    """The stack is up; afterwards it is destroyed, and nothing of it is left."""
    project = fresh_project(folder, form.config())
    project.up()
    yield App(form, project, project.outputs())
    project.destroy()
    assert [name for name in form.nodes.login().acl_users() if name.startswith("forms")] == []
    assert list(form.nodes.login(database=3).scan_iter("forms*")) == []


def check_the_same_again_and_a_change(app: App) -> None:
    """A second `up` changes nothing; a change is made, and proved again."""
    for url in (app.outputs["broker_url"], app.outputs["result_backend"]):
        assert url.startswith(f"{app.form.scheme}://")
    assert app.project.up("--expect-no-changes").changed == {}
    app.project.write(app.form.config("20m"))
    # The components, that show the times, and the proof.
    assert app.project.up().changed == {"update": 3}


def check_celery(app: App, python: str = sys.executable) -> None:
    """Tasks on every queue, group, chord, retry, countdown, expiry, ping, inspect and revoke."""
    report = run(app.outputs["env"], python=python)
    assert report.failed == {}, report.log[-5000:]
    assert report.complaints == []
    assert len(report.errors) > 8


def check_rights(app: App) -> None:
    """As its own user, another app's keys and an administrator's commands are refused."""
    login = app.outputs["broker_url"].partition("://")[2].partition("@")[0]
    client = app.form.nodes.login("forms", unquote(login.partition(":")[2]), 3)
    assert client.llen("forms:forms") == 0
    refused_by_redis(client)


def check_expiry(app: App) -> None:
    """A result goes when it has expired."""
    expiry.check_redis(app.outputs, expires=3600)


def check_secrets(app: App, *secrets: str) -> None:
    """None of them is in the state in clear."""
    state = json.dumps(app.project.resources())
    assert "celeriac:redis:AclUser" in state
    assert [secret for secret in secrets if secret in state] == []
