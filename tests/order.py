"""The files that take longest start first, so that the run does not end waiting for one of them.

A run gives whole files to its workers.  `tests/seconds.json` says roughly what each takes; only
their order counts.  `python -m tests.order JUNIT.xml` writes it anew from a run's record.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

SECONDS = Path(__file__).with_name("seconds.json")
UNKNOWN = 60
"""What a file that the record does not know may take: it is new, so better early than last."""
QUICK = 10
"""Below this many seconds a file is left out of the record."""


class LongestFirst:
    """Orders what was collected; within a file the order stays."""

    @pytest.hookimpl(trylast=True)  # after the shuffling
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Long files first, then those that nobody measured, then the quick ones."""
        record = json.loads(SECONDS.read_text())
        known, seconds = set(record["quick"]), record["seconds"]
        root = SECONDS.parents[1]
        named = {path: path.relative_to(root).as_posix() for path in {item.path for item in items}}
        taking = {
            path: 0 if name in known else seconds.get(name, UNKNOWN) for path, name in named.items()
        }
        items.sort(key=lambda item: -taking[item.path])


def written(junit: Path) -> str:
    """The record that a run's junit file gives."""
    files: dict[str, float] = defaultdict(float)
    for case in ET.parse(junit).getroot().iter("testcase"):  # noqa: S314 - a record of our own
        # tests.e2e.test_sqs.TestSqs: the file, then perhaps a class
        parts = [part for part in case.get("classname", "").split(".") if part[:1].islower()]
        if parts:
            files["/".join(parts) + ".py"] += float(case.get("time", 0))
    longest = sorted(files.items(), key=lambda file: -file[1])
    seconds = {name: round(took) for name, took in longest if took >= QUICK}
    quick = sorted(set(files) - set(seconds))
    return json.dumps({"seconds": seconds, "quick": quick}, indent=1) + "\n"


if __name__ == "__main__":
    SECONDS.write_text(written(Path(sys.argv[1])))
