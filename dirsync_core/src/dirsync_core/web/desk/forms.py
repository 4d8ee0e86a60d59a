"""The form of somebody kept by hand."""

from typing import Any

from dirsync_core.host.acts import by_hand
from dirsync_core.host.host import Host
from dirsync_core.model.claims import Value
from dirsync_core.model.identifiers import PersonId
from dirsync_core.query.reading import Reading
from dirsync_core.web.desk.shell import shell

_NOT_ON_FORMS = ("until", "groups", "locations")


def form(host: Host, reading: Reading, person: str | None, by: str) -> dict[str, Any]:
    """Give what is kept by hand of somebody, or an empty form."""
    attributes = [
        {"name": a.name, "kind": a.kind.value, "description": a.description}
        for a in reading.rules.schema.values()
        if a.name not in _NOT_ON_FORMS
    ]
    page: dict[str, Any] = {
        "shell": shell(host, reading, by), "person": None, "values": {}, "locations": [], "until": None,
        "provider": None, "version": 0, "attributes": attributes,
    }  # fmt: skip
    if person is None:
        return page
    record, provider = by_hand.kept_by_hand(reading.tx, reading.rules, host.by_hand, person)
    values = {n: list(v) if isinstance(v, tuple) else v for n, v in provider.values(record).items()}
    until = values.pop("until", None)
    placed = [p.location for p in reading.tx.facts.placements(PersonId(person)) if p.op == "add"]
    return page | {
        "person": person, "values": values, "locations": placed, "until": until, "provider": provider.name,
        "version": record.version,
    }  # fmt: skip


def text(value: Value) -> str:
    """Write a value as it is typed."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, tuple) else value
