"""A push provider as plain as can be: a body is a flat mapping of attributes. Its mapper fails for the title `boom`."""

from collections.abc import Mapping

import attrs

from dirsync_core.api import (
    Attribute,
    AttributeKind,
    Claim,
    Claims,
    Clear,
    Mapper,
    MapperType,
    Provider,
    ProviderType,
    Record,
    Set,
    hookimpl,
)

ATTRIBUTES = (
    Attribute("email"),
    *(Attribute(n) for n in ("displayName", "title", "city", "phone", "locale", "userType")),
    Attribute("assistants", AttributeKind.REFERENCES),
    Attribute("manager", AttributeKind.REFERENCE),
)


@attrs.frozen
class FlatSettings:
    pass


def flat(_: None) -> Mapper:
    return map_flat


def map_flat(record: Record, claims: Claims) -> Claims:
    if record.content.get("title") == "boom":
        raise ValueError("boom")
    return {name: _claim(value) for name, value in record.content.items()}


def _claim(value: object) -> Claim:
    if value in (None, "", []):
        return Clear()
    return Set(tuple(value) if isinstance(value, list) else str(value))


def body(values: Mapping[str, object]) -> dict[str, object]:
    return dict(values)


@hookimpl
def dirsync_providers() -> list[ProviderType]:
    return [ProviderType("flat", FlatSettings, Provider, pushes=True, mappers=("flat",), title="Flat")]


@hookimpl
def dirsync_mappers() -> list[MapperType]:
    return [MapperType("flat", ATTRIBUTES, flat)]
