"""Feed: what was published before against what is computed now; the difference is the change."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dirsync_core.engine.merging import Merged, last_values
from dirsync_core.model.addresses import fold
from dirsync_core.model.changes import Change, ChangeType
from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.people import Json, Person, Published, Source, Status
from dirsync_core.store.contract import Reference, Transaction

Difference = Mapping[str, tuple[Json, Json]]


def told(tx: Transaction, person: PersonId, *, until: int | None = None) -> Published | None:
    """Give a person as the feed has left them, up to a number and with it where one is given.

    What is older than the feed is kept folded; it can't be told apart any more.
    """
    return published(tx.feed.of(person, until=until), tx.feed.base(person))


def published(changes: Sequence[Change], base: Published | None = None) -> Published | None:
    """Fold the changes of a person, oldest first, over what those before had led to."""
    if not changes:
        return base
    since = dict(base.since) if base is not None else {}
    for change in changes:
        since |= {n: change.at for n, (before, after) in change.changed.items() if says_otherwise(before, after)}
    statuses = (Status(str(c.changed["status"][1])) for c in reversed(changes) if "status" in c.changed)
    status = next(statuses, None) or (base.status if base is not None else Status.LEFT)
    version, created = (base.version, base.created_at) if base is not None else (0, changes[0].at)
    return Published(
        status, last_values(changes, base), since, version + len(changes), created, changes[-1].at, changes[-1].seq
    )


def difference(status: Status | None, before: Mapping[str, Json], now: Status, after: Mapping[str, Json]) -> Difference:
    """Give what differs, name by name; None stands for not there."""
    old: dict[str, Json] = {**before, "status": status.value if status else None}
    new: dict[str, Json] = {**after, "status": now.value}
    names = [*new, *(name for name in old if name not in new)]
    return {name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)}


def change_type(before: Status | None, after: Status) -> ChangeType:
    """Name a difference by what it means to a reader."""
    match before, after:
        case None, _:
            return ChangeType.JOINED
        case _ if before == after:
            return ChangeType.CHANGED
        case Status.DEACTIVATED, Status.ACTIVE:
            return ChangeType.REACTIVATED
        case _, Status.ACTIVE:
            return ChangeType.RETURNED
        case _:
            return ChangeType(after.value)


def says_otherwise(before: Json, after: Json) -> bool:
    """Say whether a source says something else; a reference whose target only moved is the same word."""
    return _word(before) != _word(after)


def provenance(merged: Merged, since: Mapping[str, datetime], at: datetime) -> dict[str, Source]:
    """Give where each value comes from, and since when it has been that value; an empty one comes from nowhere."""
    return {
        name: Source(opinion.provider, opinion.record, since.get(name, at))
        for name, opinion in sorted(merged.winners.items())
        if merged.values.get(name) not in (None, [], "")
    }


def person_of(
    person: PersonId, merged: Merged, before: Published | None, change: Change | None, at: datetime
) -> Person:
    """Put together what is published, after the change that published it (None: only the provenance is new)."""
    moved = {n for n, (old, new) in change.changed.items() if says_otherwise(old, new)} if change else set()
    kept = {name: time for name, time in before.since.items() if name not in moved} if before else {}
    if change is None:
        assert before is not None
        version, created, changed, last = (
            before.version,
            before.created_at,
            before.changed_at,
            before.last_change,
        )
    else:
        version, created = (before.version + 1, before.created_at) if before else (1, at)
        changed, last = at, change.seq
    return Person(
        person, merged.status, merged.values, provenance(merged, kept, changed), merged.sources,
        version, created, changed, last,
    )  # fmt: skip


def references_of(person: Person) -> list[Reference]:
    """Give whom a person names, as rows to look up from the other side."""
    return [
        Reference(person.id, name, fold(str(shape["written"])), _target(shape))
        for name, value in person.values.items()
        for shape in (value if isinstance(value, list) else [value])
        if isinstance(shape, dict)
    ]


def _target(shape: Mapping[str, Json]) -> PersonId | None:
    return PersonId(str(shape["person"])) if "person" in shape else None


def _word(value: Json) -> Json:
    if isinstance(value, dict):
        return value.get("written")
    if isinstance(value, list):
        return [_word(item) for item in value]
    return value
