"""From a stored record to the bytes of an answer: spliced, not parsed.

A stored body lacks what others decide: `id`, `meta`, a user's `groups`, a group's `members`. They are put in behind it.
"""

import json
from collections.abc import Iterable, Mapping

import attrs

from dirsync_core.api import Json, Member, Record, written_time
from dirsync_okta.scim.schema import ResourceType


@attrs.frozen
class Addresses:
    """Where the service's resources are, seen from outside: `base_url` has no slash at its end."""

    base_url: str

    def of(self, endpoint: str, resource: str) -> str:
        """Give the address of a resource."""
        return f"{self.base_url}{endpoint}/{resource}"


def written(value: Json) -> bytes:
    """Write JSON as it is sent: UTF-8, without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def version_of(record: Record) -> str:
    """Give a record's version as an entity tag."""
    return f'W/"{record.version}"'


def meta_of(resource_type: ResourceType, record: Record, addresses: Addresses) -> dict[str, Json]:
    """Give a record's `meta`."""
    return {
        "resourceType": resource_type.name,
        "created": written_time(record.created_at),
        "lastModified": written_time(record.changed_at),
        "version": version_of(record),
        "location": addresses.of(resource_type.endpoint, record.id),
    }


def spliced(body: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Put parts behind what is in a JSON object."""
    inner = body.strip()[1:-1].strip()
    extra = b",".join(b"%b:%b" % (written(name), part) for name, part in parts.items())
    return b"{" + b",".join(part for part in (inner, extra) if part) + b"}"


def array(elements: Iterable[bytes]) -> bytes:
    """Write an array of what is written already."""
    return b"[" + b",".join(elements) + b"]"


def member_element(member: Member, addresses: Addresses) -> bytes:
    """Write a member row as an element of `members`; its type is User where nothing else was said."""
    given: Mapping[str, Json] = json.loads(member.body) if member.body != b"{}" else {}
    parts = {"value": written(member.value)}
    parts.update({name: written(part) for name, part in given.items()})
    parts.setdefault("type", b'"User"')
    parts.setdefault("$ref", written(member_address(member.value, given.get("type"), addresses)))
    return spliced(b"{}", parts)


def member_address(value: str, kind: Json, addresses: Addresses) -> str:
    """Give the address of a member, by what kind of resource it is said to be."""
    return addresses.of("/Groups" if kind == "Group" else "/Users", value)


def group_element(group: Record, addresses: Addresses) -> dict[str, Json]:
    """Give a group as an element of a user's `groups`."""
    return {
        "value": group.id,
        "$ref": addresses.of("/Groups", group.id),
        "display": group.key,
        "type": "direct",
    }
