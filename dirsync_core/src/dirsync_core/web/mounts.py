"""Mounts: each provider's own application under `/providers/NAME/`, behind that provider's token.

A token opens its own provider and nothing else. What the server refuses itself (no token, a provider that is off, a
crash in a plugin) is answered in the provider's own form of error, so that the source can show it.
"""

import json
from collections.abc import Iterable, Mapping
from functools import partial

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from dirsync_core.api import REQUEST, Provider, Request
from dirsync_core.host.dialects import TOKEN_WITHOUT_BEARER
from dirsync_core.host.doors import valid_token
from dirsync_core.host.host import Host
from dirsync_core.host.opening import application_of
from dirsync_core.host.plugin_errors import described, words_of
from dirsync_core.store.contract import Call, Token
from dirsync_core.web.keys import CALLS, HOST
from dirsync_core.web.problems import problem, status_of

log = structlog.get_logger()

PREFIX = "/providers/"
_LONGEST = 500
PROVIDERS = web.AppKey("providers", dict[str, Provider])
_BARE = (
    "The token arrived without “Bearer” in front of it, and “token-without-bearer” is not tolerated here. "
    "Put it in front, or take that name into tolerate = […] of [providers.{name}]."
)
_NOT_LET_IN = "The token is missing, wrong, or no longer valid. Make a new one with “dirsync token create {name}”."


def mount(app: web.Application, providers: Mapping[str, Provider], page_routes: Iterable[web.RouteDef]) -> None:
    """Mount the applications of opened providers.

    Pages about a provider (`/providers/NAME/setup`, …) stand beside its own application: they are registered under its
    name before the application takes everything below `/providers/NAME/`.
    """
    app[PROVIDERS] = dict(providers)
    about = [route for route in page_routes if route.path.startswith(f"{PREFIX}{{name}}")]
    for name, provider in providers.items():
        own = _application(app[HOST], name, provider)
        if own is None:
            continue
        for route in about:
            path = route.path.replace("{name}", name)
            app.router.add_route(route.method, path, partial(_named, name=name, handler=route.handler))
        app.add_subapp(f"{PREFIX}{name}", own)


def called(request: web.Request) -> str | None:
    """Give the provider whose own address is called, be it mounted or off; None for everything else."""
    name, slash, _ = request.path.removeprefix(PREFIX).partition("/")
    if not request.path.startswith(PREFIX) or not slash or name not in request.app[HOST].settings.providers:
        return None
    if len(request.match_info.apps) > 1:
        return name
    return name if request.match_info.http_exception is not None and name in request.app[HOST].rules.failed else None


def _application(host: Host, name: str, provider: Provider) -> web.Application | None:
    try:
        return application_of(provider)
    except Exception as error:  # a plugin's code
        log.error("provider_failed", provider=name, error=described(error))
        host.rules.fail(name, words_of(error))
        return None


async def _named(request: web.Request, *, name: str, handler: Handler) -> web.StreamResponse:
    request.match_info["name"] = name
    return await handler(request)


async def answer(request: web.Request, handler: Handler, name: str) -> web.StreamResponse:
    """Answer a call of a provider's address: token, application, and a line of health."""
    token: Token | None = None
    detail: str | None = None
    try:
        token = await _token(request, name)
        response = await _answered(request, handler, name, token)
    except Exception as error:  # a plugin's code, or the store
        status = status_of(error) or 500
        detail = str(error) if status_of(error) else "An error in dirsync or its plugin; its log says more."
        log.error("provider_call_failed", provider=name, request=request[REQUEST].id, error=described(error))
        if status_of(error) is None:
            called = f"its application, at {request.method} {_route(request)} of {name}"
            request.app[HOST].failed(name, f"{called}: {described(error)}")
        response = _error(request, name, status, detail)
    call = Call(
        name, request.app[HOST].clock(), request.method, _route(request), response.status, detail or _said(response)
    )
    request.app[CALLS].note(call, token.id if token else None)
    return response


async def _answered(request: web.Request, handler: Handler, name: str, token: Token | None) -> web.StreamResponse:
    if token is None:
        said = _NOT_LET_IN if _tolerated(request, name) else _BARE
        refused = _error(request, name, 401, said.format(name=name))
        refused.headers["WWW-Authenticate"] = 'Bearer realm="dirsync"'
        return refused
    why = request.app[HOST].rules.failed.get(name)
    if why is not None:
        return _error(request, name, 503, f"{name} is off: {why.rstrip('.?')}. Try again later; nothing was written.")
    request[REQUEST] = Request(request[REQUEST].id, token.name)
    try:
        return await handler(request)
    except web.HTTPException as http:
        return _error(request, name, http.status, http.text or http.reason) if http.status >= 400 else http


async def _token(request: web.Request, name: str) -> Token | None:
    """Give the token of a request, if it opens this provider. One that arrives bare may be taken too."""
    secret, bare = _secret(request)
    if not secret or not _tolerated(request, name):
        return None
    host = request.app[HOST]
    now = host.clock()
    token = await host.store.read(lambda tx: valid_token(tx, secret, now))
    if token is None or token.provider != name:
        return None
    if bare and name in host.spoken:
        host.spoken[name].count(TOKEN_WITHOUT_BEARER.name, "Authorization: …")
    return token


def _secret(request: web.Request) -> tuple[str, bool]:
    """Give what came in the place of a token, and whether it came bare, without `Bearer`."""
    header = request.headers.get("Authorization", "").strip()
    scheme, blank, rest = header.partition(" ")
    return (rest.strip(), False) if blank and scheme.lower() == "bearer" else (header, bool(header) and not blank)


def _tolerated(request: web.Request, name: str) -> bool:
    spoken, (secret, bare) = request.app[HOST].spoken.get(name), _secret(request)
    if not bare or secret.lower() == "bearer" or spoken is None:
        return True
    return spoken.allows(TOKEN_WITHOUT_BEARER.name)


def unreadable(app: web.Application, path: str, status: int, detail: str) -> web.Response:
    """Answer what can't be read as HTTP, in the form of the provider whose address it seems to call."""
    name = path.removeprefix(PREFIX).partition("/")[0] if path.startswith(PREFIX) else ""
    return _error_of(app, name, status, detail)


def _error(request: web.Request, name: str, status: int, detail: str) -> web.Response:
    return _error_of(request.app, name, status, detail)


def _error_of(app: web.Application, name: str, status: int, detail: str) -> web.Response:
    response = _in_its_own_form(app, name, status, detail) or problem(status, detail)
    if status == 503:
        response.headers.setdefault("Retry-After", "30")
    return response


def _in_its_own_form(app: web.Application, name: str, status: int, detail: str) -> web.Response | None:
    provider = app[PROVIDERS].get(name)
    try:
        response = provider.error(status, detail) if provider is not None else None
        if not isinstance(response, web.Response | None):
            raise TypeError(f"error gave a {type(response).__name__}; it gives a web.Response, or None")
    except Exception as error:  # a plugin's code: the caller gets the plain form
        log.error("provider_error_failed", provider=name, error=described(error))
        app[HOST].failed(name, f"error of {name}: {described(error)}")
        return None
    return response


def _route(request: web.Request) -> str:
    """Give the route, never the path: paths hold ids and addresses."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"


def _said(response: web.StreamResponse) -> str | None:
    """Give the detail of an error, as the source was told."""
    if response.status < 400 or not isinstance(response, web.Response):
        return None
    try:
        said = json.loads(response.text or "")
    except ValueError:
        return (response.text or "")[:_LONGEST]
    return str(said.get("detail", said) if isinstance(said, dict) else said)[:_LONGEST]
