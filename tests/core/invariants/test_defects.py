"""That the laws can be broken: a defect, planted in the engine, is found by the law that speaks of it."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from dirsync_core.engine import outcomes, seats, settle
from dirsync_core.engine.seats import Seating
from dirsync_core.host import handle
from dirsync_core.host.handle import ProviderView
from dirsync_core.store.sqlite.feed import SqliteFeed
from tests.core.invariants.acts import Add
from tests.core.invariants.chances import ADDRESSES
from tests.core.invariants.machine import Broken, run
from tests.core.invariants.steps import Push, Step

A, B, C = ADDRESSES[:3]
Plant = Callable[[pytest.MonkeyPatch], None]


def join_by_hand(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(seats, "may_join", lambda *_: True)


def forget_outcomes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(settle._Settling, "_put_outcomes", lambda *_: None)


def forget_referrers(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(settle._Settling, "_publish", lambda self, person: bool(publish(self, person)) and False)


publish = settle._Settling._publish


def forget_rings(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Seating, "_rotate", lambda *_: None)


def give_up_early(patch: pytest.MonkeyPatch) -> None:
    def vacate(self: Seating, person: Any) -> None:
        seat = self.tx.facts.seat_of(person)
        if seat is not None and seat.address != seats.desired(self.tx, self.rules, person):
            self._vacate(seat)
        self._moved(person)

    patch.setattr(Seating, "_vacate_or_want", vacate)


def forget_contenders(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(outcomes, "contender_of", lambda *_: None)


def join_one_provider_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(seats, "_same_provider", lambda *_: False)


def lose_titles(patch: pytest.MonkeyPatch) -> None:
    pack = handle._packed
    patch.setattr(handle, "_packed", lambda body: pack({name: body[name] for name in body if name != "title"}))


def show_everybody(patch: pytest.MonkeyPatch) -> None:
    def page(self: ProviderView, *_: Any) -> list[Any]:
        return [self._tx.records.any(record) for record in self._tx.records.every()]

    patch.setattr(ProviderView, "page", page)


def skip_numbers(patch: pytest.MonkeyPatch) -> None:
    end = SqliteFeed.end
    patch.setattr(SqliteFeed, "end", lambda self: end(self) * 2)


SWAP = [Push("okta", "1", A), Push("okta", "2", B), Push("okta", "1", B), Push("okta", "2", A)]
DEFECTS: Sequence[tuple[str, Plant, list[Step]]] = (
    ("1", join_by_hand, [Add(A, title="Hers"), Push("okta", "1", A, more={"title": "Theirs"})]),
    ("2", forget_outcomes, [Push("okta", "1", A)]),
    ("2", forget_referrers, [Push("okta", "1", A), Push("okta", "2", B, more={"manager": A}), Push("okta", "1", C)]),
    ("5", forget_rings, SWAP),
    ("5", give_up_early, SWAP),
    ("6", forget_contenders, [Add(A), Push("okta", "1", A)]),
    ("7", join_one_provider_twice, [Push("okta", "1", A), Push("okta", "2", A)]),
    ("10", lose_titles, [Push("okta", "1", A, more={"title": "Chef"})]),
    ("11", show_everybody, [Push("okta", "1", A), Push("hr", "1", B)]),
    ("13", skip_numbers, [Push("okta", "1", A), Push("okta", "2", B), Push("okta", "3", C)]),
)


@pytest.mark.parametrize(("law", "plant", "history"), DEFECTS, ids=[plant.__name__ for _, plant, _ in DEFECTS])
def test_a_planted_defect_breaks_its_law(
    law: str, plant: Plant, history: list[Step], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(history)
    plant(monkeypatch)

    with pytest.raises(Broken, match=rf"(?m)^{law}: "):
        run(history)
