"""Cursors: up to which change the directory was read, and how many pulls ago it was read as a whole."""

from datetime import UTC, datetime, timedelta

import attrs

_FORM = "%Y%m%d%H%M%S"
_OVERLAP = timedelta(minutes=10)
"""So far behind a replica may bring a change with an earlier time; what was read already leaves no trace."""


@attrs.frozen
class Cursor:
    """`newest` is the latest change that was seen; `pulls` counts those since everything was read, that one too."""

    newest: datetime
    pulls: int = 1

    def __str__(self) -> str:
        return f"{self.newest.strftime(_FORM)}Z {self.pulls}"

    @property
    def since(self) -> str:
        """From when on to ask for changes, as an LDAP filter wants it."""
        return f"{(self.newest - _OVERLAP).strftime(_FORM)}Z"


def read_cursor(text: str) -> Cursor:
    """Read what `str` wrote."""
    newest, _, pulls = text.partition(" ")
    return Cursor(read_moment(newest), int(pulls))


def read_moment(text: str) -> datetime:
    """Read a moment of RFC 4517 3.3.13 in UTC, as servers write them; fractions of a second are left out.

    Raises:
        ValueError: it is none.
    """
    return datetime.strptime(text.partition(".")[0].removesuffix("Z"), _FORM).replace(tzinfo=UTC)


def next_cursor(before: Cursor | None, newest: datetime | None, full_every: int) -> str | None:
    """Give what the next pull begins with; None where it is to read everything."""
    pulls = before.pulls + 1 if before is not None else 1
    if newest is None or pulls >= full_every:
        return None
    return str(Cursor(newest, pulls))
