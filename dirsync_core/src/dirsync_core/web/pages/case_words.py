"""What cases are called on their pages, and what their buttons say that they will do."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from dirsync_core.web.pages.cases_shapes import CaseLine, CaseWay
from dirsync_core.web.pages.sentences import count, people
from dirsync_core.web.pages.shapes import Shell

STATES = {"approved": "let go", "kept": "kept", "dissolved": "dissolved"}
PARTS = {
    "held": "held",
    "out": "already out",
    "waits": "waiting",
    "approved": "let go",
    "kept": "kept",
    "back": "back by themselves",
}


@attrs.frozen
class Way:
    """A way out on a card: with `href` it has a button, and `some` leads to choosing some."""

    label: str
    consequence: str
    href: str | None = None
    danger: bool = False
    some: str | None = None


def heading(open_cases: int, *, everything: bool) -> str:
    """Say how many cases wait."""
    if not open_cases:
        return "No case waits for you"
    waits = f"{count(open_cases, 'case')} {'waits' if open_cases == 1 else 'wait'} for you"
    return f"{waits}, and what became of others" if everything else waits


def title(case: CaseLine) -> str:
    """Say what a case is about."""
    if case["kind"] == "address":
        return f"{case['title']} and someone kept by hand claim {case['email'] or 'the same address'}"
    if case["kind"] == "rehire":
        return f"Is {case['title']}’s new {case['newcomer'] or 'record'} the {case['holder']} who was here before?"
    return _guard_title(case)


def _guard_title(case: CaseLine) -> str:
    if case["state"] != "open":
        return f"{case['title']} would have {_lost(case, 'people', 'taken', 'emptied')}"
    held = case["counts"].get("held", 0)
    whom = "them" if held != 1 else "that one"
    return f"{case['title']} would {_lost(case, people(held), 'take', 'empty')}. The guard keeps {whom}."


def _lost(case: CaseLine, whom: str, take: str, empty: str) -> str:
    match case["loss"]:
        case "leaves":
            return f"remove{'d' if take == 'taken' else ''} {whom}"
        case "location":
            return f"{take} {whom} out of a location"
        case _:
            return f"{empty} {case['attribute']} of {whom}"


def label(case: CaseLine) -> str:
    """Say of which kind a case is, shortly."""
    of = {"leaves": "guard: leavers", "location": "guard: locations", "attribute": f"guard: {case['attribute']}"}
    return of[case["loss"] or "leaves"] if case["kind"] == "guard" else case["kind"]


def became(case: CaseLine) -> str:
    """Say what became of a case that is decided."""
    of = {
        ("guard", "approved"): "Let go",
        ("rehire", "approved"): "The same person",
        ("rehire", "kept"): "Somebody else",
        ("address", "kept"): "Kept apart",
    }
    if case["state"] == "dissolved":
        return "Dissolved: what it was about was gone by itself"
    return f"{of.get((case['kind'], case['state']), 'Kept')}, decided by {case['closedBy']}"


def ways(case: CaseLine) -> Sequence[Way]:
    """Give the ways out of a case as its card has them; what happens if nobody presses anything first."""
    own: dict[str, CaseWay] = {way["do"]: way for way in case["ways"]}
    match case["kind"]:
        case "guard":
            return _guard_ways(case, own)
        case "address":
            return _address_ways(case, own)
        case _:
            return _rehire_ways(case, own)


def _guard_ways(case: CaseLine, own: Mapping[str, CaseWay]) -> Sequence[Way]:
    return [_guard_way(case, own[do]) for do in ("wait", "keep", "approve") if do in own]


def _guard_way(case: CaseLine, way: CaseWay) -> Way:
    do, said, here = way["do"], way["consequence"], f"/cases/{case['id']}"
    held, out = case["counts"].get("held", 0), case["counts"].get("out", 0)
    if do == "wait":
        return Way(f"{way['label']}: nothing to press", said)
    letting = do == "approve"
    some = f"{here}?show=held#names" if letting and held > 1 else None
    return Way(f"{verb(case, do, held, out)}…", said, f"{here}/{do}", letting, some)


def _address_ways(case: CaseLine, own: Mapping[str, CaseWay]) -> Sequence[Way]:
    to = {
        "adopt": f"/people/{case['person']}/adopt?record={case['record']}",
        "address": f"/people/{case['person']}/edit",
        "keep": f"/cases/{case['id']}/keep",
    }
    return [
        Way(f"{own[do]['label'].removesuffix('…')}…", own[do]["consequence"], href)
        for do, href in to.items()
        if do in own
    ]


def _rehire_ways(case: CaseLine, own: Mapping[str, CaseWay]) -> Sequence[Way]:
    if not own:
        return []
    wait = Way("Wait: nothing to press", f"All stays as it is: {case['title']} shows them as now.")
    done = [Way(f"{own[do]['label']}…", own[do]["consequence"], f"/cases/{case['id']}/{do}") for do in
            ("approve", "keep") if do in own]  # fmt: skip
    return [wait, *done]


def verb(case: CaseLine, do: str, held: int, back: int) -> str:
    """Say what a button will do, with its number: `Let all 40 leave`, `Keep all 40, bring back 31`."""
    if case["kind"] != "guard":
        return {"approve": "The same person", "keep": "Somebody else" if case["kind"] == "rehire" else "Keep apart"}[do]
    whom = f"{'all ' if 1 < held == case['counts'].get('held', 0) else ''}{held:,}"
    if do == "approve":
        return f"Let {whom} {'leave' if case['loss'] == 'leaves' else 'go'}"
    said = ([f"keep {whom}"] if held else []) + ([f"bring back {back:,}"] if back else [])
    return ", ".join(said).capitalize()


def question(case: CaseLine, do: str, held: int, back: int) -> str:
    """Ask on the page of a decision."""
    if case["kind"] == "guard":
        said = verb(case, do, held, back)
        return f"{said.replace(f'{held:,}', people(held), 1) if do == 'approve' else said}?"
    if case["kind"] == "address":
        return f"Keep {case['holder']} and {case['title']}’s record apart?"
    same = f"Are {case['newcomer']} and {case['holder']} the same person?"
    return same if do == "approve" else f"Is {case['newcomer']} somebody else than the {case['holder']} of before?"


def consequence(case: CaseLine, do: str) -> str:
    """Say what deciding brings, as the way out says it."""
    leave = "They disappear from the directory. " if case["loss"] == "leaves" and do == "approve" else ""
    nothing = " Nothing is deleted; each returns when the source sends them again." if leave else ""
    said = next((way["consequence"] for way in case["ways"] if way["do"] == do), "")
    return f"{leave}{said}{nothing}"


def waits(shell: Shell) -> Sequence[tuple[str, str]]:
    """Say what cases wait, each with where it leads to."""
    cases = shell["cases"]
    said = [
        (shell["held"], "person is held as they were", "people are held as they were"),
        (cases.get("address", 0), "address is claimed twice", "addresses are claimed twice"),
        (cases.get("rehire", 0), "may be a rehire", "may be rehires"),
    ]
    return [("/cases", count(n, one, many)) for n, one, many in said if n]


def of_person(told: Mapping[str, Any]) -> str:
    """Say on somebody's page what case they are in."""
    match told["kind"], told["loss"]:
        case "guard", "leaves":
            return f"{told['title']} would let them go, with more people than usual."
        case "guard", "location":
            return f"{told['title']} would take them out of a location, with more people than usual."
        case "guard", _:
            return f"{told['title']} would empty a value, with more people than usual."
        case "rehire", _:
            return f"{told['title']} sends somebody who may be the same person, or somebody else."
        case _:
            return f"{told['title']} claims an address that is kept by hand."
