"""The application: routes, and errors as SCIM wants them. Start at `scim_application`.

It stands on a provider's `Records` and knows nothing of who calls, of people or of where records lie. What is special
to a client is handed in: further schemas, a check of values, advice for error messages.
"""

import time
from collections.abc import Callable, Mapping

from aiohttp import HttpVersion11, web
from aiohttp.typedefs import Handler, Middleware

from dirsync_core.api import Dialects, Erased, Json, Kind, NoSuchRecord, Records
from dirsync_okta.scim.answers import Addresses
from dirsync_okta.scim.body import Limits
from dirsync_okta.scim.bulk_jobs import BulkHandlers
from dirsync_okta.scim.collection import Check
from dirsync_okta.scim.definitions import GROUPS, USERS
from dirsync_okta.scim.discovery import Discovery
from dirsync_okta.scim.errors import Advice, ScimError, clip, error_response, rendered
from dirsync_okta.scim.groups import Groups
from dirsync_okta.scim.handlers import DiscoveryHandlers, ResourceHandlers, not_implemented
from dirsync_okta.scim.negotiation import TAKEN
from dirsync_okta.scim.notes import NOTES, Notes
from dirsync_okta.scim.schema import ResourceType
from dirsync_okta.scim.searching import ListHandlers
from dirsync_okta.scim.tolerant_urls import spare_slashes, with_slashes
from dirsync_okta.scim.users import Users

Methods = Mapping[str, Handler]
# Refused with a body that is not read: what is left of it would keep the next request on the connection waiting.
_UNREAD = (408, 413, 415)
_ID = r"{id:(?!\.search$)[^{}/]+}"


def anything(kind: Kind, resource: Mapping[str, Json]) -> None:
    """Check nothing."""


def scim_application(
    records: Records,
    *,
    base_url: str,
    users: ResourceType = USERS,
    groups: ResourceType = GROUPS,
    check: Check = anything,
    advice: Advice | None = None,
    limits: Limits | None = None,
    dialects: Dialects | None = None,
    now: Callable[[], float] = time.time,
) -> web.Application:
    """Make a SCIM 2.0 service over a provider's records, to be mounted at `base_url` as it is seen from outside.

    The caller must have checked who calls, and have said so in the request (`request_of`). `now` gives the time in
    seconds.
    """
    limits = limits or Limits()
    addresses = Addresses(base_url.rstrip("/"))
    dialects = dialects or Dialects()
    app = web.Application(middlewares=[error_middleware(advice or {}), _noting(dialects), spare_slashes])
    collections = (Users(users, addresses, check, dialects), Groups(groups, addresses, check, dialects))
    for each in collections:
        lists = ListHandlers((each,), records, limits, now)
        _route_resources(app, ResourceHandlers(each, records, limits), lists, each.type.endpoint)
    _route_root(app, ListHandlers(collections, records, limits, now))
    _route_discovery(app, DiscoveryHandlers(Discovery((users, groups), addresses, limits)))
    _route(app, "/Bulk", {"POST": BulkHandlers(collections, records, limits, advice or {}, now).bulk})
    _route(app, "/Me", dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), not_implemented("/Me")))
    return app


def _noting(dialects: Dialects) -> Middleware:
    """Have each request noted: the tolerances that it needs, and what of it is ignored."""

    @web.middleware
    async def noting(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[NOTES] = Notes(dialects)
        return await handler(request)

    return noting


def error_middleware(advice: Advice) -> Middleware:
    """Have every refusal answered in SCIM's form, those of the router too."""

    @web.middleware
    async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except ScimError as error:
            response = rendered(error, advice)
            if error.status in _UNREAD:
                response.force_close()
            return response
        except NoSuchRecord as error:
            return rendered(ScimError(404, str(error), topic="missing"), advice)
        except Erased as error:
            return rendered(ScimError(403, str(error)), advice)
        except web.HTTPException as refusal:
            if refusal.status < 400:
                raise
            return rendered(_from_router(request, refusal), advice)

    return errors


def _from_router(request: web.Request, refusal: web.HTTPException) -> ScimError:
    if isinstance(refusal, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(refusal.allowed_methods))
        detail = f"{clip(request.method, 20)} can't be used at this address. Use {allowed}."
        return ScimError(405, detail, headers={"Allow": ",".join(sorted(refusal.allowed_methods))})
    if isinstance(refusal, web.HTTPNotFound):
        detail = "There is nothing at this address. Resources are at /Users and /Groups behind the base URL."
        return ScimError(404, detail, topic="nowhere")
    return ScimError(refusal.status, refusal.reason)


def _route_resources(app: web.Application, at: ResourceHandlers, lists: ListHandlers, endpoint: str) -> None:
    _route(app, endpoint, {"GET": lists.list, "POST": at.create})
    _route(app, f"{endpoint}/.search", {"POST": lists.search})
    _route(
        app,
        f"{endpoint}/{_ID}",
        {"GET": at.get, "PUT": at.replace, "PATCH": at.patch, "DELETE": at.delete},
    )


def _route_discovery(app: web.Application, at: DiscoveryHandlers) -> None:
    _route(app, "/ServiceProviderConfig", {"GET": at.config})
    _route(app, "/Schemas", {"GET": at.schemas})
    _route(app, "/Schemas/{id}", {"GET": at.schema})
    _route(app, "/ResourceTypes", {"GET": at.resource_types})
    _route(app, "/ResourceTypes/{id}", {"GET": at.resource_type})


def _route_root(app: web.Application, lists: ListHandlers) -> None:
    for path in ("", "/"):
        _route(app, path, {"GET": lists.list})
    _route(app, "/.search", {"POST": lists.search})


def _route(app: web.Application, path: str, methods: Methods) -> None:
    allowed = {*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])}

    async def options(request: web.Request) -> web.StreamResponse:
        patch = {"Accept-Patch": TAKEN} if "PATCH" in allowed else {}
        return web.Response(status=204, headers={"Allow": ",".join(sorted(allowed)), **patch})

    for spelled in (path, with_slashes(path)) if path else (path,):
        resource = app.router.add_resource(spelled)
        for method, handler in {**methods, "OPTIONS": options}.items():
            resource.add_route(method, handler, expect_handler=_expected)
            if method == "GET":
                resource.add_route("HEAD", handler, expect_handler=_expected)


async def _expected(request: web.Request) -> web.StreamResponse | None:
    """Have the body come where that is all that the client expects (RFC 9110 10.1.1)."""
    if request.version < HttpVersion11:
        return None
    if request.headers["Expect"].strip().lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # that was no answer yet
        return None
    return error_response(417, "“Expect” can be 100-continue alone. Leave it out.")
