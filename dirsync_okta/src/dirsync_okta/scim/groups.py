"""Groups: members are rows of their own, so that an operation costs what it names, not what the group has."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import cast

import attrs

from dirsync_core.api import Edit, Record, View
from dirsync_okta.scim.answers import array, member_element
from dirsync_okta.scim.collection import Collection
from dirsync_okta.scim.definitions import MEMBERS
from dirsync_okta.scim.errors import about, clip, no_target, unchangeable
from dirsync_okta.scim.members import MemberChanges, all_members, read_rows
from dirsync_okta.scim.notes import Notes
from dirsync_okta.scim.operations import Operation
from dirsync_okta.scim.patch import patched, take_listed
from dirsync_okta.scim.paths import Target, resolve
from dirsync_okta.scim.reading import Content
from dirsync_okta.scim.schema import ResourceType


@attrs.frozen(slots=False)
class Groups(Collection):
    """The groups of one client."""

    def create(self, edit: Edit, content: Content, ignored: Sequence[str] = ()) -> Record:
        """Store a new group with its members."""
        with about(self.type.noun, str(content[self.type.key])):
            record = self.stored(edit, None, _without_members(content), ignored=ignored)
        edit.add_members(record.id, read_rows(content.get(MEMBERS.name), self.addresses))
        return self.existing(edit, record.id)

    def replace(self, edit: Edit, resource: str, content: Content, ignored: Sequence[str] = ()) -> Record:
        """Put a group in the place of what it was; only the members that differ are written."""
        record = self.existing(edit, resource)
        with about(self.type.noun, record.key):
            self.keep_fixed(record, content)
            self.stored(edit, record, _without_members(content), ignored=ignored)
        changes = MemberChanges(edit, record.id, self.addresses)
        changes.replace(read_rows(content.get(MEMBERS.name), self.addresses))
        changes.flush()
        return self.existing(edit, resource)

    def patch(self, edit: Edit, resource: str, operations: Sequence[Operation]) -> Record:
        """Apply all operations, or none. Members are read only where an operation says so."""
        record = self.existing(edit, resource)
        notes = Notes(self.dialects)
        with about(self.type.noun, record.key):
            self._patch(edit, record, operations, notes)
        return self.existing(edit, resource)

    def _patch(self, edit: Edit, record: Record, operations: Sequence[Operation], notes: Notes) -> None:
        content, changes = cast(Content, record.content), MemberChanges(edit, record.id, self.addresses)
        others = [rest for each in operations for rest in self._change_members(changes, content, each, notes)]
        changes.flush()
        if others:
            after = patched(self._rest, content, others, self.present(edit, record), notes)
            self.stored(edit, record, after, ignored=notes.ignored)

    def derived(self, view: View, record: Record, wants: Callable[[str], bool]) -> dict[str, bytes]:
        """Write `members`."""
        if not wants(MEMBERS.name):
            return {}
        elements = [member_element(each, self.addresses) for each in all_members(view, record.id)]
        return {MEMBERS.name: array(elements)} if elements else {}

    @cached_property
    def _rest(self) -> ResourceType:
        """The type as it is in the stored body: without members."""
        kept = tuple(each for each in self.type.core.attributes if each is not MEMBERS)
        return attrs.evolve(self.type, core=attrs.evolve(self.type.core, attributes=kept))

    def _change_members(
        self, changes: MemberChanges, content: Content, operation: Operation, notes: Notes
    ) -> Iterator[Operation]:
        """Do what an operation says of members, and give what it says of other attributes."""
        if operation.path is None:
            yield from self._change_members_among_others(changes, operation, notes)
            return
        target = resolve(self.type, operation.path, content)
        if target.attribute is not MEMBERS:
            yield operation
        elif operation.op == "remove":
            self._remove(changes, target, operation, notes)
        else:
            self._write(changes, target, operation, notes)

    def _change_members_among_others(
        self, changes: MemberChanges, operation: Operation, notes: Notes
    ) -> Iterator[Operation]:
        if not isinstance(operation.value, dict):
            yield operation
            return
        others = {name: part for name, part in operation.value.items() if not self._means_members(name)}
        for name, part in operation.value.items():
            if self._means_members(name):
                target = Target(name, None, MEMBERS.name, MEMBERS)
                self._write(changes, target, attrs.evolve(operation, value=part), notes)
        if others:
            yield attrs.evolve(operation, value=others)

    def _means_members(self, name: str) -> bool:
        return name.lower() in (MEMBERS.name, f"{self.type.core.urn}:{MEMBERS.name}".lower())

    def _write(self, changes: MemberChanges, target: Target, operation: Operation, notes: Notes) -> None:
        if target.selection is not None and not changes.selects(target.selection):
            raise no_target(f"No member is the one that “{clip(target.label)}” chooses.")
        if target.selection is not None or target.sub is not None:
            raise unchangeable(
                f"“{clip(target.label)}” can't be written: a member is added or removed whole. Use the path “members”."
            )
        rows = read_rows(operation.value, self.addresses, notes)
        if operation.op == "add":
            changes.add(rows)
        else:
            changes.replace(rows)

    def _remove(self, changes: MemberChanges, target: Target, operation: Operation, notes: Notes) -> None:
        if target.sub is not None:
            raise unchangeable(f"“{clip(target.label)}” can't be removed alone. Remove the member.")
        if target.selection is not None:
            changes.remove_selected(target.selection)
        elif operation.value is None:
            changes.clear()
        else:
            take_listed(notes, target, operation)
            changes.remove(row.value for row in read_rows(operation.value, self.addresses, notes))


def _without_members(content: Content) -> Content:
    return {name: part for name, part in content.items() if name != MEMBERS.name}
