"""The rows of a group: read from what a client sends, and changed at the cost of what is named."""

import json
from collections.abc import Iterable, Iterator, Mapping

import attrs

from dirsync_core.api import BoundFilter, Edit, Json, Member, RecordId, View
from dirsync_okta.scim.answers import Addresses, member_address, written
from dirsync_okta.scim.definitions import MEMBERS
from dirsync_okta.scim.elements import cost_of, too_much
from dirsync_okta.scim.errors import invalid_value
from dirsync_okta.scim.notes import Notes
from dirsync_okta.scim.reading import Content, is_empty, read_value

MAX_ROWS = 500_000
"""How many rows of a group the operations of one request may go through that name no members; see `cost_of`."""
_PAGE = 1_000


def read_rows(value: Json, addresses: Addresses, notes: Notes | None = None) -> list[Member]:
    """Turn elements as they were sent into rows, each member once; what is derived is not kept.

    Raises:
        ScimError: an element has no id, or is of another form.
    """
    elements = read_value(MEMBERS, value, MEMBERS.name, notes or Notes())
    rows = {row.value: row for row in (_row(each, addresses) for each in _objects(elements))}
    return list(rows.values())


def all_members(view: View, group: RecordId) -> Iterator[Member]:
    """Give every row of a group, a page at a time."""
    after: str | None = None
    while page := view.members(group, after=after, limit=_PAGE):
        yield from page
        after = page[-1].value


def member_documents(view: View, group: RecordId, selection: BoundFilter | None, addresses: Addresses) -> list[Json]:
    """Give the members that a filter over groups has to see: one by its index, or all; all for None."""
    wanted = selection.equality("members.value") if selection else None
    named = {name for name in selection.attributes if name.startswith(MEMBERS.name)} if selection else set()
    if wanted is not None and named == {"members.value"}:
        return [{"value": value} for value in view.has_members(group, [wanted])]
    return [_document(each, addresses) for each in all_members(view, group)]


@attrs.define
class MemberChanges:
    """Changes of a group's rows, in their order; additions and removals in a row are written together.

    Okta sends an operation for each member that it removes. Call `flush` at the end.
    """

    edit: Edit
    group: RecordId
    addresses: Addresses
    _adding: dict[str, Member] = attrs.field(factory=dict, init=False)
    _removing: dict[str, None] = attrs.field(factory=dict, init=False)
    _gone_through: int = attrs.field(default=0, init=False)

    def add(self, rows: Iterable[Member]) -> None:
        """Add rows; members that are there stay as they are."""
        if self._removing:
            self.flush()
        for row in rows:
            self._adding.setdefault(row.value, row)

    def remove(self, values: Iterable[str]) -> None:
        """Remove members; those that are none are no error."""
        if self._adding:
            self.flush()
        self._removing.update(dict.fromkeys(values))

    def remove_selected(self, selection: BoundFilter) -> None:
        """Remove the members that a filter chooses: one by its index, or those found by reading all."""
        wanted = selection.equality("value")
        if wanted is not None and selection.attributes == {"value"}:
            self.remove([wanted] if selection.matches({"value": wanted}) else [])
            return
        self.flush()
        self.remove(list(self._selected(selection)))

    def selects(self, selection: BoundFilter) -> bool:
        """Say whether a filter chooses any member."""
        self.flush()
        wanted = selection.equality("value")
        if wanted is not None and selection.attributes == {"value"}:
            return bool(self.edit.has_members(self.group, [wanted]))
        return next(self._selected(selection), None) is not None

    def _selected(self, selection: BoundFilter) -> Iterator[str]:
        rows = self._every_row(cost=cost_of(selection))
        return (each.value for each in rows if selection.matches(_document(each, self.addresses)))

    def clear(self) -> None:
        """Remove every member."""
        self.flush()
        self.edit.remove_members(self.group, None)

    def replace(self, rows: Iterable[Member]) -> None:
        """Have these rows and no others; only what differs is written."""
        self.flush()
        wanted = {row.value: row for row in rows}
        there = {row.value: row for row in self._every_row()}
        self.remove([value for value, row in there.items() if wanted.get(value) != row])
        self.add([row for value, row in wanted.items() if there.get(value) != row])

    def _every_row(self, cost: int = 1) -> Iterator[Member]:
        for row in all_members(self.edit, self.group):
            self._gone_through += cost
            if self._gone_through > MAX_ROWS:
                raise too_much(MAX_ROWS)
            yield row

    def flush(self) -> None:
        """Write what is waiting."""
        if self._removing:
            self.edit.remove_members(self.group, list(self._removing))
        if self._adding:
            self.edit.add_members(self.group, list(self._adding.values()))
        self._removing, self._adding = {}, {}


def _row(element: Content, addresses: Addresses) -> Member:
    value, kind = str(element["value"]), element.get("type")
    derived = {"value": value, "$ref": member_address(value, kind, addresses), "type": "User"}
    kept = ((name, part) for name, part in element.items() if not is_empty(part) and derived.get(name) != part)
    return Member(value, written(dict(sorted(kept))))


def _document(member: Member, addresses: Addresses) -> dict[str, Json]:
    rest: Mapping[str, Json] = json.loads(member.body)
    derived = {"type": "User", "$ref": member_address(member.value, rest.get("type"), addresses)}
    return {**derived, **rest, "value": member.value}


def _objects(elements: Json) -> Iterator[Content]:
    for element in elements if isinstance(elements, list) else []:
        if not isinstance(element, dict):
            raise invalid_value("“members” has an element that is no object. Send {“value”: id} for each.")
        yield element
