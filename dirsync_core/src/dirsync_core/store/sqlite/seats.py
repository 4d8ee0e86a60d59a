"""Seats in SQLite: who holds which address, who held it, and whom records have named by it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dirsync_core.model.addresses import Address
from dirsync_core.model.facts import Seat
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import read_time, written_time
from dirsync_core.store.contract import Mention
from dirsync_core.store.sqlite.memory import remembered
from dirsync_core.store.sqlite.room import Room, marks, text_or_none, time_or_none

_SEAT = "address, person, shown, since, since_at, until, until_at"


class SqliteSeats(Room):
    """The part of `FactRoom` that is about addresses, in SQLite."""

    def holder(self, address: Address) -> Seat | None:
        return remembered(self._memory.holder, address, self._holder)

    def _holder(self, address: Address) -> Seat | None:
        row = self._one(f"SELECT {_SEAT} FROM seat WHERE address = ? AND until IS NULL", address)
        return _seat(row) if row else None

    def seat_of(self, person: PersonId) -> Seat | None:
        return remembered(self._memory.seat_of, person, self._seat_of)

    def _seat_of(self, person: PersonId) -> Seat | None:
        row = self._one(f"SELECT {_SEAT} FROM seat WHERE person = ? AND until IS NULL", person)
        return _seat(row) if row else None

    def _read_seats_ahead(self, people: Sequence[PersonId]) -> None:
        found: dict[PersonId, Seat | None] = dict.fromkeys(people)
        sql = f"SELECT {_SEAT} FROM seat WHERE person IN ({marks(people)}) AND until IS NULL"
        found.update((seat.person, seat) for seat in map(_seat, self._all(sql, *people)))
        self._memory.seat_of.update(found)

    def last_seat(self, person: PersonId) -> Seat | None:
        return remembered(self._memory.last_seat, person, self._last_seat)

    def _last_seat(self, person: PersonId) -> Seat | None:
        row = self._one(f"SELECT {_SEAT} FROM seat WHERE person = ? ORDER BY since DESC LIMIT 1", person)
        return _seat(row) if row else None

    def seats(self, address: Address) -> Sequence[Seat]:
        return [_seat(row) for row in self._all(f"SELECT {_SEAT} FROM seat WHERE address = ? ORDER BY since", address)]

    def open_seat(self, seat: Seat) -> None:
        self._do(
            f"INSERT INTO seat ({_SEAT}) VALUES (?,?,?,?,?,?,?)",
            seat.address, seat.person, seat.shown, seat.since, written_time(seat.since_at), seat.until,
            text_or_none(seat.until_at),
        )  # fmt: skip
        self._forget_seat(seat)

    def close_seat(self, address: Address, *, until: int, at: datetime) -> None:
        held = self.holder(address)
        self._do("DELETE FROM seat WHERE address = ? AND until IS NULL AND since = ?", address, until)
        self._do(
            "UPDATE seat SET until = ?, until_at = ? WHERE address = ? AND until IS NULL",
            until, written_time(at), address,
        )  # fmt: skip
        if held is not None:
            self._forget_seat(held)

    def _forget_seat(self, seat: Seat) -> None:
        self._memory.holder.pop(seat.address, None)
        self._memory.seat_of.pop(seat.person, None)
        self._memory.last_seat.pop(seat.person, None)

    def meant(self, address: Address, since: int) -> PersonId | None:
        row = self._one(
            "SELECT person FROM seat WHERE address = ? AND (until IS NULL OR until > ?) ORDER BY since LIMIT 1",
            address, since,
        )  # fmt: skip
        return PersonId(row[0]) if row else None

    def mentions(self, writer: RecordId | PersonId) -> Sequence[Mention]:
        rows = self._all("SELECT attribute, address, since FROM mention WHERE record = ?", writer)
        return [Mention(attribute, Address(address), since) for attribute, address, since in rows]

    def put_mention(self, writer: RecordId | PersonId, mention: Mention) -> None:
        self._do(
            "INSERT INTO mention (record, attribute, address, since) VALUES (?,?,?,?)",
            writer, mention.attribute, mention.address, mention.since,
        )  # fmt: skip

    def end_mention(self, writer: RecordId | PersonId, attribute: str, address: Address) -> None:
        self._do("DELETE FROM mention WHERE record = ? AND attribute = ? AND address = ?", writer, attribute, address)


def _seat(row: tuple[Any, ...]) -> Seat:
    address, person, shown, since, since_at, until, until_at = row
    return Seat(Address(address), PersonId(person), shown, since, read_time(since_at), until, time_or_none(until_at))
