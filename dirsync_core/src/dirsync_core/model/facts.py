"""Facts: what the directory is computed from, besides the records themselves.

None of these is derived: links and seats were decided once and are sticky; accepted claims are what was last let
through of a record; placements are an admin's word. Moments inside facts are numbers of events, since two events may
share a millisecond but never a number.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

import attrs

from dirsync_core.model.addresses import Address
from dirsync_core.model.claims import Claims
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.people import Json


class Standing(StrEnum):
    """Whether a record asks for a place, and if not, why not."""

    ASKS = "asks"
    DELETED = "deleted"
    DORMANT = "dormant"
    INACTIVE = "inactive"
    ENDED = "ended"
    UNKEYED = "unkeyed"
    OUT_OF_SCOPE = "out_of_scope"
    RETIRED = "retired"


@attrs.frozen
class Accepted:
    """What was last let through of a record.

    `address` is the folded form of the e-mail among `claims`, or None without one. `locations` are keys, placements
    taken into account. `asking_since` is the event since which the record has asked for this address. `until` is the
    last day on which it asks.
    """

    record: RecordId
    provider: str
    standing: Standing
    address: Address | None
    claims: Claims
    locations: tuple[str, ...]
    asking_since: int | None
    until: date | None

    @property
    def asks(self) -> bool:
        """Whether the record asks for a place in the directory."""
        return self.standing is Standing.ASKS

    @property
    def is_live(self) -> bool:
        """Whether its source still has the record: it has not deleted it, and is not retired itself."""
        return self.standing not in (Standing.DELETED, Standing.RETIRED)


@attrs.frozen
class Link:
    """A record belongs to a person: by which rule, and since when."""

    record: RecordId
    person: PersonId
    rule: Literal["new person", "returned", "joined", "adopted", "handed over"]
    at: datetime


@attrs.frozen
class Seat:
    """A time in which an active person held an address; `until` is None while they hold it."""

    address: Address
    person: PersonId
    shown: str
    since: int
    since_at: datetime
    until: int | None = None
    until_at: datetime | None = None


@attrs.frozen
class Placement:
    """Membership in a location by hand: of a person, or of a record that is nobody's yet."""

    subject: PersonId | RecordId
    location: str
    op: Literal["add", "mask"]
    by: str
    at: datetime


@attrs.frozen
class Override:
    """An admin's word over the providers': `pin` a single value (None: empty), `add` or `mask` one value of a set."""

    person: PersonId
    name: str
    op: Literal["pin", "add", "mask"]
    value: str | bool | None
    by: str
    at: datetime
    note: str = ""


@attrs.frozen
class Adoption:
    """A record was handed to somebody kept by hand, whose own record sleeps since; `before` is whose it was."""

    manual: RecordId
    record: RecordId
    person: PersonId
    before: Link | None
    by: str
    at: datetime


@attrs.frozen
class KeptApart:
    """No record of the provider joins the person again, but by being adopted."""

    provider: str
    person: PersonId
    by: str
    at: datetime


@attrs.frozen
class AppliedRules:
    """One version of the rules, as applied: the part of the settings that waits for `apply`, as JSON data.

    `set_aside` is set where they came from elsewhere than the file: the mark of what the file said then, and which
    therefore is not taken up by itself any more.
    """

    version: int
    settings: Mapping[str, Json]
    by: str
    at: datetime
    set_aside: str | None = None


@attrs.frozen
class KnownProvider:
    """What stays known of a provider while its plugin is missing or its settings are gone."""

    name: str
    type: str
    title: str
    by_hand: bool
    pushes: bool
