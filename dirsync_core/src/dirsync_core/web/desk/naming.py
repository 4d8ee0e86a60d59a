"""What people are called whom the data of a page refers to."""

from typing import Any

from dirsync_core.model.identifiers import PersonId
from dirsync_core.query.reading import Reading, called


def names_in(reading: Reading, data: object) -> dict[str, Any]:
    """Give what the people are called whom references in the data name."""
    targets = sorted(_targets(data))
    reading.tx.people.read_ahead([PersonId(target) for target in targets])
    return {
        target: {"displayName": called(person), "email": person.email, "source": next(iter(person.sources), None)}
        for target in targets
        if (person := reading.person(PersonId(target))) is not None
    }


def _targets(data: object) -> set[str]:
    if isinstance(data, dict):
        own = {str(data["person"])} if "written" in data and "person" in data else set()
        return own.union(*(_targets(value) for value in data.values()))
    if isinstance(data, list | tuple):
        return set().union(*(_targets(value) for value in data))
    return set()
