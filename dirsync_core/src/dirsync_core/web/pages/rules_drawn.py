"""A draft as its page draws it: each location as fields or as a sentence, with counts and values to choose from.

Start at `drawn`. What somebody sent stands in the place of what the draft says, so that nothing typed is lost.
"""

from collections.abc import Collection, Iterator, Mapping

import attrs

from dirsync_core.filtering import FilterError
from dirsync_core.web.pages.rule_rows import OPS, VALUELESS, Row, said
from dirsync_core.web.pages.rules_form import Posted, posted_text, read_rows
from dirsync_core.web.pages.rules_shapes import DraftedLocation, DraftedProvider, DraftPage, Said

OPEN_AT_MOST = 6
"""So many locations are drawn as fields at once; of more, only the one that is being edited."""

HINTS = 4
VALUES = 20
"""So many values of each attribute are counted; where fewer are told, they are all there are."""
_SETS = ("texts", "references")


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
    text = posted_text(posted, f"l.{key}.", line["filter"] or "") if sent else line["filter"] or ""
    rows = read_rows(text)
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
        hints=tuple(_hints(page["said"], lines, 20 if on else HINTS)),
        problem=problem,
    )


def _line(page: DraftPage, row: Row) -> Line:
    kinds = {attribute["name"]: attribute["kind"] for attribute in page["attributes"]}
    is_set = kinds.get(row.name) in _SETS
    ops = tuple((op, said(Row(row.name, op), is_set=is_set)) for op in OPS)
    return Line(row, ops, _records(page["said"], row), row.op not in VALUELESS)


def _records(of: Said | None, row: Row) -> int | None:
    """Count the records that a line is true of, where the commonest values tell."""
    if of is None or not row.name:
        return None
    saying = of["saying"].get(row.name, 0)
    counts = {str(value).casefold(): n for value, n in of["values"].get(row.name, [])}
    unseen = 0 if len(of["values"].get(row.name, [])) < VALUES and len(row.value) <= 80 else None
    match row.op:
        case "pr":
            return saying
        case "absent":
            return of["saying"][""] - saying
        case "is":
            return counts.get(row.value.casefold(), unseen)
        case "one":
            found = [counts.get(value.strip().casefold(), unseen) for value in row.value.split(",")]
            return sum(n for n in found if n is not None) if None not in found else None
        case _:
            return None


def _hints(of: Said | None, rows: Collection[Row], most: int) -> Iterator[Hint]:
    if of is None:
        return
    for name in dict.fromkeys(row.name for row in rows if row.name in of["values"]):
        used = {part.strip() for row in rows if row.name == name for part in (row.value, *row.value.split(","))}
        values = [(str(value), n) for value, n in of["values"][name] if value not in used]
        yield Hint(name, tuple(values[:most]), of["saying"][""] - of["saying"].get(name, 0))


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
