"""The room of people: publishing, finding, listing page by page, counting."""

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.people import Person, Status
from dirsync_core.store.contract import PeopleQuery, Reference, Store, Transaction
from dirsync_core.store.sqlite.store import make_sqlite
from tests.core.store.making import A, B, later, person


async def put(store: Store, *people: Person) -> None:
    await store.write(lambda tx: [tx.people.put(each, []) for each in people])


async def listed(store: Store, query: PeopleQuery) -> list[str]:
    return [found.id for _, found in await store.read(lambda tx: tx.people.select(query))]


async def test_a_person_comes_back_as_they_were_put(store: Store) -> None:
    ann = person("1", "Änn", version=3, changed_at=later(3), sources=("okta", "hr"), values={"tags": ["a"], "x": None})
    await put(store, ann)

    assert ann == await store.read(lambda tx: tx.people.get("1"))
    assert await store.read(lambda tx: tx.people.get("2")) is None


async def test_people_are_listed_by_name_without_case_and_accents(store: Store) -> None:
    await put(store, person("1", "zoë"), person("2", "Änn"), person("3", "anna"), person("4", ""), person("5", "Ann"))

    assert await listed(store, PeopleQuery()) == ["4", "2", "5", "3", "1"]


async def test_people_are_listed_by_their_last_change_newest_first(store: Store) -> None:
    await put(store, *(person(str(n), last_change=n) for n in (2, 3, 1)))

    assert await listed(store, PeopleQuery(order="change")) == ["3", "2", "1"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (PeopleQuery(), "1 2 4"),
        (PeopleQuery(status=None), "1 2 3 4"),
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
async def test_people_are_found(store: Store, query: PeopleQuery, expected: str) -> None:
    oslo = {"locations": ["oslo"]}
    await put(
        store,
        person("1", "Anna Åberg", values=oslo | {"phone": "99 55 11"}, last_change=1),
        person("2", "Dag Larsen-Berg", values=oslo, sources=("okta", "hr"), last_change=2),
        person("3", "Lars Left", values=oslo, status=Status.LEFT, last_change=3),
        person("4", "Eva Larsen", sources=("hr",), last_change=4),
    )

    assert expected.split() == await listed(store, query)
    assert len(expected.split()) == await store.read(
        lambda tx: tx.people.count(attrs.evolve(query, starts=None), most=100)
    ) or query.starts


async def test_a_page_begins_where_the_one_before_ended_in_both_directions(store: Store) -> None:
    await put(store, *(person(str(n), "Same" if n < 4 else f"T{n}", last_change=n) for n in range(7)))
    for order in ("name", "change"):
        query = PeopleQuery(order=order, limit=3)  # type: ignore[arg-type]
        first = await store.read(lambda tx, query=query: tx.people.select(query))
        second = await store.read(
            lambda tx, query=query, place=first[-1][0]: tx.people.select(attrs.evolve(query, after=place))
        )
        back = await store.read(
            lambda tx, query=query, place=second[0][0]: tx.people.select(
                attrs.evolve(query, after=place, backwards=True)
            )
        )
        assert first == back
        everybody = await listed(store, PeopleQuery(order=order))  # type: ignore[arg-type]
        assert everybody[:6] == [found.id for _, found in (*first, *second)]


async def test_nobody_is_counted_further_than_asked(store: Store) -> None:
    await put(store, *(person(str(n)) for n in range(5)))

    assert await store.read(lambda tx: [tx.people.count(PeopleQuery(), most=n) for n in (3, 9)]) == [3, 5]


async def test_holders_are_who_show_an_address_active_first_then_the_latest(store: Store) -> None:
    shown = {"email": "A@x.example"}
    await put(
        store,
        person("1", values=shown, status=Status.LEFT, last_change=1),
        person("2", values=shown, last_change=2),
        person("3", values=shown, status=Status.LEFT, last_change=3),
        person("4"),
    )

    assert await store.read(lambda tx: tx.people.holders(A)) == ["2", "3", "1"]


async def test_references_are_found_from_both_sides(store: Store) -> None:
    meant = Reference(PersonId("1"), "manager", A, PersonId("2"))
    waiting = Reference(PersonId("1"), "assistants", B, None)
    await store.write(lambda tx: tx.people.put(person("1"), [meant, waiting]))

    assert [meant] == await store.read(lambda tx: tx.people.naming("2"))
    assert [waiting] == await store.read(lambda tx: tx.people.waiting_for(B))
    assert [waiting, meant] == await store.read(lambda tx: tx.people.references("1"))


async def test_references_follow_what_is_published(store: Store) -> None:
    waiting = Reference(PersonId("1"), "manager", A, None)
    now = attrs.evolve(waiting, target=PersonId("2"))
    await store.write(lambda tx: [tx.people.put(person("1"), [each]) for each in (waiting, now)])
    assert [[now], []] == await store.read(lambda tx: [tx.people.naming("2"), tx.people.waiting_for(A)])

    await store.write(lambda tx: tx.people.put(person("1"), []))
    assert await store.read(lambda tx: tx.people.references("1")) == []


async def test_letters_count_active_people_by_the_letter_behind_a_prefix(store: Store) -> None:
    await put(store, *(person(str(n), name) for n, name in enumerate(("Ann", "Åse", "bo", "Ada"))))
    await put(store, person("9", "Aha", status=Status.LEFT))

    assert await store.read(lambda tx: dict(tx.people.letters())) == {"a": 3, "b": 1}
    assert await store.read(lambda tx: dict(tx.people.letters("A"))) == {"ad": 1, "an": 1, "as": 1}


people = st.builds(
    lambda id_, name, status, locations, sources, named: person(
        id_, name, status=status, sources=sources, values={"locations": locations, "assistants": named}
    ),
    st.sampled_from(("1", "2", "3")),
    st.sampled_from(("Ann", "ann", "Bo", "Åse")),
    st.sampled_from(Status),
    st.sampled_from(([], ["oslo"], ["oslo", "bergen"])),
    st.sampled_from(((), ("okta",), ("okta", "hr"))),
    st.sampled_from(([], [{"written": "b@x.example", "state": "pending", "by": "okta"}])),
)


@given(st.lists(people, max_size=8))
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_kept_counts_are_what_counting_gives(written: list[Person]) -> None:
    tx = in_memory()
    for each in written:
        tx.people.put(each, [])
    there = {each.id: each for each in written}.values()
    active = [each for each in there if each.status is Status.ACTIVE]

    def counted(*keys: str) -> dict[str, int]:
        return {key: keys.count(key) for key in sorted(set(keys))}

    assert counted(*(each.status.value for each in there)) == tx.people.counts("status")
    assert counted(*(key for each in active for key in each.values["locations"])) == tx.people.counts("location")
    assert counted(*(source for each in active for source in each.sources)) == tx.people.counts("source")
    assert counted(*(source for each in active if each.values["assistants"] for source in each.sources)) == (
        tx.people.counts("naming")
    )
    for key in ("oslo", "bergen"):
        found = tx.people.select(PeopleQuery(location=key, status=None))
        assert {each.id for _, each in found} == {each.id for each in there if key in each.values["locations"]}
