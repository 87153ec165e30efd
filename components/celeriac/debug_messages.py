"""Debug messages of Pulumi's Python SDK without outputs, which hold URLs with passwords.

The SDK of 3.250 prints what components and the stack hand out, secrets in clear, for
`pulumi up --debug`; later ones do not (https://github.com/pulumi/pulumi/pull/24479).
"""

from __future__ import annotations

import functools
from typing import Any

from pulumi import log

_OUTPUTS = ", props="


def without_outputs() -> None:
    """From now on this process leaves outputs out of its debug messages."""
    log.debug = _cut(log.debug)


def _cut(debug: Any) -> Any:
    @functools.wraps(debug)
    def cut(msg: str, *args: Any, **kwargs: Any) -> None:
        debug(msg.partition(_OUTPUTS)[0], *args, **kwargs)

    return cut
