"""How a person recorded by hand lies in a record: flat, attribute by attribute, under the e-mail address as the key."""

from collections.abc import Mapping

import attrs

from dirsync_core.api import ByHandProvider, Json, Record, Upsert, Value


@attrs.frozen
class ManualSettings:
    """`[providers.NAME]` of a manual provider has nothing of its own."""


class Manual(ByHandProvider):
    """Contractors, temps and others. Adding, refusing and history are the core's; this says only what is written."""

    def compose(self, values: Mapping[str, Value]) -> Upsert:
        """Lay the values flat into a body; a set becomes a list."""
        body: dict[str, Json] = {name: _json(value) for name, value in sorted(values.items())}
        return Upsert(key=str(values["email"]).strip(), body=body)

    def values(self, record: Record) -> Mapping[str, Value]:
        """Read a body back."""
        return {name: _value(value) for name, value in record.content.items()}


def _json(value: Value) -> Json:
    return list(value) if isinstance(value, tuple) else value


def _value(value: object) -> Value:
    if isinstance(value, bool):
        return value
    return tuple(str(item) for item in value) if isinstance(value, list) else str(value)
