"""A local certificate authority, and certificates: a good one and the ones that must be refused."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from local_servers.instance import Instance, give_to_server

if TYPE_CHECKING:
    from pathlib import Path

# name: (subject alternative names, days of validity)
_CERTIFICATES = {
    "server": ("DNS:localhost,IP:127.0.0.1", 3650),
    "client": ("DNS:client", 3650),
    "private": (
        "DNS:rabbitmq.private.example,DNS:redis.private.example,DNS:postgresql.private.example",
        3650,
    ),
    "private-stores": (
        "DNS:mongodb.private.example,DNS:elasticsearch.private.example",
        3650,
    ),
    "wrong-host": ("DNS:elsewhere.example", 3650),
    "expired": ("DNS:localhost,IP:127.0.0.1", -1),
}


def folder_of(instance: Instance) -> Path:
    """Where `<name>.pem` and `<name>.key` and the authority's `ca.pem` are."""
    return instance.folder / "tls"


def ensure_certificates(instance: Instance) -> None:
    """Make what is missing."""
    folder = folder_of(instance)
    folder.mkdir(exist_ok=True)
    authority, key = folder / "ca.pem", folder / "ca.key"
    if not authority.exists():
        _openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650",
            "-subj", f"/CN=Celeriac local authority ({instance.name})",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign",
            "-keyout", str(key), "-out", str(authority),
        )  # fmt: skip
    for name, (names, days) in _CERTIFICATES.items():
        if not (folder / f"{name}.pem").exists():
            _issue(folder, name, names, days)
    # PostgreSQL and RabbitMQ read theirs as the servers' user.
    give_to_server(folder / "server.key")


def _issue(folder: Path, name: str, names: str, days: int) -> None:
    request, extensions = folder / f"{name}.csr", folder / f"{name}.ext"
    _openssl(
        "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN=celeriac {name}",
        "-keyout", str(folder / f"{name}.key"), "-out", str(request),
    )  # fmt: skip
    extensions.write_text(
        f"subjectAltName={names}\nbasicConstraints=CA:FALSE\n"
        "authorityKeyIdentifier=keyid\nextendedKeyUsage=serverAuth,clientAuth\n"
    )
    finished = folder / f"{name}.pem.new"
    _openssl(
        "x509", "-req", "-in", str(request), "-CA", str(folder / "ca.pem"),
        "-CAkey", str(folder / "ca.key"), "-CAcreateserial", "-days", str(days),
        "-extfile", str(extensions), "-out", str(finished),
    )  # fmt: skip
    request.unlink()
    extensions.unlink()
    finished.rename(folder / f"{name}.pem")


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
