"""A process of the provider loads only the systems that it is asked for."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import celeriac_provider
from celeriac_provider.resources import RESOURCES, SYSTEMS

CLIENTS = {"httpx", "psycopg", "redis", "pymysql", "botocore", "confluent_kafka", "celery"}

LOOK_UP = """
import sys
import celeriac_provider.__main__
from celeriac_provider.resources import RESOURCES
RESOURCES["redis:Config"]
print(*sys.modules)
"""


def test_only_the_client_of_the_system_is_loaded() -> None:
    """To load them all takes longer than an `up` that changes nothing."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK_UP], capture_output=True, text=True, check=True
    )
    assert CLIENTS & set(done.stdout.split()) == {"redis"}


def test_every_system_is_offered() -> None:
    """A package with resources is one of `SYSTEMS`, and its tokens begin with its name."""
    packages = [
        path.parent.name for path in Path(celeriac_provider.__path__[0]).glob("*/__init__.py")
    ]
    offering = {
        name
        for name in packages
        if hasattr(import_module(f"celeriac_provider.{name}"), "RESOURCES")
    }
    assert offering == set(SYSTEMS)
    for token, resource in RESOURCES.items():
        assert resource.token == token
        assert resource.__module__.startswith(f"celeriac_provider.{token.partition(':')[0]}.")
    assert len(RESOURCES) == len(list(RESOURCES))


@pytest.mark.parametrize("token", ["mongo:User", "redis:Nonsense", "engine:Key", ""])
def test_what_is_not_offered_is_not_found(token: str) -> None:
    """Whatever a program asks for, it is no more than a missing key."""
    assert token not in RESOURCES
