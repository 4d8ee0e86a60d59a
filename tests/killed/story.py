"""A story of all that writes: sources that push, a source that is asked, rules, and what people do."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import attrs

from dirsync_core.api import Complete, Entry, RecordId, Upsert
from tests.core.world import World

Act = Callable[[World], Awaitable[object]]

FIRST: Mapping[str, Any] = {
    "directory": {"precedence": ["okta", "payroll"]},
    "providers": {
        "okta": {"plugin": "flat", "domains": ["x.example"]},
        "payroll": {"plugin": "asked", "domains": ["x.example"]},
        "contractors": {"plugin": "manual"},
    },
    "locations": {"oslo": {"filter": 'city eq "Oslo"'}},
    "guard": {"people": 1, "percent": 1},
}
SECOND = FIRST | {"locations": FIRST["locations"] | {"team": {"filter": 'not (groups eq "Interns")'}}}
TABLES = {"first": FIRST, "second": SECOND}


@attrs.frozen
class Step:
    """What happens, under which settings, and how much later than what was before."""

    name: str
    act: Act
    table: str = "first"
    later: timedelta = timedelta()


def push(key: str, email: str, **body: Any) -> Act:
    return lambda w: w.push("okta", key, email=f"{email}@x.example", **body)


def group(name: str, *keys: str) -> Act:
    async def act(w: World) -> None:
        await w.group("okta", name, *[await record(w, key) for key in keys])

    return act


async def record(w: World, key: str) -> RecordId:
    (found,) = await w.host.providers["okta"].records.read(lambda view: view.find("user", "key", key))
    return RecordId(found.id)


def pull(*keys: str) -> Act:
    said = [Upsert(key, {"email": f"{key}@x.example", "city": "Oslo"}) for key in keys]
    return lambda w: w.pull("payroll", *said, Complete(), again=True)


async def approve(w: World) -> None:
    (case,) = await w.cases("guard")
    await w.approve(case.id)


async def undo_the_import(w: World) -> None:
    events = await w.look(lambda tx: [*tx.events.every()])
    await w.undo(next(event.request for event in events if event.record is not None and _is_of_kim(event.body)))


def _is_of_kim(body: object) -> bool:
    return isinstance(body, dict) and body.get("key") == "kim@x.example"


STORY = (
    Step("the first rules", lambda w: w.host.apply(w.by())),
    Step("a push", push("ann", "ann", city="Oslo", displayName="Ann")),
    Step("one who names others", push("bo", "bo", assistants=["ann@x.example", "dan@x.example"])),
    Step("one who is named", push("dan", "dan", manager="ann@x.example", city="Oslo")),
    Step("one more", push("eve", "eve", city="Oslo")),
    Step("a group", group("Interns", "ann", "dan")),
    Step("a group's members", group("Interns", "dan", "eve")),
    Step("one by hand", lambda w: w.add("max@x.example", "oslo", displayName="Max", phone="12")),
    Step("one by hand for a time", lambda w: w.add("tim@x.example", until="2026-11-25")),
    Step("a push that is contested", push("max", "max", city="Oslo", displayName="Max of Okta")),
    Step("an adoption", lambda w: w.adopt("max@x.example")),
    Step("a pin", lambda w: w.pin("max@x.example", "phone", "34")),
    Step("a placement", lambda w: w.place("bo@x.example", "oslo")),
    Step("an import", lambda w: w.take([Entry(f"{n}", {"email": f"{n}@x.example"}) for n in ("kim", "lea")])),
    Step("what is undone", undo_the_import),
    Step("other rules", lambda w: w.host.apply(w.by()), "second"),
    Step("a rename", push("ann", "anna", city="Oslo", displayName="Anna"), "second"),
    Step("one who goes", lambda w: w.delete("okta", "dan"), "second"),
    Step("one who is held", lambda w: w.delete("okta", "eve"), "second"),
    Step("a guard's case", approve, "second"),
    Step("a source that is asked", pull("ida", "jan", "bo"), "second"),
    Step("one it leaves out", pull("ida", "bo"), "second"),
    Step("the clock", lambda w: w.tick(), "second", timedelta(days=3)),
    Step("a release", lambda w: w.release("max@x.example"), "second"),
    Step("an erasure", lambda w: w.erase("bo@x.example"), "second"),
    Step("what comes after", push("gus", "gus", city="Oslo", assistants=["anna@x.example", "bo@x.example"]), "second"),
)
