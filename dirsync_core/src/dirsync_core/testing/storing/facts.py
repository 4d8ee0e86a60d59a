"""The room of facts: each verb by itself."""

from datetime import date

import attrs
import pytest

from dirsync_core.model.claims import Clear, Set
from dirsync_core.model.facts import Adoption, AppliedRules, KeptApart, KnownProvider, Override, Placement, Standing
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.store.contract import Mention, Store, Transaction
from dirsync_core.testing.contract import Contract, asynchronous
from dirsync_core.testing.storing.making import AT, A, B, accepted, later, link, seat

CLAIMS = {"city": Set("Oslo"), "tags": Set(("a", "b")), "none": Set(()), "remote": Set(False), "phone": Clear()}


def hold_in_turn(tx: Transaction) -> None:
    """p holds a@ in events 2 to 4, q from 6."""
    tx.facts.open_seat(seat(A, "p", 2))
    tx.facts.close_seat(A, until=5, at=later(5))
    tx.facts.open_seat(seat(A, "q", 6))


class FactsContract(Contract):
    """The room of facts."""

    @asynchronous
    async def test_accepted_claims_come_back_as_they_were_put(self, store: Store) -> None:
        put = accepted("1", claims=CLAIMS, locations=("oslo", "bergen"), until=date(2027, 1, 31))
        await store.write(lambda tx: tx.facts.put_accepted(put))

        assert put == await store.read(lambda tx: tx.facts.accepted("1"))
        assert await store.read(lambda tx: tx.facts.accepted("2")) is None

    @asynchronous
    async def test_accepted_claims_are_overwritten(self, store: Store) -> None:
        now = accepted("1", standing=Standing.INACTIVE, address=None, claims={}, asking_since=None)
        await store.write(lambda tx: [tx.facts.put_accepted(each) for each in (accepted("1"), now)])

        assert now == await store.read(lambda tx: tx.facts.accepted("1"))

    @asynchronous
    async def test_said_gives_values_as_json_of_all_but_the_deleted(self, store: Store) -> None:
        gone = accepted("2", provider="hr", standing=Standing.DELETED, asking_since=None)
        out = accepted("3", standing=Standing.OUT_OF_SCOPE, claims={"city": Set('["a"]')}, asking_since=None)
        await store.write(
            lambda tx: [tx.facts.put_accepted(each) for each in (accepted("1", claims=CLAIMS), gone, out)]
        )
        names = ["city", "tags", "none", "remote", "phone", "title"]

        found = await store.read(lambda tx: sorted(tx.facts.said(names)))

        assert found == [
            ("1", "okta", ('"Oslo"', '["a","b"]', "[]", "false", None, None)),
            ("3", "okta", (r'"[\"a\"]"', None, None, None, None, None)),
        ]
        assert [("1", "okta", ()), ("3", "okta", ())] == await store.read(lambda tx: sorted(tx.facts.said([])))

    @asynchronous
    async def test_said_leaves_whom_no_filter_lets_in_where_it_is_asked_to(self, store: Store) -> None:
        put = [accepted(standing.value, standing=standing, asking_since=None) for standing in Standing]
        await store.write(lambda tx: [tx.facts.put_accepted(each) for each in put])

        found = await store.read(lambda tx: [record for record, _, _ in tx.facts.said([], by_filters=True)])

        assert sorted(found) == ["asks", "out_of_scope"]

    @asynchronous
    async def test_asking_gives_who_has_asked_longest_first(self, store: Store) -> None:
        put = [
            accepted("3", asking_since=2),
            accepted("1", asking_since=5),
            accepted("2", asking_since=2),
            accepted("4", address=B),
            accepted("5", standing=Standing.INACTIVE, asking_since=None),
        ]
        await store.write(lambda tx: [tx.facts.put_accepted(each) for each in put])

        assert await store.read(lambda tx: [found.record for found in tx.facts.asking(A)]) == ["2", "3", "1"]
        assert sorted(await store.read(lambda tx: tx.facts.naming(A))) == ["1", "2", "3", "5"]

    @asynchronous
    async def test_due_are_those_who_ask_beyond_their_last_day(self, store: Store) -> None:
        put = [
            accepted("1", until=date(2026, 11, 23)),
            accepted("2", until=date(2026, 11, 24)),
            accepted("3", until=date(2026, 11, 1), standing=Standing.ENDED),
            accepted("4"),
        ]
        await store.write(lambda tx: [tx.facts.put_accepted(each) for each in put])

        assert await store.read(lambda tx: tx.facts.due(date(2026, 11, 24))) == ["1"]

    @asynchronous
    async def test_links(self, store: Store) -> None:
        await store.write(lambda tx: [tx.facts.put_link(link(record, "p")) for record in ("2", "1", "3")])
        await store.write(lambda tx: tx.facts.end_link(RecordId("3")))

        assert [link("1", "p"), link("2", "p")] == await store.read(lambda tx: tx.facts.links("p"))
        assert link("1", "p") == await store.read(lambda tx: tx.facts.link("1"))
        assert await store.read(lambda tx: [tx.facts.link("3"), tx.facts.links("q")]) == [None, []]

    @asynchronous
    async def test_a_record_is_linked_to_one_person(self, store: Store) -> None:
        await store.write(lambda tx: [tx.facts.put_link(link("1", person)) for person in ("p", "q")])

        assert await store.read(lambda tx: (len(tx.facts.links("p")), tx.facts.link("1").person)) == (0, "q")

    @asynchronous
    async def test_a_record_that_was_a_person_s_is_remembered(self, store: Store) -> None:
        await store.write(lambda tx: [tx.facts.put_link(link(record, "p")) for record in ("2", "1", "2")])
        await store.write(lambda tx: tx.facts.end_link(RecordId("2")))
        await store.write(lambda tx: tx.facts.put_link(link("1", "q")))

        assert await store.read(lambda tx: [tx.facts.ever_linked(p) for p in ("p", "q", "r")]) == [
            ["1", "2"],
            ["1"],
            [],
        ]

    @asynchronous
    async def test_seats_and_their_history(self, store: Store) -> None:
        await store.write(hold_in_turn)

        past = attrs.evolve(seat(A, "p", 2), until=5, until_at=later(5))
        now = seat(A, "q", 6)
        assert [past, now] == await store.read(lambda tx: tx.facts.seats(A))
        assert [now, now, None] == await store.read(
            lambda tx: [tx.facts.holder(A), tx.facts.seat_of("q"), tx.facts.seat_of("p")]
        )
        assert [past, now, None] == await store.read(lambda tx: [tx.facts.last_seat(p) for p in ("p", "q", "r")])

    @asynchronous
    async def test_a_seat_of_one_event_leaves_no_trace(self, store: Store) -> None:
        def job(tx: Transaction) -> None:
            tx.facts.open_seat(seat(A, "p", 2))
            tx.facts.close_seat(A, until=2, at=AT)
            tx.facts.open_seat(seat(A, "q", 2))

        await store.write(job)

        assert [seat(A, "q", 2)] == await store.read(lambda tx: tx.facts.seats(A))

    @pytest.mark.parametrize("second", [seat(A, "q", 3), seat(B, "p", 3)])
    @asynchronous
    async def test_neither_an_address_nor_a_person_is_seated_twice(self, store: Store, second: object) -> None:
        with pytest.raises(OSError, match="seat"):
            await store.write(lambda tx: [tx.facts.open_seat(each) for each in (seat(A, "p", 2), second)])

    @pytest.mark.parametrize(("since", "expected"), [(1, "p"), (2, "p"), (4, "p"), (5, "q"), (6, "q"), (9, "q")])
    @asynchronous
    async def test_meant_is_who_held_the_address_then_or_first_afterwards(
        self, store: Store, since: int, expected: str
    ) -> None:
        await store.write(hold_in_turn)

        assert expected == await store.read(lambda tx: tx.facts.meant(A, since))

    @asynchronous
    async def test_nobody_is_meant_before_anybody_holds(self, store: Store) -> None:
        await store.write(lambda tx: [tx.facts.open_seat(seat(A, "p", 2)), tx.facts.close_seat(A, until=5, at=AT)])

        assert await store.read(lambda tx: [tx.facts.meant(A, 5), tx.facts.meant(B, 1)]) == [None, None]

    @asynchronous
    async def test_mentions(self, store: Store) -> None:
        said = [Mention("manager", A, 1), Mention("assistants", A, 2), Mention("assistants", B, 3)]
        await store.write(lambda tx: [tx.facts.put_mention("1", each) for each in said])
        await store.write(lambda tx: tx.facts.end_mention("1", "assistants", A))

        assert {said[0], said[2]} == set(await store.read(lambda tx: tx.facts.mentions("1")))
        assert await store.read(lambda tx: tx.facts.mentions("2")) == []

    @asynchronous
    async def test_placements(self, store: Store) -> None:
        oslo, bergen = (Placement(PersonId("p"), key, "add", "sofie", AT) for key in ("oslo", "bergen"))
        other = Placement(RecordId("r"), "oslo", "mask", "sofie", AT)
        await store.write(lambda tx: [tx.facts.put_placement(each) for each in (oslo, bergen, other)])
        masked = attrs.evolve(oslo, op="mask")
        await store.write(lambda tx: tx.facts.put_placement(masked))

        assert [bergen, masked] == await store.read(lambda tx: tx.facts.placements("p"))
        assert [bergen, masked, other] == await store.read(lambda tx: tx.facts.all_placements())
        assert await store.write(lambda tx: [tx.facts.end_placement("p", key) for key in ("oslo", "oslo")]) == [
            True,
            False,
        ]
        assert [bergen] == await store.read(lambda tx: tx.facts.placements("p"))

    @asynchronous
    async def test_overrides(self, store: Store) -> None:
        pin = Override(PersonId("p"), "phone", "pin", None, "sofie", AT, "private")
        add = Override(PersonId("p"), "assistants", "add", A, "sofie", AT)
        mask = attrs.evolve(add, op="mask", value=B)
        other = attrs.evolve(pin, person=PersonId("q"), value=True)
        await store.write(lambda tx: [tx.facts.put_override(each) for each in (pin, add, mask, other, add)])

        assert {add, mask, pin} == set(await store.read(lambda tx: tx.facts.overrides("p")))
        assert len(await store.read(lambda tx: tx.facts.all_overrides())) == 4
        await store.write(lambda tx: tx.facts.end_override(add))
        assert {mask, pin} == set(await store.read(lambda tx: tx.facts.overrides("p")))

    @asynchronous
    async def test_adoptions(self, store: Store) -> None:
        first, second = (
            Adoption(RecordId("m"), RecordId(record), PersonId("p"), before, "sofie", AT)
            for record, before in (("1", None), ("2", link("2", "q")))
        )
        await store.write(lambda tx: [tx.facts.put_adoption(each) for each in (first, second)])

        assert {first, second} == set(await store.read(lambda tx: tx.facts.adoptions("p")))
        assert await store.read(lambda tx: [tx.facts.is_dormant(record) for record in ("m", "1")]) == [True, False]
        await store.write(lambda tx: tx.facts.end_adoptions("p"))
        assert await store.read(lambda tx: [*tx.facts.adoptions("p"), tx.facts.is_dormant("m")]) == [False]

    @asynchronous
    async def test_kept_apart(self, store: Store) -> None:
        await store.write(
            lambda tx: [tx.facts.put_kept_apart(KeptApart("okta", PersonId("p"), "s", AT)) for _ in range(2)]
        )
        asked = (("okta", "p"), ("hr", "p"), ("okta", "q"))

        assert await store.read(lambda tx: [tx.facts.is_kept_apart(*each) for each in asked]) == [True, False, False]
        await store.write(lambda tx: tx.facts.end_kept_apart("okta", PersonId("p")))
        assert not await store.read(lambda tx: tx.facts.is_kept_apart("okta", "p"))

    @asynchronous
    async def test_rules(self, store: Store) -> None:
        versions = [AppliedRules(n, {"n": n, "text": "é"}, "sofie", AT) for n in (1, 2)]
        assert await store.read(lambda tx: (tx.facts.rules(), tx.facts.rules_version())) == (None, 0)

        await store.write(lambda tx: [tx.facts.put_rules(each) for each in versions])

        assert [versions[1], versions[0], None] == await store.read(
            lambda tx: [tx.facts.rules(n) for n in (None, 1, 3)]
        )
        assert await store.read(lambda tx: tx.facts.rules_version()) == 2

    @asynchronous
    async def test_providers(self, store: Store) -> None:
        okta, hr = (KnownProvider(name, "flat", "Flat", False, True) for name in ("okta", "hr"))
        now = attrs.evolve(okta, title="Okta", by_hand=True)
        await store.write(lambda tx: [tx.facts.put_provider(each) for each in (okta, hr, now)])

        assert [hr, now] == await store.read(lambda tx: tx.facts.providers())

    @asynchronous
    async def test_everybody_is_who_was_ever_linked_or_seated(self, store: Store) -> None:
        people = [f"{n:04}" for n in range(2200)]

        def job(tx: Transaction) -> None:
            for person in people[::2]:
                tx.facts.put_link(link(f"r{person}", person))
            for person in people[1::2]:
                tx.facts.open_seat(seat(f"{person}@x.example", person, 1))
            tx.facts.open_seat(seat(A, people[0], 1))
            tx.facts.close_seat(A, until=2, at=AT)
            tx.facts.end_link(RecordId("r0000"))

        await store.write(job)

        assert people == await store.read(lambda tx: list(tx.facts.everybody()))

    @asynchronous
    async def test_what_is_read_ahead_is_what_is_there(self, store: Store) -> None:
        def job(tx: Transaction) -> None:
            tx.facts.put_accepted(accepted("1"))
            tx.facts.put_accepted(accepted("2", asking_since=3))
            tx.facts.put_link(link("1", "p"))
            tx.facts.open_seat(seat(A, "p", 2))
            tx.facts.put_placement(Placement(PersonId("p"), "oslo", "add", "sofie", AT))

        def told(tx: Transaction) -> object:
            facts = tx.facts
            return (
                [(facts.links(p), facts.seat_of(p), facts.placements(p), tx.people.get(p)) for p in ("p", "q")],
                [(facts.accepted(r), facts.link(r), tx.records.any(r), tx.cases.holds(r)) for r in ("1", "2", "3")],
                (facts.asking(A), facts.asking(B)),
            )

        def told_ahead(tx: Transaction) -> object:
            tx.read_ahead([PersonId("p"), PersonId("q")], [RecordId(record) for record in ("1", "2", "3")])
            return told(tx)

        await store.write(job)

        assert await store.read(told) == await store.read(told_ahead)

    @asynchronous
    async def test_what_is_written_after_it_was_read_is_read_anew(self, store: Store) -> None:
        def job(tx: Transaction) -> object:
            tx.read_ahead([PersonId("p")], [RecordId("1")])
            tx.facts.put_accepted(accepted("1"))
            tx.facts.put_link(link("1", "p"))
            tx.facts.open_seat(seat(A, "p", 2))
            tx.facts.put_placement(Placement(PersonId("p"), "oslo", "add", "sofie", AT))
            found = tx.facts.asking(A), tx.facts.links("p"), tx.facts.seat_of("p"), tx.facts.placements("p")
            tx.facts.put_accepted(accepted("1", address=B))
            tx.facts.end_link(RecordId("1"))
            tx.facts.close_seat(A, until=5, at=later(5))
            tx.facts.end_placement(PersonId("p"), "oslo")
            return (
                [len(each) if isinstance(each, list) else each is not None for each in found],
                tx.facts.asking(A), tx.facts.links("p"), tx.facts.seat_of("p"), tx.facts.placements("p"),
            )  # fmt: skip

        assert await store.write(job) == ([1, 1, True, 1], [], [], None, [])
