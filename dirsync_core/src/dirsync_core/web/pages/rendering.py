"""Templates: the environment in which every page is drawn, and what they may use."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2
from markupsafe import Markup, escape

from dirsync_core.web.pages import case_words, sentences
from dirsync_core.web.pages.assets import ASSETS
from dirsync_core.web.pages.differences import clipped
from dirsync_core.web.pages.times import utc
from dirsync_core.web.pages.way import GLOSSES, STAGES

_DECIDE = re.compile(r" Decide: dirsync case show \S+")
_LABELS = re.compile(r"\*\*(.+?)\*\*|`(.+?)`")


def labels(text: str) -> Markup:
    """Show `**words**` as a source's own labels and `` `words` `` as what is typed; all else is text."""
    parts, end = [], 0
    for found in _LABELS.finditer(text):
        tag, words = ("b", found[1]) if found[1] else ("code", found[2])
        parts += [escape(text[end : found.start()]), Markup("<{0}>{1}</{0}>").format(tag, words)]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def breakable(address: str) -> Markup:
    """Let an address break after its `@` first."""
    name, at, host = clipped(address).rpartition("@")
    return escape(name) + at + Markup("<wbr>") + escape(host) if at else escape(host)


def plain(sentence: str) -> str:
    """Leave the command to decide out of a sentence: on pages the case has a link of its own."""
    return _DECIDE.sub("", sentence)


def back(at: str | None) -> str:
    """Give what leads from a page of a day to another one of that day."""
    return f"?{urlencode({'at': at})}" if at else ""


def initials(name: str) -> str:
    """Give the one or two letters that stand for a name."""
    words = [word for word in re.split(r"[\s@.]+", name) if word[:1].isalnum()]
    chosen = words[:1] if len(words) < 2 else [words[0], words[-1]]
    return "".join(word[0] for word in chosen).upper() or "?"


def parts_of(counts: list[tuple[str, str, int]]) -> list[tuple[str, str, int, float, float]]:
    """Lay counts out on a bar of 1,000: tone, label, count, where it begins and how wide; none is too thin to see."""
    counts = [one for one in counts if one[2]]
    total, gap, least = sum(one[2] for one in counts), 2.5, 4
    room = 1000 - gap * max(0, len(counts) - 1) - least * len(counts)
    placed, at = [], 0.0
    for tone, label, number in counts:
        width = round(least + room * number / total, 1)
        placed.append((tone, label, number, round(at, 1), width))
        at += width + gap
    return placed


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "labels": labels,
        "plain": plain,
        "breakable": breakable,
        "initials": initials,
        "clip": clipped,
        "utc": utc,
        "n": lambda number: f"{number:,}",
        "people": sentences.people,
    }
    environment.filters["back"] = back
    environment.globals |= {
        "assets": {name: asset.name for name, asset in ASSETS.items()},
        "say": sentences,
        "case_waits": case_words.waits,
        "case_of_person": case_words.of_person,
        "parts_of": parts_of,
        "STAGES": STAGES,
        "STAGE_GLOSSES": GLOSSES,
        "zip": zip,
        "iso": date.isoformat,
    }
    return environment


ENVIRONMENT = _environment()


def render(template: str, context: Mapping[str, Any]) -> str:
    """Draw a template."""
    return ENVIRONMENT.get_template(template).render(context)
