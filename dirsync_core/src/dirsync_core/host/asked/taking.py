"""Writing what a pull yields, through the handle that pushes are written through. Each call is within one transaction.

Doing it again changes nothing: a record that is the same already leaves no event, no version, no change.
"""

from collections.abc import Collection, Iterator, Sequence

import attrs

from dirsync_core.api import Delete, Upsert, View
from dirsync_core.engine.guard import Guarding
from dirsync_core.host.asked.enumerating import Item, Unusable
from dirsync_core.host.handle import ProviderEdit
from dirsync_core.model.changes import Change
from dirsync_core.model.errors import DirsyncError, Erased
from dirsync_core.model.identifiers import RecordId
from dirsync_core.model.records import Kind, Member, Record, fold_key
from dirsync_core.store.contract import PullCounts, Transaction

_PAGE = 500

UNCHANGED = PullCounts(read=1, unchanged=1)
CREATED = PullCounts(read=1, created=1)
CHANGED = PullCounts(read=1, changed=1)
WITHDRAWN = PullCounts(read=1, withdrawn=1)
REFUSED = PullCounts(read=1, refused=1)


@attrs.frozen
class Absent:
    """Records that a complete enumeration did not name; `emptied` where it named nobody, and there was somebody."""

    records: tuple[RecordId, ...] = ()
    emptied: bool = False


def take(edit: ProviderEdit, items: Sequence[Item]) -> PullCounts:
    """Write items, and say what became of them.

    Raises:
        Unusable: one can't be stored; names its key.
    """
    return sum((_take(edit, item) for item in items), PullCounts())


def absent(view: View, keys: Collection[tuple[Kind, str]]) -> Absent:
    """Give the live records that none of the keys names."""
    kinds: tuple[Kind, ...] = ("user", "group")
    gone = tuple(
        record.id for kind in kinds for record in _every(view, kind) if (kind, fold_key(record.key)) not in keys
    )
    nobody = not any(kind == "user" for kind, _ in keys)
    return Absent(gone, emptied=nobody and view.count("user") > 0)


def withdraw(edit: ProviderEdit, gone: Absent) -> PullCounts:
    """Delete what is absent. The caller settles."""
    for record in gone.records:
        edit.delete(record)
    return PullCounts(withdrawn=len(gone.records))


def settled(tx: Transaction, edit: ProviderEdit, *, emptied: bool = False) -> tuple[Sequence[Change], PullCounts]:
    """Settle; give what was published, and count whom the guard held. Where a source was emptied it holds everybody."""
    changes = edit.settle(Guarding.HOLD if emptied else Guarding.COUNT).changes
    return changes, PullCounts(held=sum(bool(tx.cases.holds(record)) for record in edit.touched))


def _take(edit: ProviderEdit, item: Item) -> PullCounts:
    match item:
        case Delete(key, kind):
            return _take_away(edit, kind, key)
        case Upsert(kind="group"):
            return _take_group(edit, item)
        case _:
            return _take_record(edit, item)[1]


def _take_away(edit: ProviderEdit, kind: Kind, key: str) -> PullCounts:
    found = edit.find(kind, "key", key)
    for record in found:
        edit.delete(record.id)
    return WITHDRAWN if found else UNCHANGED


def _take_record(edit: ProviderEdit, item: Upsert) -> tuple[Record | None, PullCounts]:
    """Write a record; one of somebody who was erased on request is left out, and the rest goes on."""
    found = edit.find(item.kind, "key", item.key)
    try:
        if not found:
            made = edit.create(item.kind, item.key, item.body, external_id=item.external_id, active=item.active)
            return made, CREATED
        now = edit.replace(
            found[0].id, key=item.key, body=item.body, external_id=item.external_id, active=item.active
        )  # fmt: skip
    except Erased:
        return None, REFUSED
    except DirsyncError:
        raise
    except (TypeError, ValueError) as error:  # what the provider gave as a body
        raise Unusable(f"“{item.key}” can't be stored: {error}.") from error
    return now, UNCHANGED if now.version == found[0].version else CHANGED


def _take_group(edit: ProviderEdit, item: Upsert) -> PullCounts:
    """Write a group and make its members be those; keys that no user has are passed over."""
    group, counts = _take_record(edit, item)
    if group is None:
        return counts
    wanted = {record.id for key in item.members for record in edit.find("user", "key", key)}
    there = {member.value for member in edit.members(group.id)}
    moved = edit.remove_members(group.id, sorted(there - wanted))
    moved += edit.add_members(group.id, [Member(value) for value in sorted(wanted - there)])
    return CHANGED if moved and counts == UNCHANGED else counts


def _every(view: View, kind: Kind) -> Iterator[Record]:
    after: RecordId | None = None
    while page := view.page(kind, after=after, limit=_PAGE):
        yield from page
        after = page[-1].id
