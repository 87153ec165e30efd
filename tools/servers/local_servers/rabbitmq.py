"""RabbitMQ with its management plugin."""

from __future__ import annotations

import base64
import re
import secrets
from pathlib import Path
from typing import ClassVar

from local_servers.debian import DebianRoot
from local_servers.http import answers
from local_servers.instance import give_to_server, write_private
from local_servers.process import Process
from local_servers.server import CA, CERTIFICATE, HOST, KEY, Server

_PROGRAMS = "/usr/lib/rabbitmq/bin"  # the ones in /usr/sbin insist on root or the user rabbitmq
_ADMINISTRATOR = "celeriac_admin"
_OLDEST = 4


class RabbitMQ(Server):
    """RabbitMQ 4."""

    name: ClassVar[str] = "rabbitmq"
    _first_port: ClassVar[int] = 0

    @property
    def ports(self) -> dict[str, int]:
        """The last two are Erlang's own, for its command-line tools."""
        uses = ("amqp", "amqps", "management", "management over TLS", "distribution", "epmd")
        return {use: self.instance.port(self._first_port + at) for at, use in enumerate(uses)}

    def describe(self) -> dict[str, object]:
        """Say where it is and who may administer it."""
        ports = self.ports
        return {
            "host": "127.0.0.1",
            "amqp_port": ports["amqp"],
            "amqps_port": ports["amqps"],
            "management": f"http://127.0.0.1:{ports['management']}",
            "management_tls": f"https://localhost:{ports['management over TLS']}",
            "username": _ADMINISTRATOR,
            "password": self.instance.passwords["rabbitmq"],
            "version": self._version,
        }

    @property
    def _version(self) -> str:
        (installed, *_) = Path(self.root, "usr/lib/rabbitmq/lib").glob("rabbitmq_server-*")
        return installed.name.partition("-")[2]

    def stop(self) -> bool:
        """Stop the server, then the port mapper."""
        stopped = super().stop()
        return self._port_mapper.stop() or stopped

    @property
    def _port_mapper(self) -> Process:
        return Process(self.instance, f"{self.name}-epmd")

    def on_host(self) -> bool:
        """Tell whether the host's own will do."""
        installed = Path(HOST, "usr/lib/rabbitmq/lib").glob("rabbitmq_server-*")
        return any(int(re.sub(r".*-(\d+)\..*", r"\1", str(path))) >= _OLDEST for path in installed)

    def _launch(self) -> None:
        self._write_configuration()
        environment = self._environment()
        self._port_mapper.stop()
        self._port_mapper.start(
            self.system,
            ["/usr/bin/epmd", "-port", environment["ERL_EPMD_PORT"], "-address", "127.0.0.1"],
        )
        self.process.start(self.system, [f"{_PROGRAMS}/rabbitmq-server"], environment)
        self.process.wait_until(self._answers, seconds=180)

    def _write_configuration(self) -> None:
        ports = self.ports
        settings = {
            "listeners.tcp.1": f"127.0.0.1:{ports['amqp']}",
            "listeners.ssl.1": f"127.0.0.1:{ports['amqps']}",
            "management.tcp.ip": "127.0.0.1",
            "management.tcp.port": ports["management"],
            "management.ssl.ip": "127.0.0.1",
            "management.ssl.port": ports["management over TLS"],
            # The first start makes this user in the place of `guest`.
            "default_user": _ADMINISTRATOR,
            "default_pass": self.instance.passwords["rabbitmq"],
            "default_user_tags.administrator": "true",
            "vm_memory_high_watermark.absolute": "512MiB",
            "disk_free_limit.absolute": "50MB",
            "collect_statistics_interval": 1000,  # milliseconds; 5000 makes waiting tests slow
        }
        for listener in ("ssl_options", "management.ssl"):
            settings |= {
                f"{listener}.cacertfile": CA,
                f"{listener}.certfile": CERTIFICATE,
                f"{listener}.keyfile": KEY,
                # A client may show a certificate, and then it must be of our authority.
                f"{listener}.verify": "verify_peer",
                f"{listener}.fail_if_no_peer_cert": "false",
            }
        files = {
            "rabbitmq.conf": "".join(f"{key} = {value}\n" for key, value in settings.items()),
            "enabled_plugins": "[rabbitmq_management].\n",
        }
        if not (self._folder / ".erlang.cookie").exists():
            files[".erlang.cookie"] = secrets.token_hex(20)
        for name, text in files.items():
            file = self._folder / name
            write_private(file, text)
            give_to_server(file)

    def _environment(self) -> dict[str, str]:
        ports, inside = self.ports, self._inside
        only_loopback = "-kernel inet_dist_use_interface {127,0,0,1}"
        # Erlang would start a port mapper that outlives it.
        no_daemon = "-start_epmd false"
        # Busy waiting makes a broker fast and a laptop hot.
        calm = "+sbwt none +sbwtdcpu none +sbwtdio none"
        return {
            "HOME": str(inside),
            "RABBITMQ_NODENAME": f"rabbit{ports['amqp']}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(ports["amqp"]),
            "RABBITMQ_DIST_PORT": str(ports["distribution"]),
            "ERL_EPMD_PORT": str(ports["epmd"]),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_MAX_PORTS": "4096",
            "RABBITMQ_MNESIA_BASE": str(inside / "data"),
            "RABBITMQ_LOG_BASE": str(inside / "log"),
            "RABBITMQ_PID_FILE": str(inside / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(inside / "enabled_plugins"),
            "RABBITMQ_CONFIG_FILE": str(inside / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(inside / "none"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{only_loopback} {no_daemon} {calm}",
            "RABBITMQ_CTL_ERL_ARGS": f"{only_loopback} {no_daemon}",
        }

    def _answers(self) -> bool:
        ports = self.ports
        credentials = f"{_ADMINISTRATOR}:{self.instance.passwords['rabbitmq']}"
        address = f"http://127.0.0.1:{ports['management']}"
        check = f"{address}/api/health/checks/port-listener/{ports['amqps']}"
        credentials = base64.b64encode(credentials.encode()).decode()
        return answers(check, {"Authorization": f"Basic {credentials}"})


class NewestRabbitMQ(RabbitMQ):
    """The newest RabbitMQ that Debian has, for the tests: 4.3 where trixie has 4.0."""

    name: ClassVar[str] = "rabbitmq-newest"
    debian: ClassVar[DebianRoot] = DebianRoot("forky", ("rabbitmq-server",), 75, may_be_behind=True)
    _first_port: ClassVar[int] = 20

    def on_host(self) -> bool:
        """Tell whether the host's own will do."""
        return False
