"""People kept by hand: added, changed, removed; and anybody placed in a location."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs
from aiohttp import web

from dirsync_core.model.claims import AttributeKind, Value
from dirsync_core.model.errors import AddressTaken, DirsyncError, NotFound, Refused, SettingsError, VersionMismatch
from dirsync_core.web.pages.desk import PlacementOp
from dirsync_core.web.pages.notices import notices, offered
from dirsync_core.web.pages.queries import Plain, UnknownValue, WhyQuery
from dirsync_core.web.pages.shapes import Added, AttributeLine, FormPage, LocationVerdict
from dirsync_core.web.pages.visits import Drawn, Visit, page, see_other

_FIRST = (
    "email",
    "displayName",
    "givenName",
    "familyName",
    "phone",
    "title",
    "department",
    "city",
    "country",
    "locale",
    "assistants",
    "manager",
)
_NOT_ASKED = ("groups", "until")
_OPS: Mapping[str, tuple[PlacementOp, str]] = {
    "add": ("add", "placed"),
    "mask": ("mask", "masked"),
    "clear": ("clear", "cleared"),
}


@attrs.frozen
class Problems:
    """What is wrong with a form: by field, and of the whole."""

    fields: Mapping[str, str] = attrs.field(factory=dict)
    whole: tuple[str, ...] = ()
    taken_by: str | None = None
    status: int = 400

    def __bool__(self) -> bool:
        return bool(self.fields or self.whole)


@attrs.frozen
class Filled:
    """A form as somebody filled it in, read as far as it can be."""

    texts: Mapping[str, str]
    values: Mapping[str, Value]
    until: date | None
    problems: Problems


def asked(form: FormPage) -> list[AttributeLine]:
    """Order the attributes as the form asks for them."""
    lines = [line for line in form["attributes"] if line["name"] not in _NOT_ASKED]
    return sorted(lines, key=lambda a: (_FIRST.index(a["name"]) if a["name"] in _FIRST else len(_FIRST), a["name"]))


def written(form: FormPage) -> dict[str, str]:
    """Write the values that are kept into the form's fields."""
    texts = {name: _text(value) for name, value in form["values"].items()}
    return {**texts, "until": form["until"] or "", "provider": form["provider"] or ""}


def _text(value: str | bool | list[str]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else "\n".join(value)


def read(posted: Mapping[str, str], form: FormPage) -> Filled:
    """Read a posted form; what can't be read is a problem of its field."""
    values, fields = {}, {}
    for line in asked(form):
        value = _value(posted.get(line["name"], ""), AttributeKind(line["kind"]))
        if value not in ("", ()):
            values[line["name"]] = value
    if "email" not in values:
        fields["email"] = "A person needs an e-mail address: it is what people are matched by."
    until, problem = _date(posted.get("until", ""))
    if problem:
        fields["until"] = problem
    return Filled(posted, values, until, Problems(fields))


def _value(text: str, kind: AttributeKind) -> Value:
    text = text.strip()
    if kind is AttributeKind.BOOLEAN:
        return text == "yes" if text else ""
    if kind.is_set:
        return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    return " ".join(text.split())


def _date(text: str) -> tuple[date | None, str]:
    if not text.strip():
        return None, ""
    try:
        return date.fromisoformat(text.strip()), ""
    except ValueError:
        return None, f"“{text.strip()[:40]}” is no day. Write it as 2027-01-31."


def problems_of(error: DirsyncError) -> Problems:
    """Sort a refusal to the fields that it speaks of."""
    match error:
        case AddressTaken():
            return Problems({"email": str(error)}, taken_by=error.person, status=409)
        case SettingsError():
            return _by_field(error.problems)
        case _:
            return Problems(whole=(str(error),), status=409)


def _by_field(lines: list[str]) -> Problems:
    fields: dict[str, str] = {}
    for line in lines:
        name, _, told = line.partition(": ")
        fields[name.strip()] = told or line
    return Problems(fields)


def _drawn(form: FormPage, title: str, filled: Mapping[str, str], problems: Problems, chosen: list[str]) -> Drawn:
    lines = asked(form)
    names = {line["name"] for line in lines} | {"until"}
    stray = tuple(f"{name}: {told}" for name, told in problems.fields.items() if name not in names)
    more = {
        "lines": lines,
        "filled": filled,
        "problems": attrs.evolve(problems, whole=(*problems.whole, *stray)),
        "chosen": chosen,
        "by_hand": [s for s in form["shell"]["sources"] if s["byHand"] and s["state"] == "active"],
        "stored": written(form),
    }
    status = problems.status if problems else 200
    return Drawn("form.html", title, form, more, section="people", status=status, twin=False)


_AGAIN = Problems(
    whole=(
        "Nothing was saved: this form is from an earlier sign-in. What you typed is below; look it over and send it.",
    ),
    status=403,
)


@page
async def new(visit: Visit) -> Drawn:
    """Show the form that adds somebody."""
    query = visit.query(Plain)
    form = await visit.desk.form(None, by=visit.by)
    chosen = [query.where] if query.where in form["shell"]["locations"] else []
    return _drawn(form, "Add a person by hand", written(form), Problems(), [key for key in chosen if key])


@page
async def add(visit: Visit) -> Drawn | web.Response:
    """Add somebody, or show the form again with what is wrong."""
    posted = await visit.form()
    form = await visit.desk.form(None, by=visit.by)
    filled = read(posted, form)
    chosen = [key for key in posted.get("locations", "").splitlines() if key in form["shell"]["locations"]]
    problems = filled.problems if visit.is_ours(posted) else _AGAIN
    if not problems:
        try:
            added = await visit.desk.add_person(
                filled.values,
                locations=chosen,
                until=filled.until,
                provider=posted.get("provider") or None,
                by=visit.by,
            )
        except (Refused, SettingsError, NotFound) as error:
            problems = problems_of(error)
        else:
            return _added(added, filled, form)
    return _drawn(form, "Add a person by hand", posted, problems, chosen)


def _added(added: Added, filled: Filled, form: FormPage) -> Drawn | web.Response:
    if not added["notes"]:
        return see_other(f"/people/{added['person']}", done="added", request=added["request"])
    name = str(filled.values.get("displayName") or filled.values["email"])
    more = {**added, "name": name}
    return Drawn("added.html", f"{name} is added", form, more, section="people", twin=False)


@page
async def edit(visit: Visit) -> Drawn:
    """Show the form that changes somebody kept by hand."""
    visit.query(Plain)
    form = await visit.desk.form(visit.word("id"), by=visit.by)
    return _drawn(form, _change_title(form), written(form), Problems(), form["locations"])


def _change_title(form: FormPage) -> str:
    return f"Change {form['values'].get('displayName') or form['values'].get('email')}"


@page
async def change(visit: Visit) -> Drawn | web.Response:
    """Change somebody kept by hand, or show the form again with what is wrong or what somebody else wrote."""
    posted = await visit.form()
    form = await visit.desk.form(visit.word("id"), by=visit.by)
    filled = read(posted, form)
    problems = filled.problems if visit.is_ours(posted) else _AGAIN
    if not problems:
        try:
            request = await visit.desk.change_person(
                visit.word("id"), filled.values, until=filled.until, by=visit.by, version=_version(posted)
            )
        except VersionMismatch:
            problems = Problems(whole=(_OVERTAKEN,), status=409)
        except (Refused, SettingsError) as error:
            problems = problems_of(error)
        else:
            return see_other(f"/people/{visit.safe_word('id')}", done="changed", request=request)
    return _drawn(form, _change_title(form), posted, problems, form["locations"])


_OVERTAKEN = (
    "Someone else changed this person meanwhile. Your text is still here, and theirs stands below each field that "
    "differs. Send it again to write yours over it."
)


def _version(posted: Mapping[str, str]) -> int:
    text = posted.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@page
async def confirm_removal(visit: Visit) -> Drawn:
    """Ask before somebody kept by hand is removed."""
    visit.query(Plain)
    form = await visit.desk.form(visit.word("id"), by=visit.by)
    name = form["values"].get("displayName") or form["values"].get("email")
    return Drawn("remove.html", f"Remove {name}?", form, {"name": name}, section="people", twin=False)


@page
async def remove(visit: Visit) -> web.Response:
    """Remove somebody kept by hand."""
    await visit.trusted_form()
    request = await visit.desk.remove_person(visit.word("id"), by=visit.by)
    return see_other(f"/people/{visit.safe_word('id')}", done="removed", request=request)


@page
async def undo(visit: Visit) -> web.Response:
    """Take back a request made by hand, and lead to whom it was about."""
    form = await visit.trusted_form()
    undone = await visit.desk.undo(form.get("request", ""), by=visit.by)
    path = f"/people/{undone['people'][0]}" if len(undone["people"]) == 1 else "/people"
    return see_other(path, done="undone", request=undone["request"])


# --- placements ----------------------------------------------------------------------------------------------------


@page
async def places_of_person(visit: Visit) -> Drawn:
    """Show in which locations a person is, with the ways to change that by hand."""
    query = visit.query(Plain)
    data = await visit.desk.person(visit.word("id"), by=visit.by)
    name = str(data["person"].get("displayName") or data["person"]["email"])
    more = {"places": data["locations"], "name": name, "back": f"/people/{visit.safe_word('id')}"}
    messages = notices(query, data["shell"], await offered(visit, query))
    return Drawn("places.html", f"Where {name} is shown", data, more, "people", messages=messages, twin=False)


@page
async def place_person(visit: Visit) -> web.Response:
    """Place a person in a location, hide them from it, or give it back to the rules."""
    return await _place(visit, visit.word("id"), f"/people/{visit.safe_word('id')}", {})


@page
async def places_of_anybody(visit: Visit) -> Drawn:
    """Show what each location says of an address that may be nobody's yet."""
    query = visit.query(WhyQuery)
    if query.who is None:
        raise UnknownValue("who", "", ("an address",))
    data = await visit.desk.why(query.who, by=visit.by)
    places = next(iter(data["locations"].values()), _unjudged(data["shell"]["locations"]))
    more = {"places": places, "name": data["explanation"]["who"], "back": f"/people/why?who={query.who}"}
    messages = notices(query, data["shell"], await offered(visit, query))
    return Drawn("places.html", f"Place {query.who} in a location", data, more, "people", messages=messages, twin=False)


def _unjudged(locations: Mapping[str, str]) -> list[LocationVerdict]:
    return [
        LocationVerdict(key=key, name=name, verdict="out", because="", term=None, placement=None, by=None, at=None)
        for key, name in locations.items()
    ]


@page
async def place_anybody(visit: Visit) -> web.Response:
    """Place whoever has an address, person or record."""
    who = visit.query(WhyQuery).who or ""
    return await _place(visit, who, "/people/why", {"who": who})


async def _place(visit: Visit, who: str, back: str, query: dict[str, Any]) -> web.Response:
    form = await visit.trusted_form()
    op = _OPS.get(form.get("op", ""))
    if op is None:
        raise UnknownValue("op", form.get("op", ""), _OPS)
    location = form.get("location", "")
    request = await visit.desk.place(who, location, op[0], by=visit.by)
    return see_other(back, **query, done=op[1], where=location, request=request)
