"""Rules: the draft with its plan, applying it, and the versions that there were."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import attrs
from aiohttp import web

from dirsync_core.model.errors import Refused, SettingsError
from dirsync_core.web.pages import rules_drawn, rules_form, rules_words
from dirsync_core.web.pages.differences import Names
from dirsync_core.web.pages.notices import notices
from dirsync_core.web.pages.queries import DraftQuery, Plain, PlanQuery, VersionsQuery
from dirsync_core.web.pages.rule_rows import OPS, text_of
from dirsync_core.web.pages.rules_desk import FiltersMisread, LocationEdit, MoreThanShown, Overtaken, RulesEdit
from dirsync_core.web.pages.rules_drawn import Wrong
from dirsync_core.web.pages.rules_shapes import DraftPage, EffectLine
from dirsync_core.web.pages.visits import Drawn, Visit, page, see_other

DRAFT = "/rules/draft"
_OVERTAKEN = (
    "Someone else changed the draft, applied it or threw it away meanwhile. Nothing was done. What you wrote is still "
    "here beside theirs: send it again to write yours over it."
)
_CHANGED_FIRST = "You changed lines since this plan was made: this is the new one. Nothing was applied."
_STALE_FORM = (
    "Nothing was done: this form is from an earlier sign-in. What you wrote is below; look it over and send it."
)


@attrs.frozen
class Told:
    """What the page of a draft says on top after something could not be done as asked."""

    wrong: Wrong = attrs.field(factory=Wrong)
    note: str = ""
    beyond: tuple[EffectLine, ...] = ()
    status: int = 200


@page
async def draft(visit: Visit) -> Drawn:
    """Show the draft with its plan; without one, what it would begin from."""
    query = visit.query(DraftQuery)
    data = await visit.desk.rules.draft(by=visit.by)
    return _drawn(visit, data, query.edit, {}, Told(), as_text=query.as_ == "text", query=query)


@page
async def begin(visit: Visit) -> web.Response:
    """Begin a draft from the rules that apply, or open the one there is."""
    query = visit.query(DraftQuery)
    await visit.trusted_form()
    data = await visit.desk.rules.draft(by=visit.by)
    if data["draft"] is None:
        await visit.desk.rules.change(RulesEdit(), None, by=visit.by)
    return see_other(query.address(DRAFT))


@page
async def change(visit: Visit) -> Drawn | web.Response:
    """Do what was pressed: keep what was written, plan again, apply, throw away."""
    posted = await visit.form()
    data = await visit.desk.rules.draft(by=visit.by)
    if not visit.is_ours(posted):
        return _drawn(visit, data, None, posted, Told(Wrong(whole=_STALE_FORM), status=403))
    do = posted.get("do", "save")
    acting = _ACTIONS.get(do)
    try:
        return await acting(visit, posted, data) if acting else await _write(visit, posted, data, do)
    except FiltersMisread as error:
        return _drawn(visit, data, None, posted, Told(_misread(error, data), status=400))
    except Overtaken:
        now = await visit.desk.rules.draft(by=visit.by)
        return _drawn(visit, now, None, posted, Told(Wrong(whole=_OVERTAKEN), status=409))
    except (Refused, SettingsError) as error:
        return _drawn(visit, data, None, posted, Told(Wrong(whole=str(error)), status=409))


def _misread(error: FiltersMisread, data: DraftPage) -> Wrong:
    """Sort what is wrong to the fields it is of; what belongs to none of them is the new location's."""
    known = {f"locations.{location['key']}.filter" for location in data["locations"]}
    known |= {f"providers.{source['name']}.filter" for source in data["providers"]}
    new = next((problem.detail for path, problem in error.problems.items() if path not in known), "")
    return Wrong(error.problems, new)


# --- what can be pressed ---------------------------------------------------------------------------------------------

Posted = Mapping[str, str]
Acting = Callable[[Visit, Posted, DraftPage], Awaitable[Drawn | web.Response]]


async def _write(visit: Visit, posted: Posted, data: DraftPage, do: str) -> Drawn | web.Response:
    """Keep what was written, with what the button adds or takes away; lead back to the location it stands at."""
    key, fields, removed = _pressed(posted, data, do)
    edit = attrs.evolve(rules_form.read(fields, data), removed=removed)
    await visit.desk.rules.change(edit, _seen(posted), by=visit.by)
    return see_other(DRAFT, **({"edit": key} if key and not removed else {}))


def _pressed(posted: Posted, data: DraftPage, do: str) -> tuple[str | None, Posted, tuple[str, ...]]:
    for location in data["locations"]:
        key = location["key"]
        match do.removeprefix(f"{key}:").split(":", 2) if do.startswith(f"{key}:") else []:
            case ["line"]:
                return key, posted, ()
            case ["drop", place] if place.isdigit():
                return key, rules_form.without(posted, key, int(place)), ()
            case ["value", name, value]:
                return key, rules_form.with_value(posted, key, name, value), ()
            case ["delete"]:
                return key, posted, (key,)
    return posted.get("edit") or None, posted, ()


async def _add(visit: Visit, posted: Posted, data: DraftPage) -> Drawn | web.Response:
    taken = [location["key"] for location in data["locations"]]
    rows = rules_form.posted_rows(posted, "new.")
    name = posted.get("new.name", "").strip()
    try:
        key = rules_form.new_key(posted, taken)
    except ValueError as error:
        return _drawn(visit, data, None, posted, Told(Wrong(new=str(error)), status=400))
    if not name or not rows.lines:
        words = "A location has a name." if not name else "Say who is in it: without a line it would take everybody."
        return _drawn(visit, data, None, posted, Told(Wrong(new=words), status=400))
    booleans = [a["name"] for a in data["attributes"] if a["kind"] == "boolean"]
    edit = rules_form.read(posted, data)
    added = LocationEdit(name, "out", text_of(rows, booleans))
    await visit.desk.rules.change(
        attrs.evolve(edit, locations={**edit.locations, key: added}), _seen(posted), by=visit.by
    )
    return see_other(DRAFT, edit=key)


async def _everybody(visit: Visit, posted: Posted, data: DraftPage) -> web.Response:
    sources = rules_form.read(posted, data).providers
    await visit.desk.rules.change(RulesEdit(providers=sources, everybody=True), _seen(posted), by=visit.by)
    return see_other(DRAFT)


async def _restore(visit: Visit, posted: Posted, data: DraftPage) -> web.Response:
    sources = rules_form.read(posted, data).providers
    await visit.desk.rules.change(RulesEdit(providers=sources, restore=True), _seen(posted), by=visit.by)
    return see_other(DRAFT)


async def _again(visit: Visit, posted: Posted, data: DraftPage) -> web.Response:
    edit = rules_form.read(posted, data)
    if edit == RulesEdit():
        await visit.desk.rules.again(posted.get("mark", ""), by=visit.by)
    else:
        await visit.desk.rules.change(edit, _seen(posted), by=visit.by)
    return see_other(DRAFT)


async def _throw_away(visit: Visit, posted: Posted, data: DraftPage) -> web.Response:
    await visit.desk.rules.throw_away(posted.get("mark", ""), by=visit.by)
    return see_other("/locations", done="thrown-away")


async def _apply(visit: Visit, posted: Posted, data: DraftPage) -> Drawn | web.Response:
    """Apply what was shown; lines that were changed since then are planned first."""
    edit = rules_form.read(posted, data)
    if edit != RulesEdit():
        await visit.desk.rules.change(edit, _seen(posted), by=visit.by)
        return await _comes_back(visit, Told(note=_CHANGED_FIRST, status=409))
    try:
        await visit.desk.rules.apply(posted.get("mark", ""), _number(posted.get("typed", "")), by=visit.by)
    except MoreThanShown as error:
        return await _comes_back(visit, Told(beyond=tuple(error.beyond), note=str(error), status=409))
    return see_other("/locations", done="applied")


async def _comes_back(visit: Visit, told: Told) -> Drawn:
    return _drawn(visit, await visit.desk.rules.draft(by=visit.by), None, {}, told)


_ACTIONS: Mapping[str, Acting] = {
    "add": _add,
    "everybody": _everybody,
    "restore": _restore,
    "again": _again,
    "throw-away": _throw_away,
    "apply": _apply,
}


def _seen(posted: Posted) -> str | None:
    return posted.get("mark") or None


def _number(text: str) -> int | None:
    plain = text.strip().replace(",", "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else None


def _drawn(
    visit: Visit,
    data: DraftPage,
    edit: str | None,
    posted: Posted,
    told: Told,
    *,
    as_text: bool = False,
    query: Plain | None = None,
) -> Drawn:
    forms = rules_drawn.drawn(data, edit, as_text=as_text, posted=posted, wrong=told.wrong)
    more = {
        "forms": forms,
        "sources": rules_drawn.sources(data, posted, told.wrong),
        "told": told,
        "edit": edit,
        "posted": posted,
        "words": rules_words,
        "named": names_of(data),
        "attributes_sent": _sent(data),
        "ops": [(op, words[0]) for op, words in OPS.items()],
    }
    messages = notices(query, data["shell"]) if query is not None else ()
    title = rules_words.heading(data) if data["draft"] else "No draft of the rules"
    return Drawn("draft.html", title, data, more, "locations", status=told.status, messages=messages)


def _sent(data: DraftPage) -> tuple[list[str], list[str]]:
    """Give the attributes that records carry, and those that none does."""
    saying = data["said"]["saying"] if data["said"] else {}
    names = [attribute["name"] for attribute in data["attributes"]]
    return [n for n in names if saying.get(n)], [n for n in names if not saying.get(n)]


def names_of(data: DraftPage) -> Names:
    """Give the names of locations, those that are only drafted among them."""
    drafted = {location["key"]: location["name"] for location in data["locations"]}
    return Names({}, {**data["shell"]["locations"], **drafted})


# --- all names, and the versions -------------------------------------------------------------------------------------


@page
async def plan(visit: Visit) -> Drawn:
    """Show all that the draft would do of one kind."""
    query = visit.query(PlanQuery)
    data = await visit.desk.rules.plan(query.kind, query.after or 0, by=visit.by)
    drafted = await visit.desk.rules.draft(by=visit.by)
    number = data["counts"].get(query.kind, 0)
    title = f"{number:,} {rules_words.kind_words(query.kind, number)}"
    more = {"words": rules_words, "named": names_of(drafted), "query": query}
    return Drawn("plan.html", title, data, more, "locations")


@page
async def versions(visit: Visit) -> Drawn:
    """Show the versions of the rules, newest first."""
    query = visit.query(VersionsQuery)
    data = await visit.desk.rules.versions(query.before, by=visit.by)
    title = f"Rules {data['shell']['rules']['version']} apply"
    return Drawn("versions.html", title, data, {"query": query}, "locations")


@page
async def version(visit: Visit) -> Drawn:
    """Show one version of the rules: what it changed, and its text."""
    visit.query(Plain)
    data = await visit.desk.rules.version(_version(visit), by=visit.by)
    applies = " apply" if data["rules"]["applied"] else ""
    more = {"written": _written}
    return Drawn("version.html", f"Rules {data['rules']['version']}{applies}", data, more, "locations")


def _written(value: Any) -> str:
    """Write a setting's value for people; None is nothing."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@page
async def go_back(visit: Visit) -> web.Response:
    """Make an older version the draft; its plan is looked at before it is applied."""
    form = await visit.trusted_form()
    try:
        await visit.desk.rules.go_back(_version(visit), _seen(form), by=visit.by)
    except Overtaken as error:
        raise Refused("Someone else changed the draft meanwhile, so it was left alone.") from error
    return see_other(DRAFT)


def _version(visit: Visit) -> int:
    return int(visit.word("version"))
