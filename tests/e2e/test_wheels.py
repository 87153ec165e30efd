"""The packages as anybody installs them: in an empty Pulumi project, far from this repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.inventory import inventory
from tests.e2e.project import CHECKOUT

MANIFEST = """\
name: elsewhere
runtime:
  name: python
  options:
    virtualenv: venv
"""

PROGRAM = """\
import pulumi
from celeriac import CeleryApp, RabbitMQBroker, RabbitMQServer, Reference, RPCResults

rabbit = RabbitMQServer(
    "rabbit",
    host={host!r},
    port={amqp_port},
    management={management!r},
    tls=False,
    username={username!r},
    password=Reference(env="RABBIT"),
)
broker = RabbitMQBroker({word!r}, server=rabbit, rpc_results=True, force_destroy=True)
app = CeleryApp({word!r}, broker=broker, result_backend=RPCResults())
pulumi.export("app", app.outputs())
"""


def run(*command: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """Run a command that must succeed; its output."""
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        cwd=cwd,
        env=env,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.mark.timeout(900)  # a virtual environment from the package index, on a busy machine
def test_wheels_work_in_an_empty_project(
    servers: dict[str, Any], word: str, tmp_path: Path
) -> None:
    """`pip install` brings the components and the provider's executable; `up` needs no more."""
    for package in ("components", "provider"):
        source = tmp_path / package
        run("cp", "-r", CHECKOUT / package, source)
        run(
            *(sys.executable, "-m", "build", "--wheel", "--no-isolation"),
            *("--outdir", tmp_path / "dist", source),
        )
    project = tmp_path / "project"
    project.mkdir()
    run(sys.executable, "-m", "venv", project / "venv")
    pip: list[str | Path] = [project / "venv/bin/python", "-m", "pip", "install", "--quiet"]
    run(*pip, "--require-hashes", "-r", CHECKOUT / "requirements/up.txt")
    run(*pip, "--no-deps", *(tmp_path / "dist").glob("*.whl"))
    run(project / "venv/bin/python", "-m", "pip", "check")
    rabbit = servers["rabbitmq"]
    (project / "Pulumi.yaml").write_text(MANIFEST)
    (project / "__main__.py").write_text(PROGRAM.format(word=word, **rabbit))
    environment = os.environ | {
        "PATH": f"{project / 'venv/bin'}:{os.environ['PATH']}",
        "PULUMI_BACKEND_URL": f"file://{tmp_path}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "RABBIT": rabbit["password"],
    }
    environment.pop("PYTHONPATH", None)

    def pulumi(*arguments: str) -> str:
        return run("pulumi", *arguments, cwd=project, env=environment)

    pulumi("stack", "init", "test")
    pulumi("up", "--yes", "--skip-preview")
    try:
        found = json.loads(pulumi("stack", "output", "--json", "--show-secrets"))
        assert found["app"]["broker_url"].startswith(f"amqp://{word}:")
        pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
    finally:
        pulumi("destroy", "--yes", "--skip-preview")
    assert {kind: [] for kind in inventory(servers, word)} == inventory(servers, word)
