"""What the sentinels know of a Redis: which node is the primary now, and which are its replicas.

https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#sentinel-commands
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import redis

from celeriac_provider.engine.errors import CeleriacError, LoginRefused, Refused
from celeriac_provider.redis.places import Node, Place
from celeriac_provider.redis.refusals import sentence

PATIENCE: Final = 3.0
"""Seconds at most for one sentinel: there are others."""

_GONE: Final = {"s_down", "o_down"}
"""Flags of a node that did not answer for long; `disconnected` may be gone in a moment."""


class Sentinels:
    """The sentinels of one Redis; the first that answers is believed, as Celery's clients do.

    Args:
        place: where they are, and what they call it.
        client: a client of redis-py for a sentinel.
    """

    def __init__(self, place: Place, client: Callable[[Node], Any]) -> None:
        self._place = place
        self._client = client
        self._first: Node | None = None

    def primary(self) -> Node:
        """The primary.

        Raises:
            Refused: they do not know the name, or refuse the login.
            Unreachable: none of them answers.
        """
        found = self._ask("GET-MASTER-ADDR-BY-NAME")
        if not found:
            raise Refused(
                f"the sentinels {', '.join(map(str, self._place.nodes))} know no primary by the "
                f"name {self._place.group!r}: write the name of their `sentinel monitor` line "
                f"(masterName in a stack file)"
            )
        return Node(str(found[0]), int(found[1]))

    def replicas(self) -> tuple[list[Node], list[Node]]:
        """The replicas that are there, and those that sentinels know and do not reach."""
        there: list[Node] = []
        gone: list[Node] = []
        for flat in self._ask("REPLICAS") or ():
            said = dict(zip(flat[::2], flat[1::2], strict=False))
            node = Node(str(said["ip"]), int(said["port"]))
            away = _GONE & set(str(said.get("flags", "")).split(","))
            (gone if away else there).append(node)
        return there, gone

    def _ask(self, command: str) -> Any:
        """The first answer; who gave it is asked first the next time."""
        failed: CeleriacError | None = None
        nodes = sorted(self._place.nodes, key=lambda node: node != self._first)
        for node in nodes:
            try:
                answer = self._client(node).execute_command(
                    f"SENTINEL {command}", self._place.group
                )
            except redis.RedisError as error:
                if "No such master" in str(error):
                    return None
                failed = failed or _failure(error, node)
            else:
                self._first = node
                return answer
        assert failed is not None  # noqa: S101 - there is a node at least
        raise failed


def _failure(error: redis.RedisError, node: Node) -> CeleriacError:
    told = sentence(error, str(node), "find the primary")
    text = str(told).replace("the Redis server at", "the sentinel at", 1)
    if isinstance(told, LoginRefused):
        return LoginRefused(
            f"the sentinel at {node} refused the login: look at `sentinelUsername` and "
            f"`sentinelPassword`"
        )
    return type(told)(text)
