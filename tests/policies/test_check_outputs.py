"""Credentials in clear are found in states that the real engine wrote, and never shown."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.project import CHECKOUT, Project

TOOL = CHECKOUT / "tools" / "check-outputs"

NAMED = "a value that its name (redis_password) calls a credential"
IN_ORDER = "No credential is in clear, in 2 resources and the stack's outputs."

PROGRAM = """
import json

import pulumi


class Cache(pulumi.ComponentResource):
    def __init__(self, name, **props):
        super().__init__("test:index:Cache", name, props)
        self.register_outputs({})


config = pulumi.Config()
mark = pulumi.Output.secret if config.get_bool("secret") else (lambda value: value)
URL = "amqps://orders:hunter2@mq.example.com/orders"
Cache("cache", url=mark("rediss://:hunter2@cache.example.com/0"), node="cache.m7g.large")
pulumi.export("apps", {"orders": {"broker_url": mark(URL), "settings": '{"task_queues": {}}'}})
pulumi.export("key", mark("-----BEGIN PRIVATE KEY-----\\nhunter2"))
pulumi.export("env", mark({"SETTINGS": json.dumps({"redis_password": "hunter2"})}))
pulumi.export("hidden", pulumi.Output.secret(URL))
pulumi.export("dashboard", "https://flower.example.com")
"""


def check(state: str) -> subprocess.CompletedProcess[str]:
    """The tool on a state from standard input."""
    return subprocess.run(
        [sys.executable, TOOL, "-"], input=state, capture_output=True, text=True, check=False
    )


def exported(project: Project) -> str:
    """What `pulumi stack export` prints."""
    command = ["pulumi", "stack", "export", "--stack", project.stack]
    return subprocess.run(
        command,
        cwd=project.folder,
        env=project.environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of nothing but outputs and a component."""
    return Project(tmp_path_factory.mktemp("outputs"), program=PROGRAM, name="outputs")


@pytest.fixture(scope="module")
def clear(project: Project) -> str:
    """The state in which credentials are in clear."""
    project.up()
    return exported(project)


@pytest.fixture(scope="module")
def marked(project: Project, clear: str) -> str:
    """The state afterwards, when the same program marks them all as secrets."""
    project.run("config", "set", "outputs:secret", "true", "--stack", project.stack, check=True)
    project.up()
    return exported(project)


def test_what_is_exported_in_clear_is_found(clear: str) -> None:
    """Each output and each property once; neither secret ones nor any value."""
    done = check(clear)
    assert done.returncode == 1
    assert [line.partition(", in clear:")[0].strip() for line in done.stdout.splitlines()] == [
        "Outputs:",
        "the output apps.orders.broker_url is a URL with a password",
        f"the output env.SETTINGS is JSON text with {NAMED} in redis_password",
        "the output key is a private key",
        "Resources:",
        "cache (test:index:Cache): url is a URL with a password",
    ]
    assert "hunter2" not in done.stdout + done.stderr


def test_secrets_are_none(marked: str) -> None:
    """What is marked is not looked at."""
    done = check(marked)
    assert (done.returncode, done.stdout) == (0, f"{IN_ORDER}\n")


@pytest.mark.usefixtures("marked")
def test_a_stack_is_named(project: Project) -> None:
    """With a stack's name it asks pulumi, and passes its refusal on."""
    for stack, code in ((project.stack, 0), ("missing", 2)):
        done = subprocess.run(
            [sys.executable, TOOL, stack],
            cwd=project.folder,
            env=project.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, IN_ORDER in done.stdout) == (code, code == 0), done.stderr


@pytest.mark.parametrize(
    ("state", "code"),
    [({"version": 3, "deployment": {}}, 0), ({"outputs": {}}, 2), ([], 2), ("text", 2)],
)
def test_what_is_no_state_is_refused(state: Any, code: int) -> None:
    """An empty stack is in order; anything else gets one line."""
    done = check(json.dumps(state))
    assert done.returncode == code
    assert bool(done.stderr.count("no exported state")) is (code == 2)


def test_help() -> None:
    """It says what it is for."""
    done = subprocess.run(
        [sys.executable, TOOL, "--help"], capture_output=True, text=True, check=True
    )
    assert "pulumi stack export" in done.stdout
    assert Path(TOOL).stat().st_mode & 0o111
