"""The rules that the engine keeps for every resource, on one that lives in a dictionary."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Self

import grpc
import pytest
from tests.lifecycle import UNKNOWN, CheckFailed, Failed, Lifecycle

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import PartlyCreated
from celeriac_provider.engine.properties import output, prop
from celeriac_provider.engine.resource import Key, Resource


class Note(Resource):
    """A note on a shelf."""

    token = "test:Note"
    identity = ("name",)
    shelf: ClassVar[dict[str, Note]] = {}

    name: str = prop("Its name.", replaces=True, check=lambda v: None if v else "must not be empty")
    lines: int = prop("How many lines.", default=1)
    colour: str | None = prop("Its colour.", default=None)
    tags: list[str] = prop("Tags.", default=[], unordered=True)
    paper: str = prop("Its paper.", default="plain", replaces=True)
    key: str | None = prop("Its key.", generated=lambda: "fresh", secret=True)
    size: int | None = output("How large it is.")

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """What is on the shelf."""
        del ctx, prior
        return cls.shelf.get(key["name"])  # type: ignore[return-value] # Self is Note here

    def create(self, ctx: Context) -> Self:
        """Put it there."""
        made = replace(self, size=self.lines * 10, colour=self.colour or "white")
        type(self).shelf[self.name] = made
        if self.paper == "torn":
            raise PartlyCreated("the paper is torn", made)
        return made

    def update(self, old: Self, ctx: Context) -> Self:
        """Write it anew."""
        return self.create(ctx)

    def delete(self, ctx: Context) -> None:
        """Take it away."""
        del type(self).shelf[self.name]


@pytest.fixture
def life() -> Lifecycle:
    """A provider of notes with an empty shelf."""
    Note.shelf = {}
    return Lifecycle(Note)


def test_defaults_outputs_and_generated_values(life: Lifecycle) -> None:
    """Create fills in defaults, generates the secret, returns outputs, and is then settled."""
    note = life.create({"name": "a", "lines": 2})
    assert note.state == {
        "adopt": False,
        "mark": note.state["mark"],
        "name": "a",
        "lines": 2,
        "colour": "white",
        "tags": [],
        "paper": "plain",
        "key": "fresh",
        "size": 20,
    }
    assert note.secret == {"key"}
    assert note.id == "a"


def test_check_names_every_bad_property(life: Lifecycle) -> None:
    """All problems at once: unknown with the nearest name, wrong type, failed check."""
    with pytest.raises(CheckFailed) as failed:
        life.check({"name": "", "lines": "two", "coluor": "red", "tags": [1]})
    assert failed.value.problems == {
        "coluor": "coluor is not a property of Note: did you mean colour?",
        "name": "name ('') must not be empty",
        "lines": "lines ('two') must be a whole number",
        "tags": "tags ([1]) must be a string",
    }
    with pytest.raises(CheckFailed) as failed:
        life.check({"key": 5})
    assert failed.value.problems == {
        "name": "name of Note is missing: Its name.",
        "key": "key must be a string",
    }


def test_preview_knows_what_it_can(life: Lifecycle) -> None:
    """A preview with an unknown input says the rest and touches nothing."""
    seen = life.preview({"name": UNKNOWN, "lines": 3})
    assert (seen["name"], seen["lines"], seen["size"], seen["key"]) == (
        UNKNOWN,
        3,
        UNKNOWN,
        UNKNOWN,
    )
    assert Note.shelf == {}


@pytest.mark.parametrize(
    ("change", "expected", "before_replace"),
    [
        ({"lines": 5}, {"lines": "UPDATE"}, False),
        ({"colour": "red"}, {"colour": "UPDATE"}, False),
        ({"tags": ["x"]}, {"tags": "UPDATE"}, False),
        ({"key": "mine"}, {"key": "UPDATE"}, False),
        ({"name": "b"}, {"name": "UPDATE_REPLACE"}, False),
        ({"paper": "lined"}, {"paper": "UPDATE_REPLACE"}, True),
        ({"lines": UNKNOWN}, {"lines": "UPDATE"}, False),
    ],
)
def test_diff(
    life: Lifecycle, change: dict[str, Any], expected: dict[str, str], before_replace: bool
) -> None:
    """Each change shows as its property; a replacement under the same name deletes first."""
    note = life.create({"name": "a"})
    response = life.raw_diff(note, {"name": "a"} | change)
    assert expected == life.diff(note, {"name": "a"} | change)
    assert before_replace == response.deleteBeforeReplace


def test_order_of_unordered_lists_means_nothing(life: Lifecycle) -> None:
    """The same tags in another order are the same tags."""
    note = life.create({"name": "a", "tags": ["x", "y"]})
    assert life.diff(note, {"name": "a", "tags": ["y", "x"]}) == {}


def test_unmanaged_property_is_left_alone_until_given_and_taken_away(life: Lifecycle) -> None:
    """A colour nobody asked for is no drift; taking away one that was asked for is a change."""
    note = life.create({"name": "a"})
    Note.shelf["a"] = replace(Note.shelf["a"], colour="green")
    assert life.drift(note, {"name": "a"}) == {}
    note = life.update(note, {"name": "a", "colour": "red"})
    assert life.diff(note, {"name": "a"}) == {"colour": "DELETE"}


def test_drift_shows_and_a_lost_secret_is_made_again(life: Lifecycle) -> None:
    """What changed behind our back differs; a generated key that the server lost is drift."""
    note = life.create({"name": "a", "tags": ["x"]})
    Note.shelf["a"] = replace(Note.shelf["a"], lines=9, tags=[], key=None)
    drift = life.drift(note, {"name": "a", "tags": ["x"]})
    assert drift == {"lines": "UPDATE", "tags": "UPDATE", "key": "ADD"}


def test_ignored_changes_are_not_named(life: Lifecycle) -> None:
    """`ignore_changes` also covers drift."""
    note = life.create({"name": "a"})
    Note.shelf["a"] = replace(Note.shelf["a"], lines=9)
    found = life.refresh(note)
    assert found is not None
    assert life.diff(found, {"name": "a"}, ignore=("lines",)) == {}


def test_generated_secret_is_kept_by_updates(life: Lifecycle) -> None:
    """An update of something else does not make a new key."""
    note = life.create({"name": "a", "key": "given"})
    note = life.update(note, {"name": "a", "lines": 4}, settled=False)
    assert note.state["key"] == "given"


def test_foreign_object_is_refused_with_the_import_command(life: Lifecycle) -> None:
    """What another stack made is never taken over silently, and left as it was."""
    Lifecycle(Note, stack="other").create({"name": "a", "lines": 7})
    with pytest.raises(Failed) as failed:
        life.create({"name": "a"})
    assert failed.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert failed.value.sentence == (
        "the Note 'a' exists already and was not made by this stack: choose another name, or take "
        "it over with `adopt: true` (in a stack file in the app's entry), or with `pulumi import "
        "celeriac:test:Note it 'a' --provider NAME=URN`"
    )
    assert Note.shelf["a"].lines == 7


def test_adopt_takes_over_and_marks(life: Lifecycle) -> None:
    """`adopt: true` brings the object to the wanted state under our mark; then we may delete it."""
    foreign = Lifecycle(Note, stack="other").create({"name": "a", "lines": 7})
    note = life.create({"name": "a", "adopt": True})
    assert note.state["lines"] == 1
    assert note.state["mark"] != foreign.state["mark"]
    life.delete(note)
    assert Note.shelf == {}


def test_leftover_of_an_interrupted_create_is_taken_up(life: Lifecycle) -> None:
    """The same URN finds its own object again and brings it to the wanted state."""
    first = life.create({"name": "a", "lines": 1})
    second = life.create({"name": "a", "lines": 2})
    assert second.state["lines"] == 2
    assert second.state["mark"] == first.state["mark"]


def test_sibling_is_refused_with_the_alias(life: Lifecycle) -> None:
    """Two resources of one stack cannot share an object: a renamed one needs its alias."""
    life.create({"name": "a"}, name="old")
    with pytest.raises(Failed, match=r"made by another resource of this stack.*aliases"):
        life.create({"name": "a"}, name="new")


def test_delete_leaves_what_somebody_made_anew(life: Lifecycle) -> None:
    """An object that lost our mark is not ours to delete."""
    note = life.create({"name": "a"})
    Note.shelf["a"] = replace(Note.shelf["a"], mark=None)
    with pytest.raises(Failed, match="no longer carries this stack's mark"):
        life.delete(note)
    assert "a" in Note.shelf


def test_delete_accepts_that_it_is_gone(life: Lifecycle) -> None:
    """Deleting twice is no error."""
    note = life.create({"name": "a"})
    life.delete(note)
    life.delete(note)
    assert Note.shelf == {}


def test_partly_created_object_is_recorded(life: Lifecycle) -> None:
    """When a later step of create fails, the state holds what exists."""
    with pytest.raises(Failed, match="the paper is torn") as failed:
        life.create({"name": "a", "paper": "torn"})
    assert failed.value.partly is not None
    assert failed.value.partly["name"] == "a"


def test_a_bug_is_reported_without_its_message(life: Lifecycle) -> None:
    """An unexpected exception may hold a secret in its text: only type and place are shown."""

    class Broken(Note):
        """Fails."""

        @classmethod
        def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
            """Fail."""
            raise ZeroDivisionError("hunter2")

    with pytest.raises(Failed) as failed:
        Lifecycle(Broken).create({"name": "a"})
    assert failed.value.code is grpc.StatusCode.INTERNAL
    assert "ZeroDivisionError at" in failed.value.sentence
    assert "hunter2" not in failed.value.sentence


def test_import_reads_everything(life: Lifecycle) -> None:
    """An import's inputs are all that the server says, and the next diff is empty."""
    Lifecycle(Note, stack="other").create({"name": "a", "lines": 7, "key": "k"})
    note = life.import_("a")
    assert note is not None
    assert life.diff(note, {"name": "a", "lines": 7, "colour": "white", "key": "k"}) == {}
    assert life.import_("b") is None
