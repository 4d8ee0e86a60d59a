"""The set-up page of a source that pushes, as data."""

import attrs


@attrs.frozen
class CopyField:
    """A value to copy on a set-up page. `{base_url}` and `{token}` in `value` are filled in."""

    label: str
    value: str
    copy: bool = True


@attrs.frozen
class Step:
    """One step of connecting a source. In `text` and `after`, `**words**` are the source's own labels."""

    title: str
    text: str
    fields: tuple[CopyField, ...] = ()
    after: str = ""
    seen: str | None = None
    """What ticks the step off: `call`, `people`, `references` or `groups`; never a click."""


@attrs.frozen
class GuideTab:
    """One way to connect, where a source has several."""

    key: str
    title: str
    steps: tuple[Step, ...]


@attrs.frozen
class Guide:
    """The set-up page of a source that pushes: its steps, by way, and what its errors mean.

    `rehearsal` is a command that plays the source against a server, shown where nobody is there yet; the plugin adds it
    with `dirsync_commands`. `{name}` in it is filled in.
    """

    title: str
    intro: str
    tabs: tuple[GuideTab, ...]
    troubles: tuple[tuple[str, str], ...] = ()
    rehearsal: str = ""
