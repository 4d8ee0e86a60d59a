"""A simulated Okta tenant that talks real HTTP to a running SCIM server.

Start at `rehearse`; `rehearse_command` is the same at a prompt.
"""

from dirsync_okta.rehearsal.command import rehearse_command
from dirsync_okta.rehearsal.errors import ConnectionTestFailed, NothingListens, RehearsalError, TokenRefused
from dirsync_okta.rehearsal.people import invent
from dirsync_okta.rehearsal.rehearsal import rehearse
from dirsync_okta.rehearsal.report import Failure, Progress, Report, Timing, summary

__all__ = [
    "ConnectionTestFailed",
    "Failure",
    "NothingListens",
    "Progress",
    "RehearsalError",
    "Report",
    "Timing",
    "TokenRefused",
    "invent",
    "rehearse",
    "rehearse_command",
    "summary",
]
