"""The room of people: publishing, finding, listing page by page, counting."""

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

import attrs
import pytest

from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.people import Person, Status
from dirsync_core.store.contract import PeopleQuery, Reference, Store, Transaction
from dirsync_core.testing.contract import Contract, asynchronous
from dirsync_core.testing.storing.making import A, B, C, later, person

Page = Sequence[tuple[tuple[str, str], Person]]


async def put(store: Store, *people: Person) -> None:
    await store.write(lambda tx: [tx.people.put(each, []) for each in people])


async def listed(store: Store, query: PeopleQuery) -> list[str]:
    return [found.id for _, found in await store.read(lambda tx: tx.people.select(query))]


def anybody(random: Random) -> Person:
    named = random.choice(([], [{"written": "b@x.example", "state": "pending", "by": "okta"}]))
    return person(
        random.choice("123"),
        random.choice(("Ann", "ann", "Bo", "Åse")),
        status=random.choice(list(Status)),
        sources=random.choice(((), ("okta",), ("okta", "hr"))),
        values={"locations": random.choice(([], ["oslo"], ["oslo", "bergen"])), "assistants": named},
    )


def compare(tx: Transaction, there: list[Person]) -> None:
    active = [each for each in there if each.status is Status.ACTIVE]
    naming = [each for each in active if each.values["assistants"]]
    assert Counter(each.status.value for each in there) == tx.people.counts("status")
    assert Counter(key for each in active for key in locations(each)) == tx.people.counts("location")
    assert Counter(source for each in active for source in each.sources) == tx.people.counts("source")
    assert Counter(source for each in naming for source in each.sources) == tx.people.counts("naming")
    assert sum(tx.people.letters().values()) == len(active)
    for key in ("oslo", "bergen"):
        found = tx.people.select(PeopleQuery(location=key))
        assert {each.id for _, each in found} == {each.id for each in active if key in locations(each)}


def locations(each: Person) -> list[str]:
    found = each.values["locations"]
    assert isinstance(found, list)
    return [str(key) for key in found]


class PeopleContract(Contract):
    """The room of people."""

    @asynchronous
    async def test_a_person_comes_back_as_they_were_put(self, store: Store) -> None:
        ann = person(
            "1", "Änn", version=3, changed_at=later(3), sources=("okta", "hr"), values={"tags": ["a"], "x": None}
        )
        await put(store, ann)

        assert ann == await store.read(lambda tx: tx.people.get("1"))
        assert await store.read(lambda tx: tx.people.get("2")) is None

    @asynchronous
    async def test_people_are_listed_by_name_without_case_and_accents(self, store: Store) -> None:
        await put(
            store, person("1", "zoë"), person("2", "Änn"), person("3", "anna"), person("4", ""), person("5", "Ann")
        )

        assert await listed(store, PeopleQuery()) == ["4", "2", "5", "3", "1"]

    @asynchronous
    async def test_people_are_listed_by_their_last_change_newest_first(self, store: Store) -> None:
        await put(store, *(person(str(n), last_change=n) for n in (2, 3, 1)))

        assert await listed(store, PeopleQuery(order="change")) == ["3", "2", "1"]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (PeopleQuery(), "1 2 4"),
            (PeopleQuery(status=None), "1 2 4 3"),
            (PeopleQuery(status=Status.LEFT), "3"),
            (PeopleQuery(location="oslo"), "1 2"),
            (PeopleQuery(location="oslo", status=None), "1 2 3"),
            (PeopleQuery(location="oslo", source="hr"), "2"),
            (PeopleQuery(source="hr"), "2 4"),
            (PeopleQuery(source="hr", order="change"), "4 2"),
            (PeopleQuery(location="bergen"), ""),
            (PeopleQuery(terms=("lar",)), "2 4"),
            (PeopleQuery(terms=("lar", "berg")), "2"),
            (PeopleQuery(terms=("1@x",)), "1"),
            (PeopleQuery(terms=("9955",), location="oslo"), "1"),
            (PeopleQuery(terms=("arsen",)), ""),
            (PeopleQuery(starts="e"), "4"),
            (PeopleQuery(starts="d", location="oslo"), "2"),
        ],
    )
    @asynchronous
    async def test_people_are_found(self, store: Store, query: PeopleQuery, expected: str) -> None:
        oslo = {"locations": ["oslo"]}
        await put(
            store,
            person("1", "Anna Åberg", values=oslo | {"phone": "99 55 11"}, last_change=1),
            person("2", "Dag Larsen-Berg", values=oslo, sources=("okta", "hr"), last_change=2),
            person("3", "Lars Left", values=oslo, status=Status.LEFT, last_change=3),
            person("4", "Eva Larsen", sources=("hr",), last_change=4),
        )

        assert expected.split() == await listed(store, query)
        if query.starts is None:
            assert len(expected.split()) == await store.read(lambda tx: tx.people.count(query, most=100))

    @pytest.mark.parametrize("query", [PeopleQuery(limit=3), PeopleQuery(limit=3, order="change")])
    @asynchronous
    async def test_a_page_begins_where_the_one_before_ended_in_both_directions(
        self, store: Store, query: PeopleQuery
    ) -> None:
        await put(store, *(person(str(n), "Same" if n < 4 else f"T{n}", last_change=n) for n in range(7)))

        def select(**more: object) -> Callable[[Transaction], Page]:
            return lambda tx: tx.people.select(attrs.evolve(query, **more))

        first = await store.read(select())
        second = await store.read(select(after=first[-1][0]))
        third = await store.read(select(after=second[-1][0]))
        assert await listed(store, attrs.evolve(query, limit=99)) == [p.id for _, p in (*first, *second, *third)]
        assert first == await store.read(select(after=second[0][0], backwards=True))

    @asynchronous
    async def test_nobody_is_counted_further_than_asked(self, store: Store) -> None:
        await put(store, *(person(str(n)) for n in range(5)))

        assert await store.read(lambda tx: [tx.people.count(PeopleQuery(), most=n) for n in (3, 9)]) == [3, 5]

    @asynchronous
    async def test_holders_are_who_show_an_address_active_first_then_the_latest(self, store: Store) -> None:
        shown = {"email": "A@x.example"}
        await put(
            store,
            person("1", values=shown, status=Status.LEFT, last_change=1),
            person("2", values=shown, last_change=2),
            person("3", values=shown, status=Status.LEFT, last_change=3),
            person("4"),
        )

        assert await store.read(lambda tx: tx.people.holders(A)) == ["2", "3", "1"]

    @asynchronous
    async def test_references_are_found_from_both_sides(self, store: Store) -> None:
        meant = Reference(PersonId("1"), "manager", A, PersonId("2"))
        waiting = Reference(PersonId("1"), "assistants", B, None)
        await store.write(lambda tx: tx.people.put(person("1"), [meant, waiting]))

        assert [meant] == await store.read(lambda tx: tx.people.naming("2"))
        assert [waiting] == await store.read(lambda tx: tx.people.waiting_for([B, C]))
        assert [waiting, meant] == await store.read(lambda tx: tx.people.references("1"))

    @asynchronous
    async def test_references_follow_what_is_published(self, store: Store) -> None:
        waiting = Reference(PersonId("1"), "manager", A, None)
        now = attrs.evolve(waiting, target=PersonId("2"))
        await store.write(lambda tx: [tx.people.put(person("1"), [each]) for each in (waiting, now)])
        assert [[now], []] == await store.read(lambda tx: [tx.people.naming("2"), tx.people.waiting_for([A])])

        await store.write(lambda tx: tx.people.put(person("1"), []))
        assert await store.read(lambda tx: tx.people.references("1")) == []

    @asynchronous
    async def test_letters_count_active_people_by_the_letter_behind_a_prefix(self, store: Store) -> None:
        await put(store, *(person(str(n), name) for n, name in enumerate(("Ann", "Åse", "bo", "Ada"))))
        await put(store, person("9", "Aha", status=Status.LEFT))

        assert await store.read(lambda tx: dict(tx.people.letters())) == {"a": 3, "b": 1}
        assert await store.read(lambda tx: dict(tx.people.letters("A"))) == {"ad": 1, "an": 1, "as": 1}

    @asynchronous
    async def test_kept_counts_of_people_are_what_counting_gives(self, store: Store) -> None:
        """After each of many writes, whatever was there before."""
        random = Random(1)

        def job(tx: Transaction) -> None:
            there: dict[str, Person] = {}
            for _ in range(200):
                written = anybody(random)
                there[written.id] = written
                tx.people.put(written, [])
                compare(tx, [*there.values()])

        await store.write(job)
