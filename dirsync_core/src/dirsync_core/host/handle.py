"""The handle through which a provider reads and writes its records: `Records`, `View` and `Edit` of the api.

Bound to one provider, it cannot name another. Each job is one transaction: what the clock has brought is settled, the
job runs, its writes are noted as events, and everything that they touch is settled.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import attrs

from dirsync_core.api import Edit, View
from dirsync_core.engine.forgetting import own_addresses
from dirsync_core.engine.guard import Guarding
from dirsync_core.engine.mapping import map_record, text_of
from dirsync_core.engine.rehires import open_rehire
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.settle import Settled, settle, settle_clock
from dirsync_core.model.addresses import Address
from dirsync_core.model.erasures import Erasure
from dirsync_core.model.errors import AddressTaken, Erased, KeyTaken, NoSuchRecord, PluginUnavailable, VersionMismatch
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import Moment, Request
from dirsync_core.model.people import Json, Situation
from dirsync_core.model.records import Kind, Member, Record
from dirsync_core.store.contract import Store, Transaction

T = TypeVar("T")


class ProviderView:
    """`View` of one provider."""

    def __init__(self, tx: Transaction, provider: str) -> None:
        self._tx = tx
        self._provider = provider

    def get(self, record: RecordId) -> Record | None:
        return self._tx.records.get(self._provider, record)

    def find(self, kind: Kind, attribute: str, value: str) -> Sequence[Record]:
        return self._tx.records.find(self._provider, kind, attribute, value)

    def count(self, kind: Kind) -> int:
        return self._tx.records.count(self._provider, kind)

    def page(
        self,
        kind: Kind,
        *,
        after: RecordId | None = None,
        before: RecordId | None = None,
        start: int = 0,
        limit: int = 100,
    ) -> Sequence[Record]:
        if before is not None:
            return self._tx.records.page_before(self._provider, kind, before, limit)
        return self._tx.records.page(self._provider, kind, after=after, start=start, limit=limit)

    def members(self, group: RecordId, *, after: str | None = None, limit: int | None = None) -> Sequence[Member]:
        return self._tx.records.members(self._live(group).id, after=after, limit=limit)

    def has_members(self, group: RecordId, values: Iterable[str]) -> frozenset[str]:
        return self._tx.records.has_members(self._live(group).id, list(values))

    def groups_of(self, record: RecordId) -> Sequence[Record]:
        return self._tx.records.groups_of(self._provider, record)

    def _live(self, record: RecordId) -> Record:
        found = self.get(record)
        if found is None:
            raise NoSuchRecord(record)
        return found


class ProviderEdit(ProviderView):
    """`Edit` of one provider. `settle` is called once, after the job."""

    def __init__(
        self, tx: Transaction, rules: Rules, moment: Moment, provider: str, *, confirming: bool = False
    ) -> None:
        super().__init__(tx, provider)
        self._confirming = confirming
        self._rules = rules
        self._moment = moment
        self._touched: set[RecordId] = set()
        self._bumped: set[RecordId] = set()
        self._reborn: set[RecordId] = set()
        self._event: int | None = None
        self._everybody = False

    @property
    def touched(self) -> frozenset[RecordId]:
        """The user records that the job has written or moved between groups."""
        return frozenset(self._touched)

    def get(self, record: RecordId) -> Record | None:
        found = super().get(record)
        erasure = self._tx.erasures.of_record(self._provider, record) if found is None else None
        if erasure is not None:
            raise self._erased(erasure)
        return found

    def create(
        self,
        kind: Kind,
        key: str,
        body: Mapping[str, Json],
        *,
        external_id: str | None = None,
        active: bool = True,
        ignored: Sequence[str] = (),
    ) -> Record:
        at = self._moment.at
        record = Record(
            RecordId(self._moment.new_id()), self._provider, kind, key, external_id, _packed(body), active, 1, at, at
        )
        self._refuse_erased(record, None)
        self._refuse_taken(kind, key, None)
        self._put(record, f"{kind}.created", body, ignored)
        self._bumped.add(record.id)
        if kind == "group":
            self._note_name(key)
        return record

    def replace(
        self,
        record: RecordId,
        *,
        key: str,
        body: Mapping[str, Json],
        external_id: str | None,
        active: bool,
        if_version: int | None = None,
        ignored: Sequence[str] = (),
    ) -> Record:
        before = self._live(record)
        if if_version is not None and before.version != if_version:
            raise VersionMismatch(record, before.version)
        same = (before.key, before.external_id, before.active) == (key, external_id, active)
        if same and _canonical(before.content) == _canonical(body):
            self._confirm(before)
            return before
        said = attrs.evolve(before, key=key, external_id=external_id, active=active, body=_packed(body))
        self._refuse_erased(said, before)
        self._refuse_taken(before.kind, key, record)
        now = self._next_version(said)
        self._put(now, f"{before.kind}.replaced", body, ignored)
        if before.kind == "user" and not before.active and _is_another(before.external_id, external_id):
            self._reborn.add(record)
        if before.kind == "group" and before.key != key:
            self._note_name(before.key)
            self._note_name(key)
            self._touch(member.value for member in self.members(record))
        return now

    def delete(self, record: RecordId) -> None:
        before = self._live(record)
        if before.kind == "group":
            self._remove_rows(record, [member.value for member in self.members(record)])
            self._note_name(before.key)
        for group in self.groups_of(record):
            self._remove_rows(group.id, [record])
        gone = attrs.evolve(self._next_version(before), deleted_at=self._moment.at)
        self._put(gone, f"{before.kind}.deleted", None)

    def add_members(self, group: RecordId, members: Iterable[Member]) -> int:
        rows = [self._bare_if_erased(member) for member in members]
        added = self._tx.records.add_members(self._live(group).id, rows)
        bodies = {row.value: json.loads(row.body) for row in reversed(rows)}  # of two rows of a value the first counts
        self._members_changed(group, "members.added", {value: bodies[value] for value in added})
        return len(added)

    def remove_members(self, group: RecordId, values: Iterable[str] | None) -> int:
        rows = [member.value for member in self.members(group)] if values is None else list(values)
        self._live(group)
        return self._remove_rows(group, rows)

    def settle(self, guarding: Guarding = Guarding.COUNT, *, refusing: bool = True) -> Settled:
        """Bring everything in line that the job touched; nothing was written, nothing happens.

        `guarding` says how the guard takes what would be lost.

        Raises:
            AddressTaken: a person wrote a record that ends contested; they are told at once, and all is undone. Not
                where `refusing` is off: then the caller looks at `contested`.
        """
        if self._event is None:
            return Settled()
        records = self._tx.records.every(self._provider) if self._everybody else self._touched
        settled = settle(self._tx, self._rules, self._moment, self._event, records, guarding=guarding)
        for record in sorted(self._reborn):
            self._ask_about_rehire(record)
        if refusing and self._rules.by_hand(self._provider):
            for taken in self.contested().values():
                raise taken
        return settled

    def contested(self) -> Mapping[RecordId, AddressTaken]:
        """Give the records of the job that ended contested, each with what to say to the person who wrote it."""
        return {record: taken for record in sorted(self._touched) if (taken := self._taken(record)) is not None}

    def _ask_about_rehire(self, record: RecordId) -> None:
        """A record that slept and bears another external id now may be somebody else's: its source used it again."""
        link = self._tx.facts.link(record)
        if link is not None:
            open_rehire(self._tx, self._moment, record, self._provider, link.person)

    # --- parts -----------------------------------------------------------------------------------------------------

    def _remove_rows(self, group: RecordId, values: list[str]) -> int:
        removed = self._tx.records.remove_members(group, values)
        self._members_changed(group, "members.removed", dict.fromkeys(removed))
        return len(removed)

    def _members_changed(self, group: RecordId, kind: str, values: Mapping[str, Json]) -> None:
        if not values:
            return
        self._tx.records.put(self._next_version(self._live(group)))
        self._note(kind, group, dict(values))
        self._touch(values)

    def _touch(self, values: Iterable[str]) -> None:
        """Mark members whose groups changed; those that are no user of the provider are nobody's yet."""
        found = (self._tx.records.get(self._provider, RecordId(value)) for value in values)
        self._touched |= {record.id for record in found if record is not None and record.kind == "user"}

    def _note_name(self, name: str) -> None:
        """A group that filters compare with comes or goes: then nobody's verdict stays as it was."""
        self._everybody = self._everybody or self._rules.names_group(name)

    def _next_version(self, record: Record) -> Record:
        """A job makes at most one new version of a record."""
        step = 0 if record.id in self._bumped else 1
        self._bumped.add(record.id)
        return attrs.evolve(record, version=record.version + step, changed_at=self._moment.at)

    def _put(self, record: Record, kind: str, body: Mapping[str, Json] | None, ignored: Sequence[str] = ()) -> None:
        self._tx.records.put(record)
        told: dict[str, Json] | None = None
        if body is not None:
            told = {
                "key": record.key, "externalId": record.external_id, "active": record.active, "body": dict(body)
            }  # fmt: skip
        if told is not None and ignored:
            told["ignored"] = list(ignored)
        self._note(kind, record.id, told)
        if record.kind == "user":
            self._touched.add(record.id)

    def _note(self, kind: str, record: RecordId, body: Json) -> None:
        """Note a write as an event; whoever wrote it, it is of this provider's record."""
        written = attrs.evolve(self._moment, provider=self._provider)
        self._event = self._tx.events.append(written, kind, record=record, body=body)

    def _taken(self, record: RecordId) -> AddressTaken | None:
        outcome, accepted = self._tx.outcomes.get(record), self._tx.facts.accepted(record)
        if outcome is None or outcome.situation is not Situation.CONTESTED or outcome.contender is None:
            return None
        address = accepted.address if accepted is not None else None
        return address_taken(self._tx, self._rules, address or "", outcome.contender)

    def _confirm(self, record: Record) -> None:
        """What is the same makes no version and no event; that its source still knows the record is worth a row."""
        if self._confirming and record.kind == "user":
            self._tx.records.confirm(record.id, self._moment.at)

    def _refuse_erased(self, record: Record, before: Record | None) -> None:
        """Refuse an address that a record brings as its own, and that was erased on request; one it had may stay."""
        if record.kind != "user" or not self._tx.erasures.any():
            return
        brought = self._addresses(record) - (self._addresses(before) if before is not None else frozenset())
        for address in sorted(brought):
            if (erasure := self._tx.erasures.of_address(address)) is not None:
                raise self._erased(erasure)

    def _addresses(self, record: Record) -> frozenset[Address]:
        mapped = map_record(record, (), self._rules.providers[self._provider])
        return own_addresses(record, text_of(mapped.claims, "email"))

    def _erased(self, erasure: Erasure) -> Erased:
        lift = "dirsync erase --lift EMAIL"
        if self._rules.by_hand(self._provider):
            return Erased(erasure.at, (f"If they are to be in the directory again, lift it first: {lift}",))
        title = title_of(self._rules, self._provider)
        return Erased(erasure.at, (f"Unassign this person in {title}, or lift it with: {lift}",))

    def _bare_if_erased(self, member: Member) -> Member:
        """Of a member who was erased the id alone is taken in, without what a group calls them."""
        erasure = self._tx.erasures.of_record(self._provider, RecordId(member.value))
        return Member(member.value) if erasure is not None else member

    def _refuse_taken(self, kind: Kind, key: str, record: RecordId | None) -> None:
        for other in self.find(kind, "key", key):
            if other.id != record:
                raise KeyTaken(key, other.id)


class RecordsHandle:
    """`Records` of one provider on a store. `rules` gives the compiled rules as a transaction sees them."""

    def __init__(
        self,
        store: Store,
        provider: str,
        rules: Callable[[Transaction], Rules],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._provider = provider
        self._rules = rules
        self._clock = clock

    async def read(self, job: Callable[[View], T]) -> T:
        return await self._store.read(lambda tx: job(ProviderView(tx, self._provider)))

    async def write(self, job: Callable[[Edit], T], *, by: Request) -> T:
        at = self._clock()
        return await self._store.write(lambda tx: self._write(tx, job, at, by))

    def _write(self, tx: Transaction, job: Callable[[Edit], T], at: datetime, by: Request) -> T:
        edit = begin(tx, self._rules(tx), Moment(at, by, self._provider), self._provider, confirming=True)
        answer = job(edit)
        edit.settle()
        return answer


def begin(tx: Transaction, rules: Rules, moment: Moment, provider: str, *, confirming: bool = False) -> ProviderEdit:
    """Begin to write for a provider: settle the clock, and see that its records can be mapped.

    `confirming` has it noted that the provider still knows a record which it writes again as it is.

    Raises:
        PluginUnavailable: they can't be; nothing is written.
    """
    known = rules.providers.get(provider)
    if known is None:
        raise PluginUnavailable(provider, f"{provider} is not among the applied rules. Apply them with: dirsync apply")
    if known.unavailable is not None:
        raise PluginUnavailable(provider, known.unavailable)
    settle_clock(tx, rules, attrs.evolve(moment))
    return ProviderEdit(tx, rules, moment, provider, confirming=confirming)


def address_taken(tx: Transaction, rules: Rules, address: str, holder: PersonId) -> AddressTaken:
    """Say to a person that an address belongs to somebody, and which ways are open."""
    person = tx.people.get(holder)
    name = str(person.values.get("displayName") or person.email) if person else holder
    sources = [title_of(rules, source) for source in person.sources] if person else []
    ways = ("Give another address.", f"See who that is: dirsync show {holder}")
    return AddressTaken(address, holder, f"{' and '.join(sources) or 'Somebody'} has {address}: it is {name}.", ways)


def title_of(rules: Rules, provider: str) -> str:
    """Give the name of a provider in sentences; one kept by hand has only that of the settings."""
    known = rules.providers.get(provider)
    return provider if known is None or known.by_hand else known.title


def _is_another(before: str | None, now: str | None) -> bool:
    return bool(before and now and before != now)


def _canonical(body: object) -> str:
    """Give JSON in which what reads differently differs, as `1`, `1.0` and `true` do; the order of keys aside."""
    return json.dumps(body, sort_keys=True)


def _packed(body: Mapping[str, Json]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
