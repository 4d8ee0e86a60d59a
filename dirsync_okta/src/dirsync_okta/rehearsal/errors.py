"""What ends a rehearsal. A failure of one person or group never does: it is collected and told at the end.

RehearsalError
├── NothingListens         (also a ConnectionError)
├── TokenRefused           (also a PermissionError)
└── ConnectionTestFailed   the first request was not answered as a SCIM server answers
"""

from __future__ import annotations

from dirsync_core.api import DirsyncError


class RehearsalError(DirsyncError):
    """The rehearsal could not go on. The message says why, and what to do."""


class NothingListens(RehearsalError, ConnectionError):
    """No connection came about."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"nothing listens at {url} ({reason}): start it with dirsync serve, or name another --url")
        self.url = url


class TokenRefused(RehearsalError, PermissionError):
    """401: all of the app's tasks fail in Okta, so the rehearsal stops."""

    def __init__(self, url: str, detail: str) -> None:
        super().__init__(
            f"the token was refused by {url} ({detail}): make one with `dirsync token create PROVIDER` in "
            "the server's folder and set it as DIRSYNC_OKTA_TOKEN, or run this command in that folder without it"
        )
        self.url = url
        self.detail = detail


class ConnectionTestFailed(RehearsalError):
    """Okta's "Test Connector Configuration" would fail, so nothing was pushed."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"Okta could not use {url} ({reason}): see that --url and --provider are right, and what dirsync check says"
        )
        self.url = url
        self.reason = reason
