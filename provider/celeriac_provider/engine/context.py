"""What a resource is handed with every call: mark, clients, a voice, a deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from celeriac_provider.engine.errors import (
    LoginRefused,
    Lost,
    NotListening,
    OutOfReach,
    Unreachable,
)
from celeriac_provider.reach.outside import ways

if TYPE_CHECKING:
    from celeriac_provider.engine.configuration import Configuration
    from celeriac_provider.engine.marks import Mark


class Client(Protocol):
    """A connection to a server, shared by all resources of one provider instance."""

    def __init__(self, configuration: Configuration) -> None:
        """Connect lazily: construction must not wait for the server."""

    def close(self) -> None:
        """Give back every connection."""


C = TypeVar("C", bound=Client)
T = TypeVar("T")


class Clients:
    """The clients of one provider instance: made when first asked for, closed together."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._lock = threading.Lock()
        self._made: dict[type, Client] = {}
        self._replaced: list[Client] = []
        self.generation = 0
        """How often the administrator's password was found to be another one."""
        self.given_up = False
        """Whether the server was waited for in vain, and has not answered since."""

    def get(self, kind: type[C]) -> C:
        """The one client of this kind."""
        with self._lock:
            if kind not in self._made:
                self._made[kind] = kind(self._configuration)
            return cast("C", self._made[kind])

    def renewed(self, generation: int) -> bool:
        """Whether clients made from now on log in otherwise than those of a generation.

        Args:
            generation: of the client whose login was refused.

        Raises:
            CeleriacError: the secret cannot be read any more.
        """
        with self._lock:
            if generation == self.generation:
                if not self._configuration.login_changed():
                    return False
                self.generation += 1
                # Others are still using them.
                self._replaced += self._made.values()
                self._made.clear()
            return True

    def close(self) -> None:
        """Close every client that was made."""
        with self._lock:
            for client in (*self._replaced, *self._made.values()):
                client.close()
            self._replaced.clear()
            self._made.clear()


@dataclass(frozen=True)
class Context:
    """One call's surroundings.

    Args:
        configuration: the provider's.
        clients: see `client`.
        mark: what this resource writes on what it makes.
        timeout: seconds for this call: the resource's customTimeouts, else the provider's.
        warn: shows the user a sentence without failing.
        cancelled: set when the user pressed Ctrl-C: waits must end.
    """

    configuration: Configuration
    clients: Clients
    mark: Mark
    timeout: float = 30.0
    warn: Callable[[str], None] = print
    cancelled: threading.Event = field(default_factory=threading.Event)

    def client(self, kind: type[C]) -> C:
        """The provider instance's client of this kind, connected to the configured server."""
        return self.clients.get(kind)

    def persist(self, work: Callable[[], T]) -> T:
        """Do some work anew when its connection was lost on the way, until the timeout is over.

        Args:
            work: begins with reading what is there, and goes on from it: a create then takes up
                what its first attempt has made, a delete finds it gone. Once more also where the
                administrator's login was refused, and his secret holds another password now.
        """

        def persistently() -> T:
            return self.wait_for(work, transient=(Lost,), what="a connection that lasts")

        generation = self.clients.generation
        try:
            return persistently()
        except LoginRefused:
            if not self.clients.renewed(generation):
                raise
        return persistently()

    def wait_for_start(
        self, attempt: Callable[[], T], *, transient: tuple[type[Exception], ...], what: str
    ) -> T:
        """As `wait_for`, for a server that may be starting.

        Once it was waited for in vain, it is only asked again, not waited for, until it answers: a
        thousand resources on a server that is down must not each wait the whole timeout.
        """
        patient = replace(self, timeout=0.0) if self.clients.given_up else self
        transient = (*transient, NotListening)
        try:
            result = patient.wait_for(attempt, transient=transient, what=what)
        except transient:
            self.clients.given_up = True
            raise
        except OutOfReach as error:
            if self.configuration.via is not None:
                raise
            raise OutOfReach(f"{error}{ways(self.configuration.endpoint)}") from None
        self.clients.given_up = False
        return result

    def wait_for(
        self,
        attempt: Callable[[], T],
        *,
        until: Callable[[T], bool] = lambda _: True,
        transient: tuple[type[Exception], ...] = (),
        what: str = "the server",
    ) -> T:
        """Try again until an attempt succeeds, the timeout is over or the user cancels.

        Args:
            attempt: safe to repeat.
            until: whether the result is the awaited one.
            transient: exceptions worth another attempt; the last one is raised when time is up.
            what: what is awaited, for the sentence.

        Raises:
            Unreachable: the time is up, or the user cancelled.
        """
        deadline = time.monotonic() + self.timeout
        pause = 0.05
        while True:
            try:
                result = attempt()
            except transient:
                if time.monotonic() + pause >= deadline:
                    raise
            else:
                if until(result):
                    return result
                if time.monotonic() + pause >= deadline:
                    raise Unreachable(f"waited {self.timeout:g} s for {what} in vain")
            if self.cancelled.wait(pause):
                raise Unreachable(f"cancelled while waiting for {what}")
            pause = min(pause * 2, 1.0)
