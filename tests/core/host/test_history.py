"""History: every accepted write about somebody, newest first, page by page."""

from pathlib import Path
from typing import Any

import pytest

from dirsync_core.model.errors import Ambiguous, NotFound
from dirsync_core.query import history
from dirsync_core.query.reading import Reading
from tests.core.world import OKTA_AND_HAND, World

A, B = "a@x.example", "b@x.example"
OSLO = OKTA_AND_HAND | {"locations": {"oslo": {"filter": 'city eq "Oslo"'}}}


async def events(w: World, who: str) -> Any:
    return await w.look(lambda tx: history.events_shape(Reading(tx, w.host.rules(tx), w.now), who)["events"])


async def pages(w: World, who: str, size: int) -> list[list[Any]]:
    """Every page of somebody's history."""
    person = await w.id(who)
    found, cursor = [], None
    while not found or cursor is not None:
        lines, cursor = await w.look(
            lambda tx, at=cursor: history.written(Reading(tx, w.host.rules(tx), w.now), person, size, at)
        )
        found.append(lines)
    return found


def kinds(lines: Any) -> list[str]:
    return [line["kind"] for line in lines]


async def test_every_write_is_there_newest_first(tmp_path: Path) -> None:
    async with World(tmp_path, OSLO) as w:
        record = await w.push("okta", "e", email=A, city="Oslo")
        await w.place(A, "oslo", "mask")
        await w.pin(A, "phone", "1")

        told = await events(w, A)

        assert kinds(told) == ["override.pin", "placement.mask", "user.created"]
        assert [(e["provider"], e["record"], e["by"]) for e in told] == [
            (None, None, "sofie"), (None, None, "sofie"), ("okta", record, "test")
        ]  # fmt: skip
        assert [e["undoable"] for e in told] == [True, True, False]


async def test_a_record_whose_link_has_ended_stays_in_the_history(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A)
        await w.remove(A)
        await w.add(A)

        assert kinds(await events(w, A)) == ["user.created", "user.deleted", "user.created"]


async def test_a_record_is_found_by_its_names_also_where_it_is_nobody(tmp_path: Path) -> None:
    async with World(tmp_path, OSLO) as w:
        record = await w.push("okta", "e", external_id="x1", email=A)

        assert [kinds(await events(w, who)) for who in ("e", "x1", record, A)] == [["user.created"]] * 4


async def test_several_and_nobody_are_refused(tmp_path: Path) -> None:
    async with World(tmp_path, OSLO) as w:
        await w.push("okta", "e", email=A)
        await w.push("okta", "f", email=A)

        with pytest.raises(Ambiguous):
            await events(w, A)
        with pytest.raises(NotFound):
            await events(w, B)


@pytest.mark.parametrize("size", [1, 2, 3, 50])
async def test_pages_of_any_size_give_each_request_once(tmp_path: Path, size: int) -> None:
    async with World(tmp_path, OSLO) as w:
        await w.push("okta", "e", email=A, city="Oslo", assistants=[B])
        await w.push("okta", "f", email=B, city="Oslo")
        await w.place(A, "oslo", "mask")
        await w.push("okta", "e", email=A, city="Oslo", assistants=[B], title="Clerk")
        await w.add("c@x.example")
        await w.delete("okta", "f")

        found = await pages(w, A, size)

        assert [len(page) for page in found[:-1]] == [size] * (len(found) - 1)
        lines = [line for page in found for line in page]
        assert kinds(lines) == ["changed", "user.replaced", "placement.mask", "changed", "user.created"]
        assert [sorted(line["changed"]) for line in lines][1:4] == [["title"], ["locations"], ["assistants"]]
        assert len(lines) == await w.look(
            lambda tx: history.count(Reading(tx, w.host.rules(tx), w.now), tx.facts.holder(A).person)
        )


async def test_writes_of_one_moment_each_keep_what_they_changed(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "e", email=A)
        handle = w.host.providers["okta"].records
        for phone in ("1", "2", "3"):
            by = w.by()
            w.now = w.now.replace(second=30)
            await handle.write(
                lambda edit, phone=phone: edit.replace(
                    edit.find("user", "key", "e")[0].id, key="e", body={"email": A, "phone": phone}, external_id=None,
                    active=True,
                ),
                by=by,
            )  # fmt: skip

        lines = (await pages(w, A, 9))[0]

        assert [line["changed"].get("phone") for line in lines[:3]] == [["2", "3"], ["1", "2"], [None, "1"]]
