"""What is noted while one request is read: which tolerances it needs, and what of it is ignored on purpose."""

import json
from typing import NoReturn

import attrs
from aiohttp import web

from dirsync_core.api import Dialect, Dialects, Json
from dirsync_okta.scim.errors import ScimError, clip

_SHOWN = 4


@attrs.define
class Notes:
    """Asks for tolerances, counts them, and keeps the names of what is ignored; by itself it allows all."""

    dialects: Dialects = attrs.field(factory=Dialects)
    _ignored: dict[str, None] = attrs.field(factory=dict, init=False)

    def take(self, dialect: Dialect, refusal: ScimError, example: str = "") -> None:
        """Take what only a tolerance lets through, and count it; `example` says nothing of values.

        Raises:
            ScimError: the tolerance is switched off: the RFC's refusal, and which name would let it through.
        """
        if not self.dialects.allows(dialect.name):
            _refuse(dialect, refusal)
        self.dialects.count(dialect.name, example)

    def count(self, dialect: Dialect, example: str = "") -> None:
        """Count what the standard itself lets through."""
        self.dialects.count(dialect.name, example)

    def ignore(self, name: str) -> None:
        """Note the name of what is left out on purpose."""
        self._ignored[name] = None

    @property
    def ignored(self) -> tuple[str, ...]:
        """The names of what was left out, each once, in the order of the request."""
        return tuple(self._ignored)


NOTES = web.RequestKey("scim_notes", Notes)


def notes_of(request: web.Request) -> Notes:
    """Give the notes on the request that is being answered."""
    return request[NOTES]


def redacted(value: Json) -> str:
    """Give the form of a value without what it says: names of attributes stay, all else is `…`."""
    match value:
        case dict() if value:
            parts = [f'"{_name(name)}": {redacted(part)}' for name, part in list(value.items())[:_SHOWN]]
            return f"{{{', '.join(parts)}{', …' if len(value) > _SHOWN else ''}}}"
        case list() if value:
            return f"[{redacted(value[0])}{', …' if len(value) > 1 else ''}]"
        case str() if value:
            return '"…"'
        case None | "" | [] | {}:
            return json.dumps(value)
    return "…"


def _name(name: str) -> str:
    return "…" if "@" in name else clip(name, 60)


def _refuse(dialect: Dialect, refusal: ScimError) -> NoReturn:
    refusal.detail = (
        f"{refusal.detail} It can be tolerated: “{dialect.name}” is switched off here, and goes into tolerate = […] of"
        " this provider in plugins.toml."
    )
    raise refusal
