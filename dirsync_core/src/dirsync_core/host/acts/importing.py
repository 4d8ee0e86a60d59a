"""Many people recorded by hand at once: all of them or nobody, in one request. Start at `import_people`."""

from collections.abc import Iterator, Mapping, Sequence

import attrs

from dirsync_core.api import ByHandProvider, Entry, Imported, Upsert
from dirsync_core.api.tables import listed
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.settle import settle
from dirsync_core.host.acts.by_hand import check_locations, composed, former, put_placement, settable
from dirsync_core.host.handle import ProviderEdit, begin
from dirsync_core.host.rules.effects import effects_of, waiting
from dirsync_core.model.addresses import fold
from dirsync_core.model.changes import Change
from dirsync_core.model.errors import DirsyncError, Refused
from dirsync_core.model.identifiers import PersonId, RecordId
from dirsync_core.model.moments import Moment
from dirsync_core.model.people import Json
from dirsync_core.model.records import Record
from dirsync_core.query.plans import effect_shape
from dirsync_core.store.contract import Transaction


@attrs.frozen
class _Line:
    """An entry, the record that it makes, and the one that is there."""

    entry: Entry
    upsert: Upsert
    before: Record | None


def import_people(
    tx: Transaction, rules: Rules, moment: Moment, provider: ByHandProvider, entries: Sequence[Entry]
) -> Imported:
    """Add and change people kept by hand, by their addresses. Nobody is removed.

    Raises:
        Refused: some entries can't be used; has a line for each, and nothing was written.
        PluginUnavailable: the records can't be mapped or judged now.
    """
    waited = waiting(tx)
    entries = [_named_as_here(rules, entry) for entry in entries]
    _refuse([f"“{name}” can't be set by hand; there are {', '.join(settable(rules))}, and locations"
             for name in _unknown(rules, entries)])  # fmt: skip
    edit = begin(tx, rules, moment, provider.name)
    problems: list[str] = []
    lines = list(_lines(tx, edit, rules, provider, entries, problems))
    written = _written(edit, lines, problems)
    _refuse(problems)
    placed = _placed(tx, moment, written)
    changes = [*edit.settle(refusing=False).changes, *_settled(tx, rules, moment, placed)]
    _refuse([*_conflicts(tx, edit, written)])
    shapes = tuple(effect_shape(seen.effect) for seen in effects_of(tx, changes, waited))
    return _told(moment.request.id, written, placed, shapes, tuple(_notes(tx, written)))


# --- entries ---------------------------------------------------------------------------------------------------------


def _named_as_here(rules: Rules, entry: Entry) -> Entry:
    """Spell attributes as the directory does, and part the values of sets as people type them."""
    known = {name.casefold(): name for name in rules.schema}
    values = {known.get(name.casefold(), name): text for name, text in entry.values.items()}
    sets = {name: text.replace(";", ",") for name, text in values.items() if name in rules.schema
            and rules.schema[name].kind.is_set}  # fmt: skip
    return attrs.evolve(entry, values={**values, **sets})


def _unknown(rules: Rules, entries: Sequence[Entry]) -> list[str]:
    names = dict.fromkeys(name for entry in entries for name in entry.values)
    return [name for name in names if name not in settable(rules)]


def _lines(
    tx: Transaction,
    edit: ProviderEdit,
    rules: Rules,
    provider: ByHandProvider,
    entries: Sequence[Entry],
    problems: list[str],
) -> Iterator[_Line]:
    """Give what can be written, and gather what can't."""
    first: dict[str, str] = {}
    for entry in entries:
        try:
            upsert = composed(rules, provider, {}, entry.values)
            check_locations(rules, entry.locations)
            found = next(iter(edit.find("user", "key", upsert.key)), None)
            if found is not None:
                _refuse_dormant(tx, found)
                upsert = composed(rules, provider, provider.values(found), entry.values)
        except DirsyncError as error:
            problems.append(f"{entry.where}: {error}")
            continue
        earlier = first.setdefault(fold(upsert.key), entry.where)
        if earlier != entry.where:
            problems.append(f"{entry.where}: {upsert.key} stands in {earlier} already. Keep one of the two.")
        else:
            yield _Line(entry, upsert, found)


def _refuse_dormant(tx: Transaction, record: Record) -> None:
    if tx.facts.is_dormant(record.id):
        raise Refused(
            f"{record.key} was handed over to a source.", (f"Take them back first: dirsync release {record.key}",)
        )


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        raise Refused("\n".join(["Nothing was imported.", *listed(problems)]))


# --- writing ---------------------------------------------------------------------------------------------------------


def _written(edit: ProviderEdit, lines: Sequence[_Line], problems: list[str]) -> Mapping[RecordId, _Line]:
    written = {}
    for line in lines:
        try:
            written[_write(edit, line).id] = line
        except DirsyncError as error:  # an address that was erased
            problems.append(f"{line.entry.where}: {error}")
    return written


def _write(edit: ProviderEdit, line: _Line) -> Record:
    upsert = line.upsert
    if line.before is None:
        return edit.create("user", upsert.key, upsert.body, external_id=upsert.external_id, active=upsert.active)
    return edit.replace(
        line.before.id, key=upsert.key, body=upsert.body, external_id=upsert.external_id, active=upsert.active
    )  # fmt: skip


def _placed(tx: Transaction, moment: Moment, written: Mapping[RecordId, _Line]) -> Mapping[RecordId, int]:
    """Place people where their entries say; gives those of whom that is new, each with the event."""
    placed = {}
    for record, line in written.items():
        link = tx.facts.link(record)
        subject: PersonId | RecordId = link.person if link is not None else record
        for location in line.entry.locations:
            event = put_placement(tx, moment, subject, location, "add")
            if event is not None:
                placed[record] = event
    return placed


def _settled(tx: Transaction, rules: Rules, moment: Moment, placed: Mapping[RecordId, int]) -> list[Change]:
    if not placed:
        return []
    return settle(tx, rules, moment, max(placed.values()), placed).changes


def _conflicts(tx: Transaction, edit: ProviderEdit, written: Mapping[RecordId, _Line]) -> Iterator[str]:
    contested = edit.contested()
    for record, line in written.items():
        if record in contested:
            yield f"{line.entry.where}: {contested[record]}"
        elif tx.facts.link(record) is None:
            outcome = tx.outcomes.get(record)
            because = outcome.because if outcome is not None else "the record asks for no place"
            yield f"{line.entry.where}: nobody would come of it: {because}."


def _notes(tx: Transaction, written: Mapping[RecordId, _Line]) -> Iterator[str]:
    """Say of whom was added who had their address before."""
    for record, line in written.items():
        link = tx.facts.link(record)
        if line.before is None and link is not None:
            yield from (f"{line.entry.where}: {note}" for note in former(tx, line.upsert.key, link.person))


def _told(
    request: str,
    written: Mapping[RecordId, _Line],
    placed: Mapping[RecordId, int],
    effects: tuple[Mapping[str, Json], ...],
    notes: tuple[str, ...],
) -> Imported:
    added = [record for record, line in written.items() if line.before is None]
    changed = [record for record, line in written.items() if line.before is not None and (
        record in placed or line.before.content != line.upsert.body)]  # fmt: skip
    return Imported(request, len(added), len(changed), len(written) - len(added) - len(changed), effects, notes)
