"""That each of the invariants can be broken: a defect, planted in the product, is found by the property that holds it.

Their ids name the invariant and the defect.
"""

import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import attrs
import pytest

from dirsync_core.engine import guard, merging, outcomes, seats, settle
from dirsync_core.engine.guard import Guard
from dirsync_core.engine.references import keep_mentions
from dirsync_core.engine.seats import Seating
from dirsync_core.host import handle
from dirsync_core.host.acts import adopting
from dirsync_core.host.asked import pulling
from dirsync_core.host.handle import ProviderEdit, ProviderView
from dirsync_core.host.rules import compiling, planning
from dirsync_core.host.rules.rulebook import Rulebook
from dirsync_core.query import explaining
from dirsync_core.store.contract import Transaction
from dirsync_core.store.sqlite import store
from dirsync_core.store.sqlite.feed import SqliteFeed
from tests.core.invariants.acts import Add, Say
from tests.core.invariants.chances import ADDRESSES, CROWD
from tests.core.invariants.machine import Broken, finish, run
from tests.core.invariants.steps import Pull, Push, Step
from tests.core.invariants.test_crashes import end_at_any_time
from tests.core.invariants.test_effort import compute_one
from tests.core.invariants.test_plans import plan_and_apply
from tests.core.invariants.test_plugins import remove
from tests.core.invariants.test_races import write_at_once
from tests.core.invariants.test_references import follow
from tests.core.invariants.test_replay import run_and_replay
from tests.core.invariants.test_twice import deliver_twice
from tests.core.invariants.test_words import hand_over_and_take_back

A, B, C = ADDRESSES[:3]
Plant = Callable[[pytest.MonkeyPatch], None]


def join_by_hand(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(seats, "may_join", lambda *_: True)


def forget_outcomes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(settle._Settling, "_put_outcomes", lambda *_: None)


def forget_referrers(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(settle._Settling, "_publish", lambda self, person: bool(publish(self, person)) and False)


publish = settle._Settling._publish
project = settle._Settling._project


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


def decide_by_the_run(patch: pytest.MonkeyPatch) -> None:
    answers = iter([True])
    patch.setattr(seats, "may_join", lambda *_: next(answers, False))


def take_each_write_for_new(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(handle, "_canonical", lambda body: object())


def yield_words(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(merging._Words, "of", classmethod(lambda cls, *_: cls({}, {}, {})))


def release_nobody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(adopting, "_unlink", lambda *_: [])


def acknowledge_early(patch: pytest.MonkeyPatch) -> None:
    def together(connection: sqlite3.Connection, jobs: list[Any]) -> list[Any]:
        if not connection.in_transaction:
            connection.execute("BEGIN IMMEDIATE")
        return [store._run(connection, job) for job in jobs]

    patch.setattr(store, "_run_together", together)


def never_trip(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Guard, "_trip", lambda *_: None)


def hold_for_good(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(guard, "end_hold", lambda *_: None)


def hold_gains(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(guard, "held_back", lambda before, *_: before)


def plan_without_leavers(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(planning, "effects_of", lambda *asked: effects_of(*asked)[1:])


def renew_mentions(patch: pytest.MonkeyPatch) -> None:
    def renew(tx: Transaction, rules: Any, accepted: Any, event: int) -> None:
        for mention in tx.facts.mentions(accepted.record):
            tx.facts.end_mention(accepted.record, mention.attribute, mention.address)
        keep_mentions(tx, rules, accepted, event)

    patch.setattr(settle, "keep_mentions", renew)


def believe_an_empty_source(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pulling, "gone_of", lambda *said: attrs.evolve(gone_of(*said), emptied=False))


def take_a_missing_plugin_for_a_no(patch: pytest.MonkeyPatch) -> None:
    def pass_over(name: str, data: compiling.RuleData, plugins: Any, _: object) -> None:
        data["mappers"][:] = [mapper for mapper in data["mappers"] if mapper in plugins.mappers]

    patch.setattr(compiling, "_unavailable", pass_over)
    patch.setattr(Rulebook, "fail", lambda *_: None)


def explain_half(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(explaining, "_is_told", lambda name, _: name == "email")


def compute_everybody(patch: pytest.MonkeyPatch) -> None:
    def everybody(self: Any) -> None:
        self.people |= set(self.tx.facts.everybody())
        project(self)

    patch.setattr(settle._Settling, "_project", everybody)


def say_yes_to_the_second(patch: pytest.MonkeyPatch) -> None:
    def made(self: ProviderEdit, kind: Any, key: str, *said: Any, **more: Any) -> Any:
        found = self.find(kind, "key", key)
        return found[0] if found else create(self, kind, key, *said, **more)

    patch.setattr(ProviderEdit, "create", made)


def lose_members(patch: pytest.MonkeyPatch) -> None:
    def add(self: ProviderEdit, group: Any, members: Any) -> int:
        self.remove_members(group, None)
        return add_members(self, group, members)

    patch.setattr(ProviderEdit, "add_members", add)


effects_of, gone_of = planning.effects_of, pulling.gone_of
create, add_members = ProviderEdit.create, ProviderEdit.add_members

SWAP = [Push("okta", "1", A), Push("okta", "2", B), Push("okta", "1", B), Push("okta", "2", A)]
NAMED = [Push("okta", "1", A), Push("okta", "2", B, more={"manager": A}), Push("okta", "1", C)]
GONE = [Push("okta", "1", A, active=False), Push("okta", "2", B, active=False)]
MOVED = [
    Push("okta", "1", A, more={"city": "Bergen"}),
    Push("okta", "2", B, more={"city": "Bergen", "title": "Cook"}),
]
CREW = {key: {"email": f"{key}@x.example"} for key in "aef"}
BOB = Push("okta", "2", B, more={"assistants": [A]})
MEANT = [Push("okta", "1", A), BOB, Push("okta", "1", C), Push("hr", "1", A), attrs.evolve(BOB, active=False)]


def lived(*history: Step, table: str = "everybody") -> Callable[[], None]:
    return lambda: run(history, table)


def done(job: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    return lambda: finish(job())


@attrs.frozen
class Defect:
    """A defect, the number of the invariant that it breaks, and what holds it."""

    law: int
    plant: Plant
    proof: Callable[[], None]

    def __str__(self) -> str:
        return f"{self.law}-{self.plant.__name__}"


COOK = Push("okta", "1", A, more={"title": "Cook"})
DEFECTS: Sequence[Defect] = (
    Defect(1, join_by_hand, lived(Add(A, title="Hers"), Push("okta", "1", A, more={"title": "Theirs"}))),
    Defect(2, forget_outcomes, lived(Push("okta", "1", A))),
    Defect(2, forget_referrers, lived(*NAMED)),
    Defect(3, decide_by_the_run, done(lambda: run_and_replay([Push("okta", "1", A), Push("hr", "1", A)]))),
    Defect(4, take_each_write_for_new, done(lambda: deliver_twice([Push("okta", "1", A)]))),
    Defect(5, forget_rings, lived(*SWAP)),
    Defect(5, give_up_early, lived(*SWAP)),
    Defect(6, forget_contenders, lived(Add(A), Push("okta", "1", A))),
    Defect(7, join_one_provider_twice, lived(Push("okta", "1", A), Push("okta", "2", A))),
    Defect(8, yield_words, lived(Push("okta", "1", A), Say("pin", A, "title", "Boss"))),
    Defect(9, release_nobody, done(lambda: hand_over_and_take_back([], [COOK]))),
    Defect(10, lose_titles, lived(Push("okta", "1", A, more={"title": "Chef"}))),
    Defect(11, show_everybody, lived(Push("okta", "1", A), Push("hr", "1", B))),
    Defect(12, acknowledge_early, done(lambda: end_at_any_time([Push("okta", "1", A)]))),
    Defect(13, skip_numbers, lived(Push("okta", "1", A), Push("okta", "2", B), Push("okta", "3", C))),
    Defect(14, never_trip, lived(*CROWD, *GONE, table="guarded")),
    Defect(14, hold_for_good, lived(*CROWD, *GONE, *CROWD, table="guarded")),
    Defect(14, hold_gains, lived(*CROWD, *MOVED, table="guarded")),
    Defect(15, plan_without_leavers, done(lambda: plan_and_apply([*CROWD], "no interns"))),
    Defect(16, renew_mentions, done(lambda: follow(MEANT))),
    Defect(17, believe_an_empty_source, lived(Pull(CREW), Pull({}))),
    Defect(18, take_a_missing_plugin_for_a_no, done(lambda: remove("flat", [Push("okta", "1", A)]))),
    Defect(19, explain_half, lived(Push("okta", "1", A, more={"title": "Chef"}))),
    Defect(20, compute_everybody, done(compute_one)),
    Defect(21, say_yes_to_the_second, done(lambda: write_at_once(["ann", "ann"], 1))),
    Defect(21, lose_members, done(lambda: write_at_once(["ann"], 2))),
)


@pytest.mark.parametrize("defect", DEFECTS, ids=str)
def test_a_planted_defect_breaks_its_law(defect: Defect, monkeypatch: pytest.MonkeyPatch) -> None:
    defect.proof()
    defect.plant(monkeypatch)

    with pytest.raises(AssertionError) as broken:
        defect.proof()

    if isinstance(broken.value, Broken):
        assert f"{defect.law}" in {sentence.partition(": ")[0] for sentence in str(broken.value).splitlines()}


def test_each_invariant_has_a_defect_that_it_finds() -> None:
    assert {*range(1, 22)} == {defect.law for defect in DEFECTS}
