"""Whom the source under test has to leave alone: another source, and people kept by hand. A plugin like any other."""

from collections.abc import Mapping

import attrs

from dirsync_core.api import (
    Attribute,
    ByHandProvider,
    Claims,
    Mapper,
    MapperType,
    Provider,
    ProviderType,
    Record,
    Set,
    Upsert,
    Value,
    hookimpl,
)

NEIGHBOUR = "testing-neighbour"
BY_HAND = "testing-by-hand"
_ATTRIBUTES = tuple(Attribute(name) for name in ("email", "displayName", "city", "until"))


@attrs.frozen
class NoSettings:
    """Neither has settings."""


class KeptByHand(ByHandProvider):
    """People kept by hand, flat."""

    def compose(self, values: Mapping[str, Value]) -> Upsert:
        """Lay the values into a body as they are."""
        return Upsert(str(values["email"]), {name: str(value) for name, value in values.items()})

    def values(self, record: Record) -> Mapping[str, Value]:
        """Read a body back."""
        return {name: str(value) for name, value in record.content.items()}


def map_flat(record: Record, claims: Claims) -> Claims:
    """Claim what the body says."""
    return {name: Set(str(value)) for name, value in record.content.items()}


def _flat(_: None) -> Mapper:
    return map_flat


@hookimpl
def dirsync_providers() -> list[ProviderType]:
    """Another source, and one kept by hand."""
    return [
        ProviderType(NEIGHBOUR, NoSettings, Provider, pushes=True, mappers=(NEIGHBOUR,), title="Neighbour"),
        ProviderType(BY_HAND, NoSettings, KeptByHand, by_hand=True, mappers=(NEIGHBOUR,), title="By hand"),
    ]


@hookimpl
def dirsync_mappers() -> list[MapperType]:
    """The mapper of both."""
    return [MapperType(NEIGHBOUR, _ATTRIBUTES, _flat)]
