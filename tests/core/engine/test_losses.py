"""Losses: what counts as one, and what is accepted of a record while some are held."""

from typing import Any

import attrs
import pytest

from dirsync_core.api import Clear, Set
from dirsync_core.engine.losses import LEAVES, LOCATION, Grounds, held_back, losses
from dirsync_core.model.addresses import Address
from dirsync_core.model.cases import Loss, LossKind
from dirsync_core.model.facts import Accepted, Standing
from dirsync_core.model.identifiers import RecordId

TITLE, TAGS = (Loss(LossKind.ATTRIBUTE, name) for name in ("title", "tags"))
CLAIMS = {"email": Set("a@x"), "title": Set("Chef"), "tags": Set(("a",)), "remote": Set(False)}
NOWHERE = Grounds(frozenset({"oslo", "bergen"}), {})


def accepted(*, locations: tuple[str, ...] = ("oslo",), standing: Standing = Standing.ASKS, **claims: Any) -> Accepted:
    said = {name: claim for name, claim in (CLAIMS | claims).items() if claim is not None}
    return Accepted(RecordId("r"), "okta", standing, Address("a@x"), said, locations, 1, None)


def test_what_stays_as_it_is_loses_nothing() -> None:
    assert () == losses(accepted(), accepted())


@pytest.mark.parametrize("standing", [standing for standing in Standing if standing is not Standing.ASKS])
def test_who_leaves_loses_their_place_and_nothing_else(standing: Standing) -> None:
    now = accepted(standing=standing, title=None, locations=())

    assert (LEAVES,) == losses(accepted(), now)
    assert () == losses(now, accepted(title=None))


@pytest.mark.parametrize("claim", [None, Clear(), Set("")])
def test_a_value_that_is_gone_is_lost_however_that_is_said(claim: object) -> None:
    assert (TITLE,) == losses(accepted(), accepted(title=claim))
    assert () == losses(accepted(title=claim), accepted(title=claim))


def test_every_value_that_is_gone_is_a_loss_in_the_order_of_names() -> None:
    assert (TAGS, TITLE) == losses(accepted(), accepted(title=None, tags=Set(())))


@pytest.mark.parametrize(
    "changed", [{"title": Set("Cook")}, {"remote": Set(True)}, {"email": Clear()}, {"city": Set("")}]
)
def test_another_value_is_no_loss_nor_is_an_address(changed: dict[str, object]) -> None:
    assert () == losses(accepted(), accepted(**changed))


@pytest.mark.parametrize(
    ("before", "now", "lost"),
    [
        (("oslo", "bergen"), ("oslo",), True),
        (("oslo",), (), True),
        (("oslo",), ("bergen",), False),
        (("oslo",), ("bergen", "oslo"), False),
        (("oslo", "bergen"), ("bergen", "oslo"), False),
    ],
)
def test_a_location_is_lost_where_none_is_gained(before: tuple[str, ...], now: tuple[str, ...], lost: bool) -> None:
    assert lost == (LOCATION in losses(accepted(locations=before), accepted(locations=now)))


# --- held ------------------------------------------------------------------------------------------------------------


def test_who_is_held_as_leaving_stays_as_they_were() -> None:
    before, now = accepted(), accepted(standing=Standing.DELETED, title=Set("Cook"))

    assert before == held_back(before, now, [LEAVES], NOWHERE)


def test_of_what_is_held_the_old_value_stays_and_the_rest_flows() -> None:
    now = accepted(title=None, tags=Set(("b",)), locations=("bergen",))

    assert attrs.evolve(now, claims=now.claims | {"title": Set("Chef")}) == held_back(accepted(), now, [TITLE], NOWHERE)


def test_what_was_never_said_is_not_made_up_where_it_is_held() -> None:
    assert "city" not in held_back(accepted(), accepted(), [Loss(LossKind.ATTRIBUTE, "city")], NOWHERE).claims


def test_a_location_that_is_held_stays_beside_what_else_is_said() -> None:
    now = accepted(locations=(), title=Set("Cook"))

    assert attrs.evolve(now, locations=("oslo",)) == held_back(accepted(), now, [LOCATION], NOWHERE)


@pytest.mark.parametrize(
    ("placements", "expected"),
    [
        ({}, ("oslo",)),
        ({"bergen": "add"}, ("oslo", "bergen")),
        ({"oslo": "add"}, ("oslo",)),
        ({"oslo": "mask"}, ()),
        ({"bergen": "mask"}, ("oslo",)),
        ({"gone": "add"}, ("oslo",)),
    ],
)
@pytest.mark.parametrize("held", [LEAVES, LOCATION])
def test_who_is_held_is_where_they_were_and_where_an_admin_placed_them_of_the_locations_that_there_are(
    held: Loss, placements: Any, expected: tuple[str, ...]
) -> None:
    before, now = accepted(locations=("closed", "oslo")), accepted(locations=())

    assert expected == held_back(before, now, [held], Grounds(NOWHERE.locations, placements)).locations
