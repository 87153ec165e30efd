"""Rights on RabbitMQ match exactly the names that they should."""

from __future__ import annotations

import re
import uuid

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from celeriac.contract import Permissions, Role, escape, exactly, permissions

UUID = str(uuid.UUID(int=0xDEADBEEF))
CONTROL = {
    "celery.pidbox",
    "celery@host-1.celery.pidbox",
    "reply.celery.pidbox",
    f"{UUID}.reply.celery.pidbox",
    "celeryev",
    f"celeryev.{UUID}",
}
DELAYED = {*(f"celery_delayed_{level}" for level in range(28)), "celery_delayed_delivery"}
OWN = {"orders", "bulk.emails", "orders.celeriac-proof"}
FOREIGN = {
    "bulk-emails",
    "bulkXemails",
    "orders2",
    "xorders",
    "celeriac.dead-letter",
    "celery_delayed_28",
    "celery_delayed_",
    "amq.topic",
    "celery",
    "celeryevents",
    "some.pidbox",
}
ALL = OWN | CONTROL | DELAYED | FOREIGN | {"amq.default", UUID}

NAMES = st.text(
    st.one_of(
        st.sampled_from(r".^$*+?()[]{}|\-_ #/é"),
        st.characters(codec="utf-8", exclude_categories=["C", "Z"]),
    ),
    min_size=1,
    max_size=20,
)


@given(names=st.lists(NAMES, min_size=1, max_size=4), other=NAMES)
def test_exactly_matches_only_its_names(names: list[str], other: str) -> None:
    """No character of a name is a pattern, and no name matches as a part of another."""
    assume(other not in names)
    expression = exactly(names)
    assert all(re.search(expression, name) for name in names)
    assert not re.search(expression, other)


def test_escape_stays_readable() -> None:
    """Only what is special is escaped, so that a policy's pattern can be read by people."""
    assert escape("bulk-emails") == "bulk-emails"
    assert escape("a.b+c") == r"a\.b\+c"


@pytest.mark.parametrize(
    ("roles", "options", "configure", "write", "read"),
    [
        pytest.param(
            (Role.WORKER,),
            {},
            OWN | CONTROL | DELAYED,
            OWN | CONTROL | DELAYED,
            OWN | CONTROL | DELAYED,
            id="worker, quorum queues",
        ),
        pytest.param(
            (Role.WORKER,),
            {"queue_type": "classic"},
            OWN | CONTROL,
            OWN | CONTROL | {"amq.default"},
            OWN | CONTROL,
            id="worker, classic queues",
        ),
        pytest.param(
            (Role.WORKER,),
            {"rpc_results": True},
            OWN | CONTROL | DELAYED | {UUID},
            OWN | CONTROL | DELAYED | {"amq.default"},
            OWN | CONTROL | DELAYED | {UUID},
            id="worker, results over rpc",
        ),
        pytest.param(
            (Role.PRODUCER,),
            {},
            OWN | {"celeryev"},
            OWN | {"celery_delayed_27", "celeryev"},
            OWN,
            id="producer, quorum queues",
        ),
        pytest.param(
            (Role.PRODUCER,),
            {"queue_type": "classic", "rpc_results": True},
            OWN | {"celeryev", UUID},
            OWN | {"amq.default", "celeryev"},
            OWN | {UUID},
            id="producer, classic queues, results over rpc",
        ),
        pytest.param(
            (Role.MONITOR,),
            {},
            CONTROL - {"celery@host-1.celery.pidbox"},
            {"celery.pidbox", f"{UUID}.reply.celery.pidbox", f"celeryev.{UUID}"},
            CONTROL - {"celery@host-1.celery.pidbox", "celery.pidbox"},
            id="monitor",
        ),
        pytest.param(
            (Role.PRODUCER, Role.MONITOR),
            {},
            OWN | CONTROL - {"celery@host-1.celery.pidbox"},
            OWN
            | {"celery_delayed_27", "celeryev", "celery.pidbox"}
            | {f"{UUID}.reply.celery.pidbox", f"celeryev.{UUID}"},
            OWN | CONTROL - {"celery@host-1.celery.pidbox", "celery.pidbox"},
            id="producer and monitor",
        ),
        pytest.param((), {}, set(), set(), set(), id="nobody"),
    ],
)
def test_rights_of_a_role(
    roles: tuple[Role, ...],
    options: dict[str, object],
    configure: set[str],
    write: set[str],
    read: set[str],
) -> None:
    """Of all names around, each right holds for just those that the role needs."""
    rights = permissions(*roles, queues=sorted(OWN), **options)  # type: ignore[arg-type]
    allowed = {
        name: {one for one in ALL if re.search(getattr(rights, name), one)}
        for name in ("configure", "write", "read")
    }
    assert allowed == {"configure": configure, "write": write, "read": read}


def test_nobody_may_do_nothing() -> None:
    """No role gives the expression that RabbitMQ's documentation uses for no rights."""
    assert permissions(queues=["a"]) == Permissions(configure="^$", write="^$", read="^$")


def test_a_workers_rights_cover_those_of_producer_and_monitor() -> None:
    """One user for a worker that also sends, inspects and reads rpc results needs no more."""
    worker = permissions(Role.WORKER, queues=sorted(OWN), rpc_results=True)
    everything = permissions(*Role, queues=sorted(OWN), rpc_results=True)
    for name in ("configure", "write", "read"):
        allowed = {one for one in ALL if re.search(getattr(worker, name), one)}
        assert {one for one in ALL if re.search(getattr(everything, name), one)} == allowed
