"""Groups: members are rows of their own, so that an operation costs what it names, not what the group has."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import cast

import attrs

from dirsync_core.api import BoundFilter, Edit, Json, Member, Record, RecordId, View
from dirsync_okta.scim.answers import array, member_address, member_element, written
from dirsync_okta.scim.collection import Collection
from dirsync_okta.scim.errors import clip, invalid_value, unchangeable
from dirsync_okta.scim.patch import Operation, patched
from dirsync_okta.scim.paths import Target, resolve
from dirsync_okta.scim.reading import Content, is_empty, read_value
from dirsync_okta.scim.schema import Attribute

MEMBERS = "members"
_PAGE = 1_000


@attrs.frozen
class Groups(Collection):
    """The groups of one client."""

    def create(self, edit: Edit, content: Content) -> Record:
        """Store a new group with its members."""
        members = self._rows(content.get(MEMBERS))
        record = self.stored(edit, None, _without_members(content))
        edit.add_members(record.id, members)
        return self.existing(edit, record.id)

    def replace(self, edit: Edit, resource: str, content: Content) -> Record:
        """Put a group in the place of what it was; only the members that differ are written."""
        record = self.existing(edit, resource)
        members, content = self._rows(content.get(MEMBERS)), _without_members(content)
        self.keep_fixed(record, content)
        self.stored(edit, record, content)
        _replace_members(edit, record.id, members)
        return self.existing(edit, resource)

    def patch(self, edit: Edit, resource: str, operations: Sequence[Operation]) -> Record:
        """Apply all operations, or none. Members are read only where an operation says so."""
        record = self.existing(edit, resource)
        others: list[Operation] = []
        for operation in operations:
            others += self._patch_members(edit, record, operation)
        content = cast(Content, record.content)
        if others:
            self.stored(edit, record, patched(self.type, content, others, self.present(edit, record)))
        return self.existing(edit, resource)

    def derived(self, view: View, record: Record, wants: Callable[[str], bool]) -> dict[str, bytes]:
        """Write `members`."""
        if not wants(MEMBERS):
            return {}
        elements = [member_element(each, self.addresses) for each in _all_members(view, record.id)]
        return {MEMBERS: array(elements)} if elements else {}

    def _patch_members(self, edit: Edit, record: Record, operation: Operation) -> Iterator[Operation]:
        """Do what an operation says of members, and give what it says of other attributes."""
        if operation.path is None:
            yield from self._patch_members_among_others(edit, record, operation)
            return
        target = resolve(self.type, operation.path, cast(Content, record.content))
        if target.name != MEMBERS or target.urn is not None:
            yield operation
        elif operation.op == "remove":
            self._remove(edit, record.id, target, operation)
        else:
            self._write(edit, record.id, target, operation)

    def _patch_members_among_others(self, edit: Edit, record: Record, operation: Operation) -> Iterator[Operation]:
        if not isinstance(operation.value, dict):
            yield operation
            return
        others = {name: part for name, part in operation.value.items() if not self._means_members(name)}
        for name, part in operation.value.items():
            if self._means_members(name):
                whole = attrs.evolve(operation, path=MEMBERS, value=part)
                self._write(edit, record.id, resolve(self.type, MEMBERS, {}), whole)
        if others:
            yield attrs.evolve(operation, value=others)

    def _means_members(self, name: str) -> bool:
        return name.lower() in (MEMBERS, f"{self.type.core.urn}:{MEMBERS}".lower())

    def _write(self, edit: Edit, group: RecordId, target: Target, operation: Operation) -> None:
        if target.selection is not None or target.sub is not None:
            raise unchangeable(
                f"“{clip(target.label)}” can't be written: a member is added or removed whole. Use the path “members”."
            )
        rows = self._rows(operation.value)
        if operation.op == "add":
            edit.add_members(group, rows)
        else:
            _replace_members(edit, group, rows)

    def _remove(self, edit: Edit, group: RecordId, target: Target, operation: Operation) -> None:
        if target.sub is not None:
            raise unchangeable(f"“{clip(target.label)}” can't be removed alone. Remove the member.")
        if target.selection is not None:
            edit.remove_members(group, _selected(edit, group, target.selection))
        elif operation.value is None:
            edit.remove_members(group, None)
        else:
            # Against RFC 7644 3.5.2.2, and how Entra removes members: the value lists them.
            edit.remove_members(group, [row.value for row in self._rows(operation.value)])

    def _rows(self, value: Json) -> list[Member]:
        """Turn elements as they were sent into rows, each once."""
        attribute = cast(Attribute, self.type.core.find(MEMBERS))
        elements = read_value(attribute, value, MEMBERS)
        rows = {row.value: row for row in (self._row(each) for each in _objects(elements))}
        return list(rows.values())

    def _row(self, element: Content) -> Member:
        value, kind = str(element["value"]), element.get("type")
        derived = {"value": value, "$ref": member_address(value, kind, self.addresses), "type": "User"}
        kept = ((name, part) for name, part in element.items() if not is_empty(part) and derived.get(name) != part)
        return Member(value, written(dict(sorted(kept))))


def member_documents(view: View, group: RecordId, selection: BoundFilter) -> list[Json]:
    """Give the members that a filter over groups has to see: one by its index, or all."""
    wanted = selection.equality("members.value")
    if wanted is not None and {each for each in selection.attributes if each.startswith("members")} == {
        "members.value"
    }:
        return [{"value": value} for value in view.has_members(group, [wanted])]
    return [_document(each) for each in _all_members(view, group)]


def _document(member: Member) -> Json:
    rest: Mapping[str, Json] = json.loads(member.body)
    return {"type": "User", **rest, "value": member.value}


def _objects(elements: Json) -> Iterator[Content]:
    for element in elements if isinstance(elements, list) else []:
        if not isinstance(element, dict):
            raise invalid_value("“members” has an element that is no object. Send {“value”: id} for each.")
        yield element


def _all_members(view: View, group: RecordId) -> Iterator[Member]:
    after: str | None = None
    while page := view.members(group, after=after, limit=_PAGE):
        yield from page
        after = page[-1].value


def _selected(view: View, group: RecordId, selection: BoundFilter) -> list[str]:
    wanted = selection.equality("value")
    if wanted is not None and selection.attributes == {"value"}:
        return [wanted] if selection.matches({"value": wanted}) else []
    return [each.value for each in _all_members(view, group) if selection.matches(cast(Content, _document(each)))]


def _replace_members(edit: Edit, group: RecordId, rows: Iterable[Member]) -> None:
    wanted = {row.value: row for row in rows}
    there = {row.value: row for row in _all_members(edit, group)}
    stale = [value for value, row in there.items() if wanted.get(value) != row]
    if stale:
        edit.remove_members(group, stale)
    fresh = [row for value, row in wanted.items() if there.get(value) != row]
    if fresh:
        edit.add_members(group, fresh)


def _without_members(content: Content) -> Content:
    return {name: part for name, part in content.items() if name != MEMBERS}
