"""Sources and plugins, one source, how to connect one, and who is synced where."""

from typing import Any

from aiohttp import web

from dirsync_core.model.errors import Refused
from dirsync_core.web.pages import sentences
from dirsync_core.web.pages.notices import notices
from dirsync_core.web.pages.queries import Plain, SetupQuery, UnknownValue
from dirsync_core.web.pages.records import CATEGORIES
from dirsync_core.web.pages.shapes import Message, SetupPage, StepJson
from dirsync_core.web.pages.visits import Drawn, Visit, page, see_other


@page
async def providers(visit: Visit) -> Drawn:
    """Show all sources and plugins."""
    query = visit.query(Plain)
    data = await visit.desk.providers(by=visit.by)
    more = {"state": sentences.providers_state(data)}
    messages = notices(query, data["shell"])
    return Drawn("providers.html", sentences.providers(data), data, more, section="providers", messages=messages)


@page
async def provider(visit: Visit) -> Drawn:
    """Show one source."""
    query = visit.query(Plain)
    return await _provider(visit, messages=query)


async def _provider(
    visit: Visit, *, token: str | None = None, problem: str | None = None, messages: Plain | None = None
) -> Drawn:
    data = await visit.desk.provider(visit.word("name"), by=visit.by)
    counts = [(CATEGORIES.get(name, "off"), name, number) for name, number in data["provider"]["situations"].items()]
    more = {"token": token, "problem": problem, "counts": counts}
    said: tuple[Message, ...] = notices(messages, data["shell"]) if messages else ()
    heading = sentences.provider(data["provider"], visit.clock)
    status = 409 if problem else 200
    secret = token is not None
    return Drawn("provider.html", heading, data, more, "providers", status=status, secret=secret, messages=said)


@page
async def dialect(visit: Visit) -> Drawn:
    """Show how one source speaks: every tolerance, and whether it was needed."""
    visit.query(Plain)
    data = await visit.desk.dialect(visit.word("name"), by=visit.by)
    return Drawn("dialect.html", sentences.dialect(data), data, section="providers")


@page
async def create_token(visit: Visit) -> Drawn:
    """Make a token; its secret stands on the answer, and nowhere ever after."""
    form = await visit.trusted_form()
    try:
        token = await visit.desk.create_token(visit.word("name"), form.get("name", "").strip(), by=visit.by)
    except Refused as refused:
        return await _provider(visit, problem=str(refused))
    return await _provider(visit, token=token)


@page
async def revoke_token(visit: Visit) -> web.Response:
    """End a token at once."""
    await visit.trusted_form()
    await visit.desk.revoke_token(visit.word("token"), by=visit.by)
    return see_other(f"/providers/{visit.safe_word('name')}", done="revoked")


@page
async def setup(visit: Visit) -> Drawn:
    """Show how to connect a source, ticked by what was seen of it."""
    query = visit.query(SetupQuery)
    return await _setup(visit, query.kind)


@page
async def create_setup_token(visit: Visit) -> Drawn:
    """Make a token on the way through the guide; its secret stands on the answer only."""
    form = await visit.trusted_form()
    kind = visit.query(SetupQuery).kind
    try:
        token = await visit.desk.create_token(visit.word("name"), form.get("name", "").strip(), by=visit.by)
    except Refused as refused:
        return await _setup(visit, kind, problem=str(refused))
    return await _setup(visit, kind, token=token)


async def _setup(visit: Visit, kind: str | None, *, token: str | None = None, problem: str | None = None) -> Drawn:
    data = await visit.desk.setup(visit.word("name"), by=visit.by)
    data["token"] = token
    tabs = {tab["key"]: tab for tab in data["guide"]["tabs"]}
    if kind is not None and kind not in tabs:
        raise UnknownValue("kind", kind, tabs)
    tab = tabs[kind or next(iter(tabs))]
    done = ticked(tab["steps"], data)
    more = {"tab": tab, "done": done, "problem": problem, "sentence": _progress(done, data)}
    status = 409 if problem else 200
    secret = token is not None
    return Drawn("setup.html", sentences.setup(data), data, more, "providers", status=status, secret=secret)


def ticked(steps: list[StepJson], data: SetupPage) -> list[bool]:
    """Say which steps are done, by what was seen; a step that shows nothing is done once a later one is."""
    seen: dict[str, Any] = {**data["seen"]}
    shown = [bool(step["seen"] and seen[step["seen"]]) for step in steps]
    return [
        here or (not step["seen"] and any(shown[i:])) for i, (step, here) in enumerate(zip(steps, shown, strict=True))
    ]


def _progress(done: list[bool], data: SetupPage) -> str:
    if not data["seen"]["call"]:
        return data["guide"]["intro"]
    number, total = sentences.number_word(sum(done)), sentences.number_word(len(done)).lower()
    are = "is" if sum(done) == 1 else "are"
    arriving = " People are arriving." if data["seen"]["people"] else ""
    return f"{number} of {total} steps {are} done, as far as this server can see.{arriving}"
