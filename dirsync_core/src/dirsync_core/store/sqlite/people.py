"""Published people in SQLite, with what finds them and what counts them."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from dirsync_core.model.addresses import Address, fold
from dirsync_core.model.finding import FOUND_BY, sort_key, terms_of
from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.moments import read_time, written_time
from dirsync_core.model.names import folded
from dirsync_core.model.people import Json, Person, Source, Status
from dirsync_core.store.contract import PeopleQuery, Reference
from dirsync_core.store.sqlite.memory import remembered
from dirsync_core.store.sqlite.room import Room, chunks, marks, packed

_COLUMNS = "p.id, p.status, p.body, p.provenance, p.sources, p.version, p.created_at, p.changed_at, p.last_change"
_LAST = "\U0010ffff"
Facet = tuple[str, str]


class SqlitePeople(Room):
    """`PeopleRoom` in SQLite."""

    def get(self, person: PersonId) -> Person | None:
        return remembered(self._memory.person, person, self._read)

    def _read(self, person: PersonId) -> Person | None:
        row = self._one(f"SELECT {_COLUMNS} FROM person p WHERE p.id = ?", person)
        return _person(row) if row else None

    def put(self, person: Person, references: Sequence[Reference]) -> None:
        before = self.get(person.id)
        del self._memory.person[person.id]
        self._put_row(person)
        self._put_facets(before, person)
        self._put_terms(before, person)
        self._put_references(person.id, references)

    def read_ahead(self, people: Sequence[PersonId]) -> None:
        """Remember those who are not, in one statement."""
        unknown = [person for person in people if person not in self._memory.person]
        if unknown:
            rows = self._all(f"SELECT {_COLUMNS} FROM person p WHERE p.id IN ({marks(unknown)})", *unknown)
            self._memory.person.update(dict.fromkeys(unknown) | {row[0]: _person(row) for row in rows})

    def remove(self, person: PersonId) -> None:
        before = self.get(person)
        if before is None:
            return
        del self._memory.person[person]
        self._memory.tally.clear()
        self._many("UPDATE tally SET n = n - 1 WHERE facet = ? AND key = ?", list(_tallies(before)))
        for table, column in (("person", "id"), ("membership", "person"), ("term", "person"), ("reference", "person")):
            self._do(f"DELETE FROM {table} WHERE {column} = ?", person)

    def _put_row(self, person: Person) -> None:
        self._do(
            "INSERT OR REPLACE INTO person (id, status, name, address, body, provenance, sources, version, created_at,"
            " changed_at, last_change) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            person.id, person.status.value, sort_key(person), fold(person.email), packed(person.values),
            packed(_written_provenance(person.provenance)), packed(person.sources), person.version,
            written_time(person.created_at), written_time(person.changed_at), person.last_change,
        )  # fmt: skip

    def _put_facets(self, before: Person | None, person: Person) -> None:
        old, new = (_memberships(p) if p else set() for p in (before, person))
        sql = "DELETE FROM membership WHERE facet = ? AND key = ? AND status = ? AND name = ? AND person = ?"
        self._many(sql, [(*row, person.id) for row in sorted(old - new)])
        sql = "INSERT OR IGNORE INTO membership (facet, key, status, name, person) VALUES (?,?,?,?,?)"
        self._many(sql, [(*row, person.id) for row in sorted(new - old)])
        self._memory.tally.clear()
        steps = Counter(_tallies(person))
        steps.subtract(_tallies(before) if before else ())
        self._many(
            "INSERT INTO tally (facet, key, n) VALUES (?,?,?)"
            " ON CONFLICT (facet, key) DO UPDATE SET n = n + excluded.n",
            [(*facet, n) for facet, n in steps.items() if n],
        )

    def _put_terms(self, before: Person | None, person: Person) -> None:
        if before is not None and all(before.values.get(name) == person.values.get(name) for name in FOUND_BY):
            return
        old, new = (terms_of(p) if p else set() for p in (before, person))
        self._many("DELETE FROM term WHERE term = ? AND person = ?", [(term, person.id) for term in old - new])
        self._many("INSERT INTO term (term, person) VALUES (?,?)", [(term, person.id) for term in new - old])

    def _put_references(self, person: PersonId, references: Sequence[Reference]) -> None:
        old, new = set(self.references(person)), set(references)
        for gone in old - new:
            self._do(
                "DELETE FROM reference WHERE person = ? AND attribute = ? AND address = ?",
                person, gone.attribute, gone.address,
            )  # fmt: skip
        self._many(
            "INSERT OR REPLACE INTO reference (person, attribute, address, target) VALUES (?,?,?,?)",
            [(r.person, r.attribute, r.address, r.target) for r in new - old],
        )

    def select(self, query: PeopleQuery) -> Sequence[tuple[tuple[str, str], Person]]:
        source, key, where, values = _shape(query)
        down = (query.order == "change") != query.backwards
        if query.after is not None:
            where.append(f"({key}) {'<' if down else '>'} (?, ?)")
            values += query.after
        if query.starts is not None:
            where.append(f"{key.split(',')[0]} >= ?")
            values.append(folded(query.starts))
        order = ", ".join(f"{part.strip()} {'DESC' if down else 'ASC'}" for part in key.split(","))
        rows = self._all(
            f"SELECT {key}, {_COLUMNS} FROM {source} WHERE {' AND '.join(where) or '1'} ORDER BY {order} LIMIT ?",
            *values, query.limit,
        )  # fmt: skip
        found = [((row[0], row[1]), _person(row[2:])) for row in rows]
        self._memory.person.update((person.id, person) for _, person in found)
        return found[::-1] if query.backwards else found

    def count(self, query: PeopleQuery, *, most: int) -> int:
        source, _, where, values = _shape(query)
        sql = f"SELECT count(*) FROM (SELECT 1 FROM {source} WHERE {' AND '.join(where) or '1'} LIMIT ?)"
        row = self._one(sql, *values, most)
        return int(row[0]) if row else 0

    def counts(self, facet: str) -> Mapping[str, int]:
        return self._tally(facet)

    def letters(self, prefix: str = "") -> Mapping[str, int]:
        if not prefix:
            return self.counts("letter")
        start = folded(prefix)
        rows = self._all(
            "SELECT substr(name, 1, ?), count(*) FROM person WHERE status = 'active' AND name >= ? AND name < ?"
            " GROUP BY 1 ORDER BY 1",
            len(start) + 1, start, start + _LAST,
        )  # fmt: skip
        return dict(rows)

    def holders(self, address: Address) -> Sequence[PersonId]:
        rows = self._all(
            "SELECT id FROM person WHERE address = ? ORDER BY status != 'active', last_change DESC", address
        )
        return [PersonId(row[0]) for row in rows]

    def naming(self, person: PersonId) -> Sequence[Reference]:
        return self._references("target = ?", person)

    def waiting_for(self, addresses: Collection[Address]) -> Sequence[Reference]:
        return [
            reference
            for part in chunks(sorted(addresses))
            for reference in self._references(f"target IS NULL AND address IN ({marks(part)})", *part)
        ]

    def references(self, person: PersonId) -> Sequence[Reference]:
        return self._references("person = ?", person)

    def _references(self, where: str, *values: str) -> Sequence[Reference]:
        rows = self._all(
            f"SELECT person, attribute, address, target FROM reference WHERE {where}"
            " ORDER BY person, attribute, address",
            *values,
        )
        return [
            Reference(PersonId(person), attribute, Address(address), None if target is None else PersonId(target))
            for person, attribute, address, target in rows
        ]


def _shape(query: PeopleQuery) -> tuple[str, str, list[str], list[Any]]:
    """Choose the index that drives a query: (tables, sort key, conditions, values)."""
    where: list[str] = []
    values: list[Any] = []
    facets = [(f, k) for f, k in (("location", query.location), ("source", query.source)) if k is not None]
    by_name = query.order == "name"
    if facets and by_name and query.status is not None:
        facet, wanted = facets.pop(0)
        source, key = "membership m JOIN person p ON p.id = m.person", "m.name, m.person"
        where.append("m.facet = ? AND m.key = ? AND m.status = ?")
        values += [facet, wanted, query.status.value]
    else:
        source, key = "person p", "p.name, p.id" if by_name else "p.last_change, p.id"
        if query.status is not None:
            where.append("p.status = ?")
            values.append(query.status.value)
    for facet, wanted in facets:
        where.append("EXISTS (SELECT 1 FROM membership f WHERE f.person = p.id AND f.facet = ? AND f.key = ?)")
        values += [facet, wanted]
    for term in query.terms:
        where.append("p.id IN (SELECT person FROM term WHERE term >= ? AND term < ?)")
        values += [term, term + _LAST]
    return source, key, where, values


def _memberships(person: Person) -> set[tuple[str, str, str, str]]:
    name = sort_key(person)
    return {(facet, key, person.status.value, name) for facet, key in _facets(person)}


def _facets(person: Person) -> Iterable[Facet]:
    locations = person.values.get("locations")
    yield from (("location", str(key)) for key in (locations if isinstance(locations, list) else ()))
    yield from (("source", name) for name in person.sources)


def _tallies(person: Person) -> Iterable[Facet]:
    yield ("status", person.status.value)
    if person.status is Status.ACTIVE:
        yield from _facets(person)
        yield ("letter", sort_key(person)[:1])
        if any(_names_several(value) for value in person.values.values()):
            yield from (("naming", name) for name in person.sources)


def _names_several(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _written_provenance(provenance: Mapping[str, Source]) -> Mapping[str, Json]:
    return {
        name: {"provider": s.provider, "record": s.record, "since": written_time(s.since)}
        for name, s in provenance.items()
    }


def _person(row: tuple[Any, ...]) -> Person:
    id_, status, body, provenance, sources, version, created, changed, last = row
    return Person(
        PersonId(id_), Status(status), json.loads(body),
        {
            name: Source(s["provider"], s["record"], read_time(s["since"]))
            for name, s in json.loads(provenance).items()
        },
        tuple(json.loads(sources)), version, read_time(created), read_time(changed), last,
    )  # fmt: skip
