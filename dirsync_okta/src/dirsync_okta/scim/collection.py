"""What users and groups have in common as stored resources: jobs on a `View` or an `Edit`, and how they are shown.

All methods run inside a store's job: synchronous, without I/O of their own, and a `ScimError` undoes all they did.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import cast

import attrs

from dirsync_core.api import Dialects, Edit, Json, KeyTaken, Kind, Record, RecordId, View
from dirsync_okta.scim.answers import Addresses, meta_of, spliced, written
from dirsync_okta.scim.errors import ScimError, clip, invalid_value, not_found
from dirsync_okta.scim.operations import Operation
from dirsync_okta.scim.projection import Projection
from dirsync_okta.scim.reading import Content, keep_fixed
from dirsync_okta.scim.schema import ResourceType

Check = Callable[[Kind, Mapping[str, Json]], str | None]
"""Looks at a resource before it is stored; a sentence refuses it, and says what to do."""


@attrs.frozen
class Collection(ABC):
    """The resources of one type."""

    type: ResourceType
    addresses: Addresses
    check: Check
    dialects: Dialects = attrs.field(factory=Dialects)

    @abstractmethod
    def create(self, edit: Edit, content: Content, ignored: Sequence[str] = ()) -> Record:
        """Store a new resource; `ignored` names what its request carried besides, and history shows the names."""

    @abstractmethod
    def replace(self, edit: Edit, resource: str, content: Content, ignored: Sequence[str] = ()) -> Record:
        """Put a resource in the place of what it was (RFC 7644 3.5.1)."""

    @abstractmethod
    def patch(self, edit: Edit, resource: str, operations: Sequence[Operation]) -> Record:
        """Apply all operations, or none."""

    @abstractmethod
    def derived(self, view: View, record: Record, wants: Callable[[str], bool]) -> dict[str, bytes]:
        """Write those attributes that are not in the stored body, as far as they are wanted."""

    def delete(self, edit: Edit, resource: str) -> None:
        """Delete a resource."""
        edit.delete(self.existing(edit, resource).id)

    def existing(self, view: View, resource: str) -> Record:
        """Give the live record of an id.

        Raises:
            ScimError: there is none of this type.
        """
        record = view.get(RecordId(resource))
        if record is None or record.kind != self.type.kind:
            raise not_found(self.type.noun, resource)
        return record

    def shown(self, view: View, record: Record, projection: Projection) -> bytes:
        """Write a resource as it is sent."""
        whole = self.whole(view, record, projection.wants)
        return whole if projection.whole else written(projection.of(json.loads(whole)))

    def whole(self, view: View, record: Record, wants: Callable[[str], bool]) -> bytes:
        """Write a resource; what is derived only as far as it is wanted."""
        parts = {"id": written(record.id), **self.derived(view, record, wants)}
        parts["meta"] = written(meta_of(self.type, record, self.addresses))
        return spliced(record.body, parts)

    def location(self, record: Record) -> str:
        """Give the address of a resource."""
        return self.addresses.of(self.type.endpoint, record.id)

    def present(self, view: View, record: Record) -> Callable[[str], Json]:
        """Give what tells a resource's read-only attributes."""

        def present(name: str) -> Json:
            shown: Mapping[str, Json] = json.loads(self.whole(view, record, lambda wanted: wanted == name))
            return shown.get(name)

        return present

    def stored(
        self,
        edit: Edit,
        record: Record | None,
        content: Content,
        *,
        active: bool = True,
        ignored: Sequence[str] = (),
    ) -> Record:
        """Write a resource, new or in the place of a record.

        Raises:
            ScimError: its key is another's, or the check refuses it.
        """
        if problem := self.check(self.type.kind, content):
            raise invalid_value(problem)
        key, external_id = str(content[self.type.key]), _external_id(content)
        try:
            if record is None:
                return edit.create(
                    self.type.kind, key, content, external_id=external_id, active=active, ignored=ignored
                )
            # An equal body keeps the form that it has: order of names is no change.
            body = cast(Content, record.content) if content == record.content else content
            return edit.replace(record.id, key=key, body=body, external_id=external_id, active=active, ignored=ignored)
        except KeyTaken as taken:
            raise self._taken(edit, taken) from taken

    def keep_fixed(self, record: Record, content: Content) -> None:
        """Refuse a PUT that changes an immutable attribute (RFC 7644 3.5.1)."""
        keep_fixed(self.type, record.content, content)

    def _taken(self, edit: Edit, taken: KeyTaken) -> ScimError:
        holder = edit.get(RecordId(taken.record))
        return ScimError(
            409,
            f"The {self.type.key} “{clip(taken.key)}” is taken by the {self.type.noun} {_described(holder, taken)}.",
            "uniqueness",
            topic="taken",
        )


def _external_id(content: Content) -> str | None:
    given = content.get("externalId")
    return given if isinstance(given, str) and given else None


def _described(holder: Record | None, taken: KeyTaken) -> str:
    if holder is None:
        return f"with the id {taken.record}"
    name = holder.content.get("displayName")
    known = f"“{clip(name)}”, " if isinstance(name, str) and name and name != taken.key else ""
    return f"with the id {holder.id} ({known}{'active' if holder.active else 'not active'})"
