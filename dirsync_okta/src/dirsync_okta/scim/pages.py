"""The page of a list that a query asks for: by index or by cursor, sorted or in the order of ids; with a true total.

A cursor goes on behind the resource at which the page before ended, wherever that is by now. So a reader of all pages
of an unsorted list sees nobody twice, and everybody who was there all the time, whatever is written meanwhile.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Protocol

import attrs

from dirsync_core.api import Json, Record, RecordId, View
from dirsync_okta.scim.answers import array, spliced, written
from dirsync_okta.scim.cursors import Cursor, Cursors, Place
from dirsync_okta.scim.lists import DEFAULT_COUNT, Part, Query
from dirsync_okta.scim.scanning import Hurry, matching
from dirsync_okta.scim.sorting import ABSENT

LIST_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
LARGEST_PAGE = 32 * 1024 * 1024
"""After how many bytes a page of more than a hundred resources ends early."""
Item = tuple[Place, Record]
_BEHIND_ALL_IDS = RecordId("\x7f")


def listed(query: Query, view: View, *, now: int, hurry: Hurry) -> bytes:
    """Write the page of a list; `now` is in seconds, `hurry` raises where it takes too long.

    Raises:
        ScimError: the cursor is none of this list, or it takes too long.
    """
    listing = _Everything(view, query.parts) if query.everything else _search(query, view, hurry)
    cursors = Cursors(query.binding, now)
    if query.cursor is None:
        page = listing.at(query.start - 1, query.count)
    else:
        page = _window(listing, query.count, cursors.read(query.cursor))
    shown = _shown(query, view, page, hurry)
    told: dict[str, Json] = {"startIndex": query.start}
    if query.cursor is not None:
        told = _neighbours(listing, page[: len(shown)], cursors)
    return list_response(shown, total=listing.total, told=told, resources=query.count > 0)


def _shown(query: Query, view: View, page: Sequence[Item], hurry: Hurry) -> list[bytes]:
    """Write the resources of a page; one that grows too large ends early, and says so by its length.

    Not among the first hundred: Okta asks for so many, and some of its versions go on behind a hundred whatever came.
    """
    shown: list[bytes] = []
    size = 0
    for place, record in page:
        if shown:
            hurry()
        if size > LARGEST_PAGE and len(shown) >= DEFAULT_COUNT:
            break
        part = query.parts[place.type]
        shown.append(part.collection.shown(view, record, part.projection))
        size += len(shown[-1])
    return shown


def list_response(shown: Sequence[bytes], *, total: int, told: dict[str, Json], resources: bool = True) -> bytes:
    """Write a ListResponse around resources that are written already; `told` says which page it is."""
    head: dict[str, Json] = {"schemas": [LIST_RESPONSE], "totalResults": total, **told, "itemsPerPage": len(shown)}
    return spliced(written(head), {"Resources": array(shown)} if resources else {})


class Listing(Protocol):
    """A list, of which a page can be had."""

    @property
    def total(self) -> int:
        """How many resources are in the list."""

    def at(self, first: int, most: int) -> list[Item]:
        """Give resources from a position on, which counts from 0."""

    def behind(self, place: Place | None, most: int) -> list[Item]:
        """Give the first ones behind a place; None is in front of all."""

    def before(self, place: Place, most: int) -> list[Item]:
        """Give the last ones in front of a place."""


@attrs.frozen
class _Everything:
    """All resources, in the order of type and id: by the store's index, without reading what is not shown."""

    view: View
    parts: Sequence[Part]

    @property
    def total(self) -> int:
        return sum(self.view.count(part.collection.type.kind) for part in self.parts)

    def at(self, first: int, most: int) -> list[Item]:
        found: list[Item] = []
        for number, part in enumerate(self.parts):
            kind = part.collection.type.kind
            found += _items(number, self.view.page(kind, start=first, limit=most - len(found)) if most else ())
            if len(found) == most:
                break
            first = max(0, first - self.view.count(kind))
        return found

    def behind(self, place: Place | None, most: int) -> list[Item]:
        found: list[Item] = []
        for number, part in enumerate(self.parts):
            if len(found) < most and (place is None or number >= place.type):
                after = RecordId(place.id) if place is not None and number == place.type else None
                page = self.view.page(part.collection.type.kind, after=after, limit=most - len(found))
                found += _items(number, page)
        return found

    def before(self, place: Place, most: int) -> list[Item]:
        found: list[Item] = []
        for number, part in reversed(list(enumerate(self.parts))):
            if len(found) < most and number <= place.type:
                before = RecordId(place.id) if number == place.type else _BEHIND_ALL_IDS
                page = self.view.page(part.collection.type.kind, before=before, limit=most - len(found))
                found = _items(number, page) + found
        return found


def _items(number: int, page: Sequence[Record]) -> list[Item]:
    return [(Place(ABSENT, number, record.id), record) for record in page]


@attrs.frozen
class _Found:
    """What a search found: places in their order; the records are read again where they are shown."""

    view: View
    places: Sequence[Place]
    descending: bool

    @property
    def total(self) -> int:
        return len(self.places)

    def at(self, first: int, most: int) -> list[Item]:
        return self._read(self.places[first : first + most])

    def behind(self, place: Place | None, most: int) -> list[Item]:
        begin = 0 if place is None else bisect_right(self.places, self._rank(place), key=self._rank)
        return self._read(self.places[begin : begin + most])

    def before(self, place: Place, most: int) -> list[Item]:
        end = bisect_left(self.places, self._rank(place), key=self._rank)
        return self._read(self.places[max(0, end - most) : end])

    def _rank(self, place: Place) -> "_Rank":
        return _Rank(place, self.descending)

    def _read(self, places: Sequence[Place]) -> list[Item]:
        found = ((place, self.view.get(RecordId(place.id))) for place in places)
        return [(place, record) for place, record in found if record is not None]


@attrs.frozen
class _Rank:
    """A place as it compares: descending turns round the keys, and not the ids of equals."""

    place: Place
    descending: bool

    def __lt__(self, other: "_Rank") -> bool:
        mine, theirs = self.place, other.place
        if mine.key != theirs.key:
            return (mine.key < theirs.key) is not self.descending
        return (mine.type, mine.id) < (theirs.type, theirs.id)


def _search(query: Query, view: View, hurry: Hurry) -> _Found:
    places = [
        Place(key, number, record.id)
        for number, part in enumerate(query.parts)
        for key, record in matching(view, part, hurry)
    ]
    places.sort(key=lambda place: place.key, reverse=query.descending)
    return _Found(view, places, query.descending)


def _neighbours(listing: Listing, page: Sequence[Item], cursors: Cursors) -> dict[str, Json]:
    """Give the cursors of the pages behind and in front of one."""
    told: dict[str, Json] = {}
    if page and listing.behind(page[-1][0], 1):
        told["nextCursor"] = cursors.written(Cursor(page[-1][0]))
    if page and listing.before(page[0][0], 1):
        told["previousCursor"] = cursors.written(Cursor(page[0][0], backwards=True))
    return told


def _window(listing: Listing, count: int, cursor: Cursor | None) -> list[Item]:
    if cursor is None or not cursor.backwards:
        return listing.behind(cursor.place if cursor else None, count)
    # Where all in front was deleted meanwhile, the list begins here.
    return listing.before(cursor.place, count) or listing.behind(None, count)
