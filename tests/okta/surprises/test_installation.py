"""Surprises that need the whole of an installation: manual records, two tenants, people, guard, tokens, clock.

Each by its number in docs/reference/surprises.md; the others are tested where what they are about is.
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from dirsync_core.api import Request, new_request_id
from dirsync_core.engine.settle import settle_clock
from dirsync_core.host import doors
from dirsync_core.host.acts import overriding
from dirsync_core.model.moments import Moment
from dirsync_core.query.reading import person_shape
from dirsync_core.query.who import person_of
from dirsync_okta.scim.body import Limits
from tests.okta.conversation import DIRSYNC, ERROR, okta_user
from tests.okta.proof.installation import Installation, Tenant, served

TITLED = {"title": "Cook", "userType": "employee"}  # who is in scope


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Installation]:
    async with served(tmp_path) as installation:
        yield installation


async def person(there: Installation, name: str) -> dict[str, Any]:
    """Give somebody as the directory publishes them."""
    address = f"{name}@halden.example"
    return await there.host.store.read(lambda tx: person_shape(person_of(tx, address)))


async def published(there: Installation) -> int:
    """Give how many changes were ever published."""
    return await there.host.store.read(lambda tx: tx.feed.end())


async def answered(tenant: Tenant, path: str) -> Any:
    answer = await tenant.ask("GET", path)
    assert answer.status == 200, answer.body
    return answer.json


def rows(there: Installation, sql: str, *values: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(there.host.settings.store_path)) as db:
        return db.execute(sql, values).fetchall()


def situation(there: Installation, record: str) -> str:
    return str(rows(there, "SELECT situation FROM outcome WHERE record = ?", record)[0][0])


def moment(there: Installation) -> Moment:
    return Moment(there.host.clock(), Request(new_request_id(), "sofie"))


def named(name: str) -> str:
    return f"/Users?filter=userName%20eq%20%22{name}%40halden.example%22"


@pytest.mark.parametrize(
    "path", ["/Users", "/Groups", "/Users?startIndex=1&count=2", "/Schemas", "/ResourceTypes", "/Users?count=0", "/"]
)
async def test_08_counts_are_whole_numbers_in_every_list(there: Installation, path: str) -> None:
    listed = await answered(there.okta, path)

    assert {type(listed[name]) for name in ("totalResults", "startIndex", "itemsPerPage")} == {int}


async def test_12_an_answer_to_who_takes_gzip_can_be_read(there: Installation) -> None:
    answer = await there.okta.ask("GET", "/Users", Accept_Encoding="gzip,deflate")

    assert "Content-Encoding" not in answer.headers
    assert answer.json["totalResults"] == 0


async def test_14_a_token_without_bearer_opens_its_own_provider(there: Installation) -> None:
    bare = {"Authorization": there.okta.token}

    async with there.client.get("/providers/okta/scim/v2/Users", headers=bare) as own:
        assert own.status == 200
    async with there.client.get("/providers/hr/scim/v2/Users", headers=bare) as another:
        assert (another.status, (await another.json(content_type=None))["schemas"]) == (401, [ERROR])


async def test_17_who_is_to_come_again_is_told_when_in_whole_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dirsync_core.store.sqlite.store._WAIT_SECONDS", 0.0)
    async with served(tmp_path) as there:
        with closing(sqlite3.connect(there.host.settings.store_path, isolation_level=None)) as another:
            another.execute("BEGIN IMMEDIATE")
            answer = await there.okta.ask("POST", "/Users", okta_user())

        assert (answer.status, answer.json["schemas"], answer.json["status"]) == (503, [ERROR], "503")
        assert int(answer.headers["Retry-After"]) > 0
        assert (await answered(there.okta, "/Users"))["totalResults"] == 0


def test_20_no_request_takes_as_long_as_okta_waits() -> None:
    limits = Limits()

    assert limits.seconds + limits.answer < 60


# --- people kept by hand ---------------------------------------------------------------------------------------------


async def test_35_a_push_onto_an_address_kept_by_hand_is_stored_and_touches_nobody(there: Installation) -> None:
    await there.by_hand("dana.okafor@halden.example", title="Painter")
    before = there.others()

    record = await there.okta.user("dana.okafor", **TITLED)

    assert situation(there, record) == "contested"
    assert (await person(there, "dana.okafor"))["title"] == "Painter"
    assert there.others() == before


async def test_36_a_lookup_and_a_post_ten_times_over_are_answered_alike(there: Installation) -> None:
    await there.by_hand("dana.okafor@halden.example", title="Painter")
    record, changes = await there.okta.user("dana.okafor", **TITLED), await published(there)

    found = [await answered(there.okta, named("dana.okafor")) for _ in range(10)]
    posted = [await there.okta.ask("POST", "/Users", okta_user("dana.okafor")) for _ in range(10)]

    assert [[each["id"] for each in listed["Resources"]] for listed in found] == [[record]] * 10
    assert {(each.status, each.json["scimType"]) for each in posted} == {(409, "uniqueness")}
    assert len({each.json["detail"] for each in posted}) == 1
    assert await published(there) == changes


async def test_51_a_stale_copy_of_what_is_decided_here_is_taken_and_changes_nothing_here(there: Installation) -> None:
    user = await there.okta.user("dana.okafor", **TITLED)
    now, rules = moment(there), there.host.rules
    await there.host.store.write(
        lambda tx: overriding.pin(tx, rules(tx), now, "dana.okafor@halden.example", "title", "Chef")
    )

    answer = await there.okta.ask("PUT", f"/Users/{user}", okta_user("dana.okafor", title="Buyer"))

    assert (answer.status, answer.json["title"]) == (200, "Buyer")
    assert (await person(there, "dana.okafor"))["title"] == "Chef"


async def test_66_nobody_leaves_for_silence(there: Installation) -> None:
    await there.okta.user("dana.okafor", **TITLED)
    later = attrs.evolve(moment(there), at=there.host.clock() + timedelta(days=4000))

    await there.host.store.write(lambda tx: settle_clock(tx, there.host.rules(tx), later))

    assert (await person(there, "dana.okafor"))["status"] == "active"


async def test_82_groups_of_one_name_are_of_two_sources(there: Installation) -> None:
    ours, theirs = await there.okta.user("dana"), await there.hr.user("tor")
    groups = [await there.okta.group("Oslo", ours), await there.hr.group("Oslo", theirs)]

    shown = [
        await answered(tenant, f"/Groups/{group}") for tenant, group in zip((there.okta, there.hr), groups, strict=True)
    ]

    assert [[each["value"] for each in group["members"]] for group in shown] == [[ours], [theirs]]


# --- assistants ------------------------------------------------------------------------------------------------------


def assisted_by(*names: str) -> dict[str, Any]:
    return {**TITLED, DIRSYNC: {"assistants": [f"{name}@halden.example" for name in names]}}


async def assistants(there: Installation, name: str) -> list[Any]:
    found = (await person(there, name))["assistants"]
    return [(each["written"].partition("@")[0], each.get("person")) for each in found]


async def test_84_an_assistant_who_is_not_there_yet_is_linked_when_they_come(there: Installation) -> None:
    await there.okta.user("dana", **assisted_by("ines"))
    before = await assistants(there, "dana")

    await there.okta.user("ines", **TITLED)

    assert before == [("ines", None)]
    assert await assistants(there, "dana") == [("ines", (await person(there, "ines"))["id"])]


async def test_85_an_assistant_may_be_kept_by_hand(there: Installation) -> None:
    ines = await there.by_hand("ines@halden.example", title="Painter")
    before = there.others()

    await there.okta.user("dana", **assisted_by("ines"))

    assert await assistants(there, "dana") == [("ines", ines)]
    assert there.others() == before


async def test_87_an_assistant_who_is_away_is_one_again_on_return(there: Installation) -> None:
    ines = await there.okta.user("ines", **TITLED)
    await there.okta.user("dana", **assisted_by("ines"))
    linked = await assistants(there, "dana")

    await there.okta.patch(f"/Users/{ines}", {"op": "replace", "value": {"active": False}})
    away = await assistants(there, "dana")
    await there.okta.patch(f"/Users/{ines}", {"op": "replace", "value": {"active": True}})

    assert [name for name, _ in away] == ["ines"]
    assert await assistants(there, "dana") == linked


async def test_88_two_may_assist_each_other_and_themselves(there: Installation) -> None:
    await there.okta.user("dana", **assisted_by("ines", "dana"))
    await there.okta.user("ines", **assisted_by("dana"))

    ids = {name: (await person(there, name))["id"] for name in ("dana", "ines")}
    assert dict(await assistants(there, "dana"))["ines"] == ids["ines"]
    assert await assistants(there, "ines") == [("dana", ids["dana"])]


# --- import and safety -----------------------------------------------------------------------------------------------


async def test_89_a_cursor_is_answered_by_one_and_a_wrong_one_refused(there: Installation) -> None:
    made = {await there.okta.user(f"p{n}") for n in range(3)}

    first = await answered(there.okta, "/Users?cursor=&count=2")
    rest = await answered(there.okta, f"/Users?cursor={first['nextCursor']}&count=2")
    wrong = await there.okta.ask("GET", "/Users?cursor=nonsense")

    assert {each["id"] for page in (first, rest) for each in page["Resources"]} == made
    assert (wrong.status, wrong.json["scimType"]) == (400, "invalidCursor")
    assert "nextCursor" not in await answered(there.okta, "/Users?count=2")


async def test_90_many_who_leave_at_once_are_held_and_read_back_as_they_were_written(there: Installation) -> None:
    users = [await there.okta.user(f"p{n:02}", **TITLED) for n in range(20)]

    for user in users:
        answer = await there.okta.patch(f"/Users/{user}", {"op": "replace", "value": {"active": False}})
        assert (answer.status, answer.json["active"]) == (200, False)

    active = [n for n in range(20) if (await person(there, f"p{n:02}"))["status"] == "active"]
    assert len(active) == 15  # five may go in a day
    assert (await answered(there.okta, "/Users?filter=active%20eq%20false&count=0"))["totalResults"] == 20


async def test_91_of_two_who_push_one_address_one_has_it_and_nothing_goes_to_and_fro(there: Installation) -> None:
    ours = await there.okta.user("dana", **TITLED)
    theirs = await there.hr.user("dana", title="Chef")
    changes, before = await published(there), await person(there, "dana")

    for _ in range(3):
        await there.hr.ask("PUT", f"/Users/{theirs}", okta_user("dana", title="Chef"))
        await there.okta.ask("PUT", f"/Users/{ours}", okta_user("dana", **TITLED))

    assert (situation(there, ours), situation(there, theirs)) == ("linked", "contested")
    assert (await published(there), await person(there, "dana")) == (changes, before)


async def test_92_a_token_that_was_rotated_opens_no_more_and_nobody_changes(there: Installation) -> None:
    await there.okta.user("dana", **TITLED)
    now, changes = moment(there), await published(there)

    secret = await there.host.store.write(lambda tx: doors.rotate_tokens(tx, now, "okta", timedelta(0)))

    old, new = there.okta, attrs.evolve(there.okta, token=secret)
    assert [(await each.ask("GET", "/Users")).status for each in (old, new)] == [401, 200]
    assert await published(there) == changes


async def test_98_an_id_of_another_source_is_no_id_here(there: Installation) -> None:
    await there.by_hand("cy@halden.example")
    theirs = await there.hr.user("tor", **TITLED)
    group, before = await there.okta.group("Oslo"), there.others()

    for stranger in (theirs, there.record_by_hand("cy@halden.example")):
        for method, body in (("GET", None), ("PUT", okta_user("tor")), ("DELETE", None)):
            answer = await there.okta.ask(method, f"/Users/{stranger}", body)
            assert answer.status == 404
            assert answer.json == (await there.okta.ask("GET", f"/Users/{stranger}")).json
        await there.okta.patch(f"/Groups/{group}", {"op": "add", "path": "members", "value": [{"value": stranger}]})

    assert there.others() == before
    assert (await answered(there.hr, f"/Users/{theirs}")).get("groups") is None
