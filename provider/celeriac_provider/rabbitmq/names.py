"""What RabbitMQ accepts as names, patterns and tags: checks for properties.

AMQP 0-9-1 short strings hold 255 bytes; the server's own answers on 4.0 are the source of the rest.
"""

from __future__ import annotations

import re
import warnings

from celeriac_provider.engine.marks import Mark

MAX_BYTES = 255


def name(value: str) -> str | None:
    """Of a vhost, user, policy: anything, but something."""
    if not value:
        return "must not be empty"
    if value in (".", ".."):
        return "cannot be reached through the management API: choose another name"
    return short(value)


def declared(value: str) -> str | None:
    """Of a queue or exchange that we make: `amq.` is RabbitMQ's own."""
    if value.startswith("amq."):
        return "must not start with amq.: RabbitMQ keeps these names for itself"
    return name(value)


def short(value: str) -> str | None:
    """What AMQP can carry as a name or routing key."""
    length = len(value.encode())
    return None if length <= MAX_BYTES else f"has {length} bytes: {MAX_BYTES} are the limit"


def pattern(value: str) -> str | None:
    """A regular expression, as far as Python's and RabbitMQ's (PCRE) agree that it is none."""
    if "\\Q" in value:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(value)
    except re.error as error:
        if re.match(
            r"missing \)|unbalanced|unterminated character set|nothing to repeat", error.msg
        ):
            where = "" if error.pos is None else f" at position {error.pos}"
            return f"is not a regular expression: {error.msg}{where}"
    return None


def tags(values: list[str]) -> str | None:
    """Of a vhost: a comma would make two of one."""
    for tag in values:
        if not tag or tag != tag.strip() or "," in tag:
            return f"holds {tag!r}: a tag is some text without commas or surrounding spaces"
        if len(tag.encode()) > MAX_BYTES:
            return f"holds a tag of {len(tag.encode())} bytes: {MAX_BYTES} are the limit"
        if Mark.find(tag) is not None:
            return f"holds {tag!r}, which has the form of the provider's own mark: leave it out"
    return None


def user_tags(values: list[str]) -> str | None:
    """Of a user: Erlang atoms, which the API hands back garbled when they are not ASCII."""
    for tag in values:
        if not tag.isascii():
            return f"holds {tag!r}: RabbitMQ keeps a user's tags in ASCII only"
    return tags(values)


def unlimited(value: int) -> str | None:
    """A limit, or -1 for none."""
    return None if value >= -1 else "must be 0 or more, or -1 for no limit"
