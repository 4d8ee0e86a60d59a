"""Explain: who is, or is not, in the directory, and why.

The stages are run here as settling runs them, with the trace kept, so that what is said cannot disagree with what is
done. Start at `explanation`; `stages` has one line for each station of the way.
"""

from collections.abc import Iterable, Sequence

from dirsync_core.engine.evaluation import Evaluation, evaluate
from dirsync_core.engine.losses import LEAVES
from dirsync_core.engine.merging import LOCAL, Merged, Opinion, merge
from dirsync_core.engine.outcomes import outcome_of
from dirsync_core.engine.scoping import LocationVerdict
from dirsync_core.filtering import Verdict
from dirsync_core.model.addresses import fold
from dirsync_core.model.cases import Hold
from dirsync_core.model.claims import Set
from dirsync_core.model.facts import Accepted, Link, Standing
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import written_time
from dirsync_core.model.people import Json, Person, Situation, Status
from dirsync_core.model.records import Record
from dirsync_core.query.reading import Reading, Shape, called
from dirsync_core.query.records import held_because, sentence
from dirsync_core.query.who import person_named, records_named
from dirsync_core.store.contract import Outcome

STAGES = ("record", "map", "scope", "guard", "match", "merge", "person")
_LINKED_BY = {
    "new person": "first with this address",
    "returned": "the same person as before",
    "joined": "same address, both sources own its domain",
    "adopted": "handed over to this source by hand",
    "handed over": "handed over by a source that was retired",
}


def explanation(reading: Reading, who: str) -> Shape:
    """Explain an address, an id, or whatever a record is known by; `nobody` where there is nothing at all."""
    person_id = _person(reading, who)
    person = reading.person(person_id) if person_id is not None else None
    merged = merge(reading.tx, reading.rules, person.id) if person is not None else None
    records = [_Explained(reading, record) for record in _concerned(reading, who, person)]
    shapes: list[Json] = [record.shape() for record in records]
    attributes: list[Json] = _attributes(reading, merged) if merged is not None else []
    return {
        "who": who,
        "verdict": person.status.value if person else "nobody",
        "sentence": _sentence(reading, who, person, records),
        "person": person.id if person else None,
        "records": shapes,
        "attributes": attributes,
        "cases": [*_cases(reading, person, records)],
        "merge": _merge(reading, merged),
        "outcome": _outcome(person),
        "placements": _placements(reading, person, records),
    }


def _person(reading: Reading, who: str) -> PersonId | None:
    found = person_named(reading.tx, who)
    if found is not None:
        return found
    links = (reading.tx.facts.link(record.id) for record in records_named(reading.tx, who))
    return next((link.person for link in links if link is not None), None)


def _concerned(reading: Reading, who: str, person: Person | None) -> Sequence[Record]:
    """Give the records of the person, those that wait for the address, and those that the words name."""
    facts = reading.tx.facts
    ids: dict[RecordId, None] = {}
    if person is not None:
        ids |= dict.fromkeys(link.record for link in facts.links(person.id))
        ids |= dict.fromkeys(asking.record for asking in facts.asking(fold(person.email)))
    else:
        ids |= dict.fromkeys(record.id for record in records_named(reading.tx, who))
    ids |= dict.fromkeys(asking.record for asking in facts.asking(fold(who)))
    found = (reading.tx.records.any(record) for record in ids)
    return [record for record in found if record is not None]


class _Explained:
    """One record, run through the stages again."""

    def __init__(self, reading: Reading, record: Record) -> None:
        self.reading = reading
        self.record = record
        tx, rules = reading.tx, reading.rules
        self.accepted: Accepted | None = tx.facts.accepted(record.id)
        self.evaluation: Evaluation = evaluate(tx, rules, record, rules.today(reading.now))
        self.outcome: Outcome = outcome_of(tx, rules, self.evaluation, self.accepted)
        self.link: Link | None = tx.facts.link(record.id)
        self.held: Hold | None = next(iter(tx.cases.holds(record.id)), None)
        self.situation: Situation = reading.situation(self.outcome)

    def shape(self) -> Shape:
        stages: list[Json] = [*_stages(self)]
        locations: list[Json] = [self._location(verdict) for verdict in self._verdicts()]
        return {
            "id": self.record.id,
            "provider": self.record.provider,
            "situation": self.situation.value,
            "held": self.held.case if self.held is not None else None,
            "sentence": sentence(self.reading, self.record, self.outcome),
            "locations": locations,
            "stages": stages,
            "shape": self.reading.shape(self.record.provider),
            "externalId": self.record.external_id,
            "version": self.record.version,
            "changedAt": written_time(self.record.changed_at),
        }

    def _verdicts(self) -> Iterable[LocationVerdict]:
        if self.evaluation.scope is not None:
            return self.evaluation.scope.locations
        kept = self.accepted.locations if self.accepted is not None else ()
        return [LocationVerdict(key, Verdict.IN, "as it was accepted last", "") for key in kept]

    def _location(self, verdict: LocationVerdict) -> Shape:
        subject = self.link.person if self.link is not None else self.record.id
        placed = {p.location: p for p in self.reading.tx.facts.placements(subject)}.get(verdict.key)
        return {
            "key": verdict.key,
            "name": self.reading.location(verdict.key),
            "verdict": verdict.verdict.value,
            "because": verdict.because,
            "term": verdict.term or None,
            "placement": verdict.placement,
            "by": placed.by if placed else None,
            "at": written_time(placed.at) if placed else None,
        }


# --- the way -------------------------------------------------------------------------------------------------------


def _stages(record: _Explained) -> list[Shape]:
    """Give a line for each station; where the line stops, what lies beyond was not reached."""
    lines: list[Shape] = []
    stopped = False
    for stage in STAGES:
        if stopped:
            lines.append(_line(stage, "not_reached", "not reached", ""))
            continue
        line = _PASSED[stage](record)
        stopped = _stops_at(record) == stage and not _is_kept_on(record)
        lines.append(line | {"state": "stopped"} if stopped else line)
    return lines


def _line(stage: str, state: str, verdict: str, reason: str, term: str | None = None) -> Shape:
    return {"stage": stage, "state": state, "verdict": verdict, "reason": reason, "term": term}


def _is_kept_on(record: _Explained) -> bool:
    """Where the guard holds it back that a record leaves, the way goes on with what was accepted before."""
    return record.held is not None and record.held.loss == LEAVES and record.situation is not Situation.FROZEN


def _stops_at(record: _Explained) -> str | None:
    match record.situation:
        case Situation.TOMBSTONE | Situation.INACTIVE:
            return "record"
        case Situation.FROZEN | Situation.ERRORED | Situation.UNKEYED:
            return "map"
        case Situation.OUT_OF_SCOPE:
            return "scope"
        case Situation.CONTESTED:
            return "match"
        case _:
            return None


def _record_line(record: _Explained) -> Shape:
    """When it was written stands in `changedAt`."""
    verdict = f"{record.reading.title(record.record.provider)}, version {record.record.version}"
    stopped = record.situation in (Situation.TOMBSTONE, Situation.INACTIVE)
    return _line("record", "passed", verdict, record.evaluation.because if stopped else "")


def _map_line(record: _Explained) -> Shape:
    mapped = record.evaluation.mapped
    if record.situation is Situation.FROZEN:
        return _line("map", "passed", "can’t run", record.reading.frozen[record.record.provider])
    if record.situation is Situation.ERRORED:
        return _line("map", "passed", "failed", record.outcome.because)
    values = sum(isinstance(claim, Set) for claim in mapped.claims.values())
    verdict = f"{values} values" if values != 1 else "1 value"
    if record.situation is Situation.UNKEYED:
        return _line("map", "passed", record.evaluation.because, verdict)
    return _line("map", "passed", verdict, ", ".join(mapped.by))


def _scope_line(record: _Explained) -> Shape:
    scoped = record.evaluation.scope
    if scoped is None:  # deleted by its source, and held: what was accepted last goes on
        kept = record.accepted.locations if record.accepted is not None else ()
        where = ", ".join(record.reading.location(key) for key in kept)
        return _line("scope", "passed", f"in: {where}" if where else "counts", "as it was accepted last")
    if record.situation is Situation.OUT_OF_SCOPE:
        return _line("scope", "passed", "in no location", scoped.because, scoped.term or None)
    names = [record.reading.location(key) for key in scoped.keys]
    placed = [record.reading.location(v.key) for v in scoped.locations if v.placement == "added"]
    reason = "; ".join([scoped.because, *(f"{name} placed by hand" for name in placed)])
    return _line("scope", "passed", f"in: {', '.join(names)}" if names else "counts", reason, scoped.term or None)


def _guard_line(record: _Explained) -> Shape:
    if record.held is None:
        return _line("guard", "passed", "passes", "nothing lost")
    return _line("guard", "held", "holds it", held_because(record.reading, record.held))


def _match_line(record: _Explained) -> Shape:
    if record.situation is Situation.CONTESTED:
        return _line(
            "match", "passed", "contested", f"{record.reading.called(record.outcome.contender)} has the address"
        )
    rule = _LINKED_BY[record.link.rule] if record.link is not None else ""
    return _line("match", "passed", f"is {record.reading.called(record.outcome.person)}", rule)


def _merge_line(record: _Explained) -> Shape:
    return _line("merge", "passed", "merged", "")


def _person_line(record: _Explained) -> Shape:
    person = record.reading.person(record.link.person) if record.link is not None else None
    return _line("person", "passed", person.status.value if person else "nobody", "")


_PASSED = {
    "record": _record_line,
    "map": _map_line,
    "scope": _scope_line,
    "guard": _guard_line,
    "match": _match_line,
    "merge": _merge_line,
    "person": _person_line,
}


# --- the person ----------------------------------------------------------------------------------------------------


def _merge(reading: Reading, merged: Merged | None) -> Shape:
    if merged is None:
        return {"verdict": "not reached", "reason": ""}
    winners = [winner.provider for name, winner in merged.winners.items() if merged.values.get(name) not in (None, [])]
    counts = {source: winners.count(source) for source in dict.fromkeys(winners)}
    titles = {LOCAL: "pinned"}
    reason = ", ".join(f"{titles.get(source) or reading.title(source)} {n}" for source, n in counts.items())
    return {"verdict": f"{len(winners)} values", "reason": reason}


def _outcome(person: Person | None) -> Shape:
    if person is None:
        return {"status": "nobody", "verdict": "nobody", "reason": ""}
    reason = f"version {person.version}, since change {person.last_change:,}"
    return {"status": person.status.value, "verdict": person.status.value, "reason": reason}


def _attributes(reading: Reading, merged: Merged) -> list[Json]:
    names = [n for n in sorted(merged.values.keys() | merged.opinions.keys()) if n != "locations"]
    return [_attribute(reading, name, merged) for name in names if _is_told(name, merged)]


def _is_told(name: str, merged: Merged) -> bool:
    """An attribute has a value, or an admin pinned that it has none."""
    pinned = any(opinion.record is None for opinion in merged.opinions.get(name, ()))
    return pinned or merged.values.get(name) not in (None, [])


def _attribute(reading: Reading, name: str, merged: Merged) -> Json:
    opinions = merged.opinions.get(name, ())
    return {
        "name": name,
        "value": merged.values.get(name),
        "provider": opinions[0].provider if opinions else LOCAL,
        "because": _because(reading, opinions),
        "losers": [{"provider": opinion.provider, "value": _claimed(opinion)} for opinion in opinions[1:]],
    }


def _claimed(opinion: Opinion) -> Json:
    value = opinion.claim.value if isinstance(opinion.claim, Set) else None
    return list(value) if isinstance(value, tuple) else value


def _because(reading: Reading, opinions: Sequence[Opinion]) -> str:
    if not opinions:
        return "added here; no source says anything of it"
    if opinions[0].record is None:
        return f"pinned here; {_others(reading, opinions) or 'no source says anything of it'}"
    title = reading.title(opinions[0].provider)
    if len(opinions) == 1:
        return f"only {title} says anything of it"
    return f"{title} stands before {', '.join(reading.title(o.provider) for o in opinions[1:])}"


def _others(reading: Reading, opinions: Sequence[Opinion]) -> str:
    said = (f"{reading.title(o.provider)} says {_claimed(o) or 'that there is none'}" for o in opinions[1:])
    return ", ".join(said)


def _cases(reading: Reading, person: Person | None, records: Sequence[_Explained]) -> Sequence[str]:
    """Give the open cases in which a record has a part, or that are about the person."""
    found = (case for record in records for case in reading.tx.cases.about(record.record.id))
    return tuple(dict.fromkeys(case.id for case in found))


def _placements(reading: Reading, person: Person | None, records: Sequence[_Explained]) -> list[Json]:
    subjects = [person.id] if person is not None else [record.record.id for record in records]
    return [
        {
            "location": placement.location,
            "name": reading.location(placement.location),
            "op": "added" if placement.op == "add" else "masked",
            "by": placement.by,
            "at": written_time(placement.at),
        }
        for subject in subjects
        for placement in reading.tx.facts.placements(subject)
    ]


def _sentence(reading: Reading, who: str, person: Person | None, records: Sequence[_Explained]) -> str:
    if person is None:
        if not records:
            return _unknown(reading, who)
        return sentence(reading, records[0].record, records[0].outcome)
    name = called(person)
    if person.status is Status.ACTIVE:
        sources = " and ".join(reading.title(source) for source in person.sources)
        disagree = [r for r in records if r.link is not None and r.link.person == person.id and _says_otherwise(r)]
        told = "".join(f" {sentence(reading, r.record, r.outcome)}" for r in disagree)
        return f"{name} is in the directory{_where(reading, person)}, because {sources} says so.{told}"
    own = [record for record in records if record.link is not None and record.link.person == person.id]
    reason = sentence(reading, own[0].record, own[0].outcome) if own else "No record is theirs any more."
    words = {Status.LEFT: "has left the directory", Status.DEACTIVATED: "is deactivated", Status.DELETED: "is deleted"}
    return f"{name} {words[person.status]}. {reason}"


def _unknown(reading: Reading, who: str) -> str:
    erasure = reading.tx.erasures.of_address(fold(who))
    if erasure is not None:
        return f"Whoever had the address {who} was erased on request, on {erasure.at.date().isoformat()}."
    return f"No source has told of {who}, and nobody by hand."


def _says_otherwise(record: _Explained) -> bool:
    """A record disagrees that its person is there, or would if the guard let it."""
    return record.held is not None or (record.accepted is not None and record.accepted.standing is not Standing.ASKS)


def _where(reading: Reading, person: Person) -> str:
    keys = person.values.get("locations")
    names = [reading.location(str(key)) for key in keys] if isinstance(keys, list) else []
    return f", in {' and '.join(names)}" if names else ""
