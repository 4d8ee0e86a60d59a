"""What every question is asked with: a transaction, the rules that apply, and the time; and how things are called."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from dirsync_core.engine.rules import Rules
from dirsync_core.model.facts import KnownProvider
from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.moments import written_time
from dirsync_core.model.people import Json, Person, Situation
from dirsync_core.model.retirements import Retirement
from dirsync_core.store.contract import Outcome, Transaction

Shape = dict[str, Json]
"""A JSON object in the interface's shape."""


class Reading:
    """One consistent look at the directory."""

    def __init__(self, tx: Transaction, rules: Rules, now: datetime) -> None:
        self.tx = tx
        self.rules = rules
        self.now = now
        self._people: dict[PersonId, Person | None] = {}

    @cached_property
    def known(self) -> Mapping[str, KnownProvider]:
        """Every provider ever configured here, by name."""
        return {provider.name: provider for provider in self.tx.facts.providers()}

    @cached_property
    def frozen(self) -> Mapping[str, str]:
        """Providers whose records can't be mapped or judged now, with the reason; not those that let go of them."""
        return {
            name: self._retired_for_good(name) or provider.unavailable
            for name, provider in self.rules.providers.items()
            if provider.unavailable is not None and not self._let_go(name)
        }

    @cached_property
    def retired(self) -> Mapping[str, Retirement]:
        """Sources that were retired."""
        return self.tx.retirements.all()

    @cached_property
    def held(self) -> int:
        """How many records open cases hold."""
        return self.tx.cases.count_held()

    def _let_go(self, provider: str) -> bool:
        return provider in self.retired and self.retired[provider].fate != "freeze"

    def _retired_for_good(self, provider: str) -> str | None:
        retirement = self.retired.get(provider)
        return f"{provider} was retired on {retirement.at.date().isoformat()}" if retirement is not None else None

    def title(self, provider: str) -> str:
        """Give a provider's name in sentences: its type's title where it is the only one of its type, else its own."""
        known = self.known.get(provider)
        if known is None or sum(other.type == known.type for other in self.known.values()) > 1:
            return provider
        return known.title if not known.by_hand else provider

    def shape(self, provider: str | None) -> str:
        """Give the mark of who said something: pushed, by hand, another plugin, or an admin's own word here."""
        if provider is None:
            return "diamond"
        known = self.known.get(provider)
        if known is not None and known.by_hand:
            return "square"
        return "circle" if known is not None and known.pushes else "flag"

    def location(self, key: str) -> str:
        """Give the name of a location that is shown."""
        return next((rule.name for rule in self.rules.locations if rule.key == key), key)

    def person(self, person: PersonId) -> Person | None:
        """Give a person, read once."""
        if person not in self._people:
            self._people[person] = self.tx.people.get(person)
        return self._people[person]

    def called(self, person: PersonId | None) -> str:
        """Give what somebody is called: name, else address."""
        found = self.person(person) if person is not None else None
        return called(found) if found is not None else "nobody"

    def situation(self, outcome: Outcome) -> Situation:
        """Give a record's situation; frozen lasts as long as the plugin is not there, so it is said here."""
        if outcome.provider in self.frozen and outcome.situation is not Situation.TOMBSTONE:
            return Situation.FROZEN
        return outcome.situation


def called(person: Person) -> str:
    """Give a person's name, else the address."""
    return str(person.values.get("displayName") or person.email)


def person_shape(person: Person) -> Shape:
    """Give a person as the interface shows one."""
    provenance: Shape = {
        name: {"provider": source.provider, "record": source.record, "since": written_time(source.since)}
        for name, source in person.provenance.items()
    }
    return {
        "id": person.id,
        "status": person.status.value,
        **person.values,
        "provenance": provenance,
        "version": person.version,
        "createdAt": written_time(person.created_at),
        "changedAt": written_time(person.changed_at),
    }
