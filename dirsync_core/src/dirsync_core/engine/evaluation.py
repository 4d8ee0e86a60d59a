"""One record, run through map and scope with the trace kept: what settling and explaining both start from."""

from datetime import date
from typing import Literal

import attrs
import structlog

from dirsync_core.engine.forgetting import without_erased
from dirsync_core.engine.mapping import Mapped, map_record, text_of, values_of
from dirsync_core.engine.rules import FilterFailed, ProviderRules, Rules
from dirsync_core.engine.scoping import Scope, scope
from dirsync_core.model.addresses import Address, fold, is_address
from dirsync_core.model.claims import Claims
from dirsync_core.model.facts import Accepted, Standing
from dirsync_core.model.records import Record
from dirsync_core.store.contract import Transaction

log = structlog.get_logger()


@attrs.frozen
class Evaluation:
    """What a record says now, stage by stage, before anything of it is accepted.

    `stuck` is set where a stage could not run (`frozen`: the plugin is not there; `errored`: a mapper failed); then
    what was accepted before stays, and `because` says why.
    """

    record: Record
    standing: Standing
    because: str
    mapped: Mapped
    scope: Scope | None = None
    address: Address | None = None
    until: date | None = None
    stuck: Literal["frozen", "errored"] | None = None

    @property
    def claims(self) -> Claims:
        """The record's claims, groups among them."""
        return self.mapped.claims


def evaluate(tx: Transaction, rules: Rules, record: Record, today: date) -> Evaluation:
    """Run a record through map and scope."""
    if record.deleted_at is not None:
        return Evaluation(record, Standing.DELETED, "deleted by its source", Mapped({}))
    provider = rules.providers.get(record.provider)
    if provider is None or provider.unavailable is not None:
        because = provider.unavailable if provider and provider.unavailable else "its source is not in the settings"
        if tx.retirements.get(record.provider) is not None:
            because = "its source was retired"
        return Evaluation(record, Standing.UNKEYED, because, Mapped({}), stuck="frozen")
    groups = [group.key for group in tx.records.groups_of(record.provider, record.id)]
    mapped = map_record(record, groups, provider)
    if mapped.error is not None:
        return Evaluation(record, Standing.UNKEYED, mapped.error, mapped, stuck="errored")
    mapped = attrs.evolve(mapped, claims=without_erased(tx, rules, mapped.claims))
    return _judged(tx, rules, provider, record, mapped, today)


def judge(tx: Transaction, rules: Rules, record: Record, claims: Claims, today: date) -> Evaluation:
    """Run a record whose claims are known, as its mappers would make them, through scope alone."""
    return _judged(tx, rules, rules.providers[record.provider], record, Mapped(claims), today)


def _judged(
    tx: Transaction, rules: Rules, provider: ProviderRules, record: Record, mapped: Mapped, today: date
) -> Evaluation:
    email = text_of(mapped.claims, "email")
    address = fold(email) if email is not None and is_address(email) else None
    placed, no_such_group = _placed(tx, record), NoSuchGroup(tx, record.provider)
    try:
        scoped = scope(values_of(mapped.claims), placed, provider, rules, no_such_group)
    except Exception as error:  # a plugin's filter: whatever it raises, the record is errored and nothing is lost
        log.warning("filter_failed", record=record.id, error=type(error.__cause__ or error).__name__)
        because = str(error) if isinstance(error, FilterFailed) else f"A filter failed: {type(error).__name__}: {error}"
        return Evaluation(record, Standing.UNKEYED, because, mapped, stuck="errored")
    try:
        until = _last_day(mapped.claims) if provider.by_hand else None
    except ValueError as error:
        return Evaluation(record, Standing.UNKEYED, f"until: {error}", mapped, stuck="errored")
    standing, because = _standing(record, scoped, email, address, until, today)
    if address is not None and tx.erasures.of_address(address) is not None:
        address, standing, because = None, Standing.UNKEYED, "its address was erased on request"
    if provider.by_hand and tx.facts.is_dormant(record.id):
        standing, because = Standing.DORMANT, "handed over"
    return Evaluation(record, standing, because, mapped, scoped, address, until)


def _standing(
    record: Record, scoped: Scope, email: str | None, address: Address | None, until: date | None, today: date
) -> tuple[Standing, str]:
    if not record.active:
        return Standing.INACTIVE, "deactivated by its source"
    if until is not None and until < today:
        return Standing.ENDED, f"ended after {until.isoformat()}"
    if email is None:
        return Standing.UNKEYED, "no primary e-mail"
    if address is None:
        return Standing.UNKEYED, f"“{email[:100]}” is no e-mail address"
    if not scoped.in_scope:
        return Standing.OUT_OF_SCOPE, scoped.because
    return Standing.ASKS, scoped.because


def accept(before: Accepted | None, evaluation: Evaluation, event: int) -> Accepted | None:
    """Say what would be accepted of a record now, if the guard lets it; what a stage could not say stays as it was."""
    if evaluation.stuck is not None:
        return before
    record = evaluation.record
    if evaluation.standing is Standing.DELETED:
        return before and attrs.evolve(before, standing=Standing.DELETED, asking_since=None)
    asks = evaluation.standing is Standing.ASKS
    same = before is not None and before.asks and before.address == evaluation.address
    since = before.asking_since if before is not None and same else event
    return Accepted(
        record.id, record.provider, evaluation.standing, evaluation.address, evaluation.claims,
        evaluation.scope.keys if evaluation.scope else (), since if asks else None, evaluation.until,
    )  # fmt: skip


def _placed(tx: Transaction, record: Record) -> dict[str, Literal["add", "mask"]]:
    link = tx.facts.link(record.id)
    return {p.location: p.op for p in tx.facts.placements(link.person if link else record.id)}


@attrs.frozen
class NoSuchGroup:
    """Says of `groups eq "X"` that nothing can be said while the provider has no group X."""

    tx: Transaction
    provider: str

    def __call__(self, attribute: str, value: str) -> bool:
        if attribute != "groups":
            return False
        return not self.tx.records.find(self.provider, "group", "key", value)


def _last_day(claims: Claims) -> date | None:
    until = text_of(claims, "until")
    return date.fromisoformat(until) if until else None
