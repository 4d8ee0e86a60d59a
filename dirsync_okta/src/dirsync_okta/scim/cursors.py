"""Cursors (RFC 9865): a place in a list, in the alphabet of addresses. The server keeps nothing of them.

A cursor holds where to go on, when it was made, and a digest of the list that it belongs to: one of another query, of
another provider, or one that was changed, is invalid. It gives no right to anything: what it leads to is read with the
rights of whoever sends it.
"""

import base64
import binascii
import hashlib
import json

import attrs

from dirsync_okta.scim.errors import ScimError
from dirsync_okta.scim.sorting import Key

TIMEOUT = 3_600
"""How many seconds a cursor can be used."""
_DIGEST = 9


@attrs.frozen
class Place:
    """Where a resource stands in a list: its sort key, the number of its type, its id."""

    key: Key
    type: int
    id: str


@attrs.frozen
class Cursor:
    """Where to go on: behind a place, or backwards from in front of it."""

    place: Place
    backwards: bool = False


@attrs.frozen
class Cursors:
    """Writes and reads the cursors of one list; `binding` tells it from every other, `now` is in seconds."""

    binding: str
    now: int

    def written(self, cursor: Cursor) -> str:
        """Write a cursor."""
        place = cursor.place
        content = json.dumps([self.now, cursor.backwards, place.key, place.type, place.id]).encode()
        return base64.urlsafe_b64encode(self._digest(content) + content).decode().rstrip("=")

    def read(self, text: str) -> Cursor | None:
        """Read a cursor; None for an empty one, which is the beginning of the list.

        Raises:
            ScimError: it isn't of this list, or too old.
        """
        if not text:
            return None
        made, cursor = _parsed(self._content(text))
        if self.now - made > TIMEOUT:
            detail = f"The cursor is older than {TIMEOUT:,} seconds. Begin again with an empty one."
            raise ScimError(400, detail, "expiredCursor", topic="cursor")
        return cursor

    def _content(self, text: str) -> bytes:
        try:
            whole = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise _invalid() from None
        if whole[:_DIGEST] != self._digest(whole[_DIGEST:]):
            raise _invalid()
        return whole[_DIGEST:]

    def _digest(self, content: bytes) -> bytes:
        return hashlib.sha256(self.binding.encode() + b"\0" + content).digest()[:_DIGEST]


def _parsed(content: bytes) -> tuple[int, Cursor]:
    # The digest tells a mistake, not malice: what stands here is believed of nobody.
    try:
        match json.loads(content):
            case [int(made), bool(backwards), key, int(number), str(resource)]:
                return made, Cursor(Place(_key(key), number, resource), backwards)
    except (ValueError, RecursionError):
        pass
    raise _invalid()


def _key(parts: object) -> Key:
    match parts:
        case [bool(absent), "number", int(value) | float(value)]:
            return absent, "number", value
        case [bool(absent), str(kind), str(value)] if kind != "number":
            return absent, kind, value
    raise _invalid()


def _invalid() -> ScimError:
    detail = (
        "The cursor is not one of this list: it was changed, or filter, order or address are others than those it was"
        " made for. Send them as they were, or begin again with an empty cursor."
    )
    return ScimError(400, detail, "invalidCursor", topic="cursor")
