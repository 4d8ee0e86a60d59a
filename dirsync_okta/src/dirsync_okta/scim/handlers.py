"""HTTP handlers: each reads a request, runs one job on the records, and writes the answer."""

from collections.abc import Awaitable, Callable, Mapping

import attrs
from aiohttp import web

from dirsync_core.api import Edit, Json, Record, Records, View, request_of
from dirsync_okta.scim.answers import written
from dirsync_okta.scim.body import Limits, read_object
from dirsync_okta.scim.collection import Collection
from dirsync_okta.scim.discovery import Discovery
from dirsync_okta.scim.errors import ScimError
from dirsync_okta.scim.lists import list_response, listed, read_query
from dirsync_okta.scim.negotiation import answer_type, check_content
from dirsync_okta.scim.operations import read_operations
from dirsync_okta.scim.projection import Projection, read_projection
from dirsync_okta.scim.reading import Content, read_resource
from dirsync_okta.scim.tolerant_urls import query_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@attrs.frozen
class ResourceHandlers:
    """What can be done at `/Users` or `/Groups`, and at one resource there."""

    collection: Collection
    records: Records
    limits: Limits

    async def list(self, request: web.Request) -> web.Response:
        """Answer `GET /Users`."""
        media, query = answer_type(request), read_query(self.collection.type, parameters(request))
        return _answer(200, await self.records.read(lambda view: listed(self.collection, view, query)), media)

    async def get(self, request: web.Request) -> web.Response:
        """Answer `GET /Users/ID`."""
        media, projection = answer_type(request), self._projection(request)

        def job(view: View) -> bytes:
            record = self.collection.existing(view, request.match_info["id"])
            return self.collection.shown(view, record, projection)

        return _answer(200, await self.records.read(job), media)

    async def create(self, request: web.Request) -> web.Response:
        """Answer `POST /Users`."""
        media, projection = answer_type(request), self._projection(request)
        content = read_resource(self.collection.type, await self._payload(request))

        def job(edit: Edit) -> tuple[str, bytes]:
            record = self.collection.create(edit, content)
            return self.collection.location(record), self.collection.shown(edit, record, projection)

        location, body = await self.records.write(job, by=request_of(request))
        return _answer(201, body, media, {"Location": location})

    async def replace(self, request: web.Request) -> web.Response:
        """Answer `PUT /Users/ID`."""
        media, projection = answer_type(request), self._projection(request)
        content = read_resource(self.collection.type, await self._payload(request))

        def job(edit: Edit) -> bytes:
            record = self.collection.replace(edit, request.match_info["id"], content)
            return self.collection.shown(edit, record, projection)

        return _answer(200, await self.records.write(job, by=request_of(request)), media)

    async def patch(self, request: web.Request) -> web.Response:
        """Answer `PATCH /Users/ID`; a group is sent back only where the request names attributes."""
        media, projection = answer_type(request), self._projection(request)
        operations = read_operations(await self._payload(request), most=self.limits.operations)

        def job(edit: Edit) -> bytes | None:
            record = self.collection.patch(edit, request.match_info["id"], operations)
            return self._after_patch(edit, record, projection)

        body = await self.records.write(job, by=request_of(request))
        return web.Response(status=204) if body is None else _answer(200, body, media)

    async def delete(self, request: web.Request) -> web.Response:
        """Answer `DELETE /Users/ID`."""
        resource = request.match_info["id"]
        await self.records.write(lambda edit: self.collection.delete(edit, resource), by=request_of(request))
        return web.Response(status=204)

    def _after_patch(self, edit: Edit, record: Record, projection: Projection) -> bytes | None:
        # A group may have 50,000 members, and a PATCH costs what it names. Okta and Entra take 204 for it.
        if self.collection.type.kind == "group" and projection.whole:
            return None
        return self.collection.shown(edit, record, projection)

    def _projection(self, request: web.Request) -> Projection:
        return read_projection(self.collection.type, parameters(request))

    async def _payload(self, request: web.Request) -> Content:
        check_content(request)
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
    return _answer(200, list_response(shown, total=len(shown), start=1), media)


def _refuse_filter(request: web.Request) -> None:
    # RFC 7644 4: a filter on a discovery endpoint is 403.
    if "filter" in parameters(request):
        raise ScimError(403, "What the service says of itself can't be filtered. Leave “filter” out.")


def _answer(status: int, body: bytes, media: str, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(status=status, body=body, content_type=media, headers=headers)
