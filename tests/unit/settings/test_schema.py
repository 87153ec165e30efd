"""The config schema in Pulumi.yaml says the same as the program."""

from __future__ import annotations

import inspect
from pathlib import Path

import yaml

from celeriac.settings import load
from celeriac.settings.load import KEYS

MANIFEST = Path(__file__).resolve().parents[3] / "Pulumi.yaml"


def test_the_schema_has_what_the_program_reads() -> None:
    """Each key of the schema is an argument of `load`, and the other way round."""
    schema = yaml.safe_load(MANIFEST.read_text())["config"]
    read = {
        "celeriac:" + "".join([head, *(part.capitalize() for part in tail)])
        for head, *tail in (name.split("_") for name in inspect.signature(load).parameters)
        # aws:region is in the schema of the AWS provider; `keys` are names.
        if (head, *tail) not in (("aws", "region"), ("keys",))
    }
    assert read == set(schema) == {f"celeriac:{key}" for key in KEYS}


def test_what_the_schema_requires_is_required_by_the_program() -> None:
    """Servers and apps are objects and have no default; the rest has one."""
    schema = yaml.safe_load(MANIFEST.read_text())["config"]
    required = {key for key, entry in schema.items() if "default" not in entry}
    assert required == {"celeriac:servers", "celeriac:apps"}
    assert {schema[key]["type"] for key in required} == {"object"}
