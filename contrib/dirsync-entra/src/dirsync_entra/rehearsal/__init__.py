"""Entra, played against a running server: people, groups and a day of changes, in Entra's own requests.

Start at `rehearse` in `cycles`; `wire` has what Entra writes.
"""

from dirsync_entra.rehearsal.cycles import rehearse
from dirsync_entra.rehearsal.report import Failure, Report

__all__ = ["Failure", "Report", "rehearse"]
