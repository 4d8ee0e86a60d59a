"""What `dirsync check` finds in a source that is opened for real, and in the plugins of the sources."""

from collections.abc import Iterator
from typing import Literal

import attrs

from dirsync_core.cli.output import plural
from dirsync_core.cli.plan_text import effect_text
from dirsync_core.cli.pull import counted
from dirsync_core.host.host import Host
from dirsync_core.host.plugin_errors import words_of
from dirsync_core.host.plugins import Plugins
from dirsync_core.host.quality import judged
from dirsync_core.host.sampling import Sample, routes, sample
from dirsync_core.host.settings import Settings

_MOST = 10


@attrs.frozen
class Finding:
    """One thing that was looked at: fine, worth a note, or a problem."""

    about: str
    state: Literal["fine", "note", "problem"]
    sentence: str


async def of_source(host: Host, name: str) -> list[Finding]:
    """Open a source, and say what it would do, or which routes it has. Nothing is written."""
    if name not in host.providers:
        return [Finding("source", "problem", f"{name}: {host.rules.failed.get(name, 'it is off')}")]
    kind = host.plugins.providers[host.settings.providers[name].plugin]
    found: list[Finding] = []
    try:
        if kind.pulls:
            found += _of_sample(name, await sample(host, name))
        if kind.pushes:
            found += [
                Finding("source", "fine", f"{name}: {method} {path}")
                for method, path in await routes(name, host.providers[name])
            ]
    except Exception as error:  # a plugin's code, which is what is being looked at
        return [*found, Finding("source", "problem", f"{name} could not be opened or read: {words_of(error)}")]
    return found or [Finding("source", "fine", f"{name}: its records are kept by people.")]


def _of_sample(name: str, seen: Sample) -> Iterator[Finding]:
    what = "All that it has" if seen.whole else "Its first page"
    yield Finding("source", "fine", f"{name}: {what} would be {counted(seen.counts)}. Nothing was written.")
    for effect in seen.effects[:_MOST]:
        yield Finding("source", "note", f"{name}: would be: {effect_text(effect)}")
    if len(seen.effects) > _MOST:
        more = plural(len(seen.effects) - _MOST, "other effect", "other effects")
        yield Finding("source", "note", f"{name}: and {more}. All of them: dirsync pull {name} --dry-run")


def of_quality(plugins: Plugins, settings: Settings, only: str | None) -> list[Finding]:
    """Judge the provider types that the settings use, each once."""
    chosen = settings.providers if only is None else [only]
    types = dict.fromkeys(settings.providers[name].plugin for name in chosen)
    return [finding for name in types if name in plugins.providers for finding in _of_type(plugins, name)]


def _of_type(plugins: Plugins, name: str) -> Iterator[Finding]:
    marks = judged(plugins, name)
    for mark in marks:
        if mark.met is not None:
            sentence = f"{name}: {mark.rule}" if mark.met else f"{name}: {mark.rule}: {mark.advice}"
            yield Finding("quality", "fine" if mark.met else "note", sentence)
    asked = [mark for mark in marks if mark.met is not None]
    yield Finding(
        "quality", "fine", f"{name}: {sum(mark.met is True for mark in asked)} of {len(asked)} rules are met."
    )
