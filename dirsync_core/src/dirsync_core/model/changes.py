"""Changes: the published differences, in one contiguous sequence."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import attrs

from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.people import Json


class ChangeType(StrEnum):
    """What a change means to somebody who reads the directory."""

    JOINED = "joined"
    CHANGED = "changed"
    DEACTIVATED = "deactivated"
    REACTIVATED = "reactivated"
    LEFT = "left"
    RETURNED = "returned"
    DELETED = "deleted"
    ERASED = "erased"


@attrs.frozen
class Cause:
    """What made a change: the provider whose write it was (None: a person, a rule, the clock), request and author."""

    provider: str | None
    request: str
    by: str


@attrs.frozen
class Change:
    """One published difference. `changed` maps a name to (before, after); None stands for not there."""

    seq: int
    at: datetime
    type: ChangeType
    person: PersonId
    email: str
    changed: Mapping[str, tuple[Json, Json]]
    cause: Cause
