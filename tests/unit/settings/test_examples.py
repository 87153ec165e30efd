"""The example stack files load, and say what they are examples of."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from celeriac.settings import load

STACKS = Path(__file__).resolve().parents[3] / "stacks"
EXAMPLES = sorted(STACKS.glob("Pulumi.example-*.yaml"))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_loads(file: Path) -> None:
    """Without a problem; its name is the kind of a server in it; it begins with what it shows."""
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# ")
    config = yaml.safe_load(text)["config"]
    found = load(servers=config["celeriac:servers"], apps=config["celeriac:apps"])
    assert found.apps
    kind = file.name.removeprefix("Pulumi.example-").removesuffix(".yaml").partition("-")[0]
    kinds = {entry["kind"] for entry in config["celeriac:servers"].values()}
    through_django = any(
        "django" in app["resultBackend"] for app in config["celeriac:apps"].values()
    )
    assert kind in kinds | ({"django"} if through_django else set())


def test_there_are_examples() -> None:
    """A wrong folder would find none."""
    assert EXAMPLES
