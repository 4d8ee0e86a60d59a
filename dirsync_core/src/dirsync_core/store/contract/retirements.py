"""Which sources are retired."""

from collections.abc import Mapping
from typing import Protocol

from dirsync_core.model.retirements import Retirement


class RetirementRoom(Protocol):
    """Retired sources, by name."""

    def get(self, provider: str) -> Retirement | None:
        """Give the retirement of a source."""

    def all(self) -> Mapping[str, Retirement]:
        """Give every retirement."""

    def put(self, retirement: Retirement) -> None:
        """Retire; retired again, the last word counts."""

    def end(self, provider: str) -> bool:
        """A source is back; False where it was not retired."""
