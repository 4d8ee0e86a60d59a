"""The room of the draft: kept, replaced, forgotten; and what records say that rules can be made of."""

import attrs

from dirsync_core.model.claims import Clear, Set
from dirsync_core.model.facts import Standing
from dirsync_core.store.contract import KeptDraft, SaidValue, Store
from dirsync_core.testing.contract import Contract, asynchronous
from dirsync_core.testing.storing.making import AT, accepted, later

DRAFT = KeptDraft("m1", 7, {"locations": {"å": 1}}, {"counts": {"joins": 2}}, "sofie", AT)


class DraftsContract(Contract):
    """The room of drafts."""

    @asynchronous
    async def test_a_draft_comes_back_as_it_was_put(self, store: Store) -> None:
        assert await store.read(lambda tx: (tx.drafts.get(), tx.drafts.plan())) == (None, None)
        await store.write(lambda tx: tx.drafts.put(DRAFT, "the plan"))

        assert await store.read(lambda tx: (tx.drafts.get(), tx.drafts.plan())) == (DRAFT, "the plan")

    @asynchronous
    async def test_there_is_one_draft_at_a_time(self, store: Store) -> None:
        second = attrs.evolve(DRAFT, mark="m2", by="bo", at=later(1))
        await store.write(lambda tx: [tx.drafts.put(each, "p") for each in (DRAFT, second)])

        assert second == await store.read(lambda tx: tx.drafts.get())
        await store.write(lambda tx: tx.drafts.end())
        assert await store.read(lambda tx: tx.drafts.get()) is None

    @asynchronous
    async def test_a_plan_is_forgotten_and_its_draft_kept(self, store: Store) -> None:
        await store.write(lambda tx: tx.drafts.put(DRAFT, "the plan"))

        await store.write(lambda tx: tx.drafts.forget_plan())

        kept = attrs.evolve(DRAFT, told={})
        assert await store.read(lambda tx: (tx.drafts.get(), tx.drafts.plan())) == (kept, None)

    @asynchronous
    async def test_values_are_counted_commonest_first_each_of_a_set_by_itself(self, store: Store) -> None:
        put = [
            accepted("1", claims={"city": Set("Oslo"), "groups": Set(("a", "b"))}),
            accepted("2", claims={"city": Set("Oslo"), "groups": Set(("a",)), "active": Set(True)}),
            accepted("3", claims={"city": Set("Bergen"), "groups": Set(()), "phone": Clear()}),
            accepted("4", claims={"city": Set("Rome")}, standing=Standing.DELETED),
            accepted("5", claims={"city": Set("Rome")}, standing=Standing.DORMANT),
            accepted("6", claims={"city": Set("Stord")}, standing=Standing.OUT_OF_SCOPE),
        ]
        await store.write(lambda tx: [tx.facts.put_accepted(each) for each in put])

        said = await store.read(lambda tx: tx.drafts.said(2))
        saying = await store.read(lambda tx: tx.drafts.saying())

        assert said == [
            SaidValue("city", "Oslo", 2),
            SaidValue("city", "Bergen", 1),
            SaidValue("groups", "a", 2),
            SaidValue("groups", "b", 1),
        ]
        assert saying == {"": 4, "city": 4, "groups": 2, "active": 1}
