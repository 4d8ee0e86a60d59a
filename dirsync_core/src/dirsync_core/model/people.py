"""People: what is published, and where each value comes from."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import attrs

from dirsync_core.model.identifiers import PersonId, RecordId

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


class Status(StrEnum):
    """Whether somebody is in the directory, and if not, why."""

    ACTIVE = "active"
    DEACTIVATED = "deactivated"
    LEFT = "left"
    DELETED = "deleted"


class Situation(StrEnum):
    """What became of a record; the first that is true, in this order."""

    TOMBSTONE = "tombstone"
    FROZEN = "frozen"
    ERRORED = "errored"
    DORMANT = "dormant"
    INACTIVE = "inactive"
    UNKEYED = "unkeyed"
    OUT_OF_SCOPE = "out_of_scope"
    CONTESTED = "contested"
    LINKED = "linked"


@attrs.frozen
class Source:
    """Where a value comes from, and since when it has been that value; `record` is None for an admin's own word."""

    provider: str
    record: RecordId | None
    since: datetime


@attrs.frozen
class Person:
    """One person as published.

    `values` has what the interface shows besides id, status, provenance, version and times: attributes by name,
    references already resolved. `sources` are the providers whose records made it, highest in precedence first.
    """

    id: PersonId
    status: Status
    values: Mapping[str, Json]
    provenance: Mapping[str, Source]
    sources: tuple[str, ...]
    version: int
    created_at: datetime
    changed_at: datetime
    last_change: int

    @property
    def email(self) -> str:
        """The address shown: the one held, or the last one held."""
        return str(self.values["email"])


@attrs.frozen
class Published:
    """A person as the feed has left them: what can be known from changes alone."""

    status: Status
    values: Mapping[str, Json]
    since: Mapping[str, datetime]
    version: int
    created_at: datetime
    changed_at: datetime
    last_change: int
