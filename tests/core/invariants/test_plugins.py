"""18: removing a plugin and starting again changes nothing that is published, whatever is written meanwhile."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from dirsync_core.engine.settle import settle_everything
from dirsync_core.model.moments import Moment
from dirsync_core.model.people import Person
from dirsync_core.store.contract import Transaction
from tests.core.invariants.chances import ADDRESSES, histories
from tests.core.invariants.machine import examples, finish, fresh
from tests.core.invariants.steps import Apply, Push, Restart, Step, happen
from tests.core.invariants.tables import TABLES
from tests.core.world import World


async def everybody(w: World) -> Mapping[str, Person]:
    return await w.look(_people)


def _people(tx: Transaction) -> dict[str, Person]:
    return {person: found for person in tx.facts.everybody() if (found := tx.people.get(person))}


async def remove(plugin: str, history: list[Step]) -> None:
    async with fresh() as w:
        for step in history:
            if not isinstance(step, Restart):
                await happen(step, w)
        before = await everybody(w)

        await w.restart(w.table, *({"core", "manual", "flat"} - {plugin}))

        assert before == await everybody(w)
        assert before == await w.host.store.try_out(lambda tx: _settled_again(tx, w))


def _settled_again(tx: Transaction, w: World) -> Mapping[str, Person]:
    settle_everything(tx, w.host.rules(tx), Moment(w.now, w.by()), event=1 << 40)
    return _people(tx)


@given(st.sampled_from(("flat", "manual")), histories())
@examples(40)
def test_a_plugin_that_is_removed_leaves_everybody_as_they_were(plugin: str, history: list[Step]) -> None:
    finish(remove(plugin, history))


async def test_a_provider_that_leaves_the_settings_leaves_its_people_as_they_were() -> None:
    async with fresh() as w:
        await happen(Push("lab", "1", ADDRESSES[0], more={"assistants": [ADDRESSES[1]], "title": "Chef"}), w)
        before = await everybody(w)

        await happen(Apply("without lab"), w)

        assert TABLES["without lab"] == w.table
        assert before == await everybody(w)
