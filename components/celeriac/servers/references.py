"""Texts of a server's entry that may be references: as the provider and the apps get them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi

from celeriac.settings import Reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celeriac.settings import AnyServer

Text = pulumi.Input[str] | Reference
"""A text, or where to find it."""


def password_properties(password: Text | None) -> dict[str, Any]:
    """A password as the provider takes it: itself, or where to find it."""
    if isinstance(password, Reference):
        return {
            "password": password.value,
            "password_env": password.env,
            "password_file": path_of(password),
            "password_secret": password.secret,
        }
    return {"password": password}


def text_of(reference: Reference | None) -> pulumi.Output[str] | None:
    """A secret that the program itself has to put into something, such as a URL.

    Raises:
        pulumi.RunError: it is not where it should be; one sentence.
    """
    if reference is None:
        return None
    return pulumi.Output.secret(_found(reference).strip())


def path_of(reference: Reference | None) -> str | None:
    """The file of a reference, however the provider's process is started."""
    if reference is None or reference.file is None:
        return None
    return str(Path(reference.file).resolve())


def pem_of(ca: Text | None) -> pulumi.Output[str] | None:
    """A CA's PEM, which is no secret and goes to the apps as well.

    Raises:
        pulumi.RunError: it is not where it should be; one sentence.
    """
    if ca is None:
        return None
    return pulumi.Output.from_input(_found(ca) if isinstance(ca, Reference) else ca)


def authority_problems(servers: Mapping[str, AnyServer]) -> list[str]:
    """What is wrong with the CAs of a stack file, found before anything is made."""
    problems = []
    for name, server in servers.items():
        reference = getattr(server, "ca", None)
        if reference is None:
            continue
        where = f"celeriac:servers.{name}.ca"
        try:
            text = _found(reference)
        except pulumi.RunError as error:
            problems.append(f"{where}: {error}")
            continue
        if "-----BEGIN " not in text:
            place = reference.file or f"the environment variable {reference.env}"
            problems.append(
                f"{where}: {place} holds no PEM (-----BEGIN CERTIFICATE-----): get the CA's "
                f"certificate in that form"
            )
    return problems


def _found(reference: Reference) -> str:
    """What a reference leads to."""
    if reference.env is not None:
        found = os.environ.get(reference.env, "")
        if not found:
            raise pulumi.RunError(
                f"the environment variable {reference.env} is not set: set it before `pulumi up`"
            )
        return found
    if reference.file is not None:
        try:
            return Path(reference.file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not text"
            raise pulumi.RunError(
                f"the file {reference.file} cannot be read ({why}): check its path"
            ) from None
    return reference.value or ""
