"""Preconditions (RFC 7644 3.14, RFC 9110 13): what a client says of the version that it knows.

Entity tags are weak here, and are compared weakly, as SCIM's own examples want it.
"""

import re
from collections.abc import Sequence

import attrs
from aiohttp import web

from dirsync_core.api import Record
from dirsync_okta.scim.answers import version_of
from dirsync_okta.scim.errors import ScimError, about

_TAG = re.compile(r'(?:W/)?"[^"]*"|[^\s,]+')


@attrs.frozen
class Preconditions:
    """The tags of If-Match and of If-None-Match, None where the header is missing; `*` is any version."""

    match: frozenset[str] | None = None
    none_match: frozenset[str] | None = None

    def known(self, record: Record) -> bool:
        """Say whether the client has the version that there is, so that a GET is answered by 304."""
        return self.none_match is not None and _names(self.none_match, record)

    def check(self, record: Record) -> None:
        """Refuse a write whose precondition does not hold.

        Raises:
            ScimError: the record is at another version than the client says, or at one that it excludes.
        """
        outdated = self.match is not None and not _names(self.match, record)
        if outdated or self.known(record):
            detail = f"It is at version {version_of(record)} by now. Read it again, and send the change anew."
            with about(record.kind, record.key):
                raise ScimError(412, detail, topic="version", headers={"ETag": version_of(record)})


def preconditions_of(request: web.Request) -> Preconditions:
    """Read both headers of a request. A tag in a form that there is not names no version."""
    given = (request.headers.getall(name, []) for name in ("If-Match", "If-None-Match"))
    return Preconditions(*(_tags(each) for each in given))


def at_version(tag: str) -> Preconditions:
    """Give the precondition that a resource is at a version."""
    return Preconditions(_tags([tag]))


def _tags(headers: Sequence[str]) -> frozenset[str] | None:
    found = (tag.removeprefix("W/") for each in headers for tag in _TAG.findall(each))
    return frozenset(found) if headers else None


def _names(tags: frozenset[str], record: Record) -> bool:
    return "*" in tags or version_of(record).removeprefix("W/") in tags
