"""The tolerances in addresses: slashes too many, and the flag that Entra glues to a base URL."""

import re
from collections.abc import Iterator

from aiohttp import web
from aiohttp.typedefs import Handler

from dirsync_okta.scim.dialects import (
    DOUBLE_SLASH,
    FILTER_BEHIND_BRACKETS,
    FILTER_BOOLEAN_AS_TEXT,
    PARAMETER_CASE,
    TRAILING_SLASH,
)
from dirsync_okta.scim.dialects import ENTRA_FLAG as ENTRA
from dirsync_okta.scim.errors import ScimError, clip
from dirsync_okta.scim.notes import Notes, notes_of

ENTRA_FLAG = "aadoptscim062020"
PARAMETERS = {
    name.lower(): name
    for name in (
        "filter", "startIndex", "count", "attributes", "excludedAttributes", "sortBy", "sortOrder", "cursor",
    )
}  # fmt: skip
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_BEHIND_BRACKETS = re.compile(r"\]\s*\.")
_BOOLEAN_AS_TEXT = re.compile(r'(\w+)\s+(?:eq|ne)\s+"(true|false)"', re.IGNORECASE)


def with_slashes(path: str) -> str:
    """Give the route that also answers `//Users`, which comes of a base URL with a slash at its end, and `/Users/`."""
    name = path.removeprefix("/")
    # Two runs of slashes side by side would take quadratic time.
    return f"/{{slashes:/*}}{name}{{trailing:/*}}" if name else "/{slashes:/+}"


def query_of(request: web.Request) -> Iterator[tuple[str, str]]:
    """Give the parameters of the query, their names in lower case, without Entra's `aadOptscim062020`.

    It may stand alone, or glued in front of the name that follows it.

    Raises:
        ScimError: one of the two is not tolerated.
    """
    notes = notes_of(request)
    for name, value in request.query.items():
        bare = name
        if bare.lower().startswith(ENTRA_FLAG):
            notes.take(ENTRA, _unknown(ENTRA_FLAG), ENTRA_FLAG)
            bare = bare[len(ENTRA_FLAG) :].lstrip("?&/")
        spelled = PARAMETERS.get(bare.lower(), bare)
        if spelled != bare:
            notes.take(PARAMETER_CASE, _unknown(bare), clip(bare))
        if bare:
            yield bare.lower(), value


def note_filter(text: str, notes: Notes) -> None:
    """Count what a filter has beyond the grammar of RFC 7644 3.4.2.2.

    Raises:
        ScimError: it is not tolerated.
    """
    outside = _QUOTED.sub('""', text)
    if _BEHIND_BRACKETS.search(outside):
        refusal = _unusable("a comparison behind brackets belongs into them")
        notes.take(FILTER_BEHIND_BRACKETS, refusal, "…[…].…")
    for name, word in _BOOLEAN_AS_TEXT.findall(text):
        if name.lower() in ("active", "primary"):
            refusal = _unusable(f"“{name}” is compared with true or false, without quotes")
            notes.take(FILTER_BOOLEAN_AS_TEXT, refusal, f'{name} eq "{word}"')


@web.middleware
async def spare_slashes(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Take `//Users` and `/Users/` for `/Users` where that is tolerated."""
    if request.match_info.get("slashes"):
        detail = "The address has a slash too many. Take it from the end of the base URL."
        notes_of(request).take(DOUBLE_SLASH, ScimError(404, detail, topic="nowhere"), "//…")
    if request.match_info.get("trailing"):
        detail = "The address has a slash at its end. Take it away."
        notes_of(request).take(TRAILING_SLASH, ScimError(404, detail, topic="nowhere"), "…/")
    return await handler(request)


def _unknown(name: str) -> ScimError:
    return ScimError(400, f"There is no parameter “{clip(name)}” in the query. Leave it out, or mind the case.")


def _unusable(why: str) -> ScimError:
    return ScimError(400, f"The filter can't be used: {why}.", "invalidFilter", topic="filter")
