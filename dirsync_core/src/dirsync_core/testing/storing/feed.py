"""The rooms of changes and events: contiguous numbers, in order, both ways."""

import pytest

from dirsync_core.model.changes import Cause, Change, ChangeType
from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.moments import Moment, Request
from dirsync_core.model.people import Json
from dirsync_core.store.contract import Event, Store, Transaction
from dirsync_core.testing.contract import Contract, asynchronous
from dirsync_core.testing.storing.making import AT, MOMENT, A, later, publish


async def some_changes(store: Store) -> None:
    def job(tx: Transaction) -> None:
        publish(tx, "p", ChangeType.JOINED)
        publish(tx, "q", ChangeType.JOINED, provider="hr", at=later(1))
        publish(tx, "p", at=later(2))
        publish(tx, "q", ChangeType.LEFT, provider="hr", at=later(3))

    await store.write(job)


class FeedContract(Contract):
    """The room of feed."""

    @asynchronous
    async def test_a_change_comes_back_as_it_was_published(self, store: Store) -> None:
        said: dict[str, tuple[Json, Json]] = {
            "title": (None, "Chef"),
            "assistants": ([], [{"written": "é"}]),
            "remote": (True, False),
        }
        cause = Cause(None, "r1", "sofie")

        answer = await store.write(
            lambda tx: tx.feed.append(AT, ChangeType.JOINED, PersonId("p"), "a@x.example", said, cause)
        )

        expected = Change(1, AT, ChangeType.JOINED, PersonId("p"), "a@x.example", said, cause)
        (found,) = await store.read(lambda tx: tx.feed.after(0, 9))
        assert (expected, expected) == (answer, found)

    @asynchronous
    async def test_numbers_have_no_gaps_whatever_fails_or_is_tried_out(self, store: Store) -> None:
        def fail(tx: Transaction) -> None:
            publish(tx, "p")
            raise ValueError("no")

        await store.write(lambda tx: publish(tx, "p"))
        await store.try_out(lambda tx: publish(tx, "p"))
        with pytest.raises(ValueError, match="no"):
            await store.write(fail)
        await store.write(lambda tx: publish(tx, "p"))

        assert await store.read(lambda tx: [change.seq for change in tx.feed.after(0, 9)]) == [1, 2]
        assert await store.read(lambda tx: (tx.feed.first(), tx.feed.end())) == (1, 2)

    @asynchronous
    async def test_an_empty_feed_begins_and_ends_at_nothing(self, store: Store) -> None:
        assert await store.read(lambda tx: (tx.feed.first(), tx.feed.end(), tx.feed.after(0, 9))) == (0, 0, [])

    @asynchronous
    async def test_changes_are_listed_both_ways(self, store: Store) -> None:
        await some_changes(store)

        def seqs(tx: Transaction) -> list[list[int]]:
            feed = tx.feed
            lists = [
                feed.after(1, 2),
                feed.before(None, 2),
                feed.before(3, 9),
                feed.before(None, 9, type=ChangeType.JOINED),
                feed.before(None, 9, provider="hr"),
                feed.before(4, 9, person=PersonId("q")),
                feed.before(None, 9, type=ChangeType.LEFT, provider="okta"),
                feed.of(PersonId("p")),
                feed.of(PersonId("p"), until=2),
            ]
            return [[change.seq for change in found] for found in lists]

        assert await store.read(seqs) == [[2, 3], [4, 3], [2, 1], [2, 1], [4, 2], [2], [], [1, 3], [1]]

    @asynchronous
    async def test_changes_are_found_by_their_numbers(self, store: Store) -> None:
        await some_changes(store)

        assert {1: "p", 4: "q"} == await store.read(
            lambda tx: {seq: change.person for seq, change in tx.feed.among([4, 1, 9]).items()}
        )

    @asynchronous
    async def test_changes_are_counted_since_a_time(self, store: Store) -> None:
        await some_changes(store)

        assert await store.read(lambda tx: tx.feed.counts_since(later(1))) == {
            ChangeType.JOINED: 1,
            ChangeType.CHANGED: 1,
            ChangeType.LEFT: 1,
        }

    @asynchronous
    async def test_the_number_at_a_time_is_the_newest_by_then(self, store: Store) -> None:
        await some_changes(store)

        assert await store.read(lambda tx: [tx.feed.at(later(n)) for n in (-1, 0, 2, 9)]) == [0, 1, 3, 4]

    @asynchronous
    async def test_status_steps_tell_how_the_numbers_of_people_moved(self, store: Store) -> None:
        def job(tx: Transaction) -> None:
            for before, after in ((None, "active"), (None, "active"), ("active", "left"), ("left", "active")):
                type_ = {"left": ChangeType.LEFT}.get(after, ChangeType.RETURNED if before else ChangeType.JOINED)
                tx.feed.append(AT, type_, PersonId("p"), A, {"status": (before, after)}, Cause(None, "r", "sofie"))
            publish(tx, "p")

        await store.write(job)

        def steps(tx: Transaction, after: int) -> dict[str, int]:
            return {status: n for status, n in tx.feed.status_steps(after).items() if n}

        assert await store.read(lambda tx: [steps(tx, n) for n in (0, 2, 3)]) == [
            {"active": 2},
            {},
            {"active": 1, "left": -1},
        ]

    @asynchronous
    async def test_requests_of_a_person_are_counted_once(self, store: Store) -> None:
        def job(tx: Transaction) -> None:
            publish(tx, "p")
            tx.events.append(MOMENT, "k", record="1")
            tx.events.append(Moment(AT, Request("r2", "sofie")), "k", record="1")
            tx.events.append(Moment(AT, Request("r3", "sofie")), "k", record="2")

        await store.write(job)

        assert await store.read(lambda tx: tx.feed.requests_of(PersonId("p"), ["p", "1"])) == 2

    @asynchronous
    async def test_each_plugin_has_a_position_of_its_own(self, store: Store) -> None:
        await store.write(lambda tx: [tx.feed.put_position("mail", seq) for seq in (3, 7)])

        assert await store.read(lambda tx: [tx.feed.position(name) for name in ("mail", "chat")]) == [7, 0]

    @asynchronous
    async def test_an_event_comes_back_as_it_was_noted(self, store: Store) -> None:
        seq = await store.write(lambda tx: tx.events.append(MOMENT, "user.created", record="1", body={"é": [1, None]}))

        expected = Event(seq, AT, "okta", "1", "user.created", "r1", "sofie", {"é": [1, None]})
        assert [expected] == await store.read(lambda tx: list(tx.events.every()))

    @asynchronous
    async def test_events_are_found_by_what_they_are_about_newest_first(self, store: Store) -> None:
        await store.write(lambda tx: [tx.events.append(MOMENT, "k", record=r) for r in ("1", "2", "3", "1")])

        def of(tx: Transaction, before: int | None = None) -> list[int]:
            return [event.seq for event in tx.events.of(["1", "3"], limit=2, before=before)]

        assert await store.read(of) == [4, 3]
        assert await store.read(lambda tx: of(tx, 3)) == [1]
        assert await store.read(lambda tx: tx.events.of([], limit=9)) == []

    @asynchronous
    async def test_events_are_found_by_their_request(self, store: Store) -> None:
        other = Moment(AT, Request("r2", "sofie"))
        written = ((MOMENT, "1"), (other, "1"), (MOMENT, "2"))
        await store.write(lambda tx: [tx.events.append(moment, "k", record=record) for moment, record in written])

        assert await store.read(lambda tx: [event.seq for event in tx.events.of_request("r1")]) == [1, 3]
        about = await store.read(lambda tx: [tx.events.is_about("r2", found) for found in (["1", "2"], ["2"], [])])
        assert about == [True, False, False]

    @asynchronous
    async def test_every_event_is_given_oldest_first(self, store: Store) -> None:
        moment = Moment(AT, Request("clock", "clock"))
        await store.write(lambda tx: [tx.events.append(moment, "clock") for _ in range(2100)])

        assert await store.read(lambda tx: [event.seq for event in tx.events.every()]) == list(range(1, 2101))
