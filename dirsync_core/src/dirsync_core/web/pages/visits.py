"""One request to a page, from session to answer: who asks, what they are shown, what happens when it fails.

`page` wraps a handler that gives a `Drawn` (or a response of its own). Under an address that ends in `.json` the same
`Drawn` is answered as its data: the JSON twin is what the page was drawn from because it is the same object.
"""

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, tzinfo
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import attrs
import structlog
from aiohttp import web

from dirsync_core.api import REQUEST
from dirsync_core.model.errors import DirsyncError, NotFound, Refused, StoreError, VersionMismatch
from dirsync_core.model.identifiers import new_request_id
from dirsync_core.web.pages.desk import Desk
from dirsync_core.web.pages.queries import NOTICE, Query, UnknownValue
from dirsync_core.web.pages.rendering import render
from dirsync_core.web.pages.shapes import Message, Session
from dirsync_core.web.pages.times import Clock

log = structlog.get_logger()
QueryT = TypeVar("QueryT", bound=Query)

COOKIE = "dirsync_session"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}


@attrs.frozen
class Setting:
    """What the pages are given by the server: the desk, the clock, and the zone in which they speak of days."""

    desk: Desk
    now: Callable[[], datetime]
    zone: tzinfo


SETTING = web.AppKey("dirsync_pages", Setting)


class CsrfMismatch(DirsyncError):
    """A form came without the token of this session."""


@attrs.frozen
class Drawn:
    """A page to draw: its data is its JSON twin, `more` is what only the template needs."""

    template: str
    title: str
    data: Mapping[str, Any]
    more: Mapping[str, Any] = attrs.field(factory=dict)
    section: str = ""
    status: int = 200
    secret: bool = False
    messages: tuple[Message, ...] = ()
    twin: bool = True


@attrs.frozen
class Visit:
    """One request of somebody who is signed in."""

    request: web.Request
    setting: Setting
    session: Session
    clock: Clock

    @property
    def desk(self) -> Desk:
        """What the pages ask."""
        return self.setting.desk

    @property
    def by(self) -> str:
        """Who is signed in."""
        return self.session["by"]

    def word(self, name: str) -> str:
        """Give a part of the address."""
        return self.request.match_info[name]

    def safe_word(self, name: str) -> str:
        """Give a part of the address as it may stand in another."""
        return quote(self.request.match_info[name], safe="")

    def query(self, shape: type[QueryT]) -> QueryT:
        """Read the query string."""
        return shape.read(self.request.query)

    async def form(self) -> Mapping[str, str]:
        """Read the form; does not look at its token. Of a field that comes twice the values are joined by newlines."""
        posted = await self.request.post()
        return {name: "\n".join(str(v) for v in posted.getall(name)) for name in posted}

    def is_ours(self, form: Mapping[str, str]) -> bool:
        """Whether a form carries the token of this session."""
        return hmac.compare_digest(form.get("csrf", "").encode(), self.session["csrf"].encode())

    async def trusted_form(self) -> Mapping[str, str]:
        """Read a form that must carry the token of this session.

        Raises:
            CsrfMismatch: it does not.
        """
        form = await self.form()
        if not self.is_ours(form):
            raise CsrfMismatch
        return form


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Answer = Callable[[Visit], Awaitable[Drawn | web.StreamResponse]]


def page(answer: Answer) -> Handler:
    """Make a request handler of a page: session first, then the page or its JSON twin, every failure as a page."""

    @wraps(answer)
    async def handle(request: web.Request) -> web.StreamResponse:
        setting = request.app[SETTING]
        session = await setting.desk.session(request.cookies.get(COOKIE, ""))
        if session is None:
            return await _signed_out(request, setting)
        return await _answered(answer, Visit(request, setting, session, Clock(setting.now(), setting.zone)))

    return handle


async def _answered(answer: Answer, visit: Visit) -> web.StreamResponse:
    try:
        drawn = await answer(visit)
        return drawn if isinstance(drawn, web.StreamResponse) else respond(drawn, visit)
    except web.HTTPException:
        raise
    except Exception as error:  # the edge: whatever it is, a page says so
        return respond(await failed(error, visit), visit)


def respond(drawn: Drawn, visit: Visit) -> web.Response:
    """Answer with the page, or with its data where the address asks for JSON."""
    if visit.request.path.endswith(".json"):
        body = json.dumps(drawn.data, ensure_ascii=False)
        kind = "application/json" if drawn.status < 400 else "application/problem+json"
        return web.Response(text=body, content_type=kind, status=drawn.status, headers=HEADERS)
    context = {
        **drawn.data,
        **drawn.more,
        "drawn": drawn,
        "visit": visit,
        "clock": visit.clock,
        "twin": twin(drawn, visit),
    }
    headers = HEADERS | ({"Cache-Control": "no-store"} if drawn.secret else {})
    return web.Response(
        text=render(drawn.template, context), content_type="text/html", status=drawn.status, headers=headers
    )


def twin(drawn: Drawn, visit: Visit) -> str | None:
    """Give the address of the JSON twin, where there is one."""
    if not drawn.twin or drawn.status != 200 or visit.request.method not in ("GET", "HEAD"):
        return None
    asked = visit.request.rel_url.without_query_params(*NOTICE)
    return str(asked.with_path(f"{asked.path}.json", keep_query=True))


def see_other(path: str, **query: str) -> web.Response:
    """Lead to the view after an action."""
    location = f"{path}?{urlencode(query)}" if query else path
    return web.Response(status=303, headers={"Location": location, **HEADERS})


async def _signed_out(request: web.Request, setting: Setting) -> web.Response:
    if request.path.endswith(".json"):
        problem = {"title": "Not signed in", "status": 401, "detail": "Sign in at /sign-in first."}
        return web.json_response(problem, status=401, content_type="application/problem+json", headers=HEADERS)
    if request.method in ("GET", "HEAD"):
        return see_other("/sign-in", next=request.rel_url.raw_path_qs)
    organisation = await setting.desk.organisation()
    text = render("signed-out.html", {"organisation": organisation, "back": request.rel_url.raw_path_qs})
    return web.Response(text=text, content_type="text/html", status=401, headers=HEADERS)


async def failed(error: Exception, visit: Visit) -> Drawn:
    """Draw the page of a failure; what is not ours is logged, and named by the request's id only."""
    status, title, detail = _told(error, visit)
    more: dict[str, Any] = {"title": title, "detail": detail, "error": error, "status": status, "without": None}
    if isinstance(error, UnknownValue):
        more["without"] = _without(visit.request, error.parameter)
    problem = {"title": title, "status": status, "detail": detail}
    try:
        shell: Any = await visit.desk.shell(by=visit.by)
    except Exception as broken:  # the failure itself is what is told; without a shell the page stands bare
        log.warning("shell_not_drawn", error=type(broken).__name__)
        shell = None
    return Drawn("failed.html", title, problem, {**more, "shell": shell}, status=status, twin=False)


def _told(error: Exception, visit: Visit) -> tuple[int, str, str]:
    match error:
        case UnknownValue():
            return 400, "This address asks for something there is not", str(error)
        case NotFound():
            return 404, "There is nothing at this address", str(error)
        case CsrfMismatch():
            return (
                403,
                "Nothing was done",
                "The form was not made for this sign-in. Open the page again, and send it from there.",
            )
        case Refused():
            return 409, "Nothing was done", str(error)
        case VersionMismatch():
            return 409, "Someone else was faster", str(error)
        case StoreError():
            return 503, "The store can’t be reached", f"{error} Try again in a few seconds."
        case _:
            return HTTPStatus.INTERNAL_SERVER_ERROR, "This page failed", _unexpected(visit)


def _unexpected(visit: Visit) -> str:
    known_as = visit.request.get(REQUEST)
    request = known_as.id if known_as else new_request_id()
    log.exception("page_failed", request=request, route=str(visit.request.match_info.route.resource))
    reading = visit.request.method in ("GET", "HEAD")
    known = "Nothing was saved." if reading else "Whether it was saved is not known: look before you send it again."
    return f"{known} The log says more under request {request}."


def _without(request: web.Request, parameter: str) -> str:
    query = [(k, v) for k, v in request.query.items() if k != parameter]
    path = request.path.removesuffix(".json")
    return f"{path}?{urlencode(query)}" if query else path


@page
async def nowhere(visit: Visit) -> Drawn:
    """Answer an address that no route has, as a page; for the server to mount last."""
    raise NotFound("No page has this address.")
