"""What Celery must be told about results in memcached, and what memcached cannot do.

https://docs.celeryq.dev/en/stable/userguide/configuration.html#cache-backend-settings
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celeriac.contract.mongodb import named

if TYPE_CHECKING:
    from collections.abc import Sequence

PORT = 11_211
"""Memcached's own port."""
LONGEST = 30 * 24 * 60 * 60
"""Seconds of the longest expiry. Memcached reads a larger number as an absolute time, which is
long past: https://github.com/memcached/memcached/blob/master/doc/protocol.txt, Expiration times."""
ITEM = 1024 * 1024
"""Bytes of the largest item by default (`-I`)."""
KEY = 250
"""Bytes of a key in memcached."""
CELERYS_PART = 100
"""Bytes of a key that are Celery's: `celery-taskset-meta-` and an id of 36, or one of the app's."""


def memcached_url(servers: Sequence[tuple[str, int]]) -> str:
    """Celery's result_backend; further servers after semicolons.

    There is no login and no TLS in it: Celery has no place for either (celery/backends/cache.py).

    Args:
        servers: host and port of each.
    """
    return f"cache+memcached://{';'.join(named(*server) for server in servers)}/"


def memcached_settings(*, prefix: str, expires: int) -> dict[str, Any]:
    """Settings of an app whose results are in memcached.

    Time-outs are left to Celery, which has them (5 seconds), and to its clients: those of Celery
    5.5 and 5.7 are different libraries with different options. `result_chord_expires` is not
    written either: without it the counters of chords expire with the results.

    Args:
        prefix: begin of all keys; ends in `:`, or Celery adds a `_`.
        expires: seconds until memcached drops a result; at most `LONGEST`.
    """
    return {
        "result_backend_transport_options": {"global_keyprefix": prefix},
        "result_expires": expires,
    }


def memcached_prefix_problem(prefix: str) -> str | None:
    """Prefixes of keys in memcached, whose keys are short and of printable ASCII."""
    if not prefix.endswith(":"):
        return 'does not end in ":": write it at the end'
    if any(not "!" <= char <= "~" for char in prefix):
        return (
            "has a character in it that no key of memcached may have: use letters, digits and "
            "punctuation of ASCII, and no space"
        )
    room = KEY - CELERYS_PART
    if len(prefix) > room:
        return f"is longer than the {room} bytes that Celery's own part of a key leaves: shorten it"
    return None
