"""An admin's words over the providers', in the interface's shape."""

from dirsync_core.model.facts import Override
from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.moments import written_time
from dirsync_core.query.reading import Reading, Shape


def override_shapes(reading: Reading, person: PersonId | None = None) -> list[Shape]:
    """Give the overrides of a person, or all. `asleep`: no mapper sets the attribute any more."""
    facts = reading.tx.facts
    found = facts.all_overrides() if person is None else facts.overrides(person)
    return [_shape(reading, override) for override in found]


def _shape(reading: Reading, override: Override) -> Shape:
    person = reading.person(override.person)
    return {
        "person": override.person,
        "email": person.email if person is not None else None,
        "name": override.name,
        "op": override.op,
        "value": override.value,
        "by": override.by,
        "at": written_time(override.at),
        "note": override.note,
        "asleep": override.name not in reading.rules.schema,
    }
