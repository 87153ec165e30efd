"""ElasticMQ: a server with the interface of SQS, for the tests."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING, ClassVar

from local_servers.debian import DEBIAN_13_TOOLS, DebianRoot
from local_servers.http import answers
from local_servers.instance import give_to_server, write_private
from local_servers.jars import Jars
from local_servers.server import Server
from local_servers.system import PATH, System

if TYPE_CHECKING:
    from local_servers.programs import Program

_JARS = Jars("elasticmq")
_OLDEST_JAVA = 17
_ACCOUNT = "000000000000"
_REGION = "eu-west-1"

# The limits are those of AWS, and there are no statistics, which would be a second port.
_CONFIGURATION = """\
include classpath("application.conf")
node-address {{ protocol = http, host = "127.0.0.1", port = {port}, context-path = "" }}
generate-node-address = false
rest-sqs {{
  enabled = true, bind-hostname = "127.0.0.1", bind-port = {port}, sqs-limits = strict
}}
rest-stats {{ enabled = false }}
aws {{ region = "{region}", accountId = "{account}" }}
"""


class ElasticMQ(Server):
    """Queues in memory only; any access key will do, and the region is one."""

    name: ClassVar[str] = "elasticmq"
    debian: ClassVar[DebianRoot] = DEBIAN_13_TOOLS

    @property
    def ports(self) -> dict[str, int]:
        """One."""
        return {"http": self.instance.port(29)}

    def describe(self) -> dict[str, object]:
        """Say where it is, and what is in the ARNs of its queues."""
        return {"url": self._url, "region": _REGION, "account": _ACCOUNT}

    def on_host(self) -> bool:
        """Tell whether the host's own Java will do."""
        program = shutil.which("java", path=PATH)
        if not program:
            return False
        said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
        found = re.search(r'version "(\d+)', said.stderr)
        return found is not None and int(found[1]) >= _OLDEST_JAVA

    @property
    def needs(self) -> tuple[Program, ...]:
        """Its jars, and a Java where the host has none."""
        return (*super().needs, _JARS)

    @property
    def _url(self) -> str:
        return f"http://127.0.0.1:{self.ports['http']}"

    def _launch(self) -> None:
        inside, jars = self._inside, self._inside / "jars"
        (self._folder / "jars").mkdir(exist_ok=True)
        configuration = self._folder / "elasticmq.conf"
        values = {"port": self.ports["http"], "region": _REGION, "account": _ACCOUNT}
        write_private(configuration, _CONFIGURATION.format(**values))
        give_to_server(configuration)
        system = System(self.root, self.instance.folder, ((_JARS.ensure(), jars),))
        # Small and quick to start; nothing is written beside its data.
        virtual_machine = [
            *("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"),
            *(f"-Djava.io.tmpdir={inside}", f"-Dconfig.file={inside}/elasticmq.conf"),
        ]
        program = ["-cp", f"{jars}/*", "org.elasticmq.server.Main"]
        self.process.start(system, ["java", *virtual_machine, *program], {"HOME": str(inside)})
        self.process.wait_until(lambda: answers(f"{self._url}/health"), seconds=60)
