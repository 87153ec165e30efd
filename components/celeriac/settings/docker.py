"""celeriac:docker: the engine, and the network that all servers on platform docker share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from celeriac.settings import readers
from celeriac.settings.addresses import is_host
from celeriac.settings.docker_model import Docker, ports_of
from celeriac.settings.problems import Wrong, show
from celeriac.settings.section import Section
from celeriac.settings.server_model import SshVia

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celeriac.settings.server_model import AnyServer

PATH = "celeriac:docker"
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*")
"""https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Network/operation/NetworkCreate"""
_WRITE = "write unix:///path/docker.sock, npipe:////./pipe/NAME or ssh://user@host"


def read_docker(raw: object, problems: list[str]) -> Docker:
    """The value of celeriac:docker."""
    section = Section(raw, PATH, problems)
    found = Docker(
        host=section.get("host", _host, None), network=section.get("network", _network, None)
    )
    section.finish()
    return found


def ssh_of(docker: Docker) -> SshVia | None:
    """How the administrator reaches a loopback that is another machine's; None for this one's."""
    if docker.host is None or not docker.host.startswith("ssh:"):
        return None
    url = urlsplit(docker.host)
    return SshVia(host=url.hostname or "", port=url.port or 22, user=url.username)


def port_problems(servers: Mapping[str, AnyServer | None]) -> list[str]:
    """Servers that want the same port of the same loopback."""
    problems: list[str] = []
    taken: dict[int, str] = {}
    for name, server in servers.items():
        containers = getattr(server, "containers", None)
        if server is None or containers is None:
            continue
        for port in ports_of(containers, server_port(server)):
            other = taken.setdefault(port, name)
            if other != name:
                problems.append(
                    f"celeriac:servers.{name}.port: needs port {port} of the host, which server "
                    f"{other} has already: write another"
                )
                break
    return problems


def server_port(server: AnyServer) -> int:
    """The first port that apps connect to, on any platform where that is known."""
    servers = getattr(server, "servers", ())
    if not hasattr(server, "port") and servers:
        return int(servers[0][1])
    url = getattr(server, "url", None)
    if not hasattr(server, "port") and url:
        return urlsplit(str(url)).port or 0
    return int(getattr(server, "port", 0))


def _host(raw: object) -> str:
    host = readers.text(raw)
    try:
        url = urlsplit(host)
        port_is_right = url.port is None or url.port > 0
    except ValueError:
        port_is_right, url = False, urlsplit("")
    if url.scheme in ("tcp", "http", "https"):
        raise Wrong(f"is tcp, over which whoever reaches it is root there: {_WRITE}")
    if url.scheme in ("unix", "npipe") and url.path.startswith("/"):
        return host
    if url.scheme == "ssh" and port_is_right:
        if url.password is not None:
            raise Wrong("has a password in it: leave it out and give ssh a key")
        if is_host(url.hostname or "") and not url.path.strip("/"):
            return host
    raise Wrong(f"is no address of a Docker engine: {_WRITE}")


def _network(raw: object) -> str:
    name = readers.text(raw)
    if not _NAME.fullmatch(name):
        raise Wrong(f"is {show(name)}: write letters, digits, dots, hyphens and underscores")
    return name
