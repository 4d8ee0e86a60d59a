"""15: plan equals apply, item by item, and rules B then A give the directory of A, after whatever has happened."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dirsync_core.host.rules import planning
from dirsync_core.model.people import Status
from dirsync_core.store.contract import Transaction
from tests.core.host.test_planning import expected, items, look
from tests.core.invariants.chances import CROWD, histories
from tests.core.invariants.machine import examples, finish, fresh
from tests.core.invariants.steps import Step, happen
from tests.core.invariants.tables import TABLES

tables = st.sampled_from(sorted(TABLES))


async def plan_and_apply(history: list[Step], table: str) -> None:
    async with fresh() as w:
        for step in history:
            await happen(step, w)
        await w.restart(TABLES[table])
        await w.tick()
        plan = await planning.plan(w.host, planning.draft_of(w.host), w.by())
        before = await w.look(look)

        await w.host.apply(w.by())

        assert expected(before, await w.look(look)) == items(plan.effects)


@given(histories(most=15), tables)
@examples(30)
def test_what_a_plan_says_is_what_applying_it_does(history: list[Step], table: str) -> None:
    finish(plan_and_apply(history, table))


async def there_and_back(a: str, b: str) -> None:
    """Nobody is held, and each address is asked for by one: who has it once keeps it, whatever rules come later."""
    async with fresh(a) as w:
        for step in CROWD:
            await happen(step, w)
        before = await w.look(_directory)

        await w.rules(TABLES[b])
        await w.rules(TABLES[a])

        assert before == await w.look(_directory)


def _directory(tx: Transaction) -> Mapping[str, Any]:
    people = [found for person in tx.facts.everybody() if (found := tx.people.get(person))]
    return {p.id: (p.values, p.sources) for p in people if p.status is Status.ACTIVE}


ALIKE = ("everybody", "oslo", "teams", "guarded", "hardly guarded", "owned", "without lab")


@given(st.sampled_from(ALIKE), st.sampled_from(ALIKE))
@examples(12)
def test_rules_there_and_back_give_the_directory_that_was(a: str, b: str) -> None:
    finish(there_and_back(a, b))
