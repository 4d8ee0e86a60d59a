"""The room of outcomes: listing what waits for somebody first, and counting."""

from collections import Counter
from random import Random

import pytest

from dirsync_core.model.people import Situation
from dirsync_core.store.contract import Outcome, OutcomeQuery, Store, Transaction
from dirsync_core.testing.contract import Contract, asynchronous
from dirsync_core.testing.storing.making import outcome


async def put(store: Store, *outcomes: Outcome) -> None:
    await store.write(lambda tx: [tx.outcomes.put(each) for each in outcomes])


class OutcomesContract(Contract):
    """The room of outcomes."""

    @asynchronous
    async def test_an_outcome_comes_back_as_it_was_put_last(self, store: Store) -> None:
        now = outcome("1", Situation.CONTESTED, because="é", undetermined=True, contender="p", person="q")
        await put(store, outcome("1"), now)

        assert now == await store.read(lambda tx: tx.outcomes.get("1"))
        assert await store.read(lambda tx: tx.outcomes.get("2")) is None

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (OutcomeQuery(), "4 2 3 1"),
            (OutcomeQuery(limit=2), "4 2"),
            (OutcomeQuery(provider="okta"), "4 1"),
            (OutcomeQuery(only=("okta",)), "4 1"),
            (OutcomeQuery(only=()), ""),
            (OutcomeQuery(without=("okta",)), "2 3"),
            (OutcomeQuery(but=Situation.LINKED), "4 2 3"),
            (OutcomeQuery(situation=Situation.OUT_OF_SCOPE), "3"),
            (OutcomeQuery(undetermined=True), "3"),
            (OutcomeQuery(undetermined=False, provider="hr"), "2"),
        ],
    )
    @asynchronous
    async def test_outcomes_are_found(self, store: Store, query: OutcomeQuery, expected: str) -> None:
        await put(
            store,
            outcome("1"),
            outcome("2", Situation.UNKEYED, provider="hr"),
            outcome("3", Situation.OUT_OF_SCOPE, provider="hr", undetermined=True),
            outcome("4", Situation.CONTESTED),
        )

        assert expected.split() == [found.record for _, found in await store.read(lambda tx: tx.outcomes.select(query))]

    @asynchronous
    async def test_a_page_begins_where_the_one_before_ended(self, store: Store) -> None:
        await put(store, *(outcome(str(n), Situation.ERRORED if n % 2 else Situation.LINKED) for n in range(5)))

        first = await store.read(lambda tx: tx.outcomes.select(OutcomeQuery(limit=3)))
        second = await store.read(lambda tx: tx.outcomes.select(OutcomeQuery(after=first[-1][0])))

        assert [found.record for _, found in (*first, *second)] == ["1", "3", "0", "2", "4"]

    @asynchronous
    async def test_kept_counts_of_outcomes_are_what_counting_gives(self, store: Store) -> None:
        random = Random(1)

        def job(tx: Transaction) -> None:
            there: dict[str, Outcome] = {}
            for _ in range(200):
                said = random.choice((True, False))
                written = outcome(random.choice("1234"), random.choice(list(Situation)), undetermined=said)
                there[written.record] = written
                tx.outcomes.put(written)
                assert Counter((o.provider, o.situation) for o in there.values()) == tx.outcomes.counts()
                assert Counter(o.provider for o in there.values() if o.undetermined) == tx.outcomes.undetermined()

        await store.write(job)
