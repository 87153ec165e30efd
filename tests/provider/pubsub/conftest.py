"""pstest, Google's own fake of Pub/Sub, for the tests that need it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.provider.pubsub.fake import Fake


@pytest.fixture(scope="session")
def fake(start_server: Callable[[str], dict[str, Any]]) -> Fake:
    """The one of instance `test`."""
    return Fake(start_server("pubsub"))


@pytest.fixture
def word(fake: Fake) -> Iterator[str]:
    """The begin of all names of a test; what has it is removed."""
    word = f"t{secrets.token_hex(5)}"
    yield word
    fake.clean(word)
