"""The desk of endings over a real installation: sources that go for good, and people who are forgotten."""

import hashlib
from collections.abc import Sequence
from typing import Any, cast

from dirsync_core.host.acts import erasing, retiring
from dirsync_core.host.asking import ask
from dirsync_core.host.host import Host
from dirsync_core.model.errors import NotFound, NotInPlan, PluginUnavailable, Refused
from dirsync_core.model.identifiers import PersonId, new_request_id
from dirsync_core.model.moments import Moment, Request
from dirsync_core.model.plans import Plan
from dirsync_core.model.retirements import Fate
from dirsync_core.query.plans import effect_shape
from dirsync_core.query.reading import Reading, Shape, called
from dirsync_core.web.desk.naming import names_in
from dirsync_core.web.desk.shell import check_provider, shell
from dirsync_core.web.desk.words import found_person
from dirsync_core.web.pages.cases_shapes import ErasingPage, RetiringPage

_SHOWN = 20


class StoreEndings:
    """`EndingsDesk` over a host."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def retiring(self, provider: str, fate: Fate | None, to: str | None, *, by: str) -> RetiringPage:
        """Give what retiring a source would do."""
        await ask(self._host, lambda reading: check_provider(self._host, reading, provider))
        plan, problem = await self._planned(provider, fate or "freeze", to, by)
        planned = plan if fate is not None else None
        return await ask(self._host, lambda reading: self._page(reading, provider, planned, problem, by))

    async def retire(self, provider: str, fate: Fate, to: str | None, mark: str, *, by: str) -> bool:
        """Retire a source, if what was shown is what would happen now."""
        request = Request(new_request_id(), by)
        plan = await retiring.plan(self._host, request, provider, fate, to)
        if _mark(plan) != mark:
            return False
        try:
            await retiring.do(self._host, request, provider, fate, to, plan)
        except NotInPlan:
            return False
        return True

    async def erasing(self, person: str, *, by: str) -> ErasingPage:
        """Give what erasing somebody would take away: it is done, and undone."""
        found = await ask(self._host, lambda reading: found_person(reading, person))
        moment = Moment(self._host.clock(), Request(new_request_id(), by))
        gone = await self._host.store.try_out(lambda tx: erasing.erase(tx, self._host.rules(tx), moment, found.id))
        return {
            "shell": await ask(self._host, lambda reading: shell(self._host, reading, by)),
            "person": found.id,
            "displayName": called(found),
            "email": found.email,
            "records": gone.records,
            "addresses": gone.addresses,
            "shared": gone.shared,
            "stillNamedBy": cast(Any, erasing.forgotten_shape(gone, rewritten=False)["stillNamedBy"]),
        }

    async def erase(self, person: str, *, by: str) -> None:
        """Forget somebody, in history too."""
        at, request = self._host.clock(), Request(new_request_id(), by)
        found = await ask(self._host, lambda reading: found_person(reading, PersonId(person)))
        await erasing.forget(self._host.store, self._host.rules, lambda: Moment(at, request), found.id)

    async def lift(self, email: str, *, by: str) -> None:
        """Let an address of somebody who was erased come back."""
        moment = Moment(self._host.clock(), Request(new_request_id(), by))
        await self._host.store.write(lambda tx: erasing.lift(tx, self._host.rules(tx), moment, email))

    # --- parts --------------------

    async def _planned(self, provider: str, fate: Fate, to: str | None, by: str) -> tuple[Plan | None, str | None]:
        try:
            return await retiring.plan(self._host, Request(new_request_id(), by), provider, fate, to), None
        except Refused as refused:
            return None, " ".join([refused.sentence, *refused.ways])
        except (NotFound, PluginUnavailable) as error:
            return None, str(error)

    def _page(self, reading: Reading, provider: str, plan: Plan | None, problem: str | None, by: str) -> RetiringPage:
        retired = reading.retired.get(provider)
        effects = _shown(plan)
        page: dict[str, Any] = {
            "shell": shell(self._host, reading, by),
            "provider": provider,
            "title": reading.title(provider),
            "people": reading.tx.people.counts("source").get(provider, 0),
            "retired": retired.fate if retired is not None else None,
            "successors": list(self._host.by_hand),
            "counts": {kind.value: n for kind, n in plan.counts.items()} if plan is not None else {},
            "effects": effects,
            "names": names_in(reading, effects),
            "planned": plan is not None,
            "mark": _mark(plan) if plan is not None else "",
            "problem": problem,
        }
        return cast(RetiringPage, page)


def _shown(plan: Plan | None) -> Sequence[Shape]:
    """Give the first effects, leavers before all."""
    if plan is None:
        return []
    ordered = sorted(plan.effects, key=lambda effect: effect.kind.value != "leaves")
    return [effect_shape(effect) for effect in ordered[:_SHOWN]]


def _mark(plan: Plan) -> str:
    """Give a mark of what a plan does, whoever looks and whenever."""
    items = sorted(f"{e.kind} {e.person} {e.email} {e.name} {e.after}" for e in plan.effects)
    return hashlib.sha256("\n".join(items).encode()).hexdigest()[:16]
