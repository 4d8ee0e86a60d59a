"""An admin's word on a person: a value pinned over what sources say, and somebody handed over or taken back."""

from collections.abc import Mapping, Sequence
from typing import Any, cast, get_args

import attrs
from aiohttp import web

from dirsync_core.model.claims import AttributeKind
from dirsync_core.model.errors import NotFound, Refused
from dirsync_core.web.pages.differences import Names, differences, shown
from dirsync_core.web.pages.queries import HandingQuery, Plain, UnknownValue, WordQuery
from dirsync_core.web.pages.shapes import AttributeLine, HandingPage, Word, WordsPage
from dirsync_core.web.pages.visits import Drawn, Visit, page, see_other
from dirsync_core.web.pages.words_desk import WordOp

_OPS = get_args(WordOp)


@attrs.frozen
class Member:
    """One value of a set on the form: what it is, and the word on it, if there is one."""

    value: str
    word: Word | None


@page
async def choose(visit: Visit) -> Drawn:
    """Ask which value an admin has a word on, or show the form of one."""
    query = visit.query(WordQuery)
    data = await visit.desk.words.page(visit.word("id"), by=visit.by)
    if query.name is None:
        more = {"attributes": sorted(data["attributes"], key=lambda a: a["name"].casefold())}
        return Drawn("pin-which.html", f"Pin a value of {data['displayName']}", data, more, "people")
    return _form(data, _attribute(data, query.name), {}, "")


@page
async def say(visit: Visit) -> Drawn | web.Response:
    """Pin, add, hide, or give a value back to the sources."""
    form = await visit.trusted_form()
    op, name, value = form.get("op", ""), form.get("name", ""), form.get("value", "").strip()
    if op not in _OPS:
        raise UnknownValue("op", op, _OPS)
    person = visit.word("id")
    try:
        if op == "pin" and not value:
            raise Refused("Say which value, or press the button that pins that there is none.")
        request = await visit.desk.words.say(
            person, name, cast(WordOp, op), value, form.get("note", "").strip()[:200], by=visit.by
        )
    except Refused as error:
        data = await visit.desk.words.page(person, by=visit.by)
        return _form(data, _attribute(data, name), form, str(error))
    done = "unpinned" if op == "clear" else "pinned"
    return see_other(f"/people/{visit.safe_word('id')}", done=done, where=name, request=request)


def _attribute(data: WordsPage, name: str) -> AttributeLine:
    known = {attribute["name"]: attribute for attribute in data["attributes"]}
    if name not in known:
        raise UnknownValue("name", name, sorted(known))
    return known[name]


def _form(data: WordsPage, attribute: AttributeLine, form: Mapping[str, str], problem: str) -> Drawn:
    name, kind = attribute["name"], AttributeKind(attribute["kind"])
    own = [word for word in data["words"] if word["name"] == name]
    pin = next((word for word in own if word["op"] == "pin"), None)
    names = Names({}, {})
    said = [(line["title"], shown(line["value"], names)) for line in data["says"].get(name, [])]
    more = {
        "attribute": attribute,
        "is_set": kind.is_set,
        "is_truth": kind is AttributeKind.BOOLEAN,
        "pin": pin,
        "said": said,
        "members": _members(data["values"].get(name), own) if kind.is_set else [],
        "filled": form.get("value", _now(data, name, pin)),
        "note": form.get("note", pin["note"] if pin else ""),
        "problem": problem,
    }
    verb = "Add to and take from" if kind.is_set else "Pin"
    title = f"{verb} {name} of {data['displayName']}"
    return Drawn("pin.html", title, data, more, "people", status=409 if problem else 200, twin=not problem)


def _now(data: WordsPage, name: str, pin: Word | None) -> str:
    value = data["values"].get(name) if pin is None or pin["value"] is not None else None
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Mapping():
            return str(value.get("written") or "")
        case _:
            return str(value)


def _members(value: Any, own: Sequence[Word]) -> list[Member]:
    """Give the values of a set that are shown, then those that are hidden."""
    texts = [str(one.get("written") if isinstance(one, Mapping) else one) for one in value or ()]
    by_value = {str(word["value"]).casefold(): word for word in own}
    seen = [Member(text, by_value.get(text.casefold())) for text in texts]
    hidden = [Member(str(word["value"]), word) for word in own if word["op"] == "mask"]
    return [*seen, *hidden]


# --- handing over ----------------------------------------------------------------------------------------------------


@page
async def confirm_handing(visit: Visit) -> Drawn:
    """Say what handing somebody over would do, and ask."""
    query = visit.query(HandingQuery)
    data = await visit.desk.words.handing(visit.word("id"), query.record, by=visit.by)
    return _confirm(data, "adopt", f"Hand {data['displayName']} over{_to(data)}?")


def _to(data: HandingPage) -> str:
    return f" to {data['chosen']['title']}" if data["chosen"] else ""


@page
async def hand_over(visit: Visit) -> web.Response:
    """Hand somebody kept by hand over to a provider's record."""
    form = await visit.trusted_form()
    if not form.get("record"):
        raise NotFound("No record was named to hand them over to.")
    request = await visit.desk.words.adopt(visit.word("id"), form["record"], by=visit.by)
    return see_other(f"/people/{visit.safe_word('id')}", done="adopted", request=request)


@page
async def confirm_taking_back(visit: Visit) -> Drawn:
    """Say what taking somebody back would do, and ask."""
    visit.query(Plain)
    data = await visit.desk.words.taking_back(visit.word("id"), by=visit.by)
    return _confirm(data, "release", f"Take {data['displayName']} back?")


@page
async def take_back(visit: Visit) -> web.Response:
    """Take back somebody who was handed over."""
    await visit.trusted_form()
    request = await visit.desk.words.release(visit.word("id"), by=visit.by)
    return see_other(f"/people/{visit.safe_word('id')}", done="released", request=request)


def _confirm(data: HandingPage, act: str, title: str) -> Drawn:
    more = {"act": act, "diffs": differences(data["changed"], Names.of(data["shell"], data["names"]))}
    return Drawn("handing.html", title, data, more, "people")
