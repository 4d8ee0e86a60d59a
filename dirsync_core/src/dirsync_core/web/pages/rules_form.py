"""What somebody sent of a draft: lines or texts, read into what is to be changed.

Start at `read`. Fields of a location begin with `l.KEY.`, those of a source with `p.NAME.`; what is not drawn as fields
is not sent, and stays as it is.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import Literal

import attrs

from dirsync_core.filtering import FilterError
from dirsync_core.web.pages.rule_rows import OPS, VALUELESS, Row, Rows, rows_of, text_of
from dirsync_core.web.pages.rules_desk import LocationEdit, ProviderEdit, RulesEdit
from dirsync_core.web.pages.rules_shapes import DraftedLocation, DraftPage

LINES_AT_MOST = 50
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*")

Posted = Mapping[str, str]


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
    text = posted_text(posted, prefix, kept, booleans) if written else None
    missing: Literal["in", "out"] = "in" if posted.get(f"{prefix}missing") == "in" else "out"
    name = posted.get(f"{prefix}name", line["name"] if line is not None else key).strip()
    return LocationEdit(name or key, missing, text if text is not None else line["filter"] if line else "")


def _kept(line: DraftedLocation | None) -> LocationEdit | None:
    return LocationEdit(line["name"], line["missing"], line["filter"]) if line is not None else None


def read_rows(text: str) -> Rows | None:
    """Read a filter into rows; None where it is none, or rows can't say it."""
    try:
        return rows_of(text)
    except FilterError:
        return None


def posted_text(posted: Posted, prefix: str, kept: str, booleans: Collection[str] = ()) -> str:
    """Give the filter that was sent, as text or as rows; rows that say what is kept leave its text as it is."""
    if f"{prefix}text" in posted:
        return posted[f"{prefix}text"].strip()
    rows = posted_rows(posted, prefix)
    before = read_rows(kept)
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
