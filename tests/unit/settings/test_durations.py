"""Durations and sizes as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celeriac import durations


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", 90),
        ("30m", 1800),
        ("2h", 7200),
        ("7d", 604_800),
        ("2w", 1_209_600),
        ("1h30m", 5400),
        ("0s", 0),
        ("PT2H", 7200),
        ("P7D", 604_800),
        ("P1DT1H1M1S", 90_061),
        ("P1W", 604_800),
    ],
)
def test_durations(text: str, expected: int) -> None:
    """Both ways of writing, in seconds."""
    assert durations.seconds(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "2", "h", "2 h", "1m1h", "-1h", "1.5h", "P", "PT", "P1DT", "P1Y", "P1M", "PT1.5H", "2H"],
)
def test_what_is_no_duration(text: str) -> None:
    """Neither parts in disorder nor fractions, signs, months and years."""
    with pytest.raises(ValueError, match="not a duration"):
        durations.seconds(text)


@given(st.integers(0, 10**9))
def test_text_is_read_back(number: int) -> None:
    """What a message says can be written into the file."""
    assert durations.seconds(durations.text(number)) == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1B", 1), ("1kB", 1000), ("512KiB", 524_288), ("64 MiB", 2**26), ("1GB", 10**9)],
)
def test_sizes(text: str, expected: int) -> None:
    """In powers of ten and of two, in bytes."""
    assert durations.size(text) == expected


@pytest.mark.parametrize("text", ["", "1", "MiB", "1.5MB", "1 gig", "-1MB", "1PB"])
def test_what_is_no_size(text: str) -> None:
    """A unit is part of it."""
    with pytest.raises(ValueError, match="not a size"):
        durations.size(text)
