"""Texts of a server's entry that may be references: as the provider and the apps get them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pulumi

from celeriac.settings import Reference

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


def path_of(reference: Reference | None) -> str | None:
    """The file of a reference, however the provider's process is started."""
    if reference is None or reference.file is None:
        return None
    return str(Path(reference.file).resolve())


def pem_of(ca: Text | None) -> pulumi.Output[str] | None:
    """A CA's PEM, which is no secret and goes to the apps as well."""
    if ca is None:
        return None
    if isinstance(ca, Reference):
        text = ca.value
        if ca.env is not None:
            text = os.environ[ca.env]
        if ca.file is not None:
            text = Path(ca.file).read_text(encoding="utf-8")
        return pulumi.Output.from_input(text or "")
    return pulumi.Output.from_input(ca)
