"""The secrets that settings point to, found wherever they stand in a settings object."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from dirsync_core.model.secrets import Secret


def secrets_in(value: object, path: str) -> Iterator[tuple[str, Secret]]:
    """Give every secret in a settings object, with the path of its setting."""
    match value:
        case Secret():
            yield path, value
        case Mapping():
            for name, item in value.items():
                yield from secrets_in(item, f"{path}.{name}")
        case list() | tuple():
            for position, item in enumerate(value):
                yield from secrets_in(item, f"{path}[{position}]")
        case _ if attrs.has(type(value)):
            cls: type[Any] = type(value)
            for field in attrs.fields(cls):
                yield from secrets_in(getattr(value, field.name), f"{path}.{field.name}")
