"""Records: exactly what one provider says of one user or group."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Literal

import attrs

from dirsync_core.model.identifiers import RecordId

Kind = Literal["user", "group"]


def fold_key(key: str) -> str:
    """Give the form in which a provider's keys (userName, displayName of a group) are compared."""
    return key.strip().casefold()


@attrs.frozen(slots=False)
class Record:
    """One provider's word on one user or group, as it stands in the store.

    `body` is the JSON object that the provider handed in, kept byte for byte; `version` counts true changes from 1;
    `deleted_at` is set for a tombstone. Times are aware, in UTC.
    """

    id: RecordId
    provider: str
    kind: Kind
    key: str
    external_id: str | None
    body: bytes = attrs.field(repr=False)
    active: bool
    version: int
    created_at: datetime
    changed_at: datetime
    deleted_at: datetime | None = None

    @cached_property
    def content(self) -> Mapping[str, object]:
        """The body, parsed."""
        content: Mapping[str, object] = json.loads(self.body)
        return content


@attrs.frozen
class Member:
    """One row of a group: the id as it was written, and the rest of the element as JSON (`{}` where there is none)."""

    value: str
    body: bytes = b"{}"
