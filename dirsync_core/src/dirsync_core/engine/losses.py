"""Losses: what a record would lose if what it says now were accepted; and what is accepted when some of it is held.

Pure: the guard decides with these, and settling, rebuilding and deciding a case agree by them.
"""

from collections.abc import Collection, Mapping
from typing import Literal

import attrs

from dirsync_core.model.cases import Loss, LossKind
from dirsync_core.model.claims import Claim, Set
from dirsync_core.model.facts import Accepted

LEAVES = Loss(LossKind.LEAVES)
LOCATION = Loss(LossKind.LOCATION)


@attrs.frozen
class Grounds:
    """The locations that there are, and an admin's placements in them: both hold whatever is held."""

    locations: frozenset[str]
    placements: Mapping[str, Literal["add", "mask"]]

    def shown(self, locations: Collection[str]) -> tuple[str, ...]:
        """Give the locations of somebody who is held in these."""
        added = (key for key, op in self.placements.items() if op == "add" and key not in locations)
        return tuple(k for k in (*locations, *added) if k in self.locations and self.placements.get(k) != "mask")


def losses(before: Accepted, now: Accepted) -> tuple[Loss, ...]:
    """Give what would be lost. Who leaves loses nothing else; an address that changes is no loss."""
    if not before.asks:
        return ()
    if not now.asks:
        return (LEAVES,)
    emptied = (Loss(LossKind.ATTRIBUTE, name) for name in sorted(before.claims) if _is_emptied(name, before, now))
    return (*((LOCATION,) if _loses_location(before, now) else ()), *emptied)


def held_back(before: Accepted, now: Accepted, held: Collection[Loss], grounds: Grounds) -> Accepted:
    """Give what is accepted of a record while these losses are held.

    Whoever would leave stays as they were, in the locations that there still are, and where an admin has placed them.
    """
    if LEAVES in held:
        return attrs.evolve(before, locations=grounds.shown(before.locations))
    kept = {loss.attribute: before.claims[loss.attribute] for loss in held if loss.attribute in before.claims}
    locations = grounds.shown(before.locations) if LOCATION in held else now.locations
    return attrs.evolve(now, claims={**now.claims, **kept}, locations=locations)


def _loses_location(before: Accepted, now: Accepted) -> bool:
    return set(now.locations) < set(before.locations)


def _is_emptied(name: str, before: Accepted, now: Accepted) -> bool:
    return name != "email" and is_said(before.claims[name]) and not is_said(now.claims.get(name))


def is_said(claim: Claim | None) -> bool:
    """Say whether a claim gives a value."""
    return isinstance(claim, Set) and claim.value not in ("", ())
