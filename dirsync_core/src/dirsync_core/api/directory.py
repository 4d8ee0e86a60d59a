"""What a plugin's commands can do."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

import attrs

from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.people import Json


@attrs.frozen
class Entry:
    """One person of an import. `where` says where it stands, for instance `line 3`.

    `values` are by attribute, `email` among them; an empty text takes a value away, and of a set a semicolon parts the
    values. In `locations` the person is placed, beside those that they are in already.
    """

    where: str
    values: Mapping[str, str]
    locations: Sequence[str] = ()


@attrs.frozen
class Imported:
    """What an import did, or would do: how many were new, changed and unchanged, and each effect as in a plan.

    `notes` are sentences worth telling.
    """

    request: str
    added: int
    changed: int
    unchanged: int
    effects: Sequence[Mapping[str, Json]]
    notes: Sequence[str] = ()


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

    def import_by_hand(
        self, entries: Sequence[Entry], *, provider: str | None = None, dry_run: bool = False
    ) -> Imported:
        """Add and change many people by hand, by their addresses: all of them, or nobody. Nobody is removed.

        Raises:
            Refused: some can't be used; names each.
        """

    def list_by_hand(self, *, provider: str | None = None) -> Sequence[Mapping[str, Json]]:
        """Give the people kept by hand, in the interface's shape."""

    def mint_token(self, provider: str, *, hours: float = 1) -> str:
        """Make a token for a provider that expires by itself."""
