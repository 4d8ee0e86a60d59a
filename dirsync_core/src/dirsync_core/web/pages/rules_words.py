"""A draft and its plan in words."""

from collections.abc import Mapping

from dirsync_core.web.pages.differences import Names, shown
from dirsync_core.web.pages.rules_shapes import DraftPage, EffectLine, PlanTold, Sketch
from dirsync_core.web.pages.sentences import count

KINDS: Mapping[str, tuple[str, str, str]] = {
    "joins": ("+", "joins the directory", "join the directory"),
    "leaves": ("−", "leaves the directory", "leave the directory"),
    "changes": ("~", "changes", "change"),
    "contested": ("◐", "record becomes contested", "records become contested"),
    "undetermined": ("◐", "record is out for want of a value", "records are out for want of a value"),
}
"""Each kind of effect: its sign, and its words for one and for many."""

SKETCHED: Mapping[str, tuple[str, str]] = {
    "joins": ("record comes in", "records come in"),
    "leaves": ("record goes out", "records go out"),
    "changes": ("record changes its location", "records change their locations"),
    "undetermined": ("record is out for want of a value", "records are out for want of a value"),
}
"""What filters do to records, before a plan says what that does to people: words for one and for many."""

_PEOPLE = ("joins", "leaves", "changes")


def heading(page: DraftPage) -> str:
    """Say who is synced where by the draft."""
    return "Chosen people per location" if page["locations"] else "Everybody, in one directory"


def summed(counts: Mapping[str, int]) -> str:
    """Say how many join, leave and change: `7 join, 4 leave, 9 change`."""
    words = {"joins": ("joins", "join"), "leaves": ("leaves", "leave"), "changes": ("changes", "change")}
    told = [count(counts[kind], *words[kind]) for kind in _PEOPLE if counts.get(kind)]
    return ", ".join(told) or "changes nobody"


def kinds(plan: PlanTold | Sketch) -> list[str]:
    """Give the kinds of effect that a plan or a sketch has."""
    return [kind for kind in KINDS if plan["counts"].get(kind)]


def kind_words(kind: str, number: int) -> str:
    """Say a kind of effect of so many."""
    return KINDS[kind][1 if number == 1 else 2]


def sketched_words(kind: str, number: int) -> str:
    """Say what a sketch has of a kind."""
    return SKETCHED[kind][number != 1]


def where(effect: EffectLine, kind: str, names: Names) -> str:
    """Say where somebody comes from or goes to, or what changes of them."""
    places = ", ".join(names.locations.get(key, key) for key in effect["locations"])
    match kind:
        case "joins":
            return places
        case "leaves":
            return f"was in {places}" if places else ""
        case "changes" if effect["name"] == "locations":
            return f"{_places(effect['before'], names)} → {_places(effect['after'], names)}"
        case "changes":
            before, after = (shown(effect[part], names) or "nothing" for part in ("before", "after"))
            same = before == after  # a reference whose target comes or goes
            return f"{effect['name']}: {after}" if same else f"{effect['name']}: {before} → {after}"
        case _:
            return effect["email"]


def _places(keys: object, names: Names) -> str:
    return ", ".join(names.locations.get(str(k), str(k)) for k in keys) if isinstance(keys, list) and keys else "none"
