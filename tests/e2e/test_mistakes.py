"""A user's mistakes, with the real engine: a sentence each, no traceback, nothing created."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import fresh_project
from tests.e2e.inventory import inventory
from tests.e2e.stack_files import app_on, server_entries, three_apps


def test_all_mistakes_of_a_stack_file_at_once(
    servers: dict[str, Any], word: str, tmp_path: Path
) -> None:
    """Every problem has a line with its place; there is no traceback, and nothing is made."""
    config: dict[str, Any] = {
        "celeriac:servers": server_entries(servers),
        "celeriac:apps": three_apps(word),
    }
    orders = config["celeriac:apps"][f"orders-{word}"]
    orders["broker"]["queues"]["orders"]["maxLenght"] = 5
    orders["longestTask"] = "two hours"
    config["celeriac:apps"][f"thumbs-{word}"]["broker"]["server"] = "cashe"
    config["celeriac:apps"][f"pings-{word}"]["uses"] = {"chords": True}
    config["celeriac:forceDestory"] = "true"
    project = fresh_project(tmp_path, config)
    for command in (project.preview, project.up):
        done = command(check=False)
        assert done.code != 0
        assert "Traceback" not in done.output
        for place in (
            f"celeriac:apps.orders-{word}.broker.queues.orders.maxLenght",
            f"celeriac:apps.orders-{word}.longestTask",
            f"celeriac:apps.thumbs-{word}.broker.server",
            f"celeriac:apps.pings-{word}.uses.chords",
            "celeriac:forceDestory: is not a key of the stack file: did you mean",
        ):
            assert place in done.output
    assert {kind: [] for kind in inventory(servers, word)} == inventory(servers, word)


@pytest.mark.parametrize(
    ("server", "change", "expected"),
    [
        ("rabbit", {"password": "wrong"}, "password"),
        ("results", {"password": "wrong"}, "password"),
        ("cache", {"password": "wrong"}, "password"),
        ("rabbit", {"management": "http://127.0.0.1:9"}, "endpoint"),
        ("cache", {"url": "redis://127.0.0.1:9/0"}, "endpoint"),
        ("results", {"url": "postgresql://127.0.0.1:9"}, "endpoint"),
        ("rabbit", {"password": {"env": "NOT_SET_ANYWHERE"}}, "NOT_SET_ANYWHERE"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_a_wrong_door_gets_a_sentence(
    servers: dict[str, Any],
    word: str,
    tmp_path: Path,
    server: str,
    change: dict[str, Any],
    expected: str,
) -> None:
    """A server that cannot be reached or entered fails `up` with the setting to look at."""
    entries = copy.deepcopy(server_entries(servers))
    entries[server] |= {"timeout": "2s"} | change
    config = {
        "celeriac:servers": entries,
        "celeriac:apps": app_on(server, word),
        "celeriac:forceDestroy": "true",
    }
    project = fresh_project(tmp_path, config)
    done = project.up(check=False)
    right = config | {"celeriac:servers": server_entries(servers)}
    project.write(right)
    project.up("--target-dependents", "--target", "**:providers:**", check=False)
    project.destroy()
    assert done.code != 0
    assert "Traceback" not in done.output
    assert "bug" not in done.output
    assert expected in done.output
    assert "wrong" not in done.output.replace("wrong password", "")
