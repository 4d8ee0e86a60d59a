"""Lists over HTTP: by GET, and by POST to `.search` (RFC 7644 3.4.2, 3.4.3); of one type, or of all from the root."""

from collections.abc import Callable, Mapping, Sequence

import attrs
from aiohttp import web

from dirsync_core.api import Json, Records
from dirsync_okta.scim.body import Limits, read_object
from dirsync_okta.scim.collection import Collection
from dirsync_okta.scim.errors import ScimError, clip, invalid_syntax
from dirsync_okta.scim.handlers import parameters
from dirsync_okta.scim.lists import Query, read_query
from dirsync_okta.scim.negotiation import answer_type, check_content
from dirsync_okta.scim.notes import Notes, notes_of
from dirsync_okta.scim.pages import listed
from dirsync_okta.scim.reading import Content
from dirsync_okta.scim.scanning import Hurry
from dirsync_okta.scim.tolerant_urls import note_filter

SEARCH_REQUEST = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
_TEXTS = ("attributes", "excludedAttributes")
_TEXT = ("filter", "sortBy", "sortOrder", "cursor")
_NUMBER = ("startIndex", "count")


@attrs.frozen
class ListHandlers:
    """Lists of one type of resource, or of several together. `now` gives the time in seconds."""

    collections: Sequence[Collection]
    records: Records
    limits: Limits
    now: Callable[[], float]

    async def list(self, request: web.Request) -> web.Response:
        """Answer `GET /Users`."""
        media = answer_type(request)
        return await self._answer(read_query(self.collections, parameters(request)), media)

    async def search(self, request: web.Request) -> web.Response:
        """Answer `POST /Users/.search`."""
        media, notes = answer_type(request), notes_of(request)
        check_content(request, notes)
        asked = read_search(await read_object(request, self.limits), notes)
        return await self._answer(read_query(self.collections, asked), media)

    async def _answer(self, query: Query, media: str) -> web.Response:
        now = self.now()
        hurry = deadline(self.now, now + self.limits.answer)
        body = await self.records.read(lambda view: listed(query, view, now=int(now), hurry=hurry))
        return web.Response(body=body, content_type=media)


def deadline(now: Callable[[], float], end: float) -> Hurry:
    """Give what refuses to go on after a time."""

    def hurry() -> None:
        if now() > end:
            detail = "The search takes too long. Filter by userName, externalId or id, or ask for less with count."
            raise ScimError(400, detail, "tooMany", topic="filter")

    return hurry


def read_search(payload: Content, notes: Notes) -> Mapping[str, str]:
    """Read a SearchRequest as the parameters of a query, by name in lower case.

    Raises:
        ScimError: it is none, or a value is of another type.
    """
    sent = {name.lower(): value for name, value in payload.items()}
    schemas = sent.get("schemas")
    if not isinstance(schemas, list) or SEARCH_REQUEST.lower() not in (str(urn).lower() for urn in schemas):
        raise invalid_syntax(f"“schemas” of a search is [“{SEARCH_REQUEST}”]. Send it so.")
    named = {name: sent[name.lower()] for name in (*_TEXTS, *_TEXT, *_NUMBER) if sent.get(name.lower()) is not None}
    asked = {name.lower(): _parameter(name, value) for name, value in named.items()}
    if "filter" in asked:
        note_filter(asked["filter"], notes)
    return asked


def _parameter(name: str, value: Json) -> str:
    if name in _TEXTS and isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ",".join(str(each) for each in value)
    if name in _TEXT and isinstance(value, str):
        return value
    if name in _NUMBER and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    wanted = "an array of texts" if name in _TEXTS else "a text" if name in _TEXT else "a whole number"
    detail = f"“{clip(name)}” of the search is not {wanted}. Send it so."
    raise ScimError(400, detail, "invalidValue", topic="filter")
