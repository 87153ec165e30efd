"""A Pulumi project in a folder of its own, driven through the real CLI."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Done:
    """What a command of the CLI did.

    Args:
        code: its exit code.
        output: what it printed, stderr included.
        changes: how many resources by operation (`create`, `update`, `same` …), from its events.
    """

    code: int
    output: str
    changes: dict[str, int]

    @property
    def changed(self) -> dict[str, int]:
        """The changes without what stayed the same."""
        return {op: count for op, count in self.changes.items() if op not in ("same", "refresh")}


class Project:
    """A copy of this repository's program with a stack file of the test's.

    Args:
        folder: an empty folder.
        stack: the stack's name.
        program: another program than the repository's own, as source.
        name: the project's name.
    """

    def __init__(
        self,
        folder: Path,
        stack: str = "test",
        *,
        program: str | None = None,
        name: str = "celeriac",
    ) -> None:
        self.folder, self.stack = folder, stack
        self.state = folder / "state"
        self.state.mkdir(parents=True)
        (folder / "stacks").mkdir()
        manifest = yaml.safe_load((CHECKOUT / "Pulumi.yaml").read_text())
        manifest["name"] = name
        manifest["runtime"]["options"]["virtualenv"] = str(CHECKOUT / ".venv")
        manifest["plugins"]["providers"][0]["path"] = str(CHECKOUT / "provider")
        if program is None:
            shutil.copy(CHECKOUT / "__main__.py", folder)
        else:
            (folder / "__main__.py").write_text(program)
            del manifest["config"]
        (folder / "Pulumi.yaml").write_text(yaml.safe_dump(manifest))
        self.environment = os.environ | {
            # As tools/env has it, and for its reason.
            "PULUMI_BACKEND_URL": f"file://{self.state}?metadata=skip",
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DEBUG_COMMANDS": "true",  # for --event-log
        }
        self.run("stack", "init", stack, check=True)
        self._salt = self._file.read_text() if self._file.exists() else ""

    @property
    def _file(self) -> Path:
        return self.folder / "stacks" / f"Pulumi.{self.stack}.yaml"

    def write(self, config: dict[str, Any]) -> None:
        """Write the stack file; keys are given as a user writes them, with their namespace."""
        self._file.write_text(self._salt + yaml.safe_dump({"config": config}, sort_keys=False))

    def run(self, *arguments: str, check: bool = False, timeout: float = 300) -> Done:
        """Run the CLI."""
        events = self.folder / "events.json"
        events.unlink(missing_ok=True)
        command = ["pulumi", *arguments, "--non-interactive", "--color", "never"]
        if arguments[0] in ("up", "preview", "destroy", "refresh"):
            command += ["--stack", self.stack, "--event-log", str(events)]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=timeout,
            check=False,
        )
        result = Done(done.returncode, done.stdout, _changes(events))
        assert not check or result.code == 0, result.output
        return result

    def up(self, *arguments: str, check: bool = True) -> Done:
        """`pulumi up`, without a preview first."""
        return self.run("up", "--yes", "--skip-preview", *arguments, check=check)

    def preview(self, *arguments: str, check: bool = True) -> Done:
        """`pulumi preview` with a row per changed property."""
        return self.run("preview", "--diff", *arguments, check=check)

    def destroy(self, *arguments: str, check: bool = True) -> Done:
        """`pulumi destroy`."""
        return self.run("destroy", "--yes", "--skip-preview", *arguments, check=check)

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs, secrets in clear."""
        done = subprocess.run(
            ["pulumi", "stack", "output", "--json", "--show-secrets", "--stack", self.stack],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def resources(self) -> list[dict[str, Any]]:
        """The resources in the state, secrets encrypted."""
        done = subprocess.run(
            ["pulumi", "stack", "export", "--stack", self.stack],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        found: list[dict[str, Any]] = json.loads(done.stdout)["deployment"].get("resources", [])
        return found


def _changes(events: Path) -> dict[str, int]:
    if not events.exists():
        return {}
    for line in events.read_text().splitlines():
        summary = json.loads(line).get("summaryEvent")
        if summary:
            found: dict[str, int] = summary.get("resourceChanges") or {}
            return found
    return {}
