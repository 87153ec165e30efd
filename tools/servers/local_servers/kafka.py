"""Kafka, for the tests: one node, KRaft, users with SCRAM, access control lists in force."""

from __future__ import annotations

import base64
import json
import secrets
import socket
from typing import ClassVar

from local_servers.instance import give_to_server, write_private
from local_servers.jars import Jars
from local_servers.java import JavaServer
from local_servers.server import CA

_ADMINISTRATOR = "celeriac_admin"
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"
_PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"

# Apps use SASL (in clear, for the tests' proxies) or SASL_SSL; the node speaks to itself over the
# controller's listener with PLAIN, as SCRAM users are kept by the controller.
_CONFIGURATION = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=SASL://127.0.0.1:{sasl},SASL_TLS://127.0.0.1:{sasl_ssl},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=SASL://127.0.0.1:{sasl},SASL_TLS://localhost:{sasl_ssl}
listener.security.protocol.map=SASL:SASL_PLAINTEXT,SASL_TLS:SASL_SSL,CONTROLLER:SASL_PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=SASL
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
sasl.mechanism.controller.protocol=PLAIN
sasl.enabled.mechanisms=SCRAM-SHA-256,SCRAM-SHA-512
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config={plain} required {login} user_{user}="{password}";
listener.name.sasl.scram-sha-256.sasl.jaas.config={scram} required;
listener.name.sasl.scram-sha-512.sasl.jaas.config={scram} required {login};
listener.name.sasl_tls.scram-sha-256.sasl.jaas.config={scram} required;
listener.name.sasl_tls.scram-sha-512.sasl.jaas.config={scram} required;
ssl.keystore.type=PEM
ssl.keystore.location={inside}/server-and-key.pem
ssl.truststore.type=PEM
ssl.truststore.location={ca}
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:{user}
allow.everyone.if.no.acl.found=false
auto.create.topics.enable=false
log.dirs={inside}/data
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
controlled.shutdown.enable=false
"""


class Kafka(JavaServer):
    """Kafka 4.1: the administrator is a super user; nobody else may do what no list allows."""

    name: ClassVar[str] = "kafka"
    jars: ClassVar[Jars] = Jars("kafka")
    memory: ClassVar[str] = "320m"

    @property
    def ports(self) -> dict[str, int]:
        """For clients in clear and over TLS, and the controller's."""
        first = self.instance.port(35)
        return {"sasl": first, "sasl_ssl": first + 1, "controller": first + 2}

    def describe(self) -> dict[str, object]:
        """Say where it is and who may administer it."""
        return {
            "host": "127.0.0.1",
            "port": self.ports["sasl"],
            "tls_port": self.ports["sasl_ssl"],
            "username": _ADMINISTRATOR,
            "password": self._password,
            "version": self.jars.version("kafka-server"),
        }

    @property
    def _password(self) -> str:
        file = self.instance.folder / "kafka-password.json"
        if not file.exists():
            write_private(file, json.dumps(secrets.token_urlsafe(24)))
        return str(json.loads(file.read_text()))

    def _launch(self) -> None:
        inside, folder, password = self._inside, self._folder, self._password
        tls = self.instance.folder / "tls"
        login = f'username="{_ADMINISTRATOR}" password="{password}"'
        files = {
            "server.properties": _CONFIGURATION.format(
                **self.ports, plain=_PLAIN, scram=_SCRAM, login=login, user=_ADMINISTRATOR,
                password=password, inside=inside, ca=CA,
            ),
            "server-and-key.pem": (tls / "server.key").read_text()
            + (tls / "server.pem").read_text(),
        }  # fmt: skip
        for name, text in files.items():
            write_private(folder / name, text)
            give_to_server(folder / name)
        if not (folder / "data" / "meta.properties").exists():
            self._format(password)
        quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
        jars = ("-cp", f"{self._jars_inside}/*")
        self._start_java([quiet, *jars, "kafka.Kafka", f"{inside}/server.properties"])
        self.process.wait_until(self._answers, seconds=90)

    def _format(self, password: str) -> None:
        """Make the log with the administrator in it; the password is in no argument."""
        identity = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
        inside = self._inside
        options = self._folder / "format.options"
        user = f"SCRAM-SHA-512=[name={_ADMINISTRATOR},password={password}]"
        words = (
            "kafka.tools.StorageTool",
            "format",
            "-t",
            identity,
            "-c",
            f"{inside}/server.properties",
            "-S",
            user,
        )
        write_private(options, "".join(f'"{word}"\n' for word in words))
        give_to_server(options)
        # Java reads it as its arguments, from the main class on.
        self._run_java(["-cp", f"{self._jars_inside}/*", f"@{inside}/format.options"])
        options.unlink()

    def _answers(self) -> bool:
        """Tell whether it listens: it does so when it is ready."""
        try:
            socket.create_connection(("127.0.0.1", self.ports["sasl_ssl"]), timeout=1).close()
        except OSError:
            return False
        return True
