"""A forwarding over AWS Systems Manager, by AWS's own `aws`, and its words in ours.

https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-sessions-start.html#sessions-remote-port-forwarding
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

from celeriac_provider.engine.errors import CeleriacError, Mistake, Refused, Unreachable
from celeriac_provider.reach.way import Ssm

_DOCUMENT: Final = "AWS-StartPortForwardingSessionToRemoteHost"


class SsmForwarder:
    """What `aws` is told, and what it means by what it says.

    Args:
        way: the machine.
        host: the server behind it.
        port: the server's port.
    """

    program = "aws"

    def __init__(self, way: Ssm, host: str, port: int) -> None:
        self._way = way
        self._host, self._port = host, port
        self._behind = f"{host}:{port}"

    def check(self) -> None:
        """Nothing can be looked at before."""

    def missing(self) -> Mistake:
        """There is no such program."""
        return Mistake(
            f"{self._behind} is to be reached over {self._way}, and there is no program aws on "
            f"PATH: install AWS's CLI and its Session Manager plugin",
            "via",
        )

    def command(self, local: int, timeout: float) -> list[str]:
        """The program and its arguments; no secret is among them.

        Args:
            local: port on loopback that it is to listen on.
            timeout: seconds for each connection to AWS.
        """
        parameters = {
            "host": [self._host],
            "portNumber": [str(self._port)],
            "localPortNumber": [str(local)],
        }
        words = [self.program, "ssm", "start-session", "--target", self._way.target]
        words += ["--document-name", _DOCUMENT, "--parameters", json.dumps(parameters)]
        words += ["--cli-connect-timeout", str(max(1, int(timeout)))]
        if self._way.region is not None:
            words += ["--region", self._way.region]
        return words

    def is_open(self, line: str) -> bool:
        """Whether it says that it listens."""
        return re.match(r"Port \d+ opened for sessionId", line) is not None

    def port_was_taken(self, lines: Sequence[str]) -> bool:
        """Whether somebody else has the local port."""
        return any("address already in use" in line for line in lines)

    def not_opened(self, lines: Sequence[str], waited: float | None) -> CeleriacError:
        """Why there is no forwarding.

        Args:
            lines: what it said.
            waited: seconds, where it said nothing in time.
        """
        text = "\n".join(lines)
        doing = f"{self._behind} is to be reached over {self._way}"
        if "SessionManagerPlugin is not found" in text:
            return Mistake(
                f"{doing}, and aws has no Session Manager plugin: install session-manager-plugin",
                "via",
            )
        if "TargetNotConnected" in text:
            return Unreachable(
                f"{doing}, which is not connected to Systems Manager: look at via.ssm.target and "
                f"via.ssm.region, and whether its agent runs"
            )
        if "AccessDenied" in text:
            return Refused(
                f"{doing}, and the AWS credentials in force may not do that: allow "
                f"ssm:StartSession on it and on the document {_DOCUMENT}"
            )
        if re.search(r"Unable to locate credentials|[Ee]xpired|InvalidClientTokenId", text):
            return Refused(
                f"{doing}, and there are no valid AWS credentials: log in, or set AWS_PROFILE"
            )
        if waited is not None:
            return Unreachable(
                f"{doing}, and the session did not begin within {waited:g} s: look at "
                f"via.ssm.target and at the way to AWS"
            )
        said = next((line for line in reversed(lines) if line), "it said nothing")
        said = "".join(c if c.isprintable() else " " for c in said).rstrip(".")
        return Unreachable(
            f"{doing}, which cannot be used ({said}): look at via.ssm.target and via.ssm.region"
        )

    def speaks_of_refusal(self, line: str) -> bool:
        """Whether it says that a connection was not forwarded."""
        return "Connection to destination port failed" in line

    def refusal(self, line: str) -> CeleriacError:
        """Why a connection was not forwarded."""
        del line
        return Unreachable(
            f"{self._behind} cannot be reached from {self._way}: look at the server's address, "
            f"whether it is up, and at its security group"
        )
