"""Somebody is forgotten on request, in history too, and kept from coming back."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dirsync_core.api import Erased, Member, NotFound, PersonId, RecordId, Refused
from dirsync_core.host.acts import erasing
from dirsync_core.model.cases import CaseState
from dirsync_core.model.changes import ChangeType
from dirsync_core.model.people import Situation
from dirsync_core.query.undoing import restoration
from dirsync_core.store.contract import Call, KeptDraft, PullState, Transaction
from tests.core.world import TWO_TENANTS, World

A, B, C, OLD = "ann.lee@x.example", "bob@x.example", "cy@x.example", "ann.born@x.example"
PRIVATE = ("ann.lee", "ann.born", "Ann Lee", "Wizardess", "+47 900 11 222", "Secret Street")


async def erase(w: World, who: str) -> erasing.Forgotten:
    found: erasing.Forgotten = await w._by_hand(lambda tx, rules, m: erasing.erase(tx, rules, m, who))
    return found


async def lift(w: World, email: str) -> None:
    await w._by_hand(lambda tx, rules, m: erasing.lift(tx, rules, m, email))


async def a_life(w: World) -> RecordId:
    """Ann was pushed, renamed, put in a group, placed, overridden; Bob names her, and so did an admin for Cy."""
    record = await w.push("okta", OLD, email=OLD, displayName="Ann Lee", title="Wizardess", phone="+47 900 11 222")
    await w.push("okta", OLD, email=A, displayName="Ann Lee", title="Wizardess", city="Secret Street")
    await w.push("okta", "bob", email=B, assistants=[A, C], manager=A)
    await w.push("okta", "cy", email=C)
    await w.say("add", C, "assistants", A)
    await w.pin(A, "title", "Wizardess Royal")
    await w.group("okta", "Everybody", record)
    handle = w.host.providers["okta"].records
    members = [Member(record, b'{"display":"Ann Lee"}')]
    await handle.write(lambda e: e.add_members(e.create("group", "Others", {}).id, members), by=w.by())
    return record


def dump(w: World) -> str:
    """Everything that the files of the store hold, readable or not."""
    paths = [p for p in w.folder.iterdir() if p.name.startswith(w.settings.store_path.name)]
    return "".join(path.read_bytes().decode("utf-8", "replace") for path in paths)


async def references(w: World, who: str) -> list[str]:
    person = await w.person(who)
    return [str(each["written"]) for each in person.values["assistants"]]  # type: ignore[index, union-attr, call-overload]


async def test_nothing_of_them_is_left_in_the_files_of_the_store(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await a_life(w)
        await w.push("okta", "bob", email=B, assistants=[C])
        assert all(word in dump(w) for word in PRIVATE)

        await erase(w, A)
        assert await w.host.store.scrub()

        assert [] == [word for word in PRIVATE if word in dump(w)]


async def test_who_still_names_them_keeps_the_record_and_is_listed(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await a_life(w)
        record = await w.push("okta", "bob", email=B, assistants=[A, C], manager=A)

        forgotten = await erase(w, A)

        assert [(record, B)] == [(each.record, each.email) for each in forgotten.naming]
        assert A in (await w.look(lambda tx: tx.records.any(record))).content["assistants"]


async def test_nobody_is_shown_to_name_them(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await a_life(w)

        await erase(w, A)

        assert [[C], []] == [await references(w, B), await references(w, C)]
        assert (await w.person(B)).values["manager"] is None


async def test_what_is_pushed_later_of_others_may_name_them_and_is_not_shown(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await a_life(w)
        await erase(w, A)

        await w.push("okta", "bob", email=B, assistants=[A, C], title="Pilot")

        assert [C] == await references(w, B)


async def test_the_feed_tells_that_there_was_somebody_and_no_more(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await a_life(w)
        ann = await w.id(A)

        await erase(w, A)

        theirs = [c for c in await w.changes() if c.person == ann]
        assert {("", 0)} == {(change.email, len(change.changed)) for change in theirs}
        assert ChangeType.ERASED is theirs[-1].type
        changes = await w.changes()
        assert list(range(1, len(changes) + 1)) == [change.seq for change in changes]


async def test_the_changes_of_others_lead_to_what_is_shown_of_them(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await a_life(w)

        await erase(w, A)

        for who in (B, C):
            person = await w.person(who)
            last: dict[str, Any] = {}
            for change in (c for c in await w.changes() if c.person == person.id):
                last |= {name: after for name, (_, after) in change.changed.items()}
            assert person.values["assistants"] == last["assistants"]


@pytest.mark.parametrize("key", [A, "somebody"])
async def test_a_later_push_of_the_address_is_refused_and_nothing_is_stored(key: str, tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await a_life(w)
        await erase(w, A)

        with pytest.raises(Erased, match=r"on request on 2026-11-24.*--lift"):
            await w.push("okta", key, email=A.upper())

        assert not await w.look(lambda tx: tx.records.find("okta", "user", "key", key))


async def test_an_address_that_they_had_before_is_refused_too(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await a_life(w)
        await erase(w, A)

        with pytest.raises(Erased):
            await w.push("okta", "somebody", email=OLD)


async def test_among_the_emails_it_is_refused_too(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await a_life(w)
        await erase(w, A)

        with pytest.raises(Erased):
            await w.push("okta", "bob", email=B, emails=[{"value": B}, {"value": A}])


async def test_a_write_to_the_record_that_was_theirs_is_refused(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        record = await a_life(w)
        await erase(w, A)
        handle = w.host.providers["okta"].records

        assert await handle.read(lambda view: view.get(record)) is None
        for job in (
            lambda edit: edit.delete(record),
            lambda edit: edit.replace(record, key="x", body={}, external_id=None, active=False),
            lambda edit: edit.get(record),
        ):
            with pytest.raises(Erased):
                await handle.write(job, by=w.by())


async def test_a_group_that_lists_them_again_keeps_the_id_alone(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        record = await a_life(w)
        await erase(w, A)
        handle = w.host.providers["okta"].records

        group = await handle.write(lambda e: e.create("group", "New", {}).id, by=w.by())
        rows = [Member(record, b'{"display":"Ann Lee"}')]
        await handle.write(lambda edit: edit.add_members(group, rows), by=w.by())

        assert [Member(record)] == await handle.read(lambda view: view.members(group))


async def test_lifted_they_come_back_as_somebody_new(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        record = await a_life(w)
        ann = await w.id(A)
        await erase(w, A)

        await lift(w, A.upper())

        handle = w.host.providers["okta"].records
        assert await handle.write(lambda edit: edit.get(record), by=w.by()) is None
        await w.push("okta", OLD, email=A)
        assert ann != await w.id(A)
        assert [A, C] == await references(w, B)


async def test_what_was_not_erased_is_not_lifted(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        with pytest.raises(NotFound, match="--list"):
            await lift(w, A)


async def test_somebody_kept_by_hand_is_erased_and_refused_with_the_way_out(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A, displayName="Ann Lee")
        await erase(w, A)

        with pytest.raises(Erased, match="lift it first"):
            await w.add(A)


async def test_a_record_that_waits_for_their_address_goes_with_them(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A, displayName="Ann Lee")
        record = await w.push("okta", "ann", email=A, displayName="Ann Lee")

        await erase(w, A)

        assert await w.look(lambda tx: tx.records.any(record)) is None
        assert set() == await w.active()


async def test_who_has_the_address_by_now_keeps_it(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=B)
        await w.push("okta", "ann", email=A)
        await w.push("okta", "bob", email=B)

        forgotten = await erase(w, A)

        assert (1, 1) == (forgotten.addresses, forgotten.shared)
        await w.push("okta", "bob", email=B, title="Pilot")
        assert {B} == await w.active()


async def test_who_waits_for_the_address_gets_it(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        bob = await w.push("okta", "bob", email=B)
        await w.push("okta", "bob", email=A)

        await erase(w, A)

        assert Situation.LINKED is await w.situation(bob)
        assert {A} == await w.active()


async def test_somebody_who_was_never_a_person_is_erased_by_record(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        record = await w.push("okta", A, displayName="Ann Lee")

        forgotten = await erase(w, A)

        assert (record, 1) == (forgotten.subject, forgotten.records)
        with pytest.raises(Erased):
            await w.push("okta", "x", email=A)


async def test_who_was_handed_over_goes_with_both_records(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A, displayName="Ann Lee")
        await w.push("okta", "ann", email=A)
        await w.adopt(A)

        assert 2 == (await erase(w, A)).records


async def test_who_was_kept_apart_is_somebody_else(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.add(A, displayName="Ann Lee")
        record = await w.push("okta", "ann", email=A)
        await w.adopt(A)
        await w.release(A)

        await erase(w, A)

        assert Situation.LINKED is await w.situation(record)


async def test_while_a_plugin_is_missing_they_are_erased_all_the_same(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await a_life(w)
        await w.restart(w.table, "core", "manual")

        await erase(w, A)

        assert [C] == await references(w, B)
        await w.restart(w.table)


async def test_a_request_that_wrote_of_them_can_no_longer_be_undone(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "cy", email=C)
        await w.push("okta", "ann", email=A)
        await w.say("add", C, "assistants", A)
        events = await w.look(lambda tx: list(tx.events.every()))

        await erase(w, A)

        with pytest.raises(Refused, match="no longer kept"):
            await w.look(lambda tx: restoration(tx, w.host.rules(tx), w.now, events[-1].request))


async def test_of_two_sources_both_records_go(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await w.push("okta", "ann", email=A)
        await w.push("hr", "ann", email=A)

        assert 2 == (await erase(w, A)).records
        with pytest.raises(Erased):
            await w.push("hr", "new", email=A)


async def test_erased_is_listed_with_hashes_that_tell_nothing(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await a_life(w)
        ann: PersonId = await w.id(A)

        await erase(w, A)

        (erasure,) = await w.look(lambda tx: tx.erasures.all())
        assert (ann, "sofie", 2) == (erasure.subject, erasure.by, len(erasure.hashes))


async def test_counts_follow(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await a_life(w)

        await erase(w, A)

        assert {"active": 2} == await w.look(lambda tx: tx.people.counts("status"))
        assert {("okta", Situation.LINKED): 2} == await w.look(lambda tx: tx.outcomes.counts())


async def test_what_was_said_of_them_beside_the_directory_goes_too(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await a_life(w)

        def say(tx: Transaction) -> None:
            told = f"The userName “{A}” is taken."
            tx.traffic.note([Call("okta", w.now, "POST", "/Users", 409, told)])
            tx.pulls.put(PullState("hr", last_error=f"{A.upper()} stands there twice"))
            tx.drafts.put(KeptDraft("m", 1, {}, {"first": [A]}, "sofie", w.now), f'{{"effects": ["{A}"]}}')

        await w.host.store.write(say)

        await erase(w, A)

        assert await w.look(lambda tx: tx.traffic.of("okta", w.now).last_error.detail) is None
        assert await w.look(lambda tx: tx.pulls.get("hr").last_error) is None
        assert await w.look(lambda tx: tx.drafts.plan()) is None


async def test_what_is_held_of_them_waits_no_longer(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        for n in range(12):
            await w.push("okta", f"p{n}", email=f"p{n}@x.example", city="Oslo")
        for n in range(12):
            await w.push("okta", f"p{n}", email=f"p{n}@x.example", active=False)
        held = await w.look(lambda tx: [r for r in tx.records.every() if tx.cases.holds(r)])
        assert held

        for n in range(12):
            await erase(w, f"p{n}@x.example")

        assert [CaseState.DISSOLVED] == await w.look(
            lambda tx: [c.state for c in tx.cases.cases(open_only=False, limit=9)]
        )
        assert 0 == await w.look(lambda tx: tx.cases.most_asking("okta", w.now + timedelta(hours=2)))
