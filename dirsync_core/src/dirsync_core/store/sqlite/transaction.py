"""A transaction on one SQLite connection: the rooms, made when they are first entered."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.store.sqlite.cases import SqliteCases
from dirsync_core.store.sqlite.doors import SqliteAccess, SqliteTraffic
from dirsync_core.store.sqlite.drafts import SqliteDrafts
from dirsync_core.store.sqlite.erasures import SqliteErasures
from dirsync_core.store.sqlite.facts import SqliteFacts
from dirsync_core.store.sqlite.feed import SqliteEvents, SqliteFeed
from dirsync_core.store.sqlite.memory import Memory
from dirsync_core.store.sqlite.outcomes import SqliteOutcomes
from dirsync_core.store.sqlite.people import SqlitePeople
from dirsync_core.store.sqlite.pulls import SqlitePulls
from dirsync_core.store.sqlite.records import SqliteRecords
from dirsync_core.store.sqlite.retirements import SqliteRetirements
from dirsync_core.store.sqlite.schema import DERIVED


class SqliteTransaction:
    """`Transaction` in SQLite."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._memory = Memory()

    @cached_property
    def records(self) -> SqliteRecords:
        """What providers said."""
        return SqliteRecords(self._connection, self._memory)

    @cached_property
    def facts(self) -> SqliteFacts:
        """What was decided."""
        return SqliteFacts(self._connection, self._memory)

    @cached_property
    def cases(self) -> SqliteCases:
        """What waits for a person."""
        return SqliteCases(self._connection, self._memory)

    @cached_property
    def people(self) -> SqlitePeople:
        """Who is published."""
        return SqlitePeople(self._connection, self._memory)

    @cached_property
    def outcomes(self) -> SqliteOutcomes:
        """What became of records."""
        return SqliteOutcomes(self._connection, self._memory)

    @cached_property
    def feed(self) -> SqliteFeed:
        """What was published."""
        return SqliteFeed(self._connection, self._memory)

    @cached_property
    def events(self) -> SqliteEvents:
        """Who wrote."""
        return SqliteEvents(self._connection, self._memory)

    @cached_property
    def drafts(self) -> SqliteDrafts:
        """Rules that wait on a page."""
        return SqliteDrafts(self._connection, self._memory)

    @cached_property
    def pulls(self) -> SqlitePulls:
        """How it stands with the sources that are asked."""
        return SqlitePulls(self._connection, self._memory)

    @cached_property
    def erasures(self) -> SqliteErasures:
        """Who was forgotten."""
        return SqliteErasures(self._connection, self._memory)

    @cached_property
    def retirements(self) -> SqliteRetirements:
        """Which sources are retired."""
        return SqliteRetirements(self._connection, self._memory)

    @cached_property
    def access(self) -> SqliteAccess:
        """Who may come in."""
        return SqliteAccess(self._connection, self._memory)

    @cached_property
    def traffic(self) -> SqliteTraffic:
        """Who called."""
        return SqliteTraffic(self._connection, self._memory)

    def read_ahead(self, people: Sequence[PersonId], records: Sequence[RecordId] = ()) -> None:
        """Read what is about to be asked of these."""
        if people or records:
            self.people.read_ahead(people)
            self.facts.read_ahead(people, records)
            self.records.read_ahead(records)
            self.cases.read_ahead([*records, *(link.record for person in people for link in self.facts.links(person))])

    def forget_derived(self) -> None:
        """Drop everything that can be computed again."""
        self._memory.clear()
        for table in DERIVED:
            self._connection.execute(f"DELETE FROM {table}")

    def derived_rows(self) -> Mapping[str, Iterable[tuple[object, ...]]]:
        """Give every derived table's rows in a fixed order."""
        return {table: self._rows(table) for table in DERIVED}

    def _rows(self, table: str) -> list[tuple[object, ...]]:
        wanted = "WHERE n != 0" if table == "tally" else ""
        return self._connection.execute(f"SELECT * FROM {table} {wanted} ORDER BY 1, 2").fetchall()
