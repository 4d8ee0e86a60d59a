"""Feed: what a difference is, what it means, and since when a value has been what it is."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from dirsync_core.engine.feed import change_type, difference, published, says_otherwise
from dirsync_core.model.changes import Cause, Change, ChangeType
from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.people import Status
from tests.core.engine.making import AT

ACTIVE, DEACTIVATED, LEFT, DELETED = Status.ACTIVE, Status.DEACTIVATED, Status.LEFT, Status.DELETED


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, ACTIVE, "joined"),
        (None, LEFT, "joined"),
        (ACTIVE, ACTIVE, "changed"),
        (LEFT, LEFT, "changed"),
        (ACTIVE, DEACTIVATED, "deactivated"),
        (ACTIVE, LEFT, "left"),
        (ACTIVE, DELETED, "deleted"),
        (DEACTIVATED, ACTIVE, "reactivated"),
        (LEFT, ACTIVE, "returned"),
        (DELETED, ACTIVE, "returned"),
        (DEACTIVATED, DELETED, "deleted"),
        (DELETED, LEFT, "left"),
    ],
)
def test_a_change_is_named_by_what_it_means(before: Status | None, after: Status, expected: str) -> None:
    assert expected == change_type(before, after)


def test_a_difference_has_what_came_what_went_and_what_moved() -> None:
    before, after = {"title": "Chef", "city": "Oslo", "tags": ["a"]}, {"title": "Cook", "tags": ["a"], "phone": "1"}

    assert difference(ACTIVE, before, LEFT, after) == {
        "title": ("Chef", "Cook"),
        "phone": (None, "1"),
        "status": ("active", "left"),
        "city": ("Oslo", None),
    }
    assert difference(None, {}, ACTIVE, {"title": "Chef"}) == {"title": (None, "Chef"), "status": (None, "active")}
    assert difference(ACTIVE, before, ACTIVE, dict(reversed(before.items()))) == {}


PENDING = {"written": "b@x", "state": "pending", "by": "okta"}
RESOLVED = PENDING | {"state": "resolved", "person": "p", "email": "b@x"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (PENDING, RESOLVED, False),
        ([PENDING], [RESOLVED], False),
        (PENDING, PENDING | {"written": "c@x"}, True),
        ([PENDING], [], True),
        (PENDING, None, True),
        ("Chef", "Cook", True),
        (False, None, True),
    ],
)
def test_a_reference_whose_target_only_moved_is_the_same_word(before: Any, after: Any, expected: bool) -> None:
    assert expected == says_otherwise(before, after)


def change(seq: int, **changed: tuple[Any, Any]) -> Change:
    return Change(seq, at(seq), ChangeType.CHANGED, PersonId("p"), "a@x", changed, Cause(None, "r", "sofie"))


def at(seq: int) -> datetime:
    return AT + timedelta(minutes=seq)


def test_a_person_is_what_their_changes_lead_to() -> None:
    joined = change(3, status=(None, "active"), title=(None, "Chef"), city=(None, "Oslo"), manager=(None, PENDING))
    moved = change(5, title=("Chef", "Cook"), city=("Oslo", None), manager=(PENDING, RESOLVED))

    found = published([joined, moved])

    assert found is not None
    assert (found.status, found.version, found.last_change) == (ACTIVE, 2, 5)
    assert (found.created_at, found.changed_at) == (at(3), at(5))
    assert dict(found.values) == {"title": "Cook", "manager": RESOLVED}
    assert (found.since["title"], found.since["manager"]) == (at(5), at(3))


def test_nobody_was_published_who_has_no_changes() -> None:
    assert published([]) is None
