"""Rules on what Celery is told and what it needs: timeouts, queues, results."""

from __future__ import annotations

from typing import Final

from celeriac_policies.rule import Rule

RULES: Final[tuple[Rule, ...]] = ()
