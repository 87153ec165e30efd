"""Google's fake of Pub/Sub, beside the provider."""

from __future__ import annotations

import secrets
from typing import Any

from celeriac_provider.engine.resource import Resource
from tests.lifecycle import Lifecycle
from tests.provider.conformance import deaths
from tests.provider.pubsub.fake import Fake


class PubSubWorld:
    """The fake, and a name of this test's own.

    Args:
        fake: the tests'.
    """

    def __init__(self, fake: Fake) -> None:
        self.fake = fake
        self.name = f"t{secrets.token_hex(6)}"
        self._lives: list[Lifecycle] = []

    def life(self, resource: type[Resource], *, stack: str = "test", **config: Any) -> Lifecycle:
        """A provider, closed after the test."""
        life = Lifecycle(resource, self.fake.configuration(**config), stack=stack)
        self._lives.append(life)
        return life

    def watched(self, life: Lifecycle) -> Any:
        """Calls."""
        return deaths.of_pubsub(life)

    def clean(self) -> None:
        """Nothing is left for the next test."""
        for life in self._lives:
            life.close()
        self.fake.clean(self.name)
