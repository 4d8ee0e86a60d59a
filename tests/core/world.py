"""A whole installation in a temporary folder, with a clock to turn and short words for what happens to it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any
from unittest.mock import patch

from dirsync_core.api import Entry, Imported, Member, PersonId, Pulled, RecordId, Request
from dirsync_core.engine.rebuild import Difference, rebuild
from dirsync_core.engine.settle import Settled, settle_clock
from dirsync_core.host.acts import adopting, by_hand, casework, erasing, overriding, retiring, undoing
from dirsync_core.host.acts.importing import import_people
from dirsync_core.host.asked import pulling
from dirsync_core.host.host import Host
from dirsync_core.host.plugins import Plugins, load_plugins
from dirsync_core.host.settings import settings_of
from dirsync_core.model.cases import Case, CaseKind
from dirsync_core.model.moments import Moment
from dirsync_core.model.people import Person, Situation
from dirsync_core.model.plans import Plan
from dirsync_core.model.retirements import Fate
from dirsync_core.query.who import person_named
from dirsync_core.store.contract import PullState, Transaction
from dirsync_core.store.sqlite.store import make_sqlite, open_sqlite
from tests.core.asked import Asked

POINTS = {
    "core": "dirsync_core.builtin",
    "manual": "dirsync_manual.plugin",
    "flat": "tests.core.flat",
    "asked": "tests.core.asked",
}
OKTA_AND_HAND = {"providers": {"okta": {"plugin": "flat"}, "contractors": {"plugin": "manual"}}}
TWO_TENANTS = {
    "directory": {"precedence": ["okta", "hr"]},
    "providers": {
        "okta": {"plugin": "flat", "domains": ["x.example"]},
        "hr": {"plugin": "flat", "domains": ["x.example"]},
        "contractors": {"plugin": "manual"},
    },
}


def plugins(*names: str) -> Plugins:
    """Load the plugins of those names; without names, all of them."""
    return load_plugins([EntryPoint(n, POINTS[n], "dirsync") for n in names or POINTS])


class World:
    """See the module. Records are known by provider and key; people by address."""

    def __init__(self, folder: Path, table: Mapping[str, Any] = OKTA_AND_HAND, *names: str) -> None:
        self.folder = folder
        self.now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
        self.requests = 0
        self._open(table, *names)

    def _open(self, table: Mapping[str, Any], *names: str) -> None:
        self.table = table
        self.settings = settings_of(table, self.folder)
        make_sqlite(self.settings.store_path)
        self.host = Host(self.settings, plugins(*names), open_sqlite(self.settings.store_path), lambda: self.now)

    async def __aenter__(self) -> "World":
        await self.host.apply(self.by())
        return self

    async def __aexit__(self, failure: object, *_: object) -> None:
        try:
            if failure is None:
                differences = await self.rebuilt()
                assert not differences, differences
        finally:
            await self.host.close()

    async def restart(self, table: Mapping[str, Any], *names: str) -> None:
        await self.host.close()
        self._open(table, *names)

    async def rules(self, table: Mapping[str, Any]) -> None:
        await self.restart(table)
        await self.host.apply(self.by())

    def by(self, name: str = "test") -> Request:
        self.requests += 1
        self.now += timedelta(seconds=1)
        return Request(f"r{self.requests}", name)

    # --- what providers do -------------------------------------------------------------------------------------------

    async def push(
        self, provider: str, key: str, *, active: bool = True, external_id: str | None = None, **body: Any
    ) -> RecordId:
        """Create the record of that key, or replace it."""
        handle = self.host.providers[provider].records

        def job(edit: Any) -> RecordId:
            found = edit.find("user", "key", key)
            if not found:
                return edit.create("user", key, body, external_id=external_id, active=active).id
            return edit.replace(found[0].id, key=key, body=body, external_id=external_id, active=active).id

        return await handle.write(job, by=self.by())

    async def delete(self, provider: str, key: str) -> None:
        handle = self.host.providers[provider].records
        await handle.write(lambda edit: edit.delete(edit.find("user", "key", key)[0].id), by=self.by())

    async def group(self, provider: str, name: str, *members: str, rename: str | None = None) -> RecordId:
        """Make a group have exactly these members (record ids), under another name where one is given."""
        handle = self.host.providers[provider].records

        def job(edit: Any) -> RecordId:
            found = edit.find("group", "key", name)
            group = found[0] if found else edit.create("group", name, {"displayName": name})
            if rename is not None:
                edit.replace(group.id, key=rename, body={"displayName": rename}, external_id=None, active=True)
            else:
                there = {m.value for m in edit.members(group.id)}
                edit.remove_members(group.id, there - set(members))
                edit.add_members(group.id, [Member(value) for value in members])
            return group.id

        return await handle.write(job, by=self.by())

    async def pull(self, provider: str, *says: Pulled | BaseException, again: bool = False) -> PullState:
        """Have a source that is asked say this, and nothing else. The request is numbered like all others."""
        source = self.host.providers[provider]
        assert isinstance(source, Asked)
        source.says = [*says]
        with patch.object(pulling, "new_request_id", return_value=self.by().id):
            return await pulling.pull(self.host, provider, again=again)

    # --- what people do ----------------------------------------------------------------------------------------------

    async def _by_hand(self, job: Any) -> Any:
        at, by = self.now, self.by("sofie")
        return await self.host.store.write(lambda tx: job(tx, self.host.rules(tx), Moment(at, by)))

    async def add(self, email: str, *locations: str, until: str | None = None, **values: str) -> by_hand.Added:
        provider = next(iter(self.host.by_hand.values()))
        return await self._by_hand(
            lambda tx, rules, moment: by_hand.add(tx, rules, moment, provider, email, values, locations, until)
        )

    async def take(self, entries: Sequence[Entry]) -> Imported:
        provider = next(iter(self.host.by_hand.values()))
        return await self._by_hand(lambda tx, rules, moment: import_people(tx, rules, moment, provider, entries))

    async def edit(self, who: str, **values: str) -> None:
        await self._by_hand(lambda tx, rules, m: by_hand.change(tx, rules, m, self.host.by_hand, who, values))

    async def remove(self, who: str) -> None:
        await self._by_hand(lambda tx, rules, m: by_hand.remove(tx, rules, m, self.host.by_hand, who))

    async def place(self, who: str, location: str, op: str = "add") -> None:
        await self._by_hand(lambda tx, rules, m: by_hand.place(tx, rules, m, who, location, op))

    async def pin(self, who: str, name: str, value: str | None) -> None:
        await self._by_hand(lambda tx, rules, m: overriding.pin(tx, rules, m, who, name, value))

    async def say(self, op: str, who: str, name: str, value: str | None = None) -> None:
        """`add`, `mask` or `clear` an override."""
        word = {"add": overriding.add, "mask": overriding.mask, "clear": overriding.clear}[op]
        await self._by_hand(lambda tx, rules, m: word(tx, rules, m, who, name, value))

    async def adopt(self, who: str, record: str | None = None) -> PersonId:
        return await self._by_hand(lambda tx, rules, m: adopting.adopt(tx, rules, m, who, record))

    async def release(self, who: str) -> PersonId:
        return await self._by_hand(lambda tx, rules, m: adopting.release(tx, rules, m, who))

    async def approve(self, case: str, *who: str) -> None:
        """Let go whom the guard holds, or say that somebody is the same as before."""
        await self._by_hand(lambda tx, rules, m: casework.approve(tx, rules, m, case, who))

    async def keep(self, case: str, *who: str) -> None:
        """Keep whom the guard holds, or say that somebody is not the same."""
        await self._by_hand(lambda tx, rules, m: casework.keep(tx, rules, m, case, who))

    async def undo(self, request: str) -> None:
        """Take back what was written by hand."""
        await self._by_hand(lambda tx, rules, m: undoing.undo(tx, rules, m, request))

    async def erase(self, who: str) -> None:
        await self._by_hand(lambda tx, rules, m: erasing.erase(tx, rules, m, who))

    async def lift(self, email: str) -> None:
        """Make the address of somebody who was erased free again."""
        await self._by_hand(lambda tx, rules, m: erasing.lift(tx, rules, m, email))

    async def retire(self, provider: str, fate: Fate, successor: str | None = None) -> Plan:
        """Say what becomes of the people of a source that is gone from the settings."""
        return await retiring.do(self.host, self.by("sofie"), provider, fate, successor)

    async def tick(self, **span: int) -> Settled:
        self.now += timedelta(**span)
        return await self._by_hand(lambda tx, rules, moment: settle_clock(tx, rules, moment))

    # --- what is there -----------------------------------------------------------------------------------------------

    async def look(self, job: Any) -> Any:
        return await self.host.store.read(job)

    async def person(self, who: str) -> Person:
        def find(tx: Transaction) -> Person:
            person = person_named(tx, who)
            assert person is not None, f"nobody is {who}"
            found = tx.people.get(person)
            assert found is not None
            return found

        return await self.look(find)

    async def id(self, who: str) -> PersonId:
        return (await self.person(who)).id

    async def situation(self, record: RecordId) -> Situation:
        return (await self.look(lambda tx: tx.outcomes.get(record))).situation

    async def active(self) -> set[str]:
        """The addresses of all who are in the directory."""
        people = await self.look(lambda tx: [tx.people.get(p) for p in tx.facts.everybody()])
        return {p.email for p in people if p.status == "active"}

    async def cases(self, kind: CaseKind | None = None) -> list[Case]:
        """The open cases, of one kind or all."""
        found = await self.look(lambda tx: tx.cases.cases(open_only=True, limit=1_000))
        return [case for case in found if kind in (None, case.kind)]

    async def changes(self) -> Any:
        return await self.look(lambda tx: tx.feed.after(0, 10_000))

    async def rebuilt(self) -> list[Difference]:
        """What a rebuild would make otherwise; nothing of it remains."""
        moment = Moment(self.now, self.by())
        return await self.host.store.try_out(lambda tx: rebuild(tx, self.host.rules(tx), moment))
