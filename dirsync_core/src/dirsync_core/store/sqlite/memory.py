"""What a transaction has read, and not written since: the engine asks for the same rows again and again."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import attrs

from dirsync_core.model.addresses import Address
from dirsync_core.model.cases import Hold
from dirsync_core.model.facts import Accepted, Link, Placement, Seat
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.people import Person
from dirsync_core.model.records import Record

K = TypeVar("K")
V = TypeVar("V")

_MOST = 5_000


@attrs.define
class Memory:
    """Rows by what they were asked by, some thousands of a kind at the most. Whoever writes a row forgets it."""

    accepted: dict[RecordId, Accepted | None] = attrs.field(factory=dict)
    link: dict[RecordId, Link | None] = attrs.field(factory=dict)
    links: dict[PersonId, Sequence[Link]] = attrs.field(factory=dict)
    seat_of: dict[PersonId, Seat | None] = attrs.field(factory=dict)
    last_seat: dict[PersonId, Seat | None] = attrs.field(factory=dict)
    holder: dict[Address, Seat | None] = attrs.field(factory=dict)
    person: dict[PersonId, Person | None] = attrs.field(factory=dict)
    record: dict[RecordId, Record | None] = attrs.field(factory=dict)
    asking: dict[Address, Sequence[Accepted]] = attrs.field(factory=dict)
    placements: dict[PersonId | RecordId, Sequence[Placement]] = attrs.field(factory=dict)
    holds: dict[RecordId, Sequence[Hold]] = attrs.field(factory=dict)
    tally: dict[str, Mapping[str, int]] = attrs.field(factory=dict)

    def clear(self) -> None:
        """Forget everything."""
        for field in attrs.fields(Memory):
            getattr(self, field.name).clear()


def remembered(known: dict[K, V], key: K, read: Callable[[K], V]) -> V:
    """Give what is known of a key; what is not, is read."""
    try:
        return known[key]
    except KeyError:
        if len(known) >= _MOST:
            known.clear()
        found = known[key] = read(key)
        return found
