"""Who is published, and what finds them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, Protocol

import attrs

from dirsync_core.model.addresses import Address
from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.people import Person, Status


@attrs.frozen
class Reference:
    """A published reference: who names whom, as written."""

    person: PersonId
    attribute: str
    address: Address
    target: PersonId | None


@attrs.frozen
class PeopleQuery:
    """Which people, in which order (`name` or `change`).

    `after` is the place (sort key, id) of a row, from which the page goes on, or back if `backwards`; `starts` jumps
    to the first name that does not sort before it; all `terms` must begin a part of the name, the address or a phone.
    """

    status: Status | None = Status.ACTIVE
    location: str | None = None
    source: str | None = None
    terms: tuple[str, ...] = ()
    order: Literal["name", "change"] = "name"
    after: tuple[str, str] | None = None
    backwards: bool = False
    starts: str | None = None
    limit: int = 50


class PeopleRoom(Protocol):
    """The published people, and what finds them."""

    def get(self, person: PersonId) -> Person | None:
        """Give a person."""

    def read_ahead(self, people: Sequence[PersonId]) -> None:
        """Read these in one statement; `get` answers the same of them, sooner."""

    def put(self, person: Person, references: Sequence[Reference]) -> None:
        """Publish: the person, what finds them, whom they name; counters follow."""

    def remove(self, person: PersonId) -> None:
        """Drop a person, what finds them, and whom they name; counters follow."""

    def select(self, query: PeopleQuery) -> Sequence[tuple[tuple[str, str], Person]]:
        """Give people with their place in the order."""

    def count(self, query: PeopleQuery, *, most: int) -> int:
        """Count people, no further than `most`."""

    def counts(self, facet: str) -> Mapping[str, int]:
        """Give kept counts: `status`; and of active people `location`, `source`, `letter`, `naming`.

        `naming` counts those who have assistants, by source.
        """

    def letters(self, prefix: str = "") -> Mapping[str, int]:
        """Count active people by the first letter of their name behind a prefix."""

    def holders(self, address: Address) -> Sequence[PersonId]:
        """Give people who show an address, active first, then who showed it last."""

    def naming(self, person: PersonId) -> Sequence[Reference]:
        """Give the references that mean a person."""

    def waiting_for(self, addresses: Collection[Address]) -> Sequence[Reference]:
        """Give the references to one of these addresses that mean nobody yet."""

    def references(self, person: PersonId) -> Sequence[Reference]:
        """Give whom a person names."""
