"""Apply: a draft of the rules becomes what decides. Trying it out is applying it, undone."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from dirsync_core.engine.settle import Settled, settle_clock, settle_everything
from dirsync_core.host.compiling import compile_rules, draft
from dirsync_core.host.plugins import Plugins
from dirsync_core.host.settings import Settings
from dirsync_core.model.changes import ChangeType
from dirsync_core.model.facts import AppliedRules, KnownProvider
from dirsync_core.model.moments import Moment, Request
from dirsync_core.model.people import Json
from dirsync_core.store.contract import Transaction

_LEAVING = (ChangeType.LEFT, ChangeType.DEACTIVATED, ChangeType.DELETED)
_JOINING = (ChangeType.JOINED, ChangeType.RETURNED, ChangeType.REACTIVATED)


@attrs.frozen
class Effect:
    """What applying rules does to people, in numbers. `version` is that of the rules afterwards."""

    version: int
    joins: int
    leaves: int
    changes: int

    @property
    def nobody(self) -> bool:
        """Whether nothing that is published changes."""
        return not (self.joins or self.leaves or self.changes)


def differs(tx: Transaction, draft_rules: Mapping[str, Any]) -> bool:
    """Say whether a draft is something else than what applies; attributes kept for providers that are gone aside."""
    applied = tx.facts.rules()
    if applied is None:
        return True
    wanted = {**draft_rules, "schema": {**_table(applied.settings["schema"]), **draft_rules["schema"]}}
    return wanted != applied.settings


def apply_draft(
    tx: Transaction, settings: Settings, plugins: Plugins, failed: Mapping[str, str], at: datetime, by: Request
) -> Effect:
    """Apply what the settings say; the same again changes nothing.

    Raises:
        SettingsError: the settings can't be compiled.
    """
    wanted = draft(settings, plugins)
    if not differs(tx, wanted):
        return Effect(tx.facts.rules_version(), 0, 0, 0)
    _keep_attributes(tx, settings, wanted)
    for name, provider in settings.providers.items():
        kind = plugins.providers[provider.plugin]
        tx.facts.put_provider(KnownProvider(name, kind.name, kind.title or kind.name, kind.by_hand, kind.pushes))
    version = tx.facts.rules_version() + 1
    tx.facts.put_rules(AppliedRules(version, wanted, by.by, at))
    moment = Moment(at, by)
    event = tx.events.append(moment, "rules.applied", body={"version": version})
    rules = compile_rules(
        version, wanted, plugins, settings.timezone, tx.facts.providers(), settings.providers, failed
    )  # fmt: skip
    settle_clock(tx, rules, Moment(at, by))
    return _effect(version, settle_everything(tx, rules, moment, event))


def _keep_attributes(tx: Transaction, settings: Settings, wanted: dict[str, Any]) -> None:
    """While providers are gone from the settings, what their frozen people hold must stay known for what it is."""
    applied = tx.facts.rules()
    if applied is not None and any(known.name not in settings.providers for known in tx.facts.providers()):
        wanted["schema"] = {**_table(applied.settings["schema"]), **wanted["schema"]}


def _table(value: Json) -> Mapping[str, Json]:
    assert isinstance(value, Mapping)
    return value


def _effect(version: int, settled: Settled) -> Effect:
    kinds = Counter(change.type for change in settled.changes)
    return Effect(
        version,
        sum(kinds[kind] for kind in _JOINING),
        sum(kinds[kind] for kind in _LEAVING),
        kinds[ChangeType.CHANGED],
    )
