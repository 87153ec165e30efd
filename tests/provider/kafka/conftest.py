"""A Kafka for the tests that need one."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import on_demand
from tests.provider.kafka.cluster import Cluster


@pytest.fixture(scope="session")
def cluster(servers: dict[str, Any]) -> Cluster:
    """The Kafka of instance `test`."""
    return Cluster(on_demand("kafka"))


@pytest.fixture
def word(cluster: Cluster) -> Iterator[str]:
    """The begin of all names of a test; what has it is removed."""
    word = f"t{secrets.token_hex(5)}"
    yield word
    cluster.clean(word)
