"""A forwarding over OpenSSH's own `ssh`, and what it says in words of ours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from celeriac_provider.engine.errors import (
    CeleriacError,
    Mistake,
    NotListening,
    Refused,
    Unreachable,
)
from celeriac_provider.reach.way import Ssh

_READY: Final = "celeriac-forwards"
_OPTIONS: Final = {
    "BatchMode": "yes",
    "StrictHostKeyChecking": "yes",
    "UpdateHostKeys": "no",
    "ExitOnForwardFailure": "yes",
    "ServerAliveInterval": "10",
    "ServerAliveCountMax": "3",
    "ConnectionAttempts": "1",
    "ControlMaster": "no",
    "ControlPath": "none",
    "ForwardAgent": "no",
    "ForwardX11": "no",
    "RequestTTY": "no",
    "LogLevel": "INFO",
    # Run when the forwarding listens, here.
    "PermitLocalCommand": "yes",
    "LocalCommand": f"echo {_READY}",
}
_PATIENCE: Final = 15
"""Seconds at most for the connection to the bastion."""


class SshForwarder:
    """What `ssh` is told, and what it means by what it says.

    Args:
        way: the bastion.
        host: the server behind it.
        port: the server's port.
    """

    program = "ssh"

    def __init__(self, way: Ssh, host: str, port: int) -> None:
        self._way = way
        self._behind = f"{host}:{port}"
        self._target = f"[{host}]:{port}" if ":" in host else self._behind

    def check(self) -> None:
        """Look for the files that are named.

        Raises:
            Mistake: one is not there.
        """
        files = {"keyFile": self._way.key_file, "knownHostsFile": self._way.known_hosts_file}
        for key, file in files.items():
            if file is None:
                continue
            try:
                Path(file).read_bytes()
            except OSError as error:
                raise Mistake(
                    f"via.ssh.{key} {file} cannot be read: {error.strerror}: give the path of a "
                    f"file on the machine where Pulumi runs",
                    "via",
                ) from None

    def missing(self) -> Mistake:
        """There is no such program."""
        return Mistake(
            f"{self._behind} is to be reached over {self._way}, and there is no program ssh on "
            f"PATH: install OpenSSH's client",
            "via",
        )

    def command(self, local: int, timeout: float) -> list[str]:
        """The program and its arguments; no secret is among them.

        Args:
            local: port on loopback that it is to listen on.
            timeout: seconds for the connection to the bastion.
        """
        way, options = self._way, dict(_OPTIONS)
        options["ConnectTimeout"] = str(max(1, min(int(timeout), _PATIENCE)))
        if way.key_file is not None:
            options["IdentitiesOnly"] = "yes"
            options["IdentityFile"] = _quoted(way.key_file)
        if way.known_hosts_file is not None:
            options["UserKnownHostsFile"] = _quoted(way.known_hosts_file)
            options["GlobalKnownHostsFile"] = "none"
        words = [f"-o{name}={value}" for name, value in options.items()]
        if way.port is not None:
            words += ["-p", str(way.port)]
        if way.user is not None:
            words += ["-l", way.user]
        forwarding = f"127.0.0.1:{local}:{self._target}"
        return [self.program, "-N", "-T", *words, "-L", forwarding, "--", way.host]

    def is_open(self, line: str) -> bool:
        """Whether it says that it listens."""
        return line == _READY

    def port_was_taken(self, lines: Sequence[str]) -> bool:
        """Whether somebody else has the local port."""
        return any("cannot listen to port" in line for line in lines)

    def not_opened(self, lines: Sequence[str], waited: float | None) -> CeleriacError:
        """Why there is no forwarding.

        Args:
            lines: what it said.
            waited: seconds, where it said nothing in time.
        """
        text, way = "\n".join(lines), self._way
        doing = f"{self._behind} is to be reached over {way}, which"
        known = way.known_hosts_file or "ssh's known_hosts"
        if "has changed and you have requested" in text:
            return Refused(
                f"{doing} shows another host key than the one in {known}: somebody may be "
                f"between, or it was made anew: ask its administrator, and mend {known}"
            )
        if "Host key verification failed" in text or "requested strict checking" in text:
            return Refused(
                f"{doing} has a host key that is not in {known}: ask its administrator for the "
                f"key, and add it there (`ssh-keyscan` shows what answers)"
            )
        if re.search(r"bad permissions|UNPROTECTED PRIVATE KEY", text):
            return Refused(
                f"{doing} was not asked, because others may read the key {way.key_file or ''}: "
                f"`chmod 600` it"
            )
        if re.search(r"Load key .*(error in libcrypto|invalid format|incorrect passphrase)", text):
            return Refused(
                f"{doing} was not asked, because the key {way.key_file or ''} cannot be used: give "
                f"a private key without a passphrase, or add it to ssh-agent"
            )
        if re.search(r"Permission denied|Too many authentication failures", text):
            return Refused(
                f"{doing} refused the user{f' {way.user}' if way.user else ''} or its key: look at "
                f"via.ssh.user and via.ssh.keyFile, and at authorized_keys there"
            )
        if waited is not None:
            return Unreachable(
                f"{doing} did not let us in within {waited:g} s: look at via.ssh.host and "
                f"via.ssh.port, and at the firewall"
            )
        said = _last(lines)
        mend = "look at via.ssh.host and via.ssh.port, and whether it is up"
        if re.search(r"refused|reset by|closed by|Broken pipe", said):
            return NotListening(f"{doing} cannot be reached ({said}): {mend}")
        return Unreachable(f"{doing} cannot be used ({said}): {mend}")

    def speaks_of_refusal(self, line: str) -> bool:
        """Whether it says that a connection was not forwarded."""
        return "open failed:" in line

    def refusal(self, line: str) -> CeleriacError:
        """Why a connection was not forwarded."""
        reason = line.partition("open failed: ")[2].removeprefix("connect failed: ")
        if "prohibited" in reason:
            return Refused(
                f"{self._way} does not forward to {self._behind}: allow it there "
                f"(AllowTcpForwarding and PermitOpen in sshd_config)"
            )
        mend = "look at the server's address, whether it is up, and at its firewall"
        sentence = f"{self._behind} cannot be reached from {self._way} ({reason}): {mend}"
        return NotListening(sentence) if "refused" in reason else Unreachable(sentence)


def _quoted(path: str) -> str:
    """A path as a value in ssh's own syntax, where % begins a token."""
    return '"' + path.replace("%", "%%") + '"'


def _last(lines: Sequence[str]) -> str:
    """What ssh said last, on one line."""
    said = next((line for line in reversed(lines) if line), "it said nothing")
    text = "".join(c if c.isprintable() else " " for c in said)
    return text.removeprefix("ssh: ").rstrip(".")
