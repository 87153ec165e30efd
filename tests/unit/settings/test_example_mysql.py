"""stacks/Pulumi.example-mysql.yaml loads, and what is read from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from celeriac.settings import MysqlResults, MysqlServer, StackFile, StackFileError, load

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "stacks" / "Pulumi.example-mysql.yaml"


def _loaded(**changes: Any) -> StackFile:
    config = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))["config"]
    given = {key.removeprefix("celeriac:"): value for key, value in config.items()}
    given["servers"]["results"] |= changes
    return load(**given)


def test_the_example_loads() -> None:
    """Port, database and user are the defaults."""
    file = _loaded()
    server = file.servers["results"]
    assert isinstance(server, MysqlServer)
    assert (server.host, server.port, server.tls) == ("db.example.com", 3306, True)
    assert file.apps["orders"].results == MysqlResults(
        server="results", user="orders", database="orders", expires=7 * 86_400
    )


def test_both_schemes_are_the_same() -> None:
    """mariadb:// is what some write."""
    assert (
        _loaded(url="mariadb://db.example.com:3307").servers["results"]
        == (_loaded(url="mysql://db.example.com:3307").servers["results"])
    )


def test_a_long_name_of_an_app_needs_a_user() -> None:
    """The default would be refused by the server."""
    config = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))["config"]
    app = config["celeriac:apps"]["orders"]
    with pytest.raises(StackFileError) as error:
        load(servers=config["celeriac:servers"], apps={"a" * 33: app})
    (problem,) = error.value.problems
    assert "by default, which is longer than 32 characters" in problem
