"""HTTP handlers: each reads a request, runs one job on the records, and writes the answer."""

from collections.abc import Awaitable, Callable, Mapping

import attrs
from aiohttp import web

from dirsync_core.api import Edit, Json, Record, Records, View, request_of
from dirsync_okta.scim.answers import version_of, written
from dirsync_okta.scim.body import Limits, read_object
from dirsync_okta.scim.collection import Collection
from dirsync_okta.scim.discovery import Discovery
from dirsync_okta.scim.errors import ScimError, about
from dirsync_okta.scim.negotiation import answer_type, check_content
from dirsync_okta.scim.notes import notes_of
from dirsync_okta.scim.operations import read_operations
from dirsync_okta.scim.pages import list_response
from dirsync_okta.scim.preconditions import preconditions_of
from dirsync_okta.scim.projection import Projection, read_projection
from dirsync_okta.scim.reading import Content, note_stale, read_resource
from dirsync_okta.scim.tolerant_urls import note_filter, query_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@attrs.frozen
class ResourceHandlers:
    """What can be done at `/Users` or `/Groups`, and at one resource there."""

    collection: Collection
    records: Records
    limits: Limits

    async def get(self, request: web.Request) -> web.Response:
        """Answer `GET /Users/ID`."""
        media, projection, known = answer_type(request), self._projection(request), preconditions_of(request)

        def job(view: View) -> tuple[Record, bytes | None]:
            record = self.collection.existing(view, request.match_info["id"])
            known.check_read(record)
            return record, None if known.known(record) else self.collection.shown(view, record, projection)

        record, body = await self.records.read(job)
        return self._unchanged(record) if body is None else _answer(200, body, media, self._whereabouts(record))

    async def create(self, request: web.Request) -> web.Response:
        """Answer `POST /Users`."""
        media, projection = answer_type(request), self._projection(request)
        notes = notes_of(request)
        content = read_resource(self.collection.type, await self._payload(request), notes)

        def job(edit: Edit) -> tuple[Record, bytes]:
            record = self.collection.create(edit, content, notes.ignored)
            return record, self.collection.shown(edit, record, projection)

        record, body = await self.records.write(job, by=request_of(request))
        return _answer(201, body, media, self._whereabouts(record))

    async def replace(self, request: web.Request) -> web.Response:
        """Answer `PUT /Users/ID`."""
        media, projection = answer_type(request), self._projection(request)
        notes, resource = notes_of(request), request.match_info["id"]
        with about(self._noun, resource):
            content = read_resource(self.collection.type, await self._payload(request), notes)
        note_stale(self.collection.type, notes)

        known = preconditions_of(request)

        def job(edit: Edit) -> tuple[Record, bytes]:
            known.check(self.collection.existing(edit, resource))
            record = self.collection.replace(edit, resource, content, notes.ignored)
            return record, self.collection.shown(edit, record, projection)

        record, body = await self.records.write(job, by=request_of(request))
        return _answer(200, body, media, self._whereabouts(record))

    async def patch(self, request: web.Request) -> web.Response:
        """Answer `PATCH /Users/ID`; a group is sent back only where the request names attributes."""
        media, projection = answer_type(request), self._projection(request)
        resource, most = request.match_info["id"], self.limits.operations
        with about(self._noun, resource):
            operations = read_operations(await self._payload(request), most=most, notes=notes_of(request))

        known = preconditions_of(request)

        def job(edit: Edit) -> tuple[Record, bytes | None]:
            known.check(self.collection.existing(edit, resource))
            record = self.collection.patch(edit, resource, operations)
            return record, self._after_patch(edit, record, projection)

        record, body = await self.records.write(job, by=request_of(request))
        if body is None:
            return web.Response(status=204, headers=_tag(record))
        return _answer(200, body, media, self._whereabouts(record))

    async def delete(self, request: web.Request) -> web.Response:
        """Answer `DELETE /Users/ID`."""
        resource, known = request.match_info["id"], preconditions_of(request)

        def job(edit: Edit) -> None:
            known.check(self.collection.existing(edit, resource))
            self.collection.delete(edit, resource)

        await self.records.write(job, by=request_of(request))
        return web.Response(status=204)

    def _whereabouts(self, record: Record) -> dict[str, str]:
        """RFC 7644 3.3 and the examples of 3.4.1 and 3.5.1; RFC 7643 3.1: `meta.location` is the Content-Location."""
        location = self.collection.location(record)
        return {"Location": location, "Content-Location": location, **_tag(record)}

    def _unchanged(self, record: Record) -> web.Response:
        # RFC 9110 15.4.5: with those headers that a 200 would have had.
        return web.Response(status=304, headers={"Content-Location": self.collection.location(record), **_tag(record)})

    @property
    def _noun(self) -> str:
        return f"{self.collection.type.noun} with the id"

    def _after_patch(self, edit: Edit, record: Record, projection: Projection) -> bytes | None:
        # A group may have 50,000 members, and a PATCH costs what it names. Okta and Entra take 204 for it.
        if self.collection.type.kind == "group" and projection.whole:
            return None
        return self.collection.shown(edit, record, projection)

    def _projection(self, request: web.Request) -> Projection:
        return read_projection(self.collection.type, parameters(request))

    async def _payload(self, request: web.Request) -> Content:
        check_content(request, notes_of(request))
        return await read_object(request, self.limits)


@attrs.frozen
class DiscoveryHandlers:
    """What can be asked of the service itself."""

    discovery: Discovery

    async def config(self, request: web.Request) -> web.Response:
        """Answer `GET /ServiceProviderConfig`."""
        return _document(request, self.discovery.config())

    async def schemas(self, request: web.Request) -> web.Response:
        """Answer `GET /Schemas`."""
        return _documents(request, self.discovery.schemas())

    async def schema(self, request: web.Request) -> web.Response:
        """Answer `GET /Schemas/URN`."""
        return _document(request, self.discovery.schema(request.match_info["id"]))

    async def resource_types(self, request: web.Request) -> web.Response:
        """Answer `GET /ResourceTypes`."""
        return _documents(request, self.discovery.resource_types())

    async def resource_type(self, request: web.Request) -> web.Response:
        """Answer `GET /ResourceTypes/NAME`."""
        return _document(request, self.discovery.resource_type(request.match_info["id"]))


def not_implemented(what: str) -> Handler:
    """Give a handler for what the RFC leaves to the server, and this one does not do."""

    async def refuse(request: web.Request) -> web.StreamResponse:
        raise ScimError(501, f"{what} is not offered here; /ServiceProviderConfig says what is.")

    return refuse


def parameters(request: web.Request) -> Mapping[str, str]:
    """Give the query's parameters by name in lower case.

    Raises:
        ScimError: a filter stands there twice.
    """
    found: dict[str, str] = {}
    for name, value in query_of(request):
        if name == "filter" and name in found:
            raise ScimError(400, "“filter” stands twice in the address. Join both with “and”.", "invalidFilter")
        if name == "filter":
            note_filter(value, notes_of(request))
        found[name] = value
    return found


def _document(request: web.Request, document: Json) -> web.Response:
    media = answer_type(request)
    _refuse_filter(request)
    return _answer(200, written(document), media)


def _documents(request: web.Request, documents: list[dict[str, Json]]) -> web.Response:
    media = answer_type(request)
    _refuse_filter(request)
    shown = [written(each) for each in documents]
    return _answer(200, list_response(shown, total=len(shown), told={"startIndex": 1}), media)


def _refuse_filter(request: web.Request) -> None:
    # RFC 7644 4: a filter on a discovery endpoint is 403.
    if "filter" in parameters(request):
        raise ScimError(403, "What the service says of itself can't be filtered. Leave “filter” out.")


def _tag(record: Record) -> dict[str, str]:
    return {"ETag": version_of(record)}


def _answer(status: int, body: bytes, media: str, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(status=status, body=body, content_type=media, headers=headers)
