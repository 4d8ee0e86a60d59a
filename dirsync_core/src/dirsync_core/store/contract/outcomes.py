"""What became of each record."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import attrs

from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.people import Situation


@attrs.frozen
class Outcome:
    """What became of a record. `because` says why in words; `contender` is who has the address it asks for."""

    record: RecordId
    provider: str
    situation: Situation
    because: str
    undetermined: bool = False
    contender: PersonId | None = None
    person: PersonId | None = None


@attrs.frozen
class OutcomeQuery:
    """Which records. `after` is (rank of the situation, id) of a row.

    `only` and `without` restrict the providers, `but` leaves a situation out; `held` are those that open cases hold.
    """

    provider: str | None = None
    only: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    but: Situation | None = None
    situation: Situation | None = None
    undetermined: bool | None = None
    held: bool = False
    after: tuple[int, str] | None = None
    limit: int = 50


class OutcomeRoom(Protocol):
    """What became of the records."""

    def get(self, record: RecordId) -> Outcome | None:
        """Give one."""

    def put(self, outcome: Outcome) -> None:
        """Store one; counters follow."""

    def remove(self, record: RecordId) -> None:
        """Drop one that there is no record of any more; counters follow."""

    def select(self, query: OutcomeQuery) -> Sequence[tuple[tuple[int, str], Outcome]]:
        """Give outcomes, contested first, with their place in the order."""

    def counts(self) -> Mapping[tuple[str, Situation], int]:
        """Give kept counts by provider and situation."""

    def undetermined(self) -> Mapping[str, int]:
        """Give how many are out of scope for want of a value, by provider."""
