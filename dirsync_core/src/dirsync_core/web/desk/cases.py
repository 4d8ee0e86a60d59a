"""The desk of cases over a real installation."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, cast

from dirsync_core.engine.guard import guard_of
from dirsync_core.engine.mapping import text_of
from dirsync_core.host.acts import casework
from dirsync_core.host.asking import ask
from dirsync_core.host.host import Host
from dirsync_core.model.cases import Case, CaseRecord, CaseState
from dirsync_core.model.claims import Claims
from dirsync_core.model.errors import NotFound, Refused
from dirsync_core.model.identifiers import new_request_id
from dirsync_core.model.moments import Moment, Request
from dirsync_core.query.cases import case_named, case_shape, part_shape
from dirsync_core.query.reading import Reading
from dirsync_core.query.records import why
from dirsync_core.store.contract import Transaction
from dirsync_core.web.desk.shell import shell
from dirsync_core.web.pages.cases_desk import Verb
from dirsync_core.web.pages.cases_shapes import CaseLine, CasePage, CasesPage, DecisionPage, Show
from dirsync_core.web.pages.queries import SHOWN

PAGE, MEMBERS, NAMED = 20, 50, 5
_COMPARED = ("displayName", "title", "department", "phone", "city")


class StoreCases:
    """`CasesDesk` over a host."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def cases(self, *, open_only: bool, start: int, by: str) -> CasesPage:
        """Give a page of cases."""

        def question(reading: Reading) -> CasesPage:
            found = reading.tx.cases.cases(open_only=open_only, limit=PAGE + 1, start=start)
            return {
                "shell": shell(self._host, reading, by),
                "cases": [line(reading, case) for case in found[:PAGE]],
                "nextCursor": start + PAGE if len(found) > PAGE else None,
            }

        return await ask(self._host, question)

    async def case(self, case: str, show: Show | None, after: str | None, *, by: str) -> CasePage:
        """Give one case, with some of the records of one part."""

        def question(reading: Reading) -> CasePage:
            shape = line(reading, case_named(reading, case))
            shown = show or cast(Show, next((part for part in SHOWN if shape["counts"].get(part)), "held"))
            parts = reading.tx.cases.parts(case, part=shown, after=after or "", limit=MEMBERS + 1)
            return {
                "shell": shell(self._host, reading, by),
                "case": shape,
                "shown": shown,
                "members": [_member(reading, part) for part in parts[:MEMBERS]],
                "nextCursor": parts[MEMBERS - 1].record if len(parts) > MEMBERS else None,
            }

        return await ask(self._host, question)

    async def decision(self, case: str, verb: Verb, who: Sequence[str], *, by: str) -> DecisionPage:
        """Give whom deciding a case would be for."""

        def question(reading: Reading) -> DecisionPage:
            found = _open(reading, case)
            shape = line(reading, found)
            if verb == "approve" and found.kind == "address":
                raise Refused("An address case ends by handing over, by another address, or by keeping the two apart.")
            held, back = _meant(reading.tx, found, verb, who)
            if who and not held and not back:
                raise NotFound(f"None of those is in case {case} any more.")
            return {
                "shell": shell(self._host, reading, by),
                "case": shape,
                "people": [_member(reading, part) for part in [*held, *back][:MEMBERS]],
                "chosen": bool(who),
                "count": len(held),
                "back": len(back),
            }

        return await ask(self._host, question)

    async def decide(self, case: str, verb: Verb, who: Sequence[str], seen: int, *, by: str) -> None:
        """Decide a case; only where it is about as many as whoever decides was told."""
        moment = Moment(self._host.clock(), Request(new_request_id(), by))

        def job(tx: Transaction) -> None:
            found = tx.cases.case(case)
            if found is not None and found.state is CaseState.OPEN:
                now = sum(map(len, _meant(tx, found, verb, who)))
                if now != seen:
                    raise Refused(f"By now this is about {now:,}, and it was about {seen:,}. Nothing was decided.")
            _VERBS[verb](tx, self._host.rules(tx), moment, case, who)

        await self._host.store.write(job)


_VERBS = {"approve": casework.approve, "keep": casework.keep}


def _open(reading: Reading, case: str) -> Case:
    found = case_named(reading, case)
    if found.state is not CaseState.OPEN:
        raise Refused("This case is decided already. There is nothing left to decide.")
    return found


def _meant(
    tx: Transaction, case: Case, verb: Verb, who: Sequence[str]
) -> tuple[Sequence[CaseRecord], Sequence[CaseRecord]]:
    """Give the records that a decision is for: those held, and those that come back by it."""
    held = tx.cases.parts(case.id, part="held" if case.kind == "guard" else "waits")
    back = tx.cases.parts(case.id, part="out") if verb == "keep" else ()
    if not who:
        return held, back
    return [part for part in held if part.record in who], [part for part in back if part.record in who]


# --- a case as its card shows it -------------------------------------------------------------------------------------


def line(reading: Reading, case: Case) -> CaseLine:
    """Give a case: its shape, and beside it what its card shows."""
    guard = guard_of(reading.rules, case.provider)
    held = reading.tx.cases.parts(case.id, part="held", limit=NAMED)
    shape: dict[str, Any] = {**case_shape(reading, case, named=0), "people": [_member(reading, part) for part in held]}
    beside: dict[str, Any] = {
        "title": reading.title(case.provider),
        "shape": reading.shape(case.provider),
        "person": case.person,
        "record": case.record,
        "holder": reading.called(case.person) if case.person is not None else None,
        "newcomer": None,
        "email": None,
        "claims": [],
        "hours": int(guard.window.total_seconds() // 3600),
        "percent": guard.percent,
    }
    return cast(CaseLine, shape | beside | _newcomer(reading, case))


def _newcomer(reading: Reading, case: Case) -> dict[str, Any]:
    accepted = reading.tx.facts.accepted(case.record) if case.record is not None else None
    if accepted is None:
        return {}
    email = text_of(accepted.claims, "email")
    rows = _compared(reading, case, accepted.claims) if case.kind == "address" else iter(())
    return {"newcomer": text_of(accepted.claims, "displayName") or email, "email": email, "claims": list(rows)}


def _compared(reading: Reading, case: Case, claims: Claims) -> Iterator[dict[str, str | None]]:
    holder = reading.person(case.person) if case.person is not None else None
    values = holder.values if holder is not None else {}
    for name in _COMPARED:
        shown, claimed = values.get(name), text_of(claims, name)
        if shown or claimed:
            yield {"name": name, "shown": str(shown) if shown else None, "claimed": claimed}


def _member(reading: Reading, part: CaseRecord) -> Any:
    outcome = reading.tx.outcomes.get(part.record)
    return {**part_shape(reading, part), "why": why(reading, outcome) if outcome is not None else ""}


def told(reading: Reading, cases: Sequence[str]) -> list[dict[str, Any]]:
    """Give the cases that somebody is in, as their pages tell of them."""
    found = (reading.tx.cases.case(case) for case in islice(cases, NAMED))
    return [_told(reading, case) for case in found if case is not None]


def _told(reading: Reading, case: Case) -> dict[str, Any]:
    loss = case.loss.kind.value if case.loss is not None else None
    return {"id": case.id, "kind": case.kind, "loss": loss, "title": reading.title(case.provider)}
