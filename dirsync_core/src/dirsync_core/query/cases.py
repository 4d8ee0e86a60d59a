"""Cases in the interface's shape: what waits for a person, why, and which ways out there are."""

from collections.abc import Iterator, Sequence
from itertools import islice

from dirsync_core.engine.guard import guard_of
from dirsync_core.engine.mapping import text_of
from dirsync_core.model.addresses import domain_of
from dirsync_core.model.cases import Case, CaseRecord, CaseState, LossKind
from dirsync_core.model.errors import NotFound
from dirsync_core.model.identifiers import RecordId
from dirsync_core.model.moments import written_time
from dirsync_core.model.people import Json
from dirsync_core.query.contrast import contrast
from dirsync_core.query.reading import Reading, Shape

NAMED = 1_000
"""How many people of a case a list names at the most; `counts` has them all."""
_CONTRASTED = 500


def cases_shape(reading: Reading, *, open_only: bool, limit: int, start: int = 0, named: int = NAMED) -> list[Json]:
    """Give cases: open ones with the newest danger first, or all."""
    return [
        case_shape(reading, case, named=named)
        for case in reading.tx.cases.cases(open_only=open_only, limit=limit, start=start)
    ]


def case_named(reading: Reading, case: str) -> Case:
    """Give a case.

    Raises:
        NotFound: there is none of that id.
    """
    found = reading.tx.cases.case(case)
    if found is None:
        raise NotFound(f"There is no case {case}. See which there are: dirsync cases --all")
    return found


def case_shape(reading: Reading, case: Case, *, named: int | None = None) -> Shape:
    """Give a case, with its people: all, or as many of each part as `named`."""
    counts = reading.tx.cases.count_parts(case.id)
    people: list[Json] = [part_shape(reading, part) for part in reading.tx.cases.parts(case.id, limit=named)]
    told: Shape = dict(counts.items())
    holds = list(islice(reading.tx.cases.holds_of(case.id, _CONTRASTED), _CONTRASTED))
    ways: list[Json] = [*_ways(reading, case, counts.get("held", 0), counts.get("out", 0))]
    return {
        "id": case.id,
        "kind": case.kind,
        "state": case.state.value,
        "provider": case.provider,
        "openedAt": written_time(case.opened_at),
        "people": people,
        "counts": told,
        "limit": case.limit,
        "asked": case.asked,
        "loss": case.loss.kind.value if case.loss is not None else None,
        "attribute": (case.loss.attribute or None) if case.loss is not None else None,
        "contrast": contrast(reading.tx, case.provider, holds) if case.kind == "guard" else None,
        "sentence": sentence(reading, case, counts.get("held", 0), counts.get("out", 0)),
        "ways": ways,
        "closedAt": written_time(case.closed_at) if case.closed_at is not None else None,
        "closedBy": case.closed_by,
    }


def part_shape(reading: Reading, part: CaseRecord) -> Shape:
    """Give one of a case: the record, whose it is, and its part."""
    link = reading.tx.facts.link(part.record)
    person = reading.person(link.person) if link is not None else None
    accepted = reading.tx.facts.accepted(part.record)
    record = reading.tx.records.any(part.record)
    email = text_of(accepted.claims, "email") if accepted is not None else None
    name = text_of(accepted.claims, "displayName") if accepted is not None else None
    return {
        "person": link.person if link is not None else None,
        "email": person.email if person is not None else email,
        "record": part.record,
        "state": part.part,
        "displayName": (reading.called(link.person) if link is not None else None) or name or email
        or (record.key if record is not None else part.record),
    }  # fmt: skip


def held_by(reading: Reading, record: RecordId) -> str | None:
    """Give the case that holds a record back, also once it was decided that it stays; None without one."""
    holds = reading.tx.cases.holds(record)
    return holds[0].case if holds else None


# --- sentences -------------------------------------------------------------------------------------------------------


def sentence(reading: Reading, case: Case, held: int, out: int) -> str:
    """Say in a sentence what a case is about."""
    title = reading.title(case.provider)
    if case.kind == "address":
        record = reading.tx.facts.accepted(case.record) if case.record is not None else None
        address = record.address if record is not None and record.address is not None else "the address"
        return f"{title} claims {address}, the address of {reading.called(case.person)}, who is kept by hand."
    if case.kind == "rehire":
        return (
            f"{title} sends somebody who may be {reading.called(case.person)}, who was here before, or somebody else."
        )
    if case.state is not CaseState.OPEN:
        return f"{title} would have {_loss_words(case, 'more people than usual')}."
    already = f"; {_people(out)} before it tripped" if out else ""
    return f"{title} would {_loss_words(case, _people(held), present=True)}. The guard holds them{already}."


def _loss_words(case: Case, whom: str, *, present: bool = False) -> str:
    assert case.loss is not None
    take, empty = ("take", "empty") if present else ("taken", "emptied")
    match case.loss.kind:
        case LossKind.LEAVES:
            return f"{take} {whom} out of the directory"
        case LossKind.LOCATION:
            return f"{take} {whom} out of a location, and given them no other" if not present else (
                f"take {whom} out of a location, and give them no other"
            )  # fmt: skip
        case _:
            return f"{empty} {case.loss.attribute} of {whom}"


def _people(n: int) -> str:
    return "one person" if n == 1 else f"{n:,} people"


def _ways(reading: Reading, case: Case, held: int, out: int) -> Sequence[Shape]:
    """Give the ways out of an open case, what happens if nobody does anything first."""
    if case.state is not CaseState.OPEN:
        return []
    if case.kind == "address":
        return _address_ways(reading, case)
    if case.kind == "rehire":
        return _rehire_ways(reading, case)
    title, window = reading.title(case.provider), guard_of(reading.rules, case.provider).window
    back = f" The {out:,} already out come back." if out else ""
    hours = int(window.total_seconds() // 3600)
    return [
        _way("wait", "Wait", f"Nothing changes. Further losses of this kind join the case; when {title} takes it back,"
             " it is gone by itself.", None),
        _way("keep", f"Keep all {held:,}" + (f", bring back {out:,}" if out else ""),
             f"They stay as they are until {title} says anything new of them.{back}", f"dirsync case keep {case.id}"),
        _way("approve", f"Let {held:,} go",
             f"What {title} says is accepted, and not counted in the {hours} h that the guard looks back.",
             f"dirsync case approve {case.id}"),
    ]  # fmt: skip


def _address_ways(reading: Reading, case: Case) -> Sequence[Shape]:
    name, title = reading.called(case.person), reading.title(case.provider)
    beside = "".join(f" {sentence}" for sentence in _who_waits_too(reading, case))
    return [
        _way("adopt", f"Hand over to {title}", f"{name} keeps the same id, and {title}’s values are shown; what was"
             f" kept by hand sleeps, and comes back with: release.{beside}",
             f"dirsync adopt {case.person} --record {case.record}"),
        _way("address", f"Give {name} another address…", f"{title}’s record becomes a person of its own.",
             f"dirsync manual set {case.person} email=…"),
        _way("keep", "Keep them apart", f"{name} keeps the address; {title}’s record waits, and nothing joins the two"
             " but: adopt.", f"dirsync case keep {case.id}"),
    ]  # fmt: skip


def _who_waits_too(reading: Reading, case: Case) -> Iterator[str]:
    """Say what becomes of records of other sources that ask for the same address, if it is handed over."""
    record = reading.tx.facts.accepted(case.record) if case.record is not None else None
    if record is None or record.address is None or case.person is None:
        return
    others = {a.provider for a in reading.tx.facts.asking(record.address)
              if a.provider != case.provider and not reading.rules.by_hand(a.provider)
              and reading.tx.facts.link(a.record) is None}  # fmt: skip
    for name in sorted(others):
        joins = reading.rules.both_own(name, case.provider, domain_of(record.address))
        joins = joins and not reading.tx.facts.is_kept_apart(name, case.person)
        yield f"{reading.title(name)}’s record {'joins them' if joins else 'goes on waiting'}."


def _rehire_ways(reading: Reading, case: Case) -> Sequence[Shape]:
    name = reading.called(case.person)
    apart = case.record is not None and _is_apart(reading, case)
    same = f"The record moves to {name}, with the id and the overrides of then." if apart else f"{name} stays as is."
    other = (
        "Both stay as they are." if apart else f"The newcomer becomes a person of their own, without what {name} had."
    )
    return [
        _way("approve", "The same person", same, f"dirsync case approve {case.id}"),
        _way("keep", "Somebody else", other, f"dirsync case keep {case.id}"),
    ]


def _is_apart(reading: Reading, case: Case) -> bool:
    assert case.record is not None
    link = reading.tx.facts.link(case.record)
    return link is None or link.person != case.person


def _way(do: str, label: str, consequence: str, command: str | None) -> Shape:
    return {"do": do, "label": label, "consequence": consequence, "command": command}
