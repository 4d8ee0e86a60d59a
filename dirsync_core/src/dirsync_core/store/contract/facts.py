"""What was decided: accepted claims, links, seats, mentions, placements, overrides, adoptions, rules."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

import attrs

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
    Seat,
)
from dirsync_core.model.identifiers import PersonId, RecordId


@attrs.frozen
class Mention:
    """A record's accepted claims name an address, first written in event `since`."""

    attribute: str
    address: Address
    since: int


class FactRoom(Protocol):
    """Accepted claims, links, seats, mentions, placements, rules, known providers."""

    def accepted(self, record: RecordId) -> Accepted | None:
        """Give what was let through of a record."""

    def accepted_among(self, records: Sequence[RecordId]) -> Mapping[RecordId, Accepted]:
        """Give what was let through of each of some hundred records at the most, in one go."""

    def said(
        self, attributes: Sequence[str], *, by_filters: bool = False
    ) -> Iterator[tuple[RecordId, str, tuple[str | None, ...]]]:
        """Give each record that is not deleted, its provider, and its accepted values of these attributes as JSON.

        None for an attribute without a value. `by_filters` leaves those that are out whatever a filter says: dormant,
        without an address, retired.
        """

    def put_accepted(self, accepted: Accepted) -> None:
        """Let through."""

    def asking(self, address: Address) -> Sequence[Accepted]:
        """Give the accepted claims that ask for an address, who has asked longest first."""

    def naming(self, address: Address) -> Sequence[RecordId]:
        """Give the records whose accepted claims name an address as their own, asking or not."""

    def due(self, today: date) -> Sequence[RecordId]:
        """Give the asking records whose last day is before today."""

    def link(self, record: RecordId) -> Link | None:
        """Give whom a record belongs to."""

    def links(self, person: PersonId) -> Sequence[Link]:
        """Give the records of a person."""

    def ever_linked(self, person: PersonId) -> Sequence[RecordId]:
        """Give the records that are, or ever were, a person's."""

    def put_link(self, link: Link) -> None:
        """Link."""

    def end_link(self, record: RecordId) -> None:
        """Unlink."""

    def holder(self, address: Address) -> Seat | None:
        """Give the seat that is held now."""

    def seat_of(self, person: PersonId) -> Seat | None:
        """Give the seat that a person holds now."""

    def last_seat(self, person: PersonId) -> Seat | None:
        """Give the seat that a person holds, or held last."""

    def seats(self, address: Address) -> Sequence[Seat]:
        """Give all who ever held an address, oldest first."""

    def open_seat(self, seat: Seat) -> None:
        """Begin to hold."""

    def close_seat(self, address: Address, *, until: int, at: datetime) -> None:
        """Cease to hold. A seat that began in the same event leaves no trace."""

    def meant(self, address: Address, since: int) -> PersonId | None:
        """Give who held an address in event `since`, else the first to hold it afterwards."""

    def mentions(self, writer: RecordId | PersonId) -> Sequence[Mention]:
        """Give the addresses that a record names, or an admin for a person."""

    def put_mention(self, writer: RecordId | PersonId, mention: Mention) -> None:
        """Note a first mention."""

    def end_mention(self, writer: RecordId | PersonId, attribute: str, address: Address) -> None:
        """Forget a mention."""

    def placements(self, subject: PersonId | RecordId) -> Sequence[Placement]:
        """Give the placements of a person or record."""

    def put_placement(self, placement: Placement) -> None:
        """Place or mask."""

    def end_placement(self, subject: PersonId | RecordId, location: str) -> bool:
        """Give back to the rules; False where there was none."""

    def all_placements(self) -> Sequence[Placement]:
        """Give every placement."""

    def adoptions(self, person: PersonId) -> Sequence[Adoption]:
        """Give the records that were handed to a person kept by hand."""

    def is_dormant(self, record: RecordId) -> bool:
        """Say whether a record kept by hand sleeps, since its person was handed over."""

    def put_adoption(self, adoption: Adoption) -> None:
        """Hand over."""

    def end_adoptions(self, person: PersonId) -> None:
        """Take back."""

    def is_kept_apart(self, provider: str, person: PersonId) -> bool:
        """Say whether a provider's records are kept apart from a person."""

    def put_kept_apart(self, kept: KeptApart) -> None:
        """Keep apart."""

    def end_kept_apart(self, provider: str, person: PersonId) -> None:
        """Keep apart no longer."""

    def overrides(self, person: PersonId) -> Sequence[Override]:
        """Give an admin's word on a person, by attribute."""

    def put_override(self, override: Override) -> None:
        """Pin, add or mask; the same word again replaces the one before."""

    def end_override(self, override: Override) -> None:
        """Take a word back."""

    def all_overrides(self) -> Sequence[Override]:
        """Give every override."""

    def rules(self, version: int | None = None) -> AppliedRules | None:
        """Give a version of the rules, the newest without a number."""

    def rules_text(self) -> tuple[int, str]:
        """Give the newest version of the rules with its text, to be held against another; 0 and none before the first.

        The number alone tells nothing of a version that is tried out, or was and is made anew.
        """

    def rules_version(self) -> int:
        """Give the newest version of the rules, 0 before the first."""

    def put_rules(self, rules: AppliedRules) -> None:
        """Store a version."""

    def providers(self) -> Sequence[KnownProvider]:
        """Give every provider ever configured here."""

    def put_provider(self, provider: KnownProvider) -> None:
        """Remember a provider."""

    def everybody(self) -> Iterator[PersonId]:
        """Give all who were ever linked or seated, in the order of their ids."""
