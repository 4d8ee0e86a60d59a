"""The directory: a list of people by facets, search and filter; and the first minute, when nobody is there."""

import re
from collections.abc import Mapping
from contextlib import suppress

import attrs
import structlog
from aiohttp import web

from dirsync_core.filtering import FilterError
from dirsync_core.model.errors import NotFound
from dirsync_core.web.pages import sentences
from dirsync_core.web.pages.notices import notices
from dirsync_core.web.pages.queries import PeopleQuery, Plain, UnknownValue
from dirsync_core.web.pages.shapes import LetterCount, PeoplePage, Shell
from dirsync_core.web.pages.visits import HEADERS, Drawn, Visit, page, see_other

log = structlog.get_logger()

# One field takes names and filters. Quotes, or a word, an operator and a word, are never part of a name.
_FILTER = re.compile(r"\"|^\W*(?:not\b\W*)?[\w.:$\[\]-]+\s+(?:eq|ne|co|sw|ew|gt|ge|lt|le)\s+\S|\bpr\)*$", re.IGNORECASE)


def is_filter(words: str) -> bool:
    """Whether what was typed into the search field is a filter."""
    return _FILTER.search(words) is not None


@page
async def home(visit: Visit) -> web.Response:
    """Lead to the directory."""
    return see_other("/people")


@page
async def people(visit: Visit) -> Drawn | web.Response:
    """Show one page of people."""
    query = visit.query(PeopleQuery)
    if query.q and is_filter(query.q):
        return see_other(query.address(visit.request.path, q=None, filter=query.q))
    try:
        data = await visit.desk.people(query, by=visit.by)
    except FilterError as error:
        return _misread(error, query, await visit.desk.shell(by=visit.by))
    _check(query, data)
    return await _empty(visit, data) if _is_empty(query, data) else _list(visit, query, data)


@page
async def export(visit: Visit) -> Drawn | web.StreamResponse:
    """Give everybody whom the query finds as CSV, streamed: what is cut short can be told from what is whole."""
    query = visit.query(PeopleQuery)
    if query.q and is_filter(query.q):
        query = attrs.evolve(query, q=None, filter=query.q)
    parts = visit.desk.export(query, by=visit.by)
    try:
        first = await anext(parts)
    except FilterError as error:
        return _misread(error, query, await visit.desk.shell(by=visit.by))
    headers = {**HEADERS, "Content-Disposition": 'attachment; filename="people.csv"'}
    response = web.StreamResponse(headers={**headers, "Content-Type": "text/csv; charset=utf-8"})
    await response.prepare(visit.request)
    await response.write(first.encode())
    try:
        async for part in parts:
            await response.write(part.encode())
    except Exception:  # the answer has begun, so that nothing can be told any more: it ends without its end
        log.exception("export_cut_short")
        if visit.request.transport is not None:
            visit.request.transport.abort()
    else:
        await response.write_eof()
    return response


def _list(visit: Visit, query: PeopleQuery, data: PeoplePage) -> Drawn:
    first, second = _letters(data["letters"], query.from_)
    more = {
        "query": query,
        "first_letters": first,
        "second_letters": second,
        "span": _span(query, data),
        "problem": None,
    }
    heading = sentences.directory(query, data)
    if query.at:
        more["day"] = sentences.as_of(query.at, visit.clock)
    return Drawn("people.html", heading, data, more, section="people", messages=notices(query, data["shell"]))


def _span(query: PeopleQuery, data: PeoplePage) -> str:
    shown = data["people"]
    if not shown:
        return ""
    if not (query.cursor or query.from_):
        return f"1–{len(shown)} of {'more than ' if data['totalIsFloor'] else ''}{data['total']:,}"
    return " to ".join(dict.fromkeys(str(p.get("displayName") or p["email"]) for p in (shown[0], shown[-1])))


def _letters(letters: list[LetterCount], begins: str | None) -> tuple[list[LetterCount], list[LetterCount]]:
    first = [letter for letter in letters if len(letter["letter"]) == 1]
    chosen = (begins or "")[:1].casefold()
    second = [one for one in letters if len(one["letter"]) > 1 and one["letter"][:1].casefold() == chosen]
    return first, second


def _check(query: PeopleQuery, data: PeoplePage) -> None:
    sources = [source["name"] for source in data["shell"]["sources"]]
    if query.location and query.location not in data["shell"]["locations"]:
        raise UnknownValue("location", query.location, data["shell"]["locations"])
    if query.source and query.source not in sources:
        raise UnknownValue("source", query.source, sources)


def _is_empty(query: PeopleQuery, data: PeoplePage) -> bool:
    shell = data["shell"]
    nobody = not any(status["people"] for status in data["facets"]["statuses"])
    return nobody and not query.at and not shell["people"] and not shell["records"] and not query.narrowed


async def _empty(visit: Visit, data: PeoplePage) -> Drawn:
    """Show the ways to the first person: connect a source that has a guide, add somebody, rehearse."""
    pushing = [s for s in data["shell"]["sources"] if s["pushes"] and s["state"] == "active"]
    for source in pushing:
        with suppress(NotFound):
            guide: Mapping[str, object] = dict((await visit.desk.setup(source["name"], by=visit.by))["guide"])
            rehearsal = str(guide.get("rehearsal", "")).replace("{name}", source["name"])
            more = {"connect": source, "rehearsal": rehearsal}
            return Drawn("empty.html", "Nobody here yet", data, more, section="people")
    return Drawn("empty.html", "Nobody here yet", data, {"connect": None, "rehearsal": ""}, section="people")


def _misread(error: FilterError, query: PeopleQuery, shell: Shell) -> Drawn:
    problem = {"title": "The filter can’t be read", "status": 400, "detail": error.detail, "column": error.column}
    more = {"query": query, "shell": shell, "problem": error}
    return Drawn("people-misread.html", "The filter can’t be read", problem, more, "people", status=400, twin=False)


@page
async def more(visit: Visit) -> Drawn:
    """Show what a phone's tab bar has no room for."""
    visit.query(Plain)
    shell = await visit.desk.shell(by=visit.by)
    return Drawn("more.html", "More", {"shell": shell}, section="more", twin=False)
