"""Elasticsearch, for the tests: the real server without x-pack and without modules.

So there are no users, no TLS and no lifecycle management, which are x-pack's, and no
`_delete_by_query`, which is a module that is in no package registry.
"""

from __future__ import annotations

import shutil
from typing import ClassVar

from local_servers.http import answers
from local_servers.instance import give_to_server
from local_servers.jars import CompiledJars, Jars
from local_servers.java import JavaServer

_PLUGIN = """\
description=Netty 4 based transport implementation
version=8.15.5
name=transport-netty4
classname=org.elasticsearch.transport.netty4.Netty4Plugin
java.version=17
elasticsearch.version=8.15.5
extended.plugins=
has.native.controller=false
"""
_LOGGING = """\
status=error
appender.c.type=Console
appender.c.name=c
appender.c.layout.type=PatternLayout
appender.c.layout.pattern=[%d{ISO8601}][%-5p][%c] %m%n
rootLogger.level=info
rootLogger.appenderRef.c.ref=c
"""


class Elasticsearch(JavaServer):
    """One node of Elasticsearch 8."""

    name: ClassVar[str] = "elasticsearch"
    jars: ClassVar[Jars] = CompiledJars("elasticsearch")
    memory: ClassVar[str] = "256m"

    @property
    def ports(self) -> dict[str, int]:
        """HTTP, and the one for other nodes, of which there are none."""
        first = self.instance.port(63)
        return {"http": first, "transport": first + 1}

    def describe(self) -> dict[str, object]:
        """Say where it is: nobody administers it."""
        version = self.jars.version("elasticsearch")
        return {"url": self._url, "port": self.ports["http"], "version": version}

    @property
    def _url(self) -> str:
        return f"http://127.0.0.1:{self.ports['http']}"

    def _launch(self) -> None:
        self._make_home()
        home = self._inside / "home"
        # Its jars are modules of Java's; netty and its plugin are loaded by itself.
        self._start_java(
            [
                *("--module-path", f"{home}/lib", "--add-modules=jdk.net"),
                *("--add-modules=ALL-MODULE-PATH", "-cp", f"{home}/classes"),
                *("Main", str(home), str(self._inside), str(self.ports["http"])),
            ]
        )
        ready = f"{self._url}/_cluster/health?wait_for_status=yellow&timeout=2s"
        self.process.wait_until(lambda: answers(ready), seconds=120)

    def _make_home(self) -> None:
        """Its folders, with copies of the jars where it looks for them."""
        home, jars = self._folder / "home", self.jars.ensure()
        plugin = home / "modules" / "transport-netty4"
        if not plugin.exists():
            for folder in (plugin, home / "config", home / "lib", home / "plugins"):
                folder.mkdir(parents=True, exist_ok=True)
            (home / "classes").mkdir(exist_ok=True)
            for jar in jars.glob("*.jar"):
                own = jar.name.startswith(("netty-", "transport-netty4-"))
                shutil.copy(jar, plugin if own else home / "lib")
            for made in jars.glob("*.class"):
                shutil.copy(made, home / "classes")
            (home / "classes" / "log4j2.properties").write_text(_LOGGING)
            (plugin / "plugin-descriptor.properties").write_text(_PLUGIN)
            for path in (home, *home.rglob("*")):
                give_to_server(path)
