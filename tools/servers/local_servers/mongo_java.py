"""An imitation of MongoDB, for the tests: its protocol, in memory, without users.

mongo-java-server: databases, collections, indexes and documents; no users, no rights, no collMod,
no capped collections, and documents do not expire by themselves. MongoDB itself is in no package
registry.
"""

from __future__ import annotations

import socket
from typing import ClassVar

from local_servers.jars import CompiledJars, Jars
from local_servers.java import JavaServer


class MongoJava(JavaServer):
    """mongo-java-server, which claims to be MongoDB 4.4."""

    name: ClassVar[str] = "mongo-java"
    jars: ClassVar[Jars] = CompiledJars("mongo-java")
    memory: ClassVar[str] = "128m"

    @property
    def ports(self) -> dict[str, int]:
        """One."""
        return {"mongodb": self.instance.port(62)}

    def describe(self) -> dict[str, object]:
        """Say where it is, and what it is: nobody administers it."""
        version = f"mongo-java-server {self.jars.version('mongo-java-server')}"
        return {"host": "127.0.0.1", "port": self.ports["mongodb"], "version": version}

    def _launch(self) -> None:
        jars = self._jars_inside
        level = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
        self._start_java([level, "-cp", f"{jars}:{jars}/*", "Main", str(self.ports["mongodb"])])
        self.process.wait_until(self._answers, seconds=60)

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.ports["mongodb"]), 2).close()
        except OSError:
            return False
        return True
