"""Rules on what a stack exports: apps keep the rules and match their resources, passwords hide."""

from __future__ import annotations

from typing import Final

from celeriac_policies.outputs import match, prefixes, secrecy, settings
from celeriac_policies.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    settings.keep_the_severe,
    settings.keep_the_others,
    match.outputs_match,
    match.mongodb_expires,
    prefixes.prefixes_are_apart,
    secrecy.credentials_are_secret,
)
