"""A draft of the rules that is made on a page: kept in the store with its plan until it is applied or thrown away.

Whoever opens it sees the same. Each write names the `mark` that it has seen, so that nobody writes over somebody else
unawares. A draft is tried out before it is kept: one that can't be compiled is refused, and what is kept has a plan.
"""

import json
from collections.abc import Mapping, Sequence

import attrs

from dirsync_core.host.host import Host
from dirsync_core.host.rules import planning
from dirsync_core.host.rules.compiling import RuleData, renewed
from dirsync_core.host.rules.plan_files import plan_document, read_plan
from dirsync_core.host.rules.planning import Draft
from dirsync_core.model.errors import DirsyncError, NotInPlan, Refused
from dirsync_core.model.identifiers import new_request_id
from dirsync_core.model.moments import Request
from dirsync_core.model.people import Json
from dirsync_core.model.plans import Effect, EffectKind, Plan, lost
from dirsync_core.store.contract import KeptDraft, Transaction

FIRST = 5
"""How many names of each kind of effect stand beside the draft; all of them are a page of their own."""

TYPED_FROM = 11
"""From how many leavers on their number must be typed."""

VALUES = 20
_TEXTS = 80


class DraftMoved(DirsyncError):
    """Somebody else has written, applied or thrown away the draft since it was read; nothing was done."""


class BeyondReview(DirsyncError):
    """More would be done by now than was shown: `beyond` is what. The draft has a new plan, nothing was applied."""

    def __init__(self, beyond: tuple[Effect, ...]) -> None:
        self.beyond = beyond
        super().__init__("By now more would be done than was shown, so nothing was applied.")


async def revise(host: Host, rules: RuleData, seen: str | None, by: Request) -> KeptDraft:
    """Keep rules as the draft, with their plan. `seen` is the mark of the draft that they come from, None for none.

    Raises:
        DraftMoved: the draft is another one by now, or somebody was erased meanwhile who might be in its plan.
        SettingsError: the rules can't be compiled; nothing is kept.
    """
    _, erased = await host.store.read(lambda tx: (_check(tx, seen), tx.erasures.all()))
    wanted = renewed(rules, host.plugins)
    made = await planning.plan(host, Draft(wanted, host.rules), by)
    told = await host.store.read(lambda tx: told_of(tx, made))  # looks at every record, so not while writing
    mark, at = new_request_id(), host.clock()
    text = json.dumps(plan_document(made), ensure_ascii=False)

    def job(tx: Transaction) -> KeptDraft:
        _check(tx, seen)
        if tx.erasures.all() != erased:
            raise DraftMoved("Somebody was erased while the plan was made, so it was not kept. Send it again.")
        before = tx.drafts.get()
        same = before if before is not None and before.rules == wanted else None
        draft = KeptDraft(
            mark, made.base, wanted, told, same.by if same else by.by, same.at if same else at
        )  # fmt: skip
        tx.drafts.put(draft, text)
        return draft

    return await host.store.write(job)


async def again(host: Host, seen: str, by: Request) -> KeptDraft:
    """Work the plan of the draft out again, over the records that are there by now.

    Raises:
        DraftMoved: the draft is another one by now.
    """
    draft = await host.store.read(lambda tx: _check(tx, seen))
    assert draft is not None
    return await revise(host, draft.rules, seen, by)


async def throw_away(host: Host, seen: str) -> None:
    """Throw the draft away.

    Raises:
        DraftMoved: the draft is another one by now.
    """

    def job(tx: Transaction) -> None:
        _check(tx, seen)
        tx.drafts.end()

    await host.store.write(job)


async def apply(host: Host, seen: str, typed: int | None, by: Request) -> Plan:
    """Apply the draft as its plan was shown, and no more than that; gives what was done.

    Raises:
        DraftMoved: the draft is another one by now.
        BeyondReview: by now somebody would leave, lose a location or change who was not in the plan, or other rules
            apply than those that it was made over.
        Refused: many would leave, and their number was not typed.
    """
    draft, text = await host.store.read(lambda tx: (_check(tx, seen), tx.drafts.plan()))
    assert draft is not None
    if text is None:
        raise Refused("The plan was forgotten, since somebody was erased. Work it out again, and look at it.")
    reviewed = read_plan(text, "The plan")
    _refuse_unread(reviewed, typed)
    if reviewed.base != await host.store.read(lambda tx: tx.facts.rules_version()):
        raise await _beyond(host, reviewed, seen, by)
    try:
        done = await planning.apply(host, planning.draft_in(host, reviewed), by, reviewed)
    except NotInPlan as error:
        raise await _beyond(host, reviewed, seen, by) from error
    await host.store.write(lambda tx: _end(tx, seen))
    return done


async def _beyond(host: Host, reviewed: Plan, seen: str, by: Request) -> BeyondReview:
    await again(host, seen, by)
    now = await host.store.read(lambda tx: read_plan(tx.drafts.plan() or "", "The plan"))
    return BeyondReview(tuple(planning.beyond_review(reviewed, now)))


def typed_number(plan: Plan) -> int | None:
    """Give the number that must be typed before a plan is applied: of leavers, where they are many or all of a source.

    None where nothing needs to be typed.
    """
    leaves = plan.counts[EffectKind.LEAVES]
    return leaves if leaves >= TYPED_FROM or plan.emptied else None


def _refuse_unread(plan: Plan, typed: int | None) -> None:
    wanted = typed_number(plan)
    if wanted is not None and typed != wanted:
        raise Refused(f"{wanted:,} people would leave, so nothing was applied. Type {wanted} to go on.")


def _check(tx: Transaction, seen: str | None) -> KeptDraft | None:
    draft = tx.drafts.get()
    if (draft.mark if draft is not None else None) != seen:
        raise DraftMoved("The draft is another one by now; nothing was done. Look at it as it is.")
    return draft


def _end(tx: Transaction, seen: str) -> None:
    draft = tx.drafts.get()
    if draft is not None and draft.mark == seen:
        tx.drafts.end()


# --- what the page of a draft shows ----------------------------------------------------------------------------------


def told_of(tx: Transaction, plan: Plan) -> dict[str, Json]:
    """Give what stands beside a draft: the plan in counts and first names, and what records say most often."""
    counts = tx.people.counts("location")
    return {
        "from": plan.base,
        "to": plan.version,
        "basis": plan.basis,
        "counts": {kind.value: n for kind, n in plan.counts.items()},
        "first": {kind.value: [told_effect(effect) for effect in _first(plan.effects, kind)] for kind in EffectKind},
        "locations": {key: [counts.get(key, 0), n] for key, n in _afterwards(plan, counts).items()},
        "altered": [altered.path for altered in plan.altered],
        "asleep": len(plan.asleep),
        "emptied": list(plan.emptied),
        "trips": list(plan.trips),
        "type": typed_number(plan),
        "records": sum(tx.outcomes.counts().values()),
        "values": _said(tx),
        "saying": dict(tx.drafts.saying()),
    }


def _first(effects: Sequence[Effect], kind: EffectKind) -> list[Effect]:
    """Give the first people of a kind: of one who changes in several values what is said of locations, if anything."""
    chosen: dict[str, Effect] = {}
    for effect in effects:
        who = effect.person or effect.record or effect.email
        if effect.kind is kind and (who in chosen or len(chosen) < FIRST):
            known = chosen.setdefault(who, effect)
            chosen[who] = effect if effect.name == "locations" else known
    return list(chosen.values())


def told_effect(effect: Effect) -> dict[str, Json]:
    """Give one effect as pages show it."""
    return {
        "person": effect.person,
        "record": effect.record,
        "email": effect.email,
        "displayName": effect.called or effect.email,
        "name": effect.name,
        "before": effect.before,
        "after": effect.after,
        "locations": list(effect.locations),
        "origin": effect.origin,
    }


def _afterwards(plan: Plan, counts: Mapping[str, int]) -> dict[str, int]:
    after = dict(counts)
    for effect in plan.effects:
        for key, step in _steps(effect):
            after[key] = after.get(key, 0) + step
    return after


def _steps(effect: Effect) -> list[tuple[str, int]]:
    match effect.kind:
        case EffectKind.JOINS:
            return [(key, 1) for key in effect.locations]
        case EffectKind.LEAVES:
            return [(key, -1) for key in effect.locations]
        case EffectKind.CHANGES if effect.name == "locations":
            turned = attrs.evolve(effect, before=effect.after, after=effect.before)
            return [*((key, 1) for key in lost(turned)), *((key, -1) for key in lost(effect))]
        case _:
            return []


def _said(tx: Transaction) -> dict[str, Json]:
    values: dict[str, list[Json]] = {}
    for said in tx.drafts.said(VALUES):
        if len(said.value) <= _TEXTS:
            values.setdefault(said.name, []).append([said.value, said.records])
    return dict(values)
