"""`without`: protections that a server goes without, by names that say what is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celeriac.settings.problems import Wrong, nearest, show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celeriac.settings.section import Section

_DATABASE = (
    "encryptionAtRest",
    "backups",
    "finalSnapshot",
    "deletionProtection",
    "minorUpgrades",
    "logs",
    "performanceInsights",
)
ON_AWS: Mapping[str, tuple[str, ...]] = {
    # Amazon MQ encrypts always and has no backups and no choice of patches.
    "rabbitmq": ("deletionProtection", "logs"),
    "redis": ("encryptionAtRest", "backups", "deletionProtection", "minorUpgrades", "logs"),
    "postgresql": _DATABASE,
    "mysql": _DATABASE,
    "sqs": ("encryptionAtRest", "tlsOnly", "foreignAccountsDenied", "redriveAllow", "alarms"),
}
"""The words for each kind of server on platform aws."""
EXISTING_SQS = ("encryptionAtRest", "tlsOnly", "foreignAccountsDenied", "redriveAllow")
"""The words for SQS on platform existing."""


def read_without(entry: Section, words: tuple[str, ...], what: str) -> frozenset[str]:
    """The key `without` of a server: some of these words; `what` is the server they are for."""

    def read(raw: object) -> frozenset[str]:
        if not isinstance(raw, list):
            raise Wrong(f"is {show(raw)}, not a list: write one such as [{words[0]}]")
        wrong = [word for word in raw if word not in words]
        if wrong:
            meant = nearest(wrong[0], words) if isinstance(wrong[0], str) else None
            known = f"the words for {what} are {', '.join(words)}"
            mend = f"did you mean {meant}?" if meant and len(wrong) == 1 else known
            shown = " and ".join(map(show, wrong))
            raise Wrong(f"has {shown} in it, which {what} does not have: {mend}")
        return frozenset(raw)

    nothing: frozenset[str] = frozenset()
    return entry.get("without", read, nothing)
