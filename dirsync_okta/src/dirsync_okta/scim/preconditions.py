"""Preconditions (RFC 7644 3.14, RFC 9110 13): what a client says of the version that it knows.

Entity tags are weak here, and are compared weakly, as SCIM's own examples want it.
"""

import re
from collections.abc import Sequence

import attrs
from aiohttp import web

from dirsync_core.api import Record
from dirsync_okta.scim.answers import version_of
from dirsync_okta.scim.errors import ScimError, clip

_TAG = re.compile(r'(?:W/)?"[^"]*"|[^\s,]+')


@attrs.frozen
class Preconditions:
    """The tags of If-Match and of If-None-Match, None where the header is missing; `*` is any version."""

    match: frozenset[str] | None = None
    none_match: frozenset[str] | None = None

    def known(self, record: Record) -> bool:
        """Say whether the client has the version that there is, so that a GET is answered by 304."""
        return self.none_match is not None and _names(self.none_match, record)

    def check_read(self, record: Record) -> None:
        """Refuse to send another version than the one that the client wants (RFC 9110 13.1.1).

        Raises:
            ScimError: the record is at another version.
        """
        if self.match is not None and not _names(self.match, record):
            raise _outdated(record, "Read it without If-Match.")

    def check(self, record: Record) -> None:
        """Refuse a write whose precondition does not hold.

        Raises:
            ScimError: the record is at another version than the client says, or at one that it excludes.
        """
        outdated = self.match is not None and not _names(self.match, record)
        if outdated or self.known(record):
            raise _outdated(record, "Read it again, and send the change anew.")


def _outdated(record: Record, now: str) -> ScimError:
    there = version_of(record)
    error = ScimError(412, f"It is at version {there} by now. {now}", topic="version", headers={"ETag": there})
    error.about = f"{record.kind.capitalize()} “{clip(record.key)}”"
    return error


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
