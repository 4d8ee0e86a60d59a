"""What a plugin's commands can do."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.people import Json


@runtime_checkable
class Directory(Protocol):
    """What a plugin's commands can do; `click.Context.obj` is one."""

    def add_by_hand(
        self,
        email: str,
        values: Mapping[str, str],
        *,
        locations: Sequence[str] = (),
        until: str | None = None,
        provider: str | None = None,
    ) -> tuple[PersonId, Sequence[str]]:
        """Record somebody by hand. Gives the person's id, and sentences worth telling.

        Raises:
            AddressTaken: the address belongs to somebody; nothing was written.
            Refused: a value or location can't be used, or it is not clear which provider is meant.
        """

    def set_by_hand(self, who: str, values: Mapping[str, str], *, provider: str | None = None) -> None:
        """Change values of somebody kept by hand; an empty text takes a value away."""

    def remove_by_hand(self, who: str, *, provider: str | None = None) -> None:
        """Remove somebody kept by hand; they come back as the same person when added again."""

    def list_by_hand(self, *, provider: str | None = None) -> Sequence[Mapping[str, Json]]:
        """Give the people kept by hand, in the interface's shape."""

    def mint_token(self, provider: str, *, hours: float = 1) -> str:
        """Make a token for a provider that expires by itself."""
