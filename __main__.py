"""The stack file of this project, built: what `pulumi up` runs."""

from __future__ import annotations

from celeriac.stack import build

build()
