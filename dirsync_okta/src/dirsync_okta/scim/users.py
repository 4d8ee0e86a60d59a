"""Users: `active` is kept where a PUT does not say it, `groups` are derived."""

from collections.abc import Callable, Sequence
from typing import cast

import attrs

from dirsync_core.api import Edit, Record, View
from dirsync_okta.scim.answers import group_element, written
from dirsync_okta.scim.collection import Collection
from dirsync_okta.scim.errors import about
from dirsync_okta.scim.notes import Notes
from dirsync_okta.scim.operations import Operation
from dirsync_okta.scim.patch import patched
from dirsync_okta.scim.reading import Content


@attrs.frozen
class Users(Collection):
    """The users of one client."""

    def create(self, edit: Edit, content: Content, ignored: Sequence[str] = ()) -> Record:
        """Store a new user; one of whom the client does not say otherwise is active."""
        content = {**content, "active": content.get("active") is not False}
        with about(self.type.noun, str(content[self.type.key])):
            return self.stored(edit, None, content, active=content["active"] is True, ignored=ignored)

    def replace(self, edit: Edit, resource: str, content: Content, ignored: Sequence[str] = ()) -> Record:
        """Put a user in the place of what it was; without `active` it stays as active as it is."""
        record = self.existing(edit, resource)
        with about(self.type.noun, record.key):
            self.keep_fixed(record, content)
            content = _with_active(content, record)
            return self._stored_as_active(edit, record, content, ignored)

    def patch(self, edit: Edit, resource: str, operations: Sequence[Operation]) -> Record:
        """Apply all operations, or none; where `active` is removed the user stays as active as it is."""
        record = self.existing(edit, resource)
        present, notes = self.present(edit, record), Notes(self.dialects)
        with about(self.type.noun, record.key):
            content = patched(self.type, cast(Content, record.content), operations, present, notes)
            return self._stored_as_active(edit, record, content, notes.ignored)

    def derived(self, view: View, record: Record, wants: Callable[[str], bool]) -> dict[str, bytes]:
        """Write `groups`, if the user is in any."""
        groups = view.groups_of(record.id) if wants("groups") else ()
        return {"groups": written([group_element(each, self.addresses) for each in groups])} if groups else {}

    def _stored_as_active(self, edit: Edit, record: Record, content: Content, ignored: Sequence[str]) -> Record:
        said = content.get("active")
        active = said if isinstance(said, bool) else record.active
        return self.stored(edit, record, content, active=active, ignored=ignored)


def _with_active(content: Content, record: Record) -> Content:
    """Put in what the record says of `active` where a PUT does not: an echo never wakes anybody up."""
    if content.get("active") is not None:
        return content
    rest = {name: part for name, part in content.items() if name != "active"}
    return {**rest, "active": record.active} if "active" in record.content else rest
