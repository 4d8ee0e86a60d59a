"""Who may come in, and who called."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import attrs


@attrs.frozen
class Token:
    """A bearer token; only the hash of its secret is kept. It opens one provider, or the API."""

    id: str
    provider: str | None
    api: str | None
    write: bool
    name: str
    ending: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = None


@attrs.frozen
class Session:
    """A signed-in person; `csrf` is what their forms carry."""

    by: str
    csrf: str
    expires_at: datetime


class AccessRoom(Protocol):
    """Tokens, one-time codes, sessions; secrets come in and are kept as hashes only."""

    def put_token(self, token: Token, secret: str) -> None:
        """Keep a token."""

    def token(self, secret: str) -> Token | None:
        """Give the token of a secret, expired ones too."""

    def tokens(self) -> Sequence[Token]:
        """Give all tokens."""

    def expire_token(self, token: str, at: datetime) -> None:
        """Let a token end at a time."""

    def delete_token(self, token: str) -> bool:
        """Revoke; False where there is none of that id."""

    def used(self, token: str, at: datetime) -> None:
        """Note a use."""

    def put_code(self, code: str, by: str, expires_at: datetime) -> None:
        """Keep a one-time code."""

    def take_code(self, code: str, now: datetime) -> str | None:
        """Use a code up, and give whose it was; None if it is unknown, used or expired."""

    def put_session(self, secret: str, session: Session) -> None:
        """Keep a session."""

    def session(self, secret: str, now: datetime) -> Session | None:
        """Give a session that has not ended."""

    def end_session(self, secret: str) -> None:
        """Sign out."""


@attrs.frozen
class Call:
    """One request to a provider's address, as far as health is concerned: no path, no body, no address of a person."""

    provider: str
    at: datetime
    method: str
    route: str
    status: int
    detail: str | None = None


@attrs.frozen
class Traffic:
    """What is known of a provider's calls. `hours` maps the start of an hour to its number of calls."""

    last: Call | None
    last_error: Call | None
    hours: Mapping[datetime, int]


@attrs.frozen
class DialectUse:
    """A tolerance that a provider needed: how often, when last, and one example that says nothing of values."""

    provider: str
    name: str
    count: int
    last_at: datetime
    example: str = ""


class TrafficRoom(Protocol):
    """Who called when, and how: what the pages show as health. Not part of the directory."""

    def note(self, calls: Sequence[Call]) -> None:
        """Add calls."""

    def of(self, provider: str, since: datetime) -> Traffic:
        """Give a provider's traffic; hours from `since` on."""

    def began(self, provider: str) -> datetime | None:
        """Give the hour of a provider's first call."""

    def note_dialects(self, uses: Sequence[DialectUse]) -> None:
        """Add needs of tolerances to those that are known."""

    def dialects(self, provider: str) -> Mapping[str, DialectUse]:
        """Give the tolerances that a provider ever needed, by name."""
