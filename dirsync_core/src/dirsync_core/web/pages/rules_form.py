"""The form of a draft: what is drawn of each location and source, and what somebody sent of it.

Start at `drawn` and `read`. Fields of a location begin with `l.KEY.`, those of a source with `p.NAME.`; what is not
drawn as fields is not sent, and stays as it is.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import Literal

import attrs

from dirsync_core.filtering import FilterError
from dirsync_core.web.pages.rule_rows import OPS, VALUELESS, Row, Rows, rows_of, said, text_of
from dirsync_core.web.pages.rules_desk import LocationEdit, ProviderEdit, RulesEdit
from dirsync_core.web.pages.rules_shapes import DraftedLocation, DraftedProvider, DraftPage, PlanTold

OPEN_AT_MOST = 6
"""So many locations are drawn as fields at once; of more, only the one that is being edited."""

LINES_AT_MOST = 50
HINTS = 4
VALUES = 20
"""So many values of each attribute are counted; where fewer are told, they are all there are."""
_SETS = ("texts", "references")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*")

Posted = Mapping[str, str]


@attrs.frozen
class Line:
    """One row as it is drawn: its operators in words, and how many records it is true of, where that is known."""

    row: Row
    ops: tuple[tuple[str, str], ...]
    records: int | None
    takes_value: bool


@attrs.frozen
class Hint:
    """The commonest values of an attribute, to be added with one press; `missing` is how many records have none."""

    name: str
    values: tuple[tuple[str, int], ...]
    missing: int


@attrs.frozen
class LocationForm:
    """A location as it is drawn: as fields where it is `open`, else as a sentence. `on`: it is the one being edited."""

    line: DraftedLocation
    open: bool
    on: bool
    as_text: bool
    name: str
    missing: str
    join: str
    text: str
    lines: tuple[Line, ...]
    hints: tuple[Hint, ...]
    problem: FilterError | None

    @property
    def prefix(self) -> str:
        """What the names of its fields begin with."""
        return f"l.{self.line['key']}."

    @property
    def told(self) -> list[tuple[str, str, str]]:
        """The lines in words: attribute, operator, value."""
        return [(line.row.name, dict(line.ops)[line.row.op], line.row.value) for line in self.lines if line.row.name]


@attrs.frozen
class ProviderForm:
    """A source as it is drawn."""

    line: DraftedProvider
    filter: str
    on_match: str
    domains: str
    problem: FilterError | None

    @property
    def prefix(self) -> str:
        """What the names of its fields begin with."""
        return f"p.{self.line['name']}."


@attrs.frozen
class Wrong:
    """What is wrong with what was sent: filters by their path, the new location, and the whole."""

    filters: Mapping[str, FilterError] = attrs.field(factory=dict)
    new: str = ""
    whole: str = ""


# --- drawing ---------------------------------------------------------------------------------------------------------


def drawn(page: DraftPage, edit: str | None, *, as_text: bool, posted: Posted, wrong: Wrong) -> list[LocationForm]:
    """Draw the locations; what was sent of one stands in the place of what the draft says."""
    every = edit is None and len(page["locations"]) <= OPEN_AT_MOST
    return [_location(page, line, edit, every, as_text, posted, wrong) for line in page["locations"]]


def _location(
    page: DraftPage,
    line: DraftedLocation,
    edit: str | None,
    every: bool,
    as_text: bool,
    posted: Posted,
    wrong: Wrong,
) -> LocationForm:
    key = line["key"]
    sent, problem = f"l.{key}.shown" in posted, wrong.filters.get(f"locations.{key}.filter")
    on = key == edit or problem is not None
    text = _posted_text(posted, f"l.{key}.", line["filter"] or "") if sent else line["filter"] or ""
    rows = _rows(text)
    plain = line["filter"] is not None and (rows is None or (on and as_text) or f"l.{key}.text" in posted)
    lines = rows.lines if rows is not None and not plain else ()
    lines = (*lines, Row("")) if on and not plain and line["filter"] is not None else lines
    return LocationForm(
        line,
        open=every or on or (sent and problem is not None),
        on=on,
        as_text=plain,
        name=posted.get(f"l.{key}.name", line["name"]),
        missing=posted.get(f"l.{key}.missing", line["missing"]),
        join=rows.join if rows is not None else "any",
        text=text,
        lines=tuple(_line(page, row) for row in lines),
        hints=tuple(_hints(page["plan"], lines, 20 if on else HINTS)),
        problem=problem,
    )


def _rows(text: str) -> Rows | None:
    try:
        return rows_of(text)
    except FilterError:
        return None


def _line(page: DraftPage, row: Row) -> Line:
    kinds = {attribute["name"]: attribute["kind"] for attribute in page["attributes"]}
    is_set = kinds.get(row.name) in _SETS
    ops = tuple((op, said(Row(row.name, op), is_set=is_set)) for op in OPS)
    return Line(row, ops, _records(page["plan"], row), row.op not in VALUELESS)


def _records(plan: PlanTold | None, row: Row) -> int | None:
    """Count the records that a line is true of, where the commonest values tell."""
    if plan is None or not row.name:
        return None
    saying = plan["saying"].get(row.name, 0)
    counts = {str(value).casefold(): n for value, n in plan["values"].get(row.name, [])}
    unseen = 0 if len(plan["values"].get(row.name, [])) < VALUES and len(row.value) <= 80 else None
    match row.op:
        case "pr":
            return saying
        case "absent":
            return plan["saying"][""] - saying
        case "is":
            return counts.get(row.value.casefold(), unseen)
        case "one":
            found = [counts.get(value.strip().casefold(), unseen) for value in row.value.split(",")]
            return sum(n for n in found if n is not None) if None not in found else None
        case _:
            return None


def _hints(plan: PlanTold | None, rows: Collection[Row], most: int) -> Iterator[Hint]:
    if plan is None:
        return
    for name in dict.fromkeys(row.name for row in rows if row.name in plan["values"]):
        used = {part.strip() for row in rows if row.name == name for part in (row.value, *row.value.split(","))}
        values = [(str(value), n) for value, n in plan["values"][name] if value not in used]
        yield Hint(name, tuple(values[:most]), plan["saying"][""] - plan["saying"].get(name, 0))


def sources(page: DraftPage, posted: Posted, wrong: Wrong) -> list[ProviderForm]:
    """Draw the sources."""
    return [
        ProviderForm(
            line,
            posted.get(f"p.{line['name']}.filter", line["filter"] or ""),
            posted.get(f"p.{line['name']}.on_match", line["onMatch"]),
            posted.get(f"p.{line['name']}.domains", ", ".join(line["domains"])),
            wrong.filters.get(f"providers.{line['name']}.filter"),
        )
        for line in page["providers"]
    ]


# --- reading ---------------------------------------------------------------------------------------------------------


def read(posted: Posted, page: DraftPage) -> RulesEdit:
    """Read what was sent; what is as the draft has it already is left out."""
    known = {line["key"]: line for line in page["locations"]}
    sent = [name[2:-6] for name in posted if name.startswith("l.") and name.endswith(".shown")]
    booleans = [a["name"] for a in page["attributes"] if a["kind"] == "boolean"]
    edits = {key: _edit(posted, key, known.get(key), booleans) for key in sent}
    return RulesEdit(
        locations={key: edit for key, edit in edits.items() if edit != _kept(known.get(key))},
        providers=dict(_source_edits(posted, page)),
    )


def _edit(posted: Posted, key: str, line: DraftedLocation | None, booleans: Collection[str]) -> LocationEdit:
    prefix, kept = f"l.{key}.", (line["filter"] or "") if line is not None else ""
    written = f"{prefix}text" in posted or f"{prefix}0.op" in posted or f"{prefix}join" in posted
    text = _posted_text(posted, prefix, kept, booleans) if written else None
    missing: Literal["in", "out"] = "in" if posted.get(f"{prefix}missing") == "in" else "out"
    name = posted.get(f"{prefix}name", line["name"] if line is not None else key).strip()
    return LocationEdit(name or key, missing, text if text is not None else line["filter"] if line else "")


def _kept(line: DraftedLocation | None) -> LocationEdit | None:
    return LocationEdit(line["name"], line["missing"], line["filter"]) if line is not None else None


def _posted_text(posted: Posted, prefix: str, kept: str, booleans: Collection[str] = ()) -> str:
    """Give the filter that was sent, as text or as rows; rows that say what is kept leave its text as it is."""
    if f"{prefix}text" in posted:
        return posted[f"{prefix}text"].strip()
    rows = posted_rows(posted, prefix)
    before = _rows(kept)
    same = before is not None and before.lines == rows.lines and (before.join == rows.join or len(rows.lines) < 2)
    return kept if same else text_of(rows, booleans)


def posted_rows(posted: Posted, prefix: str) -> Rows:
    """Read rows; those that say nothing yet are left out."""
    lines = []
    for i in range(LINES_AT_MOST):
        name, op = posted.get(f"{prefix}{i}.name", "").strip(), posted.get(f"{prefix}{i}.op", "")
        value = posted.get(f"{prefix}{i}.value", "").strip()
        if name and op in OPS and (value or op in VALUELESS):
            lines.append(Row(name, op, "" if op in VALUELESS else value))
    return Rows("all" if posted.get(f"{prefix}join") == "all" else "any", tuple(lines))


def _source_edits(posted: Posted, page: DraftPage) -> Iterator[tuple[str, ProviderEdit]]:
    for line in page["providers"]:
        prefix = f"p.{line['name']}."
        if f"{prefix}on_match" not in posted:
            continue
        domains = tuple(part for part in re.split(r"[,\s]+", posted.get(f"{prefix}domains", "")) if part)
        text = posted[f"{prefix}filter"].strip() if f"{prefix}filter" in posted else None
        on_match = "adopt" if posted[f"{prefix}on_match"] == "adopt" else "protect"
        edit = ProviderEdit(text, on_match, domains)
        kept = ProviderEdit(line["filter"] if text is not None else None, line["onMatch"], tuple(line["domains"]))
        if edit != kept:
            yield line["name"], edit


def without(posted: Posted, key: str, place: int) -> dict[str, str]:
    """Give what was sent with one line taken out."""
    return {**posted, f"l.{key}.{place}.name": ""}


def with_value(posted: Posted, key: str, name: str, value: str) -> dict[str, str]:
    """Give what was sent with a value added: to the line that has the attribute where all must hold, else as a line."""
    prefix = f"l.{key}."
    rows = posted_rows(posted, prefix)
    joined = rows.join == "all" and "," not in value
    place = next(
        (i for i, r in enumerate(rows.lines) if joined and r.name == name and r.op in ("is", "one") and r.value), None
    )
    lines = list(rows.lines)
    if place is None:
        lines.append(Row(name, "is", value))
    else:
        lines[place] = Row(name, "one", f"{lines[place].value}, {value}")
    fields = {f"{prefix}{i}.{part}": text for i, row in enumerate(lines) for part, text in attrs.asdict(row).items()}
    return {**posted, **fields}


def new_key(posted: Posted, taken: Collection[str]) -> str:
    """Give the key of a new location: as typed, else made of its name; another where that is taken.

    Raises:
        ValueError: what was typed can't be a key, or is taken; says why.
    """
    typed = posted.get("new.key", "").strip()
    if not typed:
        return _free(_slug(posted.get("new.name", "")), taken)
    if not _KEY.fullmatch(typed):
        raise ValueError(f"“{typed[:40]}” can’t be a key: small letters, digits, - and _ only. It never changes.")
    if typed in taken:
        raise ValueError(f"There is a location “{typed}” already.")
    return typed


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "location"


def _free(slug: str, taken: Collection[str]) -> str:
    number = 2
    key = slug
    while key in taken:
        key, number = f"{slug}-{number}", number + 1
    return key
