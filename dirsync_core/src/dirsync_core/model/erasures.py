"""Erasures: whom somebody asked to forget. Only opaque ids and keyed hashes of addresses are left of them."""

from datetime import datetime

import attrs

from dirsync_core.model.identifiers import PersonId, RecordId


@attrs.frozen
class Erasure:
    """Somebody was forgotten on request: when, by whom, and the keyed hashes of the addresses that were theirs.

    `subject` is the person, or the record of somebody who was never a person.
    """

    subject: PersonId | RecordId
    at: datetime
    by: str
    hashes: tuple[str, ...] = ()
