"""MySQL and MariaDB on platform `existing`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import pulumi

from celeriac.servers.existing import Connection, Existing

if TYPE_CHECKING:
    from celeriac.contract import Tls


def mysql_endpoint(
    host: pulumi.Input[str], port: pulumi.Input[int], *, tls: bool
) -> pulumi.Output[str]:
    """The provider's endpoint."""
    mode = "VERIFY_IDENTITY" if tls else "DISABLED"
    return pulumi.Output.format("mysql://{}:{}?ssl-mode={}", host, port, mode)


def needs_ca_path(name: str, tls: Tls | None) -> None:
    """Refuse a server whose certificate apps could not verify.

    Raises:
        ValueError: with TLS and without the path of its CA.
    """
    if tls is not None and tls.ca_path is None:
        raise ValueError(
            f"{name} needs ca_path: PyMySQL verifies a server only with the file of its CA; give "
            f"the path on the apps' hosts, such as /etc/ssl/certs/ca-certificates.crt"
        )


class MySQLServer(Existing):
    """A MySQL of 8.0.21 or later, or a MariaDB of 10.5 or later: which, is found out.

    The administrator needs CREATE USER, and SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX
    and DROP on *.* with GRANT OPTION.

    Args:
        name: the component's name.
        host: host name that apps and the administrator connect to.
        port: port that they connect to.
        tls: whether to connect with TLS; then `ca_path` is needed.
        connection: how the administrator connects, see `Connection`.
    """

    def __init__(
        self,
        name: str,
        *,
        host: pulumi.Input[str],
        port: pulumi.Input[int] = 3306,
        tls: bool = True,
        **connection: Unpack[Connection],
    ) -> None:
        super().__init__(
            name,
            endpoint=mysql_endpoint(host, port, tls=tls),
            host=host,
            port=port,
            tls=tls,
            connection=connection,
        )
        needs_ca_path(name, self.address.tls)
