"""What Entra remembers of an application: whom it made, under which id, and what it wrote last."""

from collections.abc import Sequence

import attrs

from dirsync_entra.rehearsal.people import Person


@attrs.define
class User:
    """Somebody who is assigned. `written` is by path; without an id they were never made."""

    person: Person
    id: str | None = None
    written: dict[str, object] = attrs.field(factory=lambda: {"active": True})
    manager: str | None = None
    deleted: bool = False


@attrs.define
class Group:
    """A group that is assigned. `numbers` are those of its people, `members` the ids that the server was given."""

    name: str
    numbers: Sequence[int]
    id: str | None = None
    members: set[str] = attrs.field(factory=set)


@attrs.frozen
class Tenant:
    """People by number, groups by name."""

    users: dict[int, User]
    groups: dict[str, Group]
