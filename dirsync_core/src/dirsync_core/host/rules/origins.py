"""Origins: which setting is behind each effect of a draft.

Where one setting differs, it is that one. Where several do, each is tried out by itself on those whom the whole draft
affects (nobody else is looked at), through the same engine: the first that has the very same effect alone is its
origin. An effect that none has alone is tried the other way round, with the whole draft but one setting: the first
without which it does not come about; where several locations are it, one that the person loses or gains. What is left
takes several settings together, and has no origin.

The price is one settling of those affected for each setting that differs: nothing for a single setting, whoever it
touches. Trials are run over at most a thousand effects at a time, so that none is large; of people who trade addresses
and do not meet in one such part the origin may stay unknown.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import attrs

from dirsync_core.engine.settle import settle_these
from dirsync_core.host.rules.applying import kept
from dirsync_core.host.rules.compiling import RuleData, renewed
from dirsync_core.host.rules.differing import Difference, differences, with_only
from dirsync_core.host.rules.effects import Seen, effects_of, waiting
from dirsync_core.host.rules.rulebook import Rulebook
from dirsync_core.model.addresses import fold
from dirsync_core.model.errors import SettingsError
from dirsync_core.model.moments import Moment
from dirsync_core.model.plans import Effect, moved
from dirsync_core.store.contract import Transaction, Trials

_PART = 1000

Item = tuple[str, str, str]
Trial = Mapping[Item, Effect]


async def with_origins(
    store: Trials,
    book: Rulebook,
    moment: Callable[[], Moment],
    applied: RuleData | None,
    wanted: RuleData,
    seen: Sequence[Seen],
) -> list[Effect]:
    """Give the effects of going from one set of rules to another, with the settings behind them."""
    found = [each for each in differences(applied, wanted) if each.touches_people]
    if applied is None or len(found) < 2:
        path = found[0].altered.path if found else None
        return [attrs.evolve(each.effect, origin=path) for each in seen]
    trials = _Trials(store, book, moment, applied, wanted, found)
    return [effect for part in _parts(seen) for effect in await trials.of(part)]


@attrs.frozen
class _Trials:
    """Tries out single differences between two sets of rules."""

    store: Trials
    book: Rulebook
    moment: Callable[[], Moment]
    applied: RuleData
    wanted: RuleData
    found: Sequence[Difference]

    async def of(self, part: Sequence[Seen]) -> list[Effect]:
        alone = [await self._tried(with_only(each, self.applied, self.wanted), part) for each in self.found]
        origins = {_item(seen.effect): self._alone(seen.effect, alone) for seen in part}
        if None in origins.values():
            without = [await self._tried(with_only(each, self.wanted, self.applied), part) for each in self.found]
            for seen in part:
                item = _item(seen.effect)
                origins[item] = origins[item] or self._needed(seen.effect, without)
        return [attrs.evolve(seen.effect, origin=origins[_item(seen.effect)]) for seen in part]

    def _alone(self, effect: Effect, alone: Sequence[Trial | None]) -> str | None:
        """The first setting that has the very same effect by itself."""
        return self._first(effect, (trial is not None and _same(trial.get(_item(effect)), effect) for trial in alone))

    def _needed(self, effect: Effect, without: Sequence[Trial | None]) -> str | None:
        """The first setting without which all others have not this effect."""
        found = (trial is not None and not _same(trial.get(_item(effect)), effect) for trial in without)
        return self._first(effect, found)

    def _first(self, effect: Effect, found: Iterable[bool]) -> str | None:
        paths = [each.altered.path for each, is_it in zip(self.found, found, strict=True) if is_it]
        places = {f"locations.{key}" for key in moved(effect)}
        return next((path for path in paths if ".".join(path.split(".")[:2]) in places), paths[0] if paths else None)

    async def _tried(self, data: RuleData, part: Sequence[Seen]) -> Trial | None:
        """Try rules out on those who have a part in some effects; None where these rules can't be compiled."""
        try:
            return await self.store.try_out(lambda tx: self._try(tx, renewed(data, self.book.plugins), part))
        except SettingsError:  # a filter, say, over an attribute that another of the settings brings
            return None

    def _try(self, tx: Transaction, data: RuleData, part: Sequence[Seen]) -> Trial:
        rules = self.book.compiled(tx, 0, kept(tx, data))
        moment, waited = self.moment(), waiting(tx)
        event = tx.events.append(moment, "rules.tried")
        records = frozenset().union(*(seen.records for seen in part))
        people = (person for seen in part for person in seen.people if tx.people.get(person) is not None)
        settled = settle_these(tx, rules, moment, event, records, people)
        return {_item(seen.effect): seen.effect for seen in effects_of(tx, settled.changes, waited)}


def _parts(seen: Sequence[Seen]) -> Iterator[Sequence[Seen]]:
    return (seen[start : start + _PART] for start in range(0, len(seen), _PART))


def _item(effect: Effect) -> Item:
    return (effect.kind.value, effect.record or effect.person or fold(effect.email), effect.name)


def _same(one: Effect | None, other: Effect) -> bool:
    return one is not None and (one.before, one.after) == (other.before, other.after)
