"""Names and tags of what is made on AWS or in Docker, where many stacks are side by side."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from collections.abc import Mapping

_CUT = 6
"""Hexadecimal digits that tell apart names that became equal, or were too long."""


def physical_name(*parts: str, longest: int) -> str:
    """A name of project, stack and these parts, as every service of AWS and Docker take it.

    Small letters, digits and single hyphens, a letter first, no hyphen last: what RDS and
    ElastiCache ask for, who are the strictest
    (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html). Where
    that changes the name, or it is too long, a hash of the whole is at its end.

    Args:
        parts: what comes after project and stack: a server's name, an app's.
        longest: characters that the service takes.
    """
    whole = "-".join((pulumi.get_project(), pulumi.get_stack(), *parts))
    name = re.sub(r"[^a-z0-9]+", "-", whole.lower()).strip("-")
    if not name[:1].isalpha():
        name = f"c-{name}"
    if name == whole and len(name) <= longest:
        return name
    end = hashlib.sha256(whole.encode()).hexdigest()[:_CUT]
    return f"{name[: longest - _CUT - 1].rstrip('-')}-{end}"


def tags_of(
    tags: Mapping[str, str], *, name: str | None = None, **of: str | None
) -> dict[str, str]:
    """The tags of a resource: which stack it belongs to and what there, and the stack file's.

    Args:
        tags: of the stack file; they win.
        name: what the console shows, where a resource has no name of its own.
        of: what it belongs to: `server="rabbit"`, `app="orders"`.
    """
    shown = {} if name is None else {"Name": name}
    stack = f"{pulumi.get_project()}/{pulumi.get_stack()}"
    about = {f"celeriac:{key}": value for key, value in of.items() if value is not None}
    return {**shown, "managed-by": "celeriac", "celeriac:stack": stack, **about, **tags}
