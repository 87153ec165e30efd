"""What an access string of Redis allows, as `celeriac_policies.servers.redis_acl` reads it."""

from __future__ import annotations

import pytest

from celeriac.contract import Keyspace, Role, acl_rules
from celeriac_policies.servers.redis_acl import DANGEROUS, Rights, dangerous, opens_all, rights


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ("+@all", sorted(DANGEROUS)),
        ("allcommands", sorted(DANGEROUS)),
        ("+@all -@dangerous", []),
        ("+@all nocommands +get", []),
        ("+FLUSHALL", ["flushall"]),
        ("+@read", ["keys"]),
        ("+@read -keys", []),
        ("-keys +@read", ["keys"]),
        ("+@connection", ["client"]),
        ("+client|setname +acl|whoami +cluster|slots", []),
        ("+config|get", ["config"]),
        ("+@hash +info", []),
        ("+@all -config|set -@admin -@keyspace", []),
    ],
)
def test_the_last_word_on_a_command_wins(rules: str, found: list[str]) -> None:
    """As in Redis."""
    assert list(dangerous(rules.split())) == found


@pytest.mark.parametrize(
    ("pattern", "all_of_them"),
    [("*", True), ("?*", True), ("**", True), ("orders:*", False), ("??", False), ("", False)],
)
def test_which_patterns_match_every_name(pattern: str, *, all_of_them: bool) -> None:
    """Two question marks match names of two letters only."""
    assert opens_all(pattern) is all_of_them


def test_an_access_string_is_read_whole() -> None:
    """Keys, channels, commands and passwords, resets and selectors."""
    found = rights("on nopass ~* resetkeys ~orders:* allchannels +get (%RW~* +flushdb)")
    assert found == Rights(("%RW~*",), ("allchannels",), ("flushdb",), nopass=True)
    assert not rights("on nopass resetpass #00ff ~orders:* +get").nopass
    assert not rights("on nopass >a-password ~orders:*").nopass
    assert rights("reset on allkeys &* +@all -@all") == Rights(
        ("allkeys",), ("&*",), (), nopass=False
    )


def test_what_our_apps_get_is_harmless() -> None:
    """The rules of a worker, a producer and a monitor."""
    where = Keyspace("orders:")
    rules = acl_rules(*Role, broker=where, results=where, queues=["orders"])
    access = " ".join([*rules.tokens, *rules.optional_commands])
    assert rights(access) == Rights((), (), (), nopass=False)
