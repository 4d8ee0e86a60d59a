"""The handle of a provider: what counts as a change, what is its own, and what is told at once."""

from pathlib import Path
from typing import Any

import pytest

from dirsync_core.api import AddressTaken, KeyTaken, NoSuchRecord, RecordId, VersionMismatch
from dirsync_core.model.people import Situation
from tests.core.world import TWO_TENANTS, World

A, B = "a@x.example", "b@x.example"


def handle(w: World, provider: str = "okta") -> Any:
    return w.host.providers[provider].records


async def version(w: World, record: RecordId) -> int:
    found = await handle(w).read(lambda view: view.get(record))
    return int(found.version)


@pytest.mark.parametrize(
    ("before", "after", "versions"),
    [
        ({"n": 1}, {"n": 1}, 1),
        ({"n": 1, "m": 2}, {"m": 2, "n": 1}, 1),
        ({"n": 1}, {"n": True}, 2),
        ({"n": 1}, {"n": 1.0}, 2),
        ({"n": False}, {"n": 0}, 2),
        ({"n": None}, {}, 2),
        ({"n": ["a", "b"]}, {"n": ["b", "a"]}, 2),
    ],
)
async def test_what_reads_differently_is_a_change(
    tmp_path: Path, before: dict[str, Any], after: dict[str, Any], versions: int
) -> None:
    async with World(tmp_path) as w:
        said = {"title": "boom"}  # what the body means is not the point here
        record = await w.push("okta", "ann", **said, **before)

        await w.push("okta", "ann", **said, **after)

        assert versions == await version(w, record)


async def test_key_external_id_and_activity_are_changes_too(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        record = await w.push("okta", "ann", email=A)
        await w.push("okta", "ann", email=A, external_id="00u")
        await w.push("okta", "ann", email=A, external_id="00u", active=False)
        await w.push("okta", "ANN", email=A, external_id="00u", active=False)

        assert await version(w, record) == 4


async def test_a_key_is_free_again_when_its_record_is_deleted(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        await w.push("okta", "bob", email=B)

        def take(edit: Any) -> None:
            edit.replace(edit.find("user", "key", "bob")[0].id, key="Ann", body={}, external_id=None, active=True)

        with pytest.raises(KeyTaken, match="Ann"):
            await handle(w).write(take, by=w.by())
        await w.delete("okta", "ann")
        await handle(w).write(take, by=w.by())


async def test_nothing_of_a_job_that_fails_is_written(tmp_path: Path) -> None:
    async with World(tmp_path) as w:

        def job(edit: Any) -> None:
            edit.create("user", "ann", {"email": A})
            edit.replace("nobody", key="x", body={}, external_id=None, active=True)

        with pytest.raises(NoSuchRecord):
            await handle(w).write(job, by=w.by())

        assert [] == await w.changes()
        assert await handle(w).read(lambda view: view.count("user")) == 0


async def test_a_provider_reads_and_writes_nothing_of_another(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        theirs = await w.push("hr", "ann", email=A, external_id="00u")
        group = await w.group("hr", "Team", theirs)
        manual = (await w.add(B)).person

        def look(view: Any) -> list[Any]:
            return [
                view.get(theirs),
                *(view.find("user", name, value) for name, value in (("key", "ann"), ("externalId", "00u"))),
                *(view.count(kind) for kind in ("user", "group")),
                *(view.page(kind) for kind in ("user", "group")),
                view.groups_of(theirs),
            ]

        assert await handle(w).read(look) == [None, [], [], 0, 0, [], [], []]
        for job in (
            lambda edit: edit.delete(theirs),
            lambda edit: edit.replace(theirs, key="x", body={}, external_id=None, active=True),
            lambda edit: edit.members(group),
            lambda edit: edit.get(RecordId(manual)).id,
        ):
            with pytest.raises((NoSuchRecord, AttributeError)):
                await handle(w).write(job, by=w.by())


async def test_a_version_that_was_read_before_is_refused(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        record = await w.push("okta", "ann", email=A)
        await w.push("okta", "ann", email=B)

        with pytest.raises(VersionMismatch) as refusal:
            await handle(w).write(
                lambda edit: edit.replace(record, key="a", body={}, external_id=None, active=True, if_version=1),
                by=w.by(),
            )

        assert refusal.value.actual == 2


async def test_a_record_deleted_that_never_could_be_mapped_is_a_tombstone(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        record = await w.push("okta", "ann", email=A, title="boom")
        assert await w.situation(record) is Situation.ERRORED

        await w.delete("okta", "ann")

        assert await w.situation(record) is Situation.TOMBSTONE


# --- providers kept by hand ------------------------------------------------------------------------------------------


async def test_a_provider_by_hand_is_told_at_once_that_an_address_is_taken(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        before = await w.changes()

        with pytest.raises(AddressTaken, match=A):
            await w.push("contractors", "sam", email=A)

        assert before == await w.changes()
        assert await handle(w, "contractors").read(lambda view: view.count("user")) == 0


async def test_a_last_day_that_is_no_date_says_so_and_ends_nothing(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        record = await w.push("contractors", "sam", email=A, until="2026-12-31")

        await w.push("contractors", "sam", email=A, until="soon")

        assert await w.situation(record) is Situation.ERRORED
        assert (await w.person(A)).status == "active"


async def test_what_is_written_of_a_record_by_hand_is_noted_as_its_provider_s(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A)

        (event,) = await w.look(lambda tx: [e for e in tx.events.every() if e.kind == "user.created"])
        (change,) = await w.changes()
        assert (event.provider, event.by) == ("contractors", "sofie")
        assert change.cause.provider is None


async def test_the_clock_does_not_strike_for_those_who_can_not_be_judged(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A, until="2026-11-24")
        await w.restart(w.table, "core", "flat")

        for _ in range(3):
            await w.tick(days=1)

        assert (await w.person(A)).status == "active"
        assert [] == await w.look(lambda tx: [event for event in tx.events.every() if event.kind == "clock"])

        await w.restart(w.table)
        await w.tick(days=0)
        assert (await w.person(A)).status == "left"
