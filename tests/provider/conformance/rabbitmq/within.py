"""What lies in a vhost, whose mark counts."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import quote

from celeriac_provider.rabbitmq.user import User
from celeriac_provider.rabbitmq.vhost import Vhost
from tests.provider.conformance.rabbitmq.world import RabbitCase, RabbitWorld


class Within(RabbitCase):
    """One that lies in a vhost, whose mark counts."""

    wrong_ids: ClassVar[tuple[str, ...]] = ("x", "a/b/c/d/e/f/g/h")

    def __init__(self, world: RabbitWorld) -> None:
        super().__init__(world)
        self.vhost, self.user = world.name("vhosts"), world.name("users")

    def prepare(self, *, by_hand: bool = False) -> None:
        """A vhost and a user."""
        if by_hand:
            self.world.put("vhosts", self.vhost, body={"default_queue_type": "quorum"})
            self.world.put("users", self.user, body={"password": "p", "tags": ""})
        else:
            self.world.provide(Vhost, name=self.vhost)
            self.world.provide(User, name=self.user)

    @property
    def missing_id(self) -> str:
        """The same in a vhost that is not there."""
        return "/".join(
            [quote(self.vhost + "x", safe=""), *["x"] * (len(self.resource.identity) - 1)]
        )

    def mark(self) -> str | None:
        """The vhost's."""
        return self.rabbit.mark_of("vhosts", self.vhost)

    def set_mark(self, mark: str | None) -> None:
        """The vhost's."""
        self.world.put("vhosts", self.vhost, body={"tags": [mark] if mark else []})

    def at(self, *names: str) -> tuple[str, ...]:
        """The path of the object, or of another one."""
        raise NotImplementedError

    def vanish(self) -> None:
        """DELETE."""
        self.world.delete(*self.at())
