"""The example: an app stack that reads the outputs through a plain StackReference."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.project import CHECKOUT, Project
from tests.e2e.stack_files import server_entries

EXAMPLE = CHECKOUT / "examples" / "app-stack"


@pytest.fixture(scope="module")
def infrastructure(
    servers: dict[str, Any], word: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Project]:
    """Stack `local` of project celeriac, with the app that the example wants."""
    found = Project(tmp_path_factory.mktemp("infrastructure"), "local")
    queues = {"orders": {"default": True}, "emails": {}}
    found.write(
        {
            "celeriac:servers": server_entries(servers),
            "celeriac:apps": {
                f"orders-{word}": {
                    "broker": {"server": "rabbit", "queues": queues},
                    "resultBackend": {"server": "results", "expires": "7d"},
                    "longestTask": "2h",
                    "uses": {"chords": True, "beat": True},
                }
            },
            "celeriac:forceDestroy": "true",
        }
    )
    found.up()
    yield found
    found.destroy()


@pytest.fixture(scope="module")
def stack(infrastructure: Project, word: str) -> Iterator[str]:
    """A stack of the example of this test's own, in the same state."""
    name = f"test-{word}"
    pulumi(infrastructure, "stack", "init", name)
    app = ("config", "set", "app", f"orders-{word}", "--stack", name)
    pulumi(infrastructure, *app)
    pulumi(infrastructure, "up", "--yes", "--skip-preview", "--stack", name)
    yield name
    pulumi(infrastructure, "stack", "rm", "--yes", "--force", "--stack", name)


def pulumi(infrastructure: Project, *arguments: str) -> str:
    """The CLI in the example's folder; what it printed."""
    done = subprocess.run(
        ["pulumi", *arguments, "--non-interactive"],
        cwd=EXAMPLE,
        env=infrastructure.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_client_prints_the_results_of_real_tasks(infrastructure: Project, stack: str) -> None:
    """`examples/run`, as `make example` calls it."""
    done = subprocess.run(
        [CHECKOUT / "examples" / "run"],
        env=infrastructure.environment | {"EXAMPLE_STACK": stack},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for line in (
        "total:     42",
        "email:     to jane@example.com: thank you",
        "retry:     charged 42 after 1 retry",
        "countdown: 5 after ",
        "chord:     30, to joe@example.com: your receipt",
    ):
        assert line in done.stdout
    assert password(infrastructure) not in done.stdout + done.stderr
    assert "[secret]" in done.stdout


def test_secrets_stay_secret_across_the_reference(infrastructure: Project, stack: str) -> None:
    """In the app stack's outputs, and in its state."""
    shown = pulumi(infrastructure, "stack", "output", "--json", "--stack", stack)
    assert json.loads(shown)["worker"]["environment"] == "[secret]"
    assert password(infrastructure) not in shown
    states = [p for p in Path(infrastructure.state).rglob(f"{stack}.json") if "app-stack" in str(p)]
    assert states
    assert [p for p in states if password(infrastructure) in p.read_text()] == []


def test_whole_numbers_stay_whole(infrastructure: Project, stack: str) -> None:
    """As JSON in a string: in an object Pulumi would make floats of them."""
    shown = pulumi(infrastructure, "stack", "output", "--json", "--show-secrets", "--stack", stack)
    settings = json.loads(json.loads(shown)["worker"]["environment"]["CELERY_SETTINGS"])
    assert settings["result_expires"] == 7 * 24 * 3600
    assert list(floats(settings)) == []


def floats(value: Any) -> Iterator[float]:
    """Every float in it."""
    if isinstance(value, float):
        yield value
    for item in value.values() if isinstance(value, dict) else ():
        yield from floats(item)


def password(infrastructure: Project) -> str:
    """The broker's, of the app."""
    (app,) = infrastructure.outputs()["apps"].values()
    found: str = app["broker_url"].split("@")[0].rpartition(":")[2]
    assert len(found) > 10
    return found


def test_the_example_needs_no_library_of_ours() -> None:
    """Only Pulumi and Celery are imported."""
    for file in EXAMPLE.glob("*.py"):
        assert "import celeriac" not in file.read_text()
        assert "from celeriac" not in file.read_text()
    assert os.access(CHECKOUT / "examples" / "run", os.X_OK)
