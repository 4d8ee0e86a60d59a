"""The room of sources that are asked."""

from dirsync_core.store.contract import PullCounts, PullOutcome, PullSession, PullState, Store
from dirsync_core.testing.contract import Contract, asynchronous
from dirsync_core.testing.storing.making import AT, later

SESSION = PullSession(
    "r1", "pull:hr", AT, PullOutcome.FAILED, PullCounts(5, 1, 1, 3, 2, 4, 6), later(1), "The wire was cut.", later(6)
)


class PullsContract(Contract):
    """The room of pulls."""

    @asynchronous
    async def test_a_source_that_was_never_asked_has_only_its_name(self, store: Store) -> None:
        assert PullState("hr") == await store.read(lambda tx: tx.pulls.get("hr"))

    @asynchronous
    async def test_what_is_known_of_a_source_is_kept_and_overwritten(self, store: Store) -> None:
        first = PullState("hr", SESSION, "c1", AT, AT, 1, "The wire was cut.", later(1), later(2))
        await store.write(lambda tx: tx.pulls.put(first))
        assert first == await store.read(lambda tx: tx.pulls.get("hr"))

        second = PullState("hr", None, next_at=later(9))
        await store.write(lambda tx: tx.pulls.put(second))

        assert second == await store.read(lambda tx: tx.pulls.get("hr"))

    def test_counts_add_up(self) -> None:
        assert PullCounts(3, 1, 1, 1, 2) == PullCounts(1, 1, 0, 0, 0) + PullCounts(2, 0, 1, 1, 2)
