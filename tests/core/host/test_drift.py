"""Which records their source has not confirmed, by writing them, changed or not."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dirsync_core.api import Refused
from dirsync_core.model.people import Situation
from dirsync_core.query.as_of import BadTime
from dirsync_core.query.drift import DriftSearch, drift_shape, read_since
from dirsync_core.query.people import BadCursor
from dirsync_core.query.reading import Reading
from tests.core.world import TWO_TENANTS, World

A, B, C = "a@x.example", "b@x.example", "c@x.example"


async def shape(w: World, since: datetime, **search: Any) -> Any:
    return await w.look(lambda tx: drift_shape(Reading(tx, w.host.rules(tx), w.now), DriftSearch(since, **search)))


async def quiet(w: World, since: datetime, **search: Any) -> list[str]:
    return [str(line["email"]) for line in (await shape(w, since, **search))["records"]]


async def test_who_was_not_written_since_is_listed_with_the_time(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        first = w.now
        await w.push("okta", "bob", email=B)

        found = await shape(w, w.now)

        assert [(A, first.isoformat().replace("+00:00", ".000Z"))] == [
            (line["email"], line["confirmedAt"]) for line in found["records"]
        ]


async def test_written_again_as_it_is_a_record_is_confirmed_and_nothing_else(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        record = await w.push("okta", "ann", email=A)
        epoch = w.now + timedelta(minutes=1)
        before = await w.look(lambda tx: (tx.records.any(record), list(tx.events.every()), tx.feed.end()))
        w.now += timedelta(hours=1)

        await w.push("okta", "ann", email=A)

        assert [] == await quiet(w, epoch)
        assert before == await w.look(lambda tx: (tx.records.any(record), list(tx.events.every()), tx.feed.end()))


async def test_a_change_confirms(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        epoch = w.now + timedelta(minutes=1)
        w.now += timedelta(hours=1)

        await w.push("okta", "ann", email=A, title="Pilot")

        assert [] == await quiet(w, epoch)


async def test_tombstones_and_people_kept_by_hand_are_left_out(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A)
        await w.push("okta", "bob", email=B)
        await w.delete("okta", "bob")

        assert [] == await quiet(w, w.now + timedelta(days=1))


async def test_by_situation(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        await w.push("okta", "bob", email=B, active=False)

        assert [B] == await quiet(w, w.now + timedelta(days=1), situation=Situation.INACTIVE)


async def test_page_by_page_through_every_source(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        for provider, key, email in (("okta", "ann", A), ("okta", "bob", B), ("hr", "cy", C)):
            await w.push(provider, key, email=email)
        since, pages, cursor = w.now + timedelta(days=1), [], None

        while True:
            page = await shape(w, since, cursor=cursor, limit=1)
            pages.append([line["email"] for line in page["records"]])
            cursor = page["nextCursor"]
            if cursor is None:
                break

        assert [[C], [A], [B]] == pages


async def test_a_source_that_does_not_push_is_refused(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        with pytest.raises(Refused, match="does not push"):
            await quiet(w, w.now, provider="contractors")


async def test_a_cursor_from_elsewhere_is_refused(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        with pytest.raises(BadCursor):
            await quiet(w, w.now, cursor="nonsense")


def test_since_is_a_time_a_day_or_how_long_ago() -> None:
    now = datetime.fromisoformat("2026-11-24T09:00:00+00:00")

    assert now - timedelta(days=30) == read_since("30d", now.tzinfo, now)  # type: ignore[arg-type]
    assert now - timedelta(hours=1) == read_since("2026-11-24T08:00:00Z", now.tzinfo, now)  # type: ignore[arg-type]
    for wrong in ("", "0d", "soon", "99999999d"):
        with pytest.raises(BadTime):
            read_since(wrong, now.tzinfo, now)  # type: ignore[arg-type]


async def test_what_was_confirmed_costs_one_small_write(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        changes: list[int] = []

        def counted(edit: Any) -> None:
            connection = edit._tx.records._connection
            before = connection.total_changes
            record = edit.find("user", "key", "ann")[0]
            edit.replace(record.id, key="ann", body={"email": A}, external_id=None, active=True)
            changes.append(connection.total_changes - before)

        await w.host.providers["okta"].records.write(counted, by=w.by())

        assert [1] == changes
