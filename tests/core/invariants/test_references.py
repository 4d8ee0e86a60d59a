"""16: a reference means the active holder of its address when it was written, else the first one afterwards."""

from collections.abc import Mapping
from itertools import permutations
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirsync_core.api import RecordId, Set
from dirsync_core.engine.references import written_in
from dirsync_core.model.addresses import Address, fold
from dirsync_core.model.people import Status
from dirsync_core.store.contract import Transaction
from tests.core.invariants.chances import ADDRESSES, by_hand, deletes, pushes
from tests.core.invariants.machine import examples, finish, fresh
from tests.core.invariants.steps import Push, Step, happen

A, B, C = ADDRESSES[:3]
Named = tuple[RecordId, str, Address]


@attrs.define
class Onlooker:
    """Somebody who looks at the directory after each write, and remembers who held which address, and who was named."""

    holders: list[Mapping[Address, str]] = attrs.field(factory=list)
    since: dict[Named, int] = attrs.field(factory=dict)

    def look(self, tx: Transaction) -> None:
        people = [found for person in tx.facts.everybody() if (found := tx.people.get(person))]
        self.holders.append({fold(p.email): p.id for p in people if p.status is Status.ACTIVE})
        named = set(self._named(tx))
        self.since = {name: self.since.get(name, len(self.holders) - 1) for name in named}

    def _named(self, tx: Transaction) -> Any:
        for record in tx.records.every():
            accepted = tx.facts.accepted(record)
            for attribute in ("assistants", "manager"):
                claim = accepted.claims.get(attribute) if accepted else None
                texts = written_in(claim.value) if isinstance(claim, Set) else ()
                yield from ((record, attribute, fold(text)) for text in texts)

    def meant(self, named: Named) -> str | None:
        """Whom an address means by what was seen."""
        seen = (held.get(named[2]) for held in self.holders[self.since[named] :])
        return next((person for person in seen if person is not None), None)

    def compare(self, tx: Transaction) -> None:
        """Hold what is published against what was seen."""
        people = [found for person in tx.facts.everybody() if (found := tx.people.get(person))]
        for person in people:
            for attribute in ("assistants", "manager"):
                value = person.values.get(attribute)
                for shape in value if isinstance(value, list) else [value] if value else []:
                    record = person.provenance[attribute].record
                    expected = self.meant((RecordId(str(record)), attribute, fold(shape["written"])))
                    assert expected == shape.get("person"), shape
                    assert (shape["state"] == "pending") == (expected is None), shape


async def follow(history: list[Step]) -> None:
    async with fresh() as w:
        onlooker = Onlooker()
        for step in history:
            await happen(step, w)
            await w.look(onlooker.look)
            await w.look(onlooker.compare)


writes = st.integers(1, 20).flatmap(lambda n: st.lists(pushes | pushes | deletes | by_hand, min_size=n, max_size=n))


@given(writes)
@examples(60)
def test_a_reference_means_whom_an_onlooker_saw(history: list[Step]) -> None:
    finish(follow(history))


CIRCLE = (
    Push("okta", "1", A, more={"manager": B, "assistants": [C, A]}),
    Push("hr", "2", B, more={"manager": A}),
    Push("lab", "3", C, more={"assistants": [A, B], "manager": C}),
)


async def published(order: tuple[Push, ...]) -> dict[str, object]:
    async with fresh() as w:
        for step in order:
            await happen(step, w)
        people = [await w.person(address) for address in (A, B, C)]
        emails = {person.id: person.email for person in people}
        return {p.email: [_named_by(p.values.get(n), emails) for n in ("assistants", "manager")] for p in people}


def _named_by(value: Any, emails: Mapping[str, str]) -> object:
    if isinstance(value, list):
        return [_named_by(shape, emails) for shape in value]
    return value and {**value, "person": emails[value["person"]]}


@pytest.mark.parametrize("order", list(permutations(CIRCLE)), ids=lambda order: "".join(step.key for step in order))
async def test_the_order_of_arrival_does_not_matter_and_circles_end(order: tuple[Push, ...]) -> None:
    assert await published(CIRCLE) == await published(order)
