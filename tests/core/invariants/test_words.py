"""8: overrides hold whatever providers do, and leave no trace. 9: adopt, then release, gives back the manual person."""

from collections.abc import Mapping
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from dirsync_core.engine.feed import says_otherwise
from dirsync_core.model.errors import Refused
from dirsync_core.model.people import Person
from dirsync_core.store.contract import Transaction
from tests.core.invariants.acts import Add, Say
from tests.core.invariants.chances import ADDRESSES, deletes, groups, histories, pushes
from tests.core.invariants.machine import examples, finish, fresh
from tests.core.invariants.steps import Push, Step, happen
from tests.core.world import World

A, B = ADDRESSES[:2]
pushed = st.lists(pushes | pushes | deletes | groups, max_size=12)


async def hold(history: list[Step]) -> None:
    async with fresh() as w:
        await happen(Push("okta", "1", A, more={"title": "Chef", "assistants": [B]}), w)
        ann = await w.id(A)
        for word in (
            Say("pin", ann, "title", "Boss"),
            Say("mask", ann, "assistants", B),
            Say("add", ann, "assistants", A),
        ):
            await happen(word, w)

        for step in history:
            await happen(step, w)
            values = (await w.person(ann)).values
            assert values["title"] == "Boss"
            written = [shape["written"] for shape in values["assistants"]]
            assert (A in written, B in written) == (True, False)


@given(pushed)
@examples(30)
def test_an_admin_s_word_holds_whatever_providers_do(history: list[Step]) -> None:
    finish(hold(history))


async def leave_no_trace(history: list[Step]) -> None:
    async with fresh() as w:
        for step in history:
            await happen(step, w)
        before = await said_of(w)

        for person in before:
            for word in (Say("pin", person, "title", "Boss"), Say("add", person, "assistants", A)):
                await happen(word, w)
            for name in ("title", "assistants"):
                await happen(Say("clear", person, name, None), w)

        assert before == await said_of(w)
        assert await w.rebuilt() == []


async def said_of(w: World) -> Mapping[str, Any]:
    """What is published of each, and which addresses are known to be named."""

    def look(tx: Transaction) -> Mapping[str, Any]:
        people = {p: found for p in tx.facts.everybody() if (found := tx.people.get(p))}
        return {p: (each.status, dict(each.values), tx.facts.mentions(p)) for p, each in people.items()}

    found: Mapping[str, Any] = await w.look(look)
    return found


@given(histories(most=12).map(lambda history: [step for step in history if not isinstance(step, Say)]))
@examples(30)
def test_an_admin_s_word_taken_back_leaves_no_trace(history: list[Step]) -> None:
    finish(leave_no_trace(history))


async def hand_over_and_take_back(between: list[Step], afterwards: list[Step]) -> None:
    async with fresh() as w:
        await happen(Add(A, title="By hand", assistants=B), w)
        await happen(Push("okta", "1", A, more={"title": "Chef"}), w)
        before = await w.person(A)
        await w.adopt(A)
        for step in between:
            await happen(step, w)
        try:
            await w.release(before.id)
        except Refused:
            assume(False)

        for step in [None, *afterwards]:
            if step is not None:
                await happen(step, w)
            assert differences(before, await w.person(before.id)) == []


def differences(before: Person, now: Person) -> list[str]:
    names = sorted(before.values.keys() | now.values.keys())
    found = [name for name in names if says_otherwise(before.values.get(name), now.values.get(name))]
    return found if before.status == now.status else ["status", *found]


@given(pushed, pushed)
@examples(40)
def test_adopt_and_release_give_back_the_manual_person_and_no_push_joins_them_again(
    between: list[Step], afterwards: list[Step]
) -> None:
    finish(hand_over_and_take_back(between, afterwards))
