"""Ids: opaque, sortable by the moment they were made, and the same again when a write is run again.

An id has the form of a ULID: 48 bits of milliseconds, then 80 bits. The 80 bits are a digest of the request and of
how many ids it made before, so that replaying a request gives the ids of its first run.
"""

import hashlib
import secrets
from datetime import datetime
from typing import NewType

RecordId = NewType("RecordId", str)
PersonId = NewType("PersonId", str)

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U


def new_request_id() -> str:
    """Make the id of a request: random, 16 hexadecimal digits."""
    return secrets.token_hex(8)


def derived_id(at: datetime, request: str, counter: int) -> str:
    """Give the `counter`-th id that a request makes at a moment; the same arguments give the same id."""
    digest = hashlib.sha256(f"{request}/{counter}".encode()).digest()
    number = (int(at.timestamp() * 1000) << 80) | int.from_bytes(digest[:10], "big")
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
