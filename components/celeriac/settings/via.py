"""`via`: how a server is reached from outside its network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from celeriac.settings import readers
from celeriac.settings.addresses import is_host
from celeriac.settings.aws import region
from celeriac.settings.problems import Wrong, show
from celeriac.settings.server_model import SshVia, SsmVia

if TYPE_CHECKING:
    from celeriac.settings.section import Section
    from celeriac.settings.server_model import Via

SSH = 22
_TARGET = re.compile(r"m?i-[0-9a-f]{8,17}|ecs:[A-Za-z0-9_-]+_[A-Za-z0-9]+_[A-Za-z0-9-]+")
"""https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartSession.html."""


def read_via(entry: Section, region_of_server: str | None = None) -> Via | None:
    """The map `via` of a server; None where the server is reached directly."""
    section = entry.child("via")
    ssh, ssm = section.child("ssh"), section.child("ssm")
    if "ssh" in section and "ssm" in section:
        section.problem("has both ssh and ssm in it: leave one of them out")
    section.finish()
    found: Via | None = None
    if "ssh" in section and ssh.is_map:
        found = SshVia(
            host=ssh.require("host", _host, "the bastion's host name or address") or "",
            port=ssh.get("port", readers.whole(1, 65535), SSH),
            user=ssh.get("user", readers.text, None),
            key_file=ssh.get("keyFile", readers.text, None),
            known_hosts_file=ssh.get("knownHostsFile", readers.text, None),
        )
        ssh.finish()
    if "ssm" in section and ssm.is_map:
        found = SsmVia(
            target=ssm.require("target", _target, "the id of an instance (i-…)") or "",
            region=ssm.get("region", region, region_of_server),
        )
        ssm.finish()
    return found


def _host(raw: object) -> str:
    host = readers.text(raw)
    if "@" in host:
        raise Wrong("has a user in it: leave it out and write user beside it")
    if not is_host(host):
        raise Wrong(f"is {show(host)}: write a host name or address (the port is the key port)")
    return host


def _target(raw: object) -> str:
    target = readers.text(raw)
    if not _TARGET.fullmatch(target):
        raise Wrong(
            f"is {show(target)}: write the id of an instance (i-…) or of a managed node (mi-…)"
        )
    return target
