"""tools/env and the pinned requirements."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]


def exported(**environment: str) -> dict[str, str]:
    """What `eval "$(tools/env)"` gives a shell that had `environment`."""
    script = f'cd / && eval "$({CHECKOUT}/tools/env)" && env -0'
    bare = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environment}
    done = subprocess.run(["bash", "-c", script], env=bare, capture_output=True, check=True)
    lines = done.stdout.decode().split("\0")
    return dict(line.split("=", 1) for line in lines if line)


def test_the_state_is_in_the_checkout() -> None:
    """No account, no folder elsewhere."""
    assert exported()["PULUMI_BACKEND_URL"] == f"file://{CHECKOUT}/.local/state?metadata=skip"


def test_python_and_pulumi_are_found() -> None:
    """The checkout's own virtual environment comes first."""
    path = exported()["PATH"].split(":")
    assert path[0] == f"{CHECKOUT}/.venv/bin"
    assert any(Path(folder, "pulumi").exists() for folder in path)


def test_a_second_eval_changes_nothing() -> None:
    """PATH does not grow with every shell inside a shell."""
    once = exported()
    twice = exported(PATH=once["PATH"])
    assert once["PATH"] == twice["PATH"]


@pytest.mark.parametrize("name", ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"])
def test_the_passphrase_of_the_user_is_kept(name: str) -> None:
    """Only who has none gets the one of stack local."""
    assert exported().get("PULUMI_CONFIG_PASSPHRASE") == "local"
    given = exported(**{name: "mine"})
    assert given[name] == "mine"
    assert given.get("PULUMI_CONFIG_PASSPHRASE") != "local"


@pytest.mark.parametrize("name", ["up", "test", "celery-oldest"])
def test_requirements_are_pinned_and_name_no_place(name: str) -> None:
    """Every package has one version and its hashes; where to fetch it is the machine's business."""
    text = (CHECKOUT / "requirements" / f"{name}.txt").read_text()
    assert not re.search(r"https?://|--index-url|--find-links|--trusted-host", text)
    entries = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE))
    assert len(entries) > 10
    for entry in entries:
        assert re.match(r"[A-Za-z0-9._-]+==\S+ ", entry), entry
        assert "--hash=sha256:" in entry, entry
