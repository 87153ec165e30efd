"""ElasticMQ: a server with the interface of SQS, for the tests."""

from __future__ import annotations

from typing import ClassVar

from local_servers.http import answers
from local_servers.instance import give_to_server, write_private
from local_servers.jars import Jars
from local_servers.java import JavaServer

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


class ElasticMQ(JavaServer):
    """Queues in memory only; any access key will do, and the region is one."""

    name: ClassVar[str] = "elasticmq"
    jars: ClassVar[Jars] = Jars("elasticmq")

    @property
    def ports(self) -> dict[str, int]:
        """One."""
        return {"http": self.instance.port(29)}

    def describe(self) -> dict[str, object]:
        """Say where it is, what is in the ARNs of its queues, and what it is."""
        version = f"ElasticMQ {self.jars.version('elasticmq-server_2.13')}"
        return {"url": self._url, "region": _REGION, "account": _ACCOUNT, "version": version}

    @property
    def _url(self) -> str:
        return f"http://127.0.0.1:{self.ports['http']}"

    def _launch(self) -> None:
        configuration = self._folder / "elasticmq.conf"
        values = {"port": self.ports["http"], "region": _REGION, "account": _ACCOUNT}
        write_private(configuration, _CONFIGURATION.format(**values))
        give_to_server(configuration)
        self._start_java(
            [
                f"-Dconfig.file={self._inside}/elasticmq.conf",
                *("-cp", f"{self._jars_inside}/*", "org.elasticmq.server.Main"),
            ]
        )
        self.process.wait_until(lambda: answers(f"{self._url}/health"), seconds=60)
