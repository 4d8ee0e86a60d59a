"""Cases: what waits for a person to decide. Losses, and the holds that keep them from being accepted."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

import attrs

from dirsync_core.model.facts import Accepted
from dirsync_core.model.identifiers import PersonId, RecordId


class LossKind(StrEnum):
    """What the guard counts, each by itself."""

    LEAVES = "leaves"
    LOCATION = "location"
    ATTRIBUTE = "attribute"


@attrs.frozen(order=True)
class Loss:
    """One thing that a record would lose: its place, its location without another one, or an attribute's value."""

    kind: LossKind
    attribute: str = ""


@attrs.frozen
class Lost:
    """A loss that was let through and counts in its window; `before` is what was accepted before it."""

    record: RecordId
    provider: str
    loss: Loss
    at: datetime
    before: Accepted


@attrs.frozen
class Hold:
    """A difference between what a record says and what is accepted of it, held back by a case.

    `wanted` is what would be accepted otherwise. `kept` is None while the case is open; once somebody has decided that
    the record's loss is not to be, it is what their source said then: the hold lasts until it says something else.
    """

    record: RecordId
    provider: str
    loss: Loss
    case: str
    wanted: Accepted
    kept: str | None = None


class CaseState(StrEnum):
    """What happened to a case. Dissolved: what it was about is gone without anybody's word."""

    OPEN = "open"
    APPROVED = "approved"
    KEPT = "kept"
    DISSOLVED = "dissolved"


CaseKind = Literal["guard", "address", "rehire"]


@attrs.frozen
class Case:
    """Something that waits for a person.

    A guard's case is of a provider and a `loss`, and has tripped when more than `limit` were lost in its window, out of
    `asked` at the most. An address case is of a `record` that asks for the address of `person`, who is kept by hand. A
    rehire case is of a `record` that may be somebody else than `person`.
    """

    id: str
    kind: CaseKind
    provider: str
    opened_at: datetime
    loss: Loss | None = None
    limit: int | None = None
    asked: int | None = None
    record: RecordId | None = None
    person: PersonId | None = None
    state: CaseState = CaseState.OPEN
    closed_at: datetime | None = None
    closed_by: str | None = None


Part = Literal["held", "out", "waits", "approved", "kept", "back"]
"""A record's part in a case: held back; out already when it opened; waiting; and what became of it."""


@attrs.frozen
class CaseRecord:
    """One record in a case, and its part."""

    case: str
    record: RecordId
    part: Part
