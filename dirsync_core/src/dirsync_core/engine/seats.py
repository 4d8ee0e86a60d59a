"""Match: who holds which address, and whom a record belongs to.

Identity is first-come and sticky. One table decides (`_belongs_to`), an address is given up only in the moment of
getting another one, and chains and rings of renames move together. Everything is level-triggered: given the facts,
run again, nothing moves.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Literal

import attrs

from dirsync_core.engine.holds import end_hold, is_held_as_deleted
from dirsync_core.engine.mapping import text_of
from dirsync_core.engine.rehires import is_another, open_rehire
from dirsync_core.engine.rules import Rules
from dirsync_core.model.addresses import Address, domain_of
from dirsync_core.model.facts import Accepted, Adoption, Link, Placement, Seat, Standing
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import Moment
from dirsync_core.store.contract import Transaction


@attrs.frozen
class Belonging:
    """Where an unlinked record would belong: to a new person, the same as before, a holder to join, or nobody yet."""

    rule: Literal["new person", "returned", "joined", "contested"]
    person: PersonId | None = None


@attrs.define
class Seating:
    """Gives out addresses until nobody can move.

    `people` and `addresses` are those that something happened to, `unlinked` the records whose links have ended,
    `joined` the people who got a record.
    """

    tx: Transaction
    rules: Rules
    moment: Moment
    event: int
    people: set[PersonId] = attrs.field(factory=set)
    addresses: set[Address] = attrs.field(factory=set)
    unlinked: set[RecordId] = attrs.field(factory=set)
    joined: set[PersonId] = attrs.field(factory=set)
    _waiting: deque[Address] = attrs.field(factory=deque, init=False)
    _is_waiting: set[Address] = attrs.field(factory=set, init=False)

    def settle(self, people: Iterable[PersonId], addresses: Iterable[Address]) -> None:
        """Vacate what nobody asks for any more, then give out what is free, and what that frees."""
        for address in sorted(addresses):
            self._look_at(address)
        for person in sorted(people):
            self._vacate_or_want(person)
        while self._waiting:
            address = self._waiting.popleft()
            self._is_waiting.discard(address)
            self._give_out(address)

    def _look_at(self, address: Address) -> None:
        self.addresses.add(address)
        if address not in self._is_waiting:
            self._is_waiting.add(address)
            self._waiting.append(address)

    def _vacate_or_want(self, person: PersonId) -> None:
        seat = self.tx.facts.seat_of(person)
        if seat is not None and desired(self.tx, self.rules, person) is None:
            self._vacate(seat)
        self._moved(person)

    def _moved(self, person: PersonId) -> None:
        """Others may have an address that a person's records name, or not, by whether the person is active."""
        self.people.add(person)
        for record in accepted_of(self.tx, person):
            if record.address is not None:
                self._look_at(record.address)

    def _give_out(self, address: Address) -> None:
        if self.tx.facts.holder(address) is None:
            self._grant(address)
        else:
            self._rotate(address)
        holder = self.tx.facts.holder(address)
        if holder is not None:
            self._join(holder)

    # --- a free address --------------------------------------------------------------------------------------------

    def _grant(self, address: Address) -> None:
        """Give a free address to whoever has asked for it longest and can have it."""
        for asking in self.tx.facts.asking(address):
            link = self.tx.facts.link(asking.record)
            person = link.person if link else self._linked_now(asking, address)
            if person is not None and self._takes(person, asking, address):
                self._seat(person, address)
                return

    def _takes(self, person: PersonId, asking: Accepted, address: Address) -> bool:
        """Somebody takes the address that they ask for; who has none, any that a record of theirs asks for."""
        if self.tx.facts.seat_of(person) is not None:
            return desired(self.tx, self.rules, person) == address
        return asking in contributing(self.rules, accepted_of(self.tx, person))

    def _linked_now(self, asking: Accepted, address: Address) -> PersonId | None:
        belonging = belongs_to(self.tx, self.rules, asking, address)
        if belonging.rule == "contested":
            return None
        person = belonging.person or PersonId(self.moment.new_id())
        if belonging.rule == "new person":
            self._ask_about_rehire(asking, address)
        self._link(asking, person, belonging.rule)
        return person

    def _ask_about_rehire(self, asking: Accepted, address: Address) -> None:
        """Somebody inactive, whom the same provider still has a record of, is named by the address too."""
        if self.rules.by_hand(asking.provider):
            return
        for person in _former(self.tx, address):
            live = [record for record in accepted_of(self.tx, person) if record.is_live]
            naming = [record for record in live if record.address == address]
            if _same_provider(asking, naming) and not self.tx.facts.is_kept_apart(asking.provider, person):
                open_rehire(self.tx, self.moment, asking.record, asking.provider, person)
                return

    def _seat(self, person: PersonId, address: Address) -> None:
        before = self.tx.facts.seat_of(person)
        if before is not None:
            self._vacate(before)
        self._open(person, address)

    def _vacate(self, seat: Seat) -> None:
        self.tx.facts.close_seat(seat.address, until=self.event, at=self.moment.at)
        self._look_at(seat.address)
        self._moved(seat.person)

    def _open(self, person: PersonId, address: Address) -> None:
        shown = shown_address(self.tx, self.rules, person, address)
        self.tx.facts.open_seat(Seat(address, person, shown or address, self.event, self.moment.at))
        self._look_at(address)
        self._moved(person)

    # --- a held address --------------------------------------------------------------------------------------------

    def _rotate(self, address: Address) -> None:
        """Complete a ring of people who each ask for the address of the next; none of them need wait for the others."""
        for asking in self.tx.facts.asking(address):
            link = self.tx.facts.link(asking.record)
            seat = self.tx.facts.seat_of(link.person) if link else None
            if seat is None or seat.address == address:
                continue
            ring = self._ring(seat)
            if ring:
                self._move_together(ring)
                return

    def _ring(self, start: Seat) -> list[tuple[Seat, Address]]:
        """Follow who asks for whose address, from one seat until back at it; empty where it ends elsewhere."""
        ring: list[tuple[Seat, Address]] = []
        seat: Seat | None = start
        while seat is not None:
            wanted = desired(self.tx, self.rules, seat.person)
            if wanted is None or wanted == seat.address or any(seat == passed for passed, _ in ring):
                return []
            ring.append((seat, wanted))
            seat = self.tx.facts.holder(wanted)
            if seat == start:
                return ring
        return []

    def _move_together(self, ring: list[tuple[Seat, Address]]) -> None:
        for seat, _ in ring:
            self._vacate(seat)
        for seat, wanted in ring:
            self._open(seat.person, wanted)

    def _join(self, holder: Seat) -> None:
        """Join records of other providers to a holder whose own records name the address now."""
        for asking in self.tx.facts.asking(holder.address):
            if self.tx.facts.link(asking.record) is not None:
                continue
            if may_adopt(self.tx, self.rules, asking, holder.person):
                self._adopt(asking, holder.person)
            elif gone := _held_tombstones(self.tx, asking, holder.person):
                self._succeed(asking, holder.person, gone)
            elif may_join(self.tx, self.rules, asking, holder.person):
                self._link(asking, holder.person, "joined")

    def _adopt(self, asking: Accepted, person: PersonId) -> None:
        """`on_match = "adopt"`: what a pushed address that is kept by hand does at once."""
        for own in accepted_of(self.tx, person):
            if self.rules.by_hand(own.provider):
                hand_over(self.tx, own, asking.record, person, self.moment)
                self.unlinked.add(own.record)
        self.joined.add(person)
        self._moved(person)

    def _succeed(self, asking: Accepted, person: PersonId, gone: Sequence[RecordId]) -> None:
        """A source that deleted a record and tells of the same address again has taken the deletion back."""
        for record in gone:
            accepted = self.tx.facts.accepted(record)
            assert accepted is not None
            self.tx.facts.put_accepted(attrs.evolve(accepted, standing=Standing.DELETED, asking_since=None))
            for hold in self.tx.cases.holds(record):
                end_hold(self.tx, hold, self.moment)
        self._link(asking, person, "returned")
        self._moved(person)

    def _link(self, asking: Accepted, person: PersonId, rule: Literal["new person", "returned", "joined"]) -> None:
        for other in accepted_of(self.tx, person):
            if other.standing is Standing.DELETED and other.provider == asking.provider:
                if is_another(self.tx, asking.record, other):
                    open_rehire(self.tx, self.moment, asking.record, asking.provider, person)
                self.tx.facts.end_link(other.record)  # a successor ends the link of the tombstone it replaces
                self.unlinked.add(other.record)
        self.tx.facts.put_link(Link(asking.record, person, rule, self.moment.at))
        _hand_over_placements(self.tx, asking.record, person)
        self.joined.add(person)
        self.people.add(person)


def belongs_to(tx: Transaction, rules: Rules, asking: Accepted, address: Address) -> Belonging:
    """Say where an unlinked record belongs that asks for a free address: the table of identity, column by column.

    Looked at are people who are not active and whose records name the address, who held it last first.
    """
    for person in _former(tx, address):
        if tx.facts.is_kept_apart(asking.provider, person):
            continue
        records = accepted_of(tx, person)
        live = [record for record in records if record.is_live]
        naming = [r for r in live if not rules.by_hand(r.provider) and r.address == address]
        if not live:
            if any(record.provider == asking.provider for record in records):
                return Belonging("returned", person)
        elif naming and not rules.by_hand(asking.provider) and not _same_provider(asking, live):
            joins = all(rules.both_own(asking.provider, r.provider, domain_of(address)) for r in naming)
            return Belonging("joined" if joins else "contested", person)
    return Belonging("new person")


def may_join(tx: Transaction, rules: Rules, asking: Accepted, person: PersonId) -> bool:
    """Say whether a record may be joined to an active person who holds the address that it asks for.

    The holder's own records must name the address now, none of them may be kept by hand or be another live record of
    the same provider, and both providers must list the address's domain.
    """
    if asking.address is None or rules.by_hand(asking.provider) or tx.facts.is_kept_apart(asking.provider, person):
        return False
    live = [record for record in accepted_of(tx, person) if record.is_live]
    if _same_provider(asking, live) or any(rules.by_hand(record.provider) for record in live):
        return False
    naming = [record for record in live if record.asks and record.address == asking.address]
    domain = domain_of(asking.address)
    return bool(naming) and all(rules.both_own(asking.provider, record.provider, domain) for record in naming)


def may_adopt(tx: Transaction, rules: Rules, asking: Accepted, person: PersonId) -> bool:
    """Say whether a record takes over, at once, an active person kept by hand whose address it asks for."""
    provider = rules.providers.get(asking.provider)
    if provider is None or provider.on_match != "adopt" or tx.facts.is_kept_apart(asking.provider, person):
        return False
    return all(rules.by_hand(own.provider) for own in accepted_of(tx, person)) and not rules.by_hand(asking.provider)


def hand_over(tx: Transaction, manual: Accepted, record: RecordId, person: PersonId, moment: Moment) -> None:
    """Move a record to the person whom a manual record made; that one sleeps, kept intact."""
    by = moment.request.by
    tx.facts.put_adoption(Adoption(manual.record, record, person, tx.facts.link(record), by, moment.at))
    tx.facts.put_accepted(attrs.evolve(manual, standing=Standing.DORMANT, asking_since=None))
    tx.facts.put_link(Link(record, person, "adopted", moment.at))
    _hand_over_placements(tx, record, person)


def accepted_of(tx: Transaction, person: PersonId) -> Sequence[Accepted]:
    """Give what is accepted of a person's records; one that sleeps says nothing."""
    found = (tx.facts.accepted(link.record) for link in tx.facts.links(person))
    return [record for record in found if record is not None and record.standing is not Standing.DORMANT]


def contributing(rules: Rules, records: Sequence[Accepted]) -> Sequence[Accepted]:
    """Give those of a person's records that ask, highest in precedence first; by hand only where nothing is managed."""
    managed = [r for r in records if not rules.by_hand(r.provider) and r.is_live]
    return sorted((r for r in managed or records if r.asks), key=lambda r: (rules.rank(r.provider), r.record))


def desired(tx: Transaction, rules: Rules, person: PersonId) -> Address | None:
    """Give the address that a person asks for: that of the record contributing whose e-mail wins; None without any."""
    records = contributing(rules, accepted_of(tx, person))
    return min(records, key=lambda r: (rules.rank(r.provider, "email"), r.record)).address if records else None


def shown_address(tx: Transaction, rules: Rules, person: PersonId, address: Address) -> str | None:
    """Give an address in the form in which the person's own records write it, if any of them names it."""
    records = sorted(accepted_of(tx, person), key=lambda r: (not r.asks, rules.rank(r.provider), r.record))
    return next((_written(record) for record in records if record.address == address), None)


def _written(record: Accepted) -> str | None:
    email = text_of(record.claims, "email")
    return email and email.strip()


def _held_tombstones(tx: Transaction, asking: Accepted, person: PersonId) -> Sequence[RecordId]:
    """Give the deleted records of the same provider by which alone, of that provider's, the guard keeps a person."""
    own = [record for record in accepted_of(tx, person) if record.provider == asking.provider and record.asks]
    gone = [
        record.record for record in own if record.address == asking.address and is_held_as_deleted(tx, record.record)
    ]
    return gone if len(gone) == len(own) else []


def _same_provider(asking: Accepted, records: Iterable[Accepted]) -> bool:
    return any(record.provider == asking.provider for record in records)


def _former(tx: Transaction, address: Address) -> list[PersonId]:
    """Give the people who are not active and whose records name the address, who held it last first."""
    links = (tx.facts.link(record) for record in tx.facts.naming(address))
    people = {link.person for link in links if link is not None and tx.facts.seat_of(link.person) is None}
    held = {seat.person: seat.since for seat in tx.facts.seats(address)}
    return sorted(people, key=lambda person: (-held.get(person, 0), person))


def _hand_over_placements(tx: Transaction, record: RecordId, person: PersonId) -> None:
    """Placements are kept with the record until there is a person."""
    own = {placement.location for placement in tx.facts.placements(person)}
    for placement in tx.facts.placements(record):
        if placement.location not in own:
            tx.facts.put_placement(Placement(person, placement.location, placement.op, placement.by, placement.at))
        tx.facts.end_placement(record, placement.location)
