"""How accepted claims are written: in columns of their own, and as one JSON text beside a loss or a hold."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from dirsync_core.model.addresses import Address
from dirsync_core.model.claims import Claim, Claims, Clear, Set
from dirsync_core.model.facts import Accepted, Standing
from dirsync_core.model.identifiers import RecordId
from dirsync_core.store.sqlite.room import packed

COLUMNS = "record, provider, standing, address, claims, locations, asking_since, until"


def columns_of(accepted: Accepted) -> tuple[object, ...]:
    """Give the values of the columns, in their order."""
    return (
        accepted.record, accepted.provider, accepted.standing.value, accepted.address,
        packed(_written_claims(accepted.claims)), packed(accepted.locations),
        accepted.asking_since, accepted.until and accepted.until.isoformat(),
    )  # fmt: skip


def accepted_of(row: tuple[Any, ...]) -> Accepted:
    """Read the columns."""
    record, provider, standing, address, claims, locations, since, until = row
    return Accepted(
        RecordId(record), provider, Standing(standing), None if address is None else Address(address),
        _read_claims(claims), tuple(json.loads(locations)), since, None if until is None else date.fromisoformat(until),
    )  # fmt: skip


def written_accepted(accepted: Accepted) -> str:
    """Write accepted claims as one text."""
    return packed(columns_of(accepted))


def read_accepted(text: str) -> Accepted:
    """Read what `written_accepted` wrote."""
    return accepted_of(tuple(json.loads(text)))


def _written_claims(claims: Claims) -> Mapping[str, object]:
    return {name: claim.value if isinstance(claim, Set) else None for name, claim in sorted(claims.items())}


def _read_claims(text: str) -> Claims:
    return {name: _claim(value) for name, value in json.loads(text).items()}


def _claim(value: str | bool | list[str] | None) -> Claim:
    if value is None:
        return Clear()
    return Set(tuple(value) if isinstance(value, list) else value)
