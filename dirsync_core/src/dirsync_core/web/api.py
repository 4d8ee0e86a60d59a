"""`/api/v1`: the directory for programs, in JSON. A token of the API opens it, or the session of a signed-in admin."""

from collections.abc import Callable
from typing import TypeVar

from aiohttp import web

from dirsync_core.api import REQUEST, Request
from dirsync_core.host.asking import ask, provider_shapes
from dirsync_core.host.doors import valid_token
from dirsync_core.host.host import Host
from dirsync_core.model.people import Situation, Status
from dirsync_core.query.changes import changes_shape
from dirsync_core.query.drift import DriftSearch, drift_shape, read_since
from dirsync_core.query.explaining import explanation
from dirsync_core.query.people import PeopleSearch, people_shape
from dirsync_core.query.reading import Reading, Shape, person_shape
from dirsync_core.query.records import RecordsSearch, records_shape
from dirsync_core.query.status import locations_shape, status_shape
from dirsync_core.query.who import person_of
from dirsync_core.web.keys import CALLS, HOST, WATCH
from dirsync_core.web.pages import COOKIE
from dirsync_core.web.parameters import BadParameter, Params, known, number
from dirsync_core.web.problems import problem

T = TypeVar("T")

PREFIX = "/api/v1/"
_READING = ("GET", "HEAD", "OPTIONS")
_READS_ONLY = "This token may only read. Make one that may write with: dirsync token create --api NAME --write"
MOST = 500
LONGEST_WAIT = 60.0


async def admit(request: web.Request) -> web.Response | None:
    """Let a request in under the name of its author, or answer why not: no token, or one that may only read."""
    host, now = request.app[HOST], request.app[HOST].clock()
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        token = await host.store.read(lambda tx: valid_token(tx, secret.strip(), now))
        if token is None or token.api is None:
            return refused()
        request.app[CALLS].used(token.id, now)
        request[REQUEST] = Request(request[REQUEST].id, token.name)
        return None if token.write or request.method in _READING else problem(403, _READS_ONLY)
    cookie = request.cookies.get(COOKIE, "")
    session = await host.store.read(lambda tx: tx.access.session(cookie, now)) if cookie else None
    if session is None:
        return refused()
    request[REQUEST] = Request(request[REQUEST].id, session.by)
    return None


def refused() -> web.Response:
    """Answer somebody who may not read the API."""
    detail = (
        "The API needs a token: make one with dirsync token create --api NAME, and send it as Authorization: Bearer …"
    )
    return problem(401, detail, {"WWW-Authenticate": 'Bearer realm="dirsync"'})


async def people(request: web.Request) -> web.Response:
    """People, page by page."""
    params = known(request, "location", "status", "filter", "sort", "limit", "cursor")

    def job(reading: Reading) -> Shape:
        return people_shape(reading, _search(request.app[HOST], reading, params))

    return await _read(request, job)


async def person(request: web.Request) -> web.Response:
    """One person, by address or id."""
    known(request)
    who = request.match_info["who"]
    return await _read(request, lambda reading: person_shape(person_of(reading.tx, who)))


async def explain(request: web.Request) -> web.Response:
    """Why somebody is, or is not, in the directory."""
    known(request)
    who = request.match_info["who"]
    return await _read(request, lambda reading: explanation(reading, who))


async def records(request: web.Request) -> web.Response:
    """Records and what became of them."""
    params = known(request, "provider", "situation", "unconfirmedSince", "limit", "cursor")
    situation = _one_of(params, "situation", Situation)
    search = RecordsSearch(params.get("provider"), situation, cursor=params.get("cursor"), limit=_limit(params))

    def job(reading: Reading) -> Shape:
        _provider_known(reading, search.provider)
        if (text := params.get("unconfirmedSince")) is not None:
            since = read_since(text, reading.rules.timezone, reading.now)
            return drift_shape(
                reading, DriftSearch(since, search.provider, situation, search.cursor, search.limit)
            )  # fmt: skip
        return records_shape(reading, search)

    return await _read(request, job)


async def changes(request: web.Request) -> web.Response:
    """Changes behind a number; with `wait`, as soon as there is one."""
    params = known(request, "after", "limit", "wait")
    after, limit = number(params, "after", 0), _limit(params)
    wait = min(_seconds(params, "wait"), LONGEST_WAIT)
    if wait:
        await request.app[WATCH].beyond(after, wait)
    return await _read(request, lambda reading: changes_shape(reading, after, limit))


async def locations(request: web.Request) -> web.Response:
    """The locations as applied."""
    known(request)
    return await _read(request, lambda reading: {"locations": locations_shape(reading)})


async def providers(request: web.Request) -> web.Response:
    """Every provider with its health."""
    known(request)
    host = request.app[HOST]
    return await _read(request, lambda reading: {"providers": provider_shapes(host, reading)})


async def plugins(request: web.Request) -> web.Response:
    """Every plugin with its state."""
    known(request)
    return web.json_response({"plugins": request.app[HOST].plugins.shapes(request.app[HOST].settings)})


async def status(request: web.Request) -> web.Response:
    """Health and counts of the whole."""
    known(request)
    host = request.app[HOST]

    def job(reading: Reading) -> Shape:
        return status_shape(reading, host.version, host.file_differs(reading.tx), provider_shapes(host, reading))

    return await _read(request, job)


def routes() -> list[web.RouteDef]:
    """Give the routes of the API."""
    return [
        web.get("/api/v1/people", people),
        web.get("/api/v1/people/{who}", person),
        web.get("/api/v1/explain/{who}", explain),
        web.get("/api/v1/records", records),
        web.get("/api/v1/changes", changes),
        web.get("/api/v1/locations", locations),
        web.get("/api/v1/providers", providers),
        web.get("/api/v1/plugins", plugins),
        web.get("/api/v1/status", status),
    ]


async def _read(request: web.Request, job: Callable[[Reading], Shape]) -> web.Response:
    return web.json_response(await ask(request.app[HOST], job))


# --- parameters ----------------------------------------------------------------------------------------------------


def _search(host: Host, reading: Reading, params: Params) -> PeopleSearch:
    location = params.get("location")
    if location is not None and location not in {rule.key for rule in reading.rules.locations}:
        raise BadParameter(f"There is no location “{location[:80]}”.")
    text = params.get("filter")
    return PeopleSearch(
        status=None if params.get("status") == "all" else _one_of(params, "status", Status, "all") or Status.ACTIVE,
        location=location,
        filter=host.filter(reading.rules, text) if text else None,
        sort=_sort(reading, params),
        cursor=params.get("cursor"),
        limit=_limit(params),
    )


def _sort(reading: Reading, params: Params) -> str:
    sort = params.get("sort", "displayName")
    if sort not in ("displayName", "changedAt", *reading.rules.schema):
        raise BadParameter(f"“{sort[:80]}” can’t be sorted by. There are changedAt, {', '.join(reading.rules.schema)}.")
    return sort


def _provider_known(reading: Reading, provider: str | None) -> None:
    if provider is not None and provider not in reading.known:
        raise BadParameter(f"There is no provider “{provider[:80]}”. There are {', '.join(reading.known)}.")


E = TypeVar("E", Status, Situation)


def _one_of(params: Params, name: str, values: type[E], *more: str) -> E | None:
    text = params.get(name)
    if text is None:
        return None
    try:
        return values(text)
    except ValueError:
        raise BadParameter(
            f"“{text[:80]}” is no {name}. There are {', '.join([str(value) for value in values] + list(more))}."
        ) from None


def _limit(params: Params) -> int:
    return min(number(params, "limit", 100), MOST)


def _seconds(params: Params, name: str) -> float:
    text = params.get(name, "0").removesuffix("s")
    if not (text.isascii() and text.replace(".", "", 1).isdigit()):
        raise BadParameter(f"{name} is a number of seconds, and “{text[:80]}” is not.")
    return float(text)
