"""A generated password: what is in it, what keeps it, what makes another."""

from __future__ import annotations

import string
from collections.abc import Iterator
from contextlib import closing

import pytest

from celeriac_provider.secrets import Password
from tests.lifecycle import CheckFailed, Failed, Lifecycle


@pytest.fixture
def life() -> Iterator[Lifecycle]:
    """A provider without a server."""
    with closing(Lifecycle(Password)) as life:
        yield life


def test_it_has_a_character_of_each_class(life: Lifecycle) -> None:
    """The shortest one too, whatever was drawn; nothing else is in it, and no two are equal."""
    given = {"length": 8, "characters": "!"}
    values = [life.create(given).state["value"] for _ in range(200)]
    classes = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "!")
    for value in values:
        assert len(value) == 8
        assert [len(set(value) & set(one)) > 0 for one in classes] == [True] * 4
        assert set(value) <= set("".join(classes))
    assert len(set(values)) == 200


def test_special_characters_can_be_left_out(life: Lifecycle) -> None:
    """Letters and digits only; by default a character is allowed that is one in a URL."""
    assert life.create({"characters": ""}).state["value"].isalnum()
    plain = life.create({}).state["value"]
    assert len(plain) == 32
    assert set(plain) <= set(string.ascii_letters + string.digits + "-")


def test_it_is_kept_until_a_keeper_changes(life: Lifecycle) -> None:
    """The same program keeps it; another keeper makes another, beside the old one.

    Whoever uses the old one can so be told the new one first.
    """
    given = {"keepers": {"month": "may"}}
    made = life.create(given)
    assert life.update(made, given | {"adopt": True}).state["value"] == made.state["value"]
    for change in ({"keepers": {"month": "june"}}, {"length": 40}, {"characters": "!"}):
        answer = life.raw_diff(made, given | change)
        assert [*answer.replaces] == [*change]
        assert not answer.deleteBeforeReplace
    life.delete(made)


def test_it_is_secret_and_a_preview_does_not_know_it(life: Lifecycle) -> None:
    """Secret in the state, unknown in a preview, and in no id."""
    assert not isinstance(life.preview({})["value"], str)
    made = life.create({})
    assert "value" in made.secret
    assert made.state["value"] not in made.id


def test_it_cannot_be_imported(life: Lifecycle) -> None:
    """The id would be the password, in clear."""
    with pytest.raises(Failed, match="no other place than the state"):
        life.import_("hunter2")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"length": 7}, "length (7) must be between 8 and 128 characters"),
        ({"length": 129}, "length (129) must be between 8 and 128 characters"),
        (
            {"characters": "!a"},
            (
                "characters ('!a') has 'a': name special characters only; letters and digits are "
                "always allowed"
            ),
        ),
    ],
)
def test_bad_properties(life: Lifecycle, given: dict[str, object], sentence: str) -> None:
    """One sentence each."""
    with pytest.raises(CheckFailed) as failed:
        life.check(given)
    assert list(failed.value.problems.values()) == [sentence]
