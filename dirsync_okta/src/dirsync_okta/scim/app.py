"""The application: routes, and errors as SCIM wants them. Start at `scim_application`.

It stands on a provider's `Records` and knows nothing of who calls, of people or of where records lie. What is special
to a client is handed in: further schemas, a check of values, advice for error messages.
"""

from collections.abc import Mapping

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from dirsync_core.api import Json, Kind, NoSuchRecord, Records
from dirsync_okta.scim.answers import Addresses
from dirsync_okta.scim.body import Limits
from dirsync_okta.scim.collection import Check
from dirsync_okta.scim.definitions import GROUPS, USERS
from dirsync_okta.scim.discovery import Discovery
from dirsync_okta.scim.errors import Advice, ScimError, clip, rendered
from dirsync_okta.scim.groups import Groups
from dirsync_okta.scim.handlers import DiscoveryHandlers, ResourceHandlers, not_implemented
from dirsync_okta.scim.schema import ResourceType
from dirsync_okta.scim.tolerant_urls import with_doubled_slashes
from dirsync_okta.scim.users import Users

Methods = Mapping[str, Handler]


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
) -> web.Application:
    """Make a SCIM 2.0 service over a provider's records, to be mounted at `base_url` as it is seen from outside.

    The caller must have checked who calls, and have said so in the request (`request_of`).
    """
    limits = limits or Limits()
    addresses = Addresses(base_url.rstrip("/"))
    app = web.Application(middlewares=[error_middleware(advice or {})])
    for collection in (Users(users, addresses, check), Groups(groups, addresses, check)):
        _route_resources(app, ResourceHandlers(collection, records, limits), collection.type.endpoint)
    _route_discovery(app, DiscoveryHandlers(Discovery((users, groups), addresses)))
    _route_rest(app)
    return app


def error_middleware(advice: Advice) -> Middleware:
    """Have every refusal answered in SCIM's form, those of the router too."""

    @web.middleware
    async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except ScimError as error:
            return rendered(error, advice)
        except NoSuchRecord as error:
            return rendered(ScimError(404, str(error), topic="missing"), advice)
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


def _route_resources(app: web.Application, at: ResourceHandlers, endpoint: str) -> None:
    _route(app, endpoint, {"GET": at.list, "POST": at.create})
    _route(app, f"{endpoint}/.search", {"POST": not_implemented("Search by POST")})
    _route(
        app,
        f"{endpoint}/{{id}}",
        {"GET": at.get, "PUT": at.replace, "PATCH": at.patch, "DELETE": at.delete},
    )


def _route_discovery(app: web.Application, at: DiscoveryHandlers) -> None:
    _route(app, "/ServiceProviderConfig", {"GET": at.config})
    _route(app, "/Schemas", {"GET": at.schemas})
    _route(app, "/Schemas/{id}", {"GET": at.schema})
    _route(app, "/ResourceTypes", {"GET": at.resource_types})
    _route(app, "/ResourceTypes/{id}", {"GET": at.resource_type})


def _route_rest(app: web.Application) -> None:
    me = not_implemented("/Me")
    _route(app, "/Me", dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), me))
    _route(app, "/Bulk", {"POST": not_implemented("/Bulk")})
    _route(app, "/.search", {"POST": not_implemented("Search by POST")})
    _route(app, "/", {"GET": not_implemented("A search over all types of resources")})


def _route(app: web.Application, path: str, methods: Methods) -> None:
    allowed = {*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])}

    async def options(request: web.Request) -> web.StreamResponse:
        return web.Response(status=204, headers={"Allow": ",".join(sorted(allowed))})

    for spelled in (path, with_doubled_slashes(path)):
        resource = app.router.add_resource(spelled)
        for method, handler in {**methods, "OPTIONS": options}.items():
            resource.add_route(method, handler)
            if method == "GET":
                resource.add_route("HEAD", handler)
