"""Apply: a draft of the rules becomes what decides. Trying it out is applying it, undone."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from dirsync_core.engine.guard import guard_of
from dirsync_core.engine.reach import Reach, Tally, reach, tally
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.settle import settle_clock, settle_everything, settle_judged
from dirsync_core.host.rules.compiling import RuleData
from dirsync_core.host.rules.places import places
from dirsync_core.host.rules.rulebook import Rulebook
from dirsync_core.model.cases import Loss, LossKind
from dirsync_core.model.changes import Change
from dirsync_core.model.errors import SettingsError
from dirsync_core.model.facts import AppliedRules, KnownProvider
from dirsync_core.model.moments import Moment, Request
from dirsync_core.model.people import Json
from dirsync_core.model.plans import EffectKind, kind_of
from dirsync_core.store.contract import Transaction


@attrs.frozen
class Applied:
    """What applying rules did: the version that applies now, and what was published, one change after the other.

    `trips` says where the guard would have held some of it, had it come from a source.
    """

    version: int
    changes: Sequence[Change] = ()
    trips: tuple[str, ...] = ()

    @property
    def counts(self) -> "Counts":
        """What it did to people, in numbers."""
        statuses = (change.changed.get("status", (None, None)) for change in self.changes)
        kinds = Counter(kind_of(before, after) for before, after in statuses)
        return Counts(
            self.version, kinds[EffectKind.JOINS], kinds[EffectKind.LEAVES], kinds[EffectKind.CHANGES]
        )  # fmt: skip


@attrs.frozen
class Counts:
    """What applying rules does to people, in numbers. `version` is that of the rules afterwards."""

    version: int
    joins: int
    leaves: int
    changes: int

    @property
    def nobody(self) -> bool:
        """Whether nothing that is published changes."""
        return not (self.joins or self.leaves or self.changes)


_BROUGHT = ("versions", "title", "byHand")
"""What of a provider's rules the plugins say, not the settings."""


def differs(tx: Transaction, draft_rules: Mapping[str, Any]) -> bool:
    """Say whether a draft is something else than what applies; attributes kept for providers that are gone aside."""
    applied = tx.facts.rules()
    if applied is None:
        return True
    wanted = {**draft_rules, "schema": {**_table(applied.settings["schema"]), **draft_rules["schema"]}}
    return _without_places(wanted) != _without_places(applied.settings)


def mark_of(data: RuleData) -> str:
    """Give a mark of what rules say: another for another word, the same whatever versions of plugins there are."""
    providers = {name: {k: v for k, v in item.items() if k not in _BROUGHT} for name, item in data["providers"].items()}
    said = {name: value for name, value in data.items() if name not in ("schema", "places")} | {"providers": providers}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def apply_rules(
    tx: Transaction, book: Rulebook, wanted: RuleData, at: datetime, by: Request, set_aside: str | None = None
) -> Applied:
    """Apply rules; the same again changes nothing. `set_aside` is the mark of a file that says something else.

    Raises:
        SettingsError: a filter does not bind.
    """
    if not differs(tx, wanted):
        return Applied(tx.facts.rules_version())
    before, data = tx.facts.rules(), kept(tx, wanted)
    _remember(tx, book, data)
    version = tx.facts.rules_version() + 1
    tx.facts.put_rules(AppliedRules(version, data, by.by, at, set_aside))
    moment = Moment(at, by)
    took_back = _take_back(tx, book, data)
    event = tx.events.append(moment, "rules.applied", body={"version": version})
    rules = book.compiled(tx, version, data)
    settle_clock(tx, rules, Moment(at, by))
    if before is None or took_back or not _judges_only(before, data):
        settled = settle_everything(tx, rules, moment, event)
    elif (reached := _reached(tx, book, before, data, rules)) is not None:
        settled = settle_judged(tx, rules, moment, event, reached)
    else:
        settled = settle_everything(tx, rules, moment, event, judging_only=True)
    return Applied(version, settled.changes, tuple(_trips(tx, rules, at, settled.approved)))


def tallied(tx: Transaction, book: Rulebook, wanted: RuleData) -> Tally | None:
    """Count what rules would make of records by their filters; None where they differ in more, or it can't be told.

    Raises:
        SettingsError: a filter does not bind.
    """
    before, data = tx.facts.rules(), kept(tx, wanted)
    old = _compiled_before(tx, book, before, data) if before is not None else None
    return tally(tx, old, book.compiled(tx, old.version + 1, data)) if old is not None else None


def _reached(tx: Transaction, book: Rulebook, before: AppliedRules, now: RuleData, rules: Rules) -> Reach | None:
    """Give whom the rules reach, where they differ from those before in filters alone, and it can be told."""
    old = _compiled_before(tx, book, before, now)
    return reach(tx, old, rules) if old is not None else None


def _compiled_before(tx: Transaction, book: Rulebook, before: AppliedRules, now: RuleData) -> Rules | None:
    """Give the rules that applied before, where those of now differ from them in filters alone."""
    if _matching(before.settings, _FILTERING) != _matching(now, _FILTERING):
        return None
    try:
        return book.compiled(tx, before.version, before.settings)
    except SettingsError:  # what made a filter of those rules is not here any more
        return None


_FILTERING = {"filter", "read", "title", "guard"}
"""What of a source's rules only decides how its claims are judged, or how the source is called."""

_JUDGING = {*_FILTERING, "mappers", "mapperSettings", "versions", "attributes"}
"""What of a source's rules only decides how records are mapped and judged, or how the source is called."""


def _judges_only(before: AppliedRules, now: RuleData) -> bool:
    """Say whether rules differ in nothing by which people are matched or merged.

    Locations may come and go, as long as those that stay keep their order: people show them in it.
    """
    if _matching(before.settings) != _matching(now):
        return False
    old, new = _table(before.settings["locations"]), now["locations"]
    return [key for key in old if key in new] == [key for key in new if key in old]


def _matching(data: RuleData, but: Collection[str] = _JUDGING) -> object:
    providers = [(name, {n: v for n, v in item.items() if n not in but}) for name, item in data["providers"].items()]
    return providers, {name: value for name, value in data.items() if name not in ("providers", "locations")}


def _trips(tx: Transaction, rules: Rules, at: datetime, lost: Mapping[tuple[str, Loss], int]) -> Iterator[str]:
    """Say which losses, source by source, are more than the guard lets pass."""
    words = {LossKind.LEAVES: "leave", LossKind.LOCATION: "lose a location without gaining one"}
    for (provider, loss), n in sorted(lost.items()):
        guard = guard_of(rules, provider)
        asked = tx.cases.most_asking(provider, at - guard.window)
        if n > guard.limit(asked):
            what = words.get(loss.kind, f"lose their {loss.attribute}")
            yield f"{n:,} of {asked:,} records of {provider} {what}, and the guard lets {guard.limit(asked):,} pass."


def kept(tx: Transaction, data: RuleData) -> RuleData:
    """While providers are gone from the rules, what their frozen people hold must stay known for what it is.

    So do their places in the precedence, until they are retired.
    """
    applied = tx.facts.rules()
    gone = {known.name for known in tx.facts.providers()} - data["providers"].keys()
    if applied is None or not gone:
        return _without_places(data)
    let_go = {name for name, retirement in tx.retirements.all().items() if retirement.fate != "freeze"}
    schema = {**_table(applied.settings["schema"]), **data["schema"]}
    return {**data, "schema": schema, "places": places(applied.settings, data, gone - let_go)}


def _take_back(tx: Transaction, book: Rulebook, data: RuleData) -> bool:
    """Have a source that was retired, and is in the settings and the rules again, count again; say whether any was."""
    back = [name for name in tx.retirements.all() if name in data["providers"] and book.is_configured(name)]
    for name in back:
        tx.retirements.end(name)
    return bool(back)


def _remember(tx: Transaction, book: Rulebook, data: RuleData) -> None:
    for name, item in data["providers"].items():
        kind = book.plugins.providers.get(item["plugin"])
        if kind is not None:
            tx.facts.put_provider(KnownProvider(name, kind.name, kind.title or kind.name, kind.by_hand, kind.pushes))


def _without_places(data: RuleData) -> RuleData:
    return {name: value for name, value in data.items() if name != "places"}


def _table(value: Json) -> Mapping[str, Json]:
    assert isinstance(value, Mapping)
    return value
