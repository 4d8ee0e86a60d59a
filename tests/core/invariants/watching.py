"""14: the guard, watched by somebody who sees what is accepted before and after each step, and counts too."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import attrs

from dirsync_core.engine.guard import guard_of
from dirsync_core.model.cases import Loss, LossKind
from dirsync_core.model.claims import Claim, Set
from dirsync_core.model.facts import Accepted
from dirsync_core.model.identifiers import RecordId
from tests.core.invariants.picture import Picture

Kind = tuple[str, Loss]
LEAVES, LOCATION = Loss(LossKind.LEAVES), Loss(LossKind.LOCATION)
HOUR = timedelta(hours=1)


@attrs.frozen
class Gone:
    """When a record lost something that nobody has approved, and what was accepted of it before."""

    at: datetime
    before: Accepted


@attrs.define
class Watch:
    """`gone` has what sources took away, by provider and kind; `asked` how many asked at once, step by step."""

    gone: dict[Kind, dict[RecordId, Gone]] = attrs.field(factory=dict)
    asked: list[tuple[datetime, Mapping[str, int]]] = attrs.field(factory=list)

    def see(self, before: Picture, now: Picture, *, by_source: bool, approving: bool) -> Iterator[str]:
        """See a step; gives what is wrong with it. `approving`: somebody has let go what was held."""
        self.asked.append((now.at, _asking(before, now)))
        for kind in before.guards.keys() - now.guards.keys() if approving else ():
            self.gone.pop(kind, None)
        self._forget_what_is_back(now)
        if by_source:
            yield from self._count(before, now)

    def _forget_what_is_back(self, now: Picture) -> None:
        for (_, loss), records in self.gone.items():
            for record in [*records]:
                if record not in now.accepted or not is_lost(loss, records[record].before, now.accepted[record]):
                    del records[record]

    def _count(self, before: Picture, now: Picture) -> Iterator[str]:
        lost = list(_lost(before, now))
        for record, loss in lost:
            was = before.accepted[record]
            self.gone.setdefault((was.provider, loss), {}).setdefault(record, Gone(now.at, was))
        for kind in sorted({(before.accepted[record].provider, loss) for record, loss in lost}):
            yield from self._too_many(now, *kind)

    def _too_many(self, now: Picture, provider: str, loss: Loss) -> Iterator[str]:
        rule = guard_of(now.rules, provider)
        since = now.at - rule.window
        asked = max((n.get(provider, 0) for at, n in self.asked if at > since - HOUR), default=0)
        there = [gone for gone in self.gone[provider, loss].values() if gone.at > since]
        if len(there) > rule.limit(asked):
            yield f"{len(there)} of {asked} records of {provider} lost {loss}, and {rule.limit(asked)} may"


def _asking(before: Picture, now: Picture) -> dict[str, int]:
    """Count whoever asks, before or after: in between it may have been all of them."""
    found: dict[str, int] = {}
    for record in before.accepted.keys() | now.accepted.keys():
        seen = [there.accepted[record] for there in (before, now) if record in there.links and record in there.accepted]
        if any(accepted.asks for accepted in seen):
            found[seen[0].provider] = found.get(seen[0].provider, 0) + 1
    return found


def _lost(before: Picture, now: Picture) -> Iterator[tuple[RecordId, Loss]]:
    """Give what was lost of records that are somebody's, whose address nobody else has."""
    holders = {address: person for person, address in before.seats.items()}
    for record, was in before.accepted.items():
        link = before.links.get(record)
        if record not in now.accepted or record not in now.links or now.rules.by_hand(was.provider) or link is None:
            continue
        if was.address is not None and holders.get(was.address, link.person) == link.person:
            yield from ((record, loss) for loss in losses(was, now.accepted[record]))


def losses(before: Accepted, now: Accepted) -> Iterator[Loss]:
    """Give what was accepted before and is not now. Who leaves loses nothing else."""
    if before.asks and not now.asks:
        yield LEAVES
    elif before.asks:
        kinds = [LOCATION, *(Loss(LossKind.ATTRIBUTE, name) for name in sorted(before.claims) if name != "email")]
        yield from (loss for loss in kinds if is_lost(loss, before, now))


def is_lost(loss: Loss, before: Accepted, now: Accepted) -> bool:
    """Say whether something that was there is gone; a location is not for which another one came."""
    match loss.kind:
        case LossKind.LEAVES:
            return not now.asks
        case LossKind.LOCATION:
            return now.asks and set(now.locations) < set(before.locations)
        case LossKind.ATTRIBUTE:
            return (
                now.asks
                and _is_said(before.claims.get(loss.attribute))
                and not _is_said(now.claims.get(loss.attribute))
            )


def _is_said(claim: Claim | None) -> bool:
    return isinstance(claim, Set) and claim.value not in ("", ())


def held_rightly(now: Picture) -> Iterator[str]:
    """What is held is a loss still, and nothing that is gained."""
    for record, says in now.says.items():
        held = {hold.loss for hold in now.holds.get(record, ())}
        accepted = now.accepted[record]
        yield from (f"{loss} of {record} is held, and is none" for loss in held - {*losses(accepted, says)})
        if LEAVES not in held:
            yield from (f"{gain} of {record} is held" for gain in _gained(accepted, says))


def _gained(accepted: Accepted, says: Accepted) -> Iterator[str]:
    if says.asks and not accepted.asks:
        yield "its place"
    yield from (name for name, claim in says.claims.items() if _is_said(claim) and accepted.claims.get(name) != claim)
    yield from (location for location in says.locations if location not in accepted.locations)
