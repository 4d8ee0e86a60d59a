"""Facts in SQLite."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from dirsync_core.model.addresses import Address
from dirsync_core.model.facts import (
    Accepted,
    Adoption,
    AppliedRules,
    KeptApart,
    KnownProvider,
    Link,
    Override,
    Placement,
)
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import read_time, written_time
from dirsync_core.store.sqlite.accepting import COLUMNS, accepted_of, columns_of
from dirsync_core.store.sqlite.memory import remembered
from dirsync_core.store.sqlite.room import marks, packed
from dirsync_core.store.sqlite.seats import SqliteSeats

_ADOPTION = "manual, record, person, before_person, before_rule, before_at, by, at"
_OVERRIDE = "person, name, op, value, by, at, note"
_BATCH = 1000


class SqliteFacts(SqliteSeats):
    """`FactRoom` in SQLite."""

    def accepted(self, record: RecordId) -> Accepted | None:
        return remembered(self._memory.accepted, record, self._accepted)

    def _accepted(self, record: RecordId) -> Accepted | None:
        row = self._one(f"SELECT {COLUMNS} FROM accepted WHERE record = ?", record)
        return accepted_of(row) if row else None

    def read_ahead(self, people: Sequence[PersonId], records: Sequence[RecordId]) -> None:
        """Remember what is decided of these, in a statement for each kind."""
        memory = self._memory
        memory.accepted.update(dict.fromkeys(records) | dict(self.accepted_among(records)))
        self._read_seats_ahead(people)
        addresses = [seat.address for person in people if (seat := memory.seat_of[person]) is not None]
        memory.asking.update(self._grouped(
            f"SELECT address, {COLUMNS} FROM accepted WHERE address IN ({{}}) AND standing = 'asks'"
            " ORDER BY asking_since, record", addresses, accepted_of,
        ))  # fmt: skip
        memory.placements.update(self._grouped(
            "SELECT subject, subject, location, op, by, at FROM placement WHERE subject IN ({}) ORDER BY location",
            people, _placement,
        ))  # fmt: skip
        memory.links.update(self._grouped(
            "SELECT person, record, person, rule, at FROM link WHERE person IN ({}) ORDER BY record", people, _link_of
        ))  # fmt: skip
        askers = [accepted.record for address in addresses for accepted in memory.asking[address]]
        theirs = self._grouped(
            "SELECT record, record, person, rule, at FROM link WHERE record IN ({})", [*records, *askers], _link_of
        )  # fmt: skip
        memory.link.update({record: next(iter(links), None) for record, links in theirs.items()})

    def accepted_among(self, records: Sequence[RecordId]) -> Mapping[RecordId, Accepted]:
        if not records:
            return {}
        rows = self._all(f"SELECT {COLUMNS} FROM accepted WHERE record IN ({marks(records)})", *records)
        return {accepted.record: accepted for accepted in map(accepted_of, rows)}

    def said(
        self, attributes: Sequence[str], *, by_filters: bool = False
    ) -> Iterator[tuple[RecordId, str, tuple[str | None, ...]]]:
        # `->` gives JSON, which tells a text from a set; `null` is a claim that there is no value.
        columns = "".join(", nullif(claims -> ?, 'null')" for _ in attributes)
        which = "standing IN ('asks', 'out_of_scope')" if by_filters else "standing != 'deleted'"
        rows = self._connection.execute(
            f"SELECT record, provider{columns} FROM accepted WHERE {which}",
            [f'$."{name}"' for name in attributes],
        )
        return ((RecordId(record), provider, tuple(values)) for record, provider, *values in rows)

    def put_accepted(self, accepted: Accepted) -> None:
        before = self.accepted(accepted.record)
        self._do(f"INSERT OR REPLACE INTO accepted ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?)", *columns_of(accepted))
        del self._memory.accepted[accepted.record]
        for address in (accepted.address, before.address if before is not None else None):
            if address is not None:
                self._memory.asking.pop(address, None)
        step = accepted.asks - (before is not None and before.asks)
        if step and self.link(accepted.record) is not None:
            self._count_asking(accepted.provider, step)

    def asking(self, address: Address) -> Sequence[Accepted]:
        return remembered(self._memory.asking, address, self._asking)

    def _asking(self, address: Address) -> Sequence[Accepted]:
        rows = self._all(
            f"SELECT {COLUMNS} FROM accepted WHERE address = ? AND standing = 'asks' ORDER BY asking_since, record",
            address,
        )
        return [accepted_of(row) for row in rows]

    def naming(self, address: Address) -> Sequence[RecordId]:
        return [RecordId(r[0]) for r in self._all("SELECT record FROM accepted WHERE address = ?", address)]

    def due(self, today: date) -> Sequence[RecordId]:
        rows = self._all(
            "SELECT record FROM accepted WHERE until IS NOT NULL AND standing = 'asks' AND until < ? ORDER BY record",
            today.isoformat(),
        )
        return [RecordId(row[0]) for row in rows]

    def link(self, record: RecordId) -> Link | None:
        return remembered(self._memory.link, record, self._link)

    def _link(self, record: RecordId) -> Link | None:
        row = self._one("SELECT record, person, rule, at FROM link WHERE record = ?", record)
        return _link_of(row) if row else None

    def links(self, person: PersonId) -> Sequence[Link]:
        return remembered(self._memory.links, person, self._links)

    def _links(self, person: PersonId) -> Sequence[Link]:
        rows = self._all("SELECT record, person, rule, at FROM link WHERE person = ? ORDER BY record", person)
        return [_link_of(row) for row in rows]

    def ever_linked(self, person: PersonId) -> Sequence[RecordId]:
        rows = self._all("SELECT record FROM linked WHERE person = ? ORDER BY record", person)
        return [RecordId(row[0]) for row in rows]

    def put_link(self, link: Link) -> None:
        if self._leave(link.record) is None:
            self._count_linked(link.record, 1)
        self._do(
            "INSERT OR REPLACE INTO link (record, person, rule, at) VALUES (?,?,?,?)",
            link.record, link.person, link.rule, written_time(link.at),
        )  # fmt: skip
        self._do("INSERT OR IGNORE INTO linked (person, record) VALUES (?,?)", link.person, link.record)
        self._memory.links.pop(link.person, None)

    def end_link(self, record: RecordId) -> None:
        if self._leave(record) is not None:
            self._count_linked(record, -1)
        self._do("DELETE FROM link WHERE record = ?", record)

    def _leave(self, record: RecordId) -> Link | None:
        """Give a record's link, and remember it no longer."""
        before = self.link(record)
        del self._memory.link[record]
        if before is not None:
            self._memory.links.pop(before.person, None)
        return before

    def _count_linked(self, record: RecordId, step: int) -> None:
        accepted = self.accepted(record)
        if accepted is not None and accepted.asks:
            self._count_asking(accepted.provider, step)

    def _count_asking(self, provider: str, step: int) -> None:
        """Keep count of the linked records of each provider that ask: what a loss is measured by."""
        self._do(
            "INSERT INTO asking (provider, n) VALUES (?,?) ON CONFLICT (provider) DO UPDATE SET n = n + excluded.n",
            provider, step,
        )  # fmt: skip

    def placements(self, subject: PersonId | RecordId) -> Sequence[Placement]:
        return remembered(self._memory.placements, subject, self._placements)

    def _placements(self, subject: PersonId | RecordId) -> Sequence[Placement]:
        rows = self._all(
            "SELECT subject, location, op, by, at FROM placement WHERE subject = ? ORDER BY location", subject
        )
        return [_placement(row) for row in rows]

    def put_placement(self, placement: Placement) -> None:
        self._memory.placements.pop(placement.subject, None)
        self._do(
            "INSERT OR REPLACE INTO placement (subject, location, op, by, at) VALUES (?,?,?,?,?)",
            placement.subject, placement.location, placement.op, placement.by, written_time(placement.at),
        )  # fmt: skip

    def end_placement(self, subject: PersonId | RecordId, location: str) -> bool:
        self._memory.placements.pop(subject, None)
        return self._do("DELETE FROM placement WHERE subject = ? AND location = ?", subject, location) > 0

    def all_placements(self) -> Sequence[Placement]:
        rows = self._all("SELECT subject, location, op, by, at FROM placement ORDER BY subject, location")
        return [_placement(row) for row in rows]

    def adoptions(self, person: PersonId) -> Sequence[Adoption]:
        rows = self._all(f"SELECT {_ADOPTION} FROM adoption WHERE person = ? ORDER BY manual, record", person)
        return [_adoption(row) for row in rows]

    def is_dormant(self, record: RecordId) -> bool:
        return self._one("SELECT 1 FROM adoption WHERE manual = ? LIMIT 1", record) is not None

    def put_adoption(self, adoption: Adoption) -> None:
        before = adoption.before
        self._do(
            f"INSERT OR REPLACE INTO adoption ({_ADOPTION}) VALUES (?,?,?,?,?,?,?,?)",
            adoption.manual, adoption.record, adoption.person, before.person if before is not None else None,
            before.rule if before is not None else None, written_time(before.at) if before is not None else None,
            adoption.by, written_time(adoption.at),
        )  # fmt: skip

    def end_adoptions(self, person: PersonId) -> None:
        self._do("DELETE FROM adoption WHERE person = ?", person)

    def is_kept_apart(self, provider: str, person: PersonId) -> bool:
        return self._one("SELECT 1 FROM kept_apart WHERE person = ? AND provider = ?", person, provider) is not None

    def put_kept_apart(self, kept: KeptApart) -> None:
        self._do(
            "INSERT OR REPLACE INTO kept_apart (person, provider, by, at) VALUES (?,?,?,?)",
            kept.person, kept.provider, kept.by, written_time(kept.at),
        )  # fmt: skip

    def end_kept_apart(self, provider: str, person: PersonId) -> None:
        self._do("DELETE FROM kept_apart WHERE person = ? AND provider = ?", person, provider)

    def overrides(self, person: PersonId) -> Sequence[Override]:
        rows = self._all(f"SELECT {_OVERRIDE} FROM override WHERE person = ? ORDER BY name, op, value", person)
        return [_override(row) for row in rows]

    def put_override(self, override: Override) -> None:
        self._do(
            f"INSERT OR REPLACE INTO override ({_OVERRIDE}) VALUES (?,?,?,?,?,?,?)",
            override.person, override.name, override.op, packed(override.value), override.by,
            written_time(override.at), override.note,
        )  # fmt: skip

    def end_override(self, override: Override) -> None:
        self._do(
            "DELETE FROM override WHERE person = ? AND name = ? AND op = ? AND value = ?",
            override.person, override.name, override.op, packed(override.value),
        )  # fmt: skip

    def all_overrides(self) -> Sequence[Override]:
        return [
            _override(row) for row in self._all(f"SELECT {_OVERRIDE} FROM override ORDER BY person, name, op, value")
        ]

    def rules(self, version: int | None = None) -> AppliedRules | None:
        row = self._one(
            "SELECT version, settings, by, at, set_aside FROM rules WHERE ?1 IS NULL OR version = ?1"
            " ORDER BY version DESC LIMIT 1",
            version,
        )
        return AppliedRules(row[0], json.loads(row[1]), row[2], read_time(row[3]), row[4]) if row else None

    def rules_text(self) -> tuple[int, str]:
        row = self._one("SELECT version, settings FROM rules ORDER BY version DESC LIMIT 1")
        return (row[0], row[1]) if row else (0, "")

    def rules_version(self) -> int:
        row = self._one("SELECT max(version) FROM rules")
        return (row[0] if row else None) or 0

    def put_rules(self, rules: AppliedRules) -> None:
        self._do(
            "INSERT INTO rules (version, settings, by, at, set_aside) VALUES (?,?,?,?,?)",
            rules.version, packed(rules.settings), rules.by, written_time(rules.at), rules.set_aside,
        )  # fmt: skip

    def providers(self) -> Sequence[KnownProvider]:
        rows = self._all("SELECT name, type, title, by_hand, pushes FROM provider ORDER BY name")
        return [KnownProvider(name, type_, title, bool(hand), bool(push)) for name, type_, title, hand, push in rows]

    def put_provider(self, provider: KnownProvider) -> None:
        self._do(
            "INSERT OR REPLACE INTO provider (name, type, title, by_hand, pushes) VALUES (?,?,?,?,?)",
            provider.name, provider.type, provider.title, provider.by_hand, provider.pushes,
        )  # fmt: skip

    def everybody(self) -> Iterator[PersonId]:
        after = ""
        while True:
            rows = self._all(
                "SELECT person FROM link WHERE person > ?1 UNION SELECT person FROM seat WHERE person > ?1"
                " ORDER BY person LIMIT ?2",
                after, _BATCH,
            )  # fmt: skip
            yield from (PersonId(row[0]) for row in rows)
            if len(rows) < _BATCH:
                return
            after = rows[-1][0]


def _link_of(row: tuple[Any, ...]) -> Link:
    record, person, rule, at = row
    return Link(RecordId(record), PersonId(person), rule, read_time(at))


def _adoption(row: tuple[Any, ...]) -> Adoption:
    manual, record, person, before, rule, since, by, at = row
    link = None if before is None else Link(RecordId(record), PersonId(before), rule, read_time(since))
    return Adoption(RecordId(manual), RecordId(record), PersonId(person), link, by, read_time(at))


def _override(row: tuple[Any, ...]) -> Override:
    person, name, op, value, by, at, note = row
    return Override(PersonId(person), name, op, json.loads(value), by, read_time(at), note)


def _placement(row: tuple[Any, ...]) -> Placement:
    subject, location, op, by, at = row
    return Placement(subject, location, op, by, read_time(at))
