"""A draft of the rules that is made on a page: kept in the store with its plan until it is applied or thrown away.

Whoever opens it sees the same. Each write names the `mark` that it has seen, so that nobody writes over somebody else
unawares. One that can't be compiled is refused. Where little is done its plan is there at once; where many are moved it
is kept with their numbers first, its sketch, and the plan follows (`keep_planning`).
"""

import asyncio
import json
from collections.abc import Callable, Mapping

import attrs
import structlog

from dirsync_core.host.host import Host
from dirsync_core.host.rules import planning
from dirsync_core.host.rules.compiling import RuleData, renewed
from dirsync_core.host.rules.drafts_told import sketched, told_of, typed_number
from dirsync_core.host.rules.plan_files import plan_document, read_plan
from dirsync_core.host.rules.planning import Draft
from dirsync_core.model.errors import DirsyncError, NotInPlan, Refused
from dirsync_core.model.identifiers import new_request_id
from dirsync_core.model.moments import Request
from dirsync_core.model.people import Json
from dirsync_core.model.plans import Effect, Plan
from dirsync_core.store.contract import KeptDraft, Transaction

MANY = 2_000
"""Up to how many records that come in, go out or show elsewhere a draft waits for its plan."""

log = structlog.get_logger()


class DraftMoved(DirsyncError):
    """Somebody else has written, applied or thrown away the draft since it was read; nothing was done."""


class BeyondReview(DirsyncError):
    """More would be done by now than was shown: `beyond` is what. The draft has a new plan, nothing was applied."""

    def __init__(self, beyond: tuple[Effect, ...]) -> None:
        self.beyond = beyond
        super().__init__("By now more would be done than was shown, so nothing was applied.")


async def propose(host: Host, rules: RuleData, seen: str | None, by: Request) -> KeptDraft:
    """Keep rules as the draft: with their plan, or where they move many with their numbers, and their plan follows.

    Raises:
        DraftMoved, SettingsError: as for `revise`.
    """
    await host.store.read(lambda tx: _check(tx, seen))
    wanted = renewed(rules, host.plugins)
    tally = await planning.count(host, Draft(wanted, host.rules))
    if tally is None or tally.moved <= MANY:
        return await revise(host, rules, seen, by)

    def sketch(tx: Transaction, before: KeptDraft | None) -> Kept:
        known = before.told if before is not None else {}
        said = {name: known[name] for name in ("values", "saying") if name in known}
        return tx.facts.rules_version(), {"sketch": sketched(tx, tally), **said}, ""

    return await _keep(host, wanted, seen, by, sketch)


async def keep_planning(host: Host) -> None:
    """Work out the plan of each draft that was kept with numbers alone, until there is another draft; for ever."""
    while True:
        host.drafted.clear()
        tasks = [asyncio.create_task(host.drafted.wait()), asyncio.create_task(_follow_up(host))]
        try:
            await tasks[0]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _follow_up(host: Host) -> None:
    """Put its plan to a draft that has none, unless somebody was erased meanwhile; or say why there is none."""
    draft = await host.store.read(lambda tx: tx.drafts.get())
    if draft is None or "sketch" not in draft.told or "failed" in draft.told:
        return
    try:
        made = await planning.plan(host, Draft(draft.rules, host.rules), Request(new_request_id(), draft.by))
        told = await host.store.read(lambda tx: told_of(tx, made))
        await _put(host, draft, attrs.evolve(draft, base=made.base, told=told), _written(made))
    except Exception as error:  # whatever it is, whoever looks at the draft is told
        log.warning("draft_not_planned", error=repr(error))
        await _put(host, draft, attrs.evolve(draft, told={**draft.told, "failed": str(error) or repr(error)}), "")


async def _put(host: Host, before: KeptDraft, now: KeptDraft, plan: str) -> None:
    await host.store.write(lambda tx: tx.drafts.put(now, plan) if tx.drafts.get() == before else None)


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
    text = _written(made)

    def planned(tx: Transaction, _: KeptDraft | None) -> Kept:
        if tx.erasures.all() != erased:
            raise DraftMoved("Somebody was erased while the plan was made, so it was not kept. Send it again.")
        return made.base, told, text

    return await _keep(host, wanted, seen, by, planned)


Kept = tuple[int, Mapping[str, Json], str]
"""What is kept of rules: the version that they are drafted over, what their page shows, and the whole plan."""


async def _keep(
    host: Host,
    rules: RuleData,
    seen: str | None,
    by: Request,
    made: Callable[[Transaction, KeptDraft | None], Kept],
) -> KeptDraft:
    """Put rules in the place of the draft that was seen; the same rules stay whose they were."""
    mark, at = new_request_id(), host.clock()

    def job(tx: Transaction) -> KeptDraft:
        before = _check(tx, seen)
        base, told, text = made(tx, before)
        same = before if before is not None and before.rules == rules else None
        draft = KeptDraft(mark, base, rules, told, same.by if same else by.by, same.at if same else at)
        tx.drafts.put(draft, text)
        return draft

    kept = await host.store.write(job)
    host.drafted.set()
    return kept


def _written(plan: Plan) -> str:
    return json.dumps(plan_document(plan), ensure_ascii=False)


async def again(host: Host, seen: str, by: Request) -> KeptDraft:
    """Work the plan of the draft out again, over the records that are there by now; as `propose` does.

    Raises:
        DraftMoved: the draft is another one by now.
    """
    return await propose(host, await _rules(host, seen), seen, by)


async def _rules(host: Host, seen: str) -> RuleData:
    draft = await host.store.read(lambda tx: _check(tx, seen))
    assert draft is not None
    return draft.rules


async def throw_away(host: Host, seen: str) -> None:
    """Throw the draft away.

    Raises:
        DraftMoved: the draft is another one by now.
    """

    def job(tx: Transaction) -> None:
        _check(tx, seen)
        tx.drafts.end()

    await host.store.write(job)
    host.drafted.set()


async def apply(host: Host, seen: str, typed: int | None, by: Request) -> Plan:
    """Apply the draft as its plan was shown, and no more than that; gives what was done.

    Raises:
        DraftMoved: the draft is another one by now.
        BeyondReview: by now somebody would leave, lose a location or change who was not in the plan, or other rules
            apply than those that it was made over.
        Refused: many would leave, and their number was not typed; or there is no plan.
    """
    draft, text = await host.store.read(lambda tx: (_check(tx, seen), tx.drafts.plan()))
    assert draft is not None
    if text is None and draft.told:
        raise Refused("The plan is not worked out yet, so nothing was applied. Wait for it, and look at it.")
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
    await revise(host, await _rules(host, seen), seen, by)
    now = await host.store.read(lambda tx: read_plan(tx.drafts.plan() or "", "The plan"))
    return BeyondReview(tuple(planning.beyond_review(reviewed, now)))


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
