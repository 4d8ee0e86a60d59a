"""The room of records: each verb by itself. Verbs that face a provider see nothing of another."""

from collections.abc import Callable

import attrs
import pytest

from dirsync_core.model.identifiers import RecordId
from dirsync_core.model.records import Kind, Member, Record
from dirsync_core.store.contract import Store, Transaction
from dirsync_core.testing.contract import Contract, asynchronous
from dirsync_core.testing.storing.making import AT, later, record


async def written(store: Store, *records: Record) -> None:
    await store.write(lambda tx: [tx.records.put(record) for record in records])


async def with_members(store: Store, *values: str, group: str = "g") -> None:
    await written(store, record(group, kind="group"))
    await store.write(lambda tx: tx.records.add_members(group, [Member(value) for value in values]))


def ids(records: object) -> list[str]:
    return [found.id for found in records]  # type: ignore[attr-defined]


class RecordsContract(Contract):
    """The room of records."""

    @asynchronous
    async def test_a_record_comes_back_as_it_was_put(self, store: Store) -> None:
        put = record("1", key="Änn@X", external_id="00u", body='{"é": 1}'.encode(), active=False, version=7)
        await written(store, put)

        assert put == await store.read(lambda tx: tx.records.get("okta", "1"))

    @asynchronous
    async def test_put_again_it_is_overwritten_and_keeps_when_it_was_made(self, store: Store) -> None:
        await written(store, record("1"), record("1", body=b"[]", version=2, created_at=later(5), changed_at=later(5)))

        found = await store.read(lambda tx: tx.records.get("okta", "1"))
        assert (found.body, found.version, found.created_at, found.changed_at) == (b"[]", 2, AT, later(5))

    @asynchronous
    async def test_nothing_of_another_provider_and_no_tombstone_is_given(self, store: Store) -> None:
        await written(store, record("1", provider="hr"), record("2", deleted_at=AT))

        found = await store.read(lambda tx: [tx.records.get("okta", "1"), tx.records.get("okta", "2")])
        assert found == [None, None]
        assert await store.read(lambda tx: ids(map(tx.records.any, ("1", "2")))) == ["1", "2"]
        assert await store.read(lambda tx: tx.records.any("3")) is None

    @pytest.mark.parametrize(
        ("attribute", "value", "expected"),
        [
            ("key", " ANN@x ", ["1"]),
            ("key", "ann", []),
            ("externalId", "00u", ["1", "4"]),
            ("externalId", "00U", []),
        ],
    )
    @asynchronous
    async def test_find(self, store: Store, attribute: str, value: str, expected: list[str]) -> None:
        ann = record("1", key="Ann@X", external_id="00u")
        await written(
            store, ann, attrs.evolve(ann, id="2", provider="hr"), attrs.evolve(ann, id="3", kind="group"),
            attrs.evolve(ann, id="4", key="other"), attrs.evolve(ann, id="5", deleted_at=AT),
        )  # fmt: skip

        assert expected == ids(await store.read(lambda tx: tx.records.find("okta", "user", attribute, value)))

    @asynchronous
    async def test_two_live_records_of_one_key_can_not_be(self, store: Store) -> None:
        await written(store, record("1", key="ann"))

        with pytest.raises(OSError, match="record"):
            await written(store, record("2", key="ANN"))

    @pytest.mark.parametrize("word", ["1", "ANN", "00u"])
    @asynchronous
    async def test_named_finds_users_of_any_provider_live_ones_first(self, store: Store, word: str) -> None:
        other = None if word == "ANN" else "00u"
        await written(
            store, record("1", key="ann", external_id="00u", deleted_at=AT),
            record("2", provider="hr", key="x" if word == "00u" else "Ann", external_id=other),
            record("3", kind="group", key="ann", external_id="00u"),
        )  # fmt: skip

        found = await store.read(lambda tx: ids(tx.records.named(word)))
        assert found == (["1"] if word == "1" else ["2", "1"])

    @asynchronous
    async def test_count_and_page_go_through_live_records_in_the_order_of_their_ids(self, store: Store) -> None:
        others = [record("x", provider="hr"), record("y", kind="group"), record("z", deleted_at=AT)]
        await written(store, *(record(str(n)) for n in (3, 1, 2, 4)), *others)

        def page(
            tx: Transaction, after: str | None = None, start: int = 0, limit: int = 9, kind: Kind = "user"
        ) -> list[str]:
            return ids(tx.records.page("okta", kind, after=after, start=start, limit=limit))

        assert await store.read(lambda tx: tx.records.count("okta", "user")) == 4
        assert await store.read(page) == ["1", "2", "3", "4"]
        assert await store.read(lambda tx: page(tx, start=1, limit=2)) == ["2", "3"]
        assert await store.read(lambda tx: page(tx, after="2", limit=1)) == ["3"]
        assert await store.read(lambda tx: page(tx, after="4")) == []
        assert await store.read(lambda tx: page(tx, kind="group")) == ["y"]

    @asynchronous
    async def test_page_before_gives_the_last_live_records_in_front_of_an_id(self, store: Store) -> None:
        others = [record("0", provider="hr"), record("15", kind="group"), record("16", deleted_at=AT)]
        await written(store, *(record(str(n)) for n in (3, 1, 2, 4)), *others)

        def page(before: str, limit: int) -> Callable[[Transaction], list[str]]:
            return lambda tx: ids(tx.records.page_before("okta", "user", RecordId(before), limit))

        assert await store.read(page("4", 2)) == ["2", "3"]
        assert await store.read(page("9", 9)) == ["1", "2", "3", "4"]
        assert await store.read(page("1", 9)) == []

    @asynchronous
    async def test_every_gives_users_tombstones_included_while_the_job_writes(self, store: Store) -> None:
        await written(store, *(record(f"{n:04}", provider="okta" if n % 2 else "hr") for n in range(2500)))
        await written(store, record("x", kind="group"), record("y", deleted_at=AT))

        def job(tx: Transaction) -> list[str]:
            found: list[str] = []
            for id_ in tx.records.every():
                tx.records.put(record(id_, version=2))
                found.append(id_)
            return found

        assert [*(f"{n:04}" for n in range(2500)), "y"] == await store.write(job)
        assert len(await store.read(lambda tx: list(tx.records.every("hr")))) == 1250

    @asynchronous
    async def test_members_come_in_the_order_of_their_values_page_by_page(self, store: Store) -> None:
        await with_members(store, "c", "a", "b", "d")

        def values(tx: Transaction, after: str | None = None, limit: int | None = None) -> list[str]:
            return [member.value for member in tx.records.members("g", after=after, limit=limit)]

        assert await store.read(values) == ["a", "b", "c", "d"]
        assert await store.read(lambda tx: values(tx, after="a", limit=2)) == ["b", "c"]
        assert await store.read(lambda tx: values(tx, limit=0)) == []

    @asynchronous
    async def test_members_keep_what_else_was_said_of_them(self, store: Store) -> None:
        await with_members(store)
        await store.write(lambda tx: tx.records.add_members("g", [Member("a", b'{"display":"Ann"}')]))

        assert await store.read(lambda tx: list(tx.records.members("g", after=None, limit=None))) == [
            Member("a", b'{"display":"Ann"}')
        ]

    @asynchronous
    async def test_add_gives_who_is_new_and_leaves_who_is_there(self, store: Store) -> None:
        await with_members(store, "a")

        added = await store.write(
            lambda tx: tx.records.add_members("g", [Member("b", b"1"), Member("a", b"2"), Member("b", b"3")])
        )

        assert added == ("b",)
        rows = await store.read(lambda tx: list(tx.records.members("g", after=None, limit=None)))
        assert rows == [Member("a"), Member("b", b"1")]

    @asynchronous
    async def test_remove_gives_who_was_there(self, store: Store) -> None:
        await with_members(store, "a", "b")

        assert await store.write(lambda tx: tx.records.remove_members("g", ["b", "c", "b"])) == ("b",)
        assert await store.read(lambda tx: tx.records.has_members("g", ["a", "b"])) == {"a"}

    @asynchronous
    async def test_has_members_takes_as_many_as_one_likes(self, store: Store) -> None:
        values = [f"{n:05}" for n in range(2000)]
        await with_members(store, *values[::2])

        assert set(values[::2]) == await store.read(lambda tx: tx.records.has_members("g", values))

    @asynchronous
    async def test_groups_of_gives_live_groups_of_the_provider_by_name(self, store: Store) -> None:
        groups = [
            record("g1", kind="group", key="beta"),
            record("g2", kind="group", key="Alpha"),
            record("g3", kind="group", key="gone", deleted_at=AT),
            record("g4", kind="group", key="theirs", provider="hr"),
        ]
        await written(store, *groups)
        await store.write(lambda tx: [tx.records.add_members(group.id, [Member("u")]) for group in groups])

        assert await store.read(lambda tx: ids(tx.records.groups_of("okta", "u"))) == ["g2", "g1"]
        assert await store.read(lambda tx: ids(tx.records.groups_of("hr", "u"))) == ["g4"]
        assert await store.read(lambda tx: ids(tx.records.groups_of("okta", "v"))) == []
