"""The mark of ownership: the name of a user in an entry of Kafka's access control lists.

Nothing else in Kafka has room for free text. The entry denies the user of that name, who does not
exist, a look at the topic: nobody's rights change. A SCRAM user has no place of its own in these
lists: the entry is about a consumer group that does not exist either. The mark is written before
the object is made, and removed after it.
"""

from __future__ import annotations

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.marks import Mark
from celeriac_provider.kafka import access
from celeriac_provider.kafka.access import Entry, Place

_DENIED = "Describe"


def topic(name: str) -> Place:
    """Where a topic's mark is."""
    return Place("topic", name)


def user(name: str) -> Place:
    """Where a user's mark is."""
    return Place("group", f"celeriac.user.{name}")


def find(ctx: Context, place: Place, prior: str | None = None) -> str | None:
    """The mark; of several, which an interrupted change has left, the known one."""
    marks = _marks(ctx, place)
    known = (prior, str(ctx.mark), *marks)
    return next((mark for mark in known if mark in marks), None)


def write(ctx: Context, place: Place, mark: str | None) -> None:
    """Write a mark in the place of any other, and wait until it can be seen."""
    if mark is None:
        return
    there = _marks(ctx, place)
    if mark not in there:
        access.add(ctx, place, [_entry(mark)])
    access.remove(ctx, place, [_entry(one) for one in there if one != mark])
    if there != [mark]:
        ctx.wait_for(
            lambda: _marks(ctx, place),
            until=lambda marks: mark in marks,
            what=f"the mark of the {place.kind} {place.name!r} (look at `endpoint`)",
        )


def remove(ctx: Context, place: Place) -> None:
    """Remove every mark."""
    access.remove(ctx, place, [_entry(mark) for mark in _marks(ctx, place)])


def _marks(ctx: Context, place: Place) -> list[str]:
    found = access.find(ctx, place, allowed=False)
    return sorted({entry.user for entry in found if str(Mark.find(entry.user) or "") == entry.user})


def _entry(mark: str) -> Entry:
    return Entry(mark, _DENIED, allowed=False)
