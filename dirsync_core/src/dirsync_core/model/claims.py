"""Claims: a record after mapping, attribute by attribute."""

from collections.abc import Mapping
from enum import Enum

import attrs

Value = str | bool | tuple[str, ...]
"""What an attribute may hold: a text, a boolean, or a set of texts (written as a tuple, in the source's order)."""


class AttributeKind(Enum):
    """What an attribute holds. References are e-mail addresses, as the source wrote them."""

    TEXT = "text"
    BOOLEAN = "boolean"
    TEXTS = "texts"
    REFERENCE = "reference"
    REFERENCES = "references"

    @property
    def is_set(self) -> bool:
        """Whether it holds several values."""
        return self in (AttributeKind.TEXTS, AttributeKind.REFERENCES)

    @property
    def is_reference(self) -> bool:
        """Whether its values name people."""
        return self in (AttributeKind.REFERENCE, AttributeKind.REFERENCES)


@attrs.frozen
class Attribute:
    """An attribute of the directory: its name in camelCase, what it holds, and a sentence for people."""

    name: str
    kind: AttributeKind = AttributeKind.TEXT
    description: str = ""


@attrs.frozen
class Set:
    """The source says so."""

    value: Value


@attrs.frozen
class Clear:
    """The source says that it is empty; sources lower in precedence are not asked."""


Claim = Set | Clear
Claims = Mapping[str, Claim]
"""Attribute → claim. An attribute that is not there is absent: the source has no opinion."""

CORE_ATTRIBUTES = (
    Attribute("email", AttributeKind.TEXT, "The primary e-mail address: the key by which people are matched"),
    Attribute(
        "groups",
        AttributeKind.TEXTS,
        "Names of the source's groups that list the record; set by dirsync itself",
    ),
    Attribute("until", AttributeKind.TEXT, "The last day of somebody kept by hand, as 2027-01-31"),
)

SET_BY_DIRSYNC = frozenset(
    {"id", "status", "locations", "groups", "provenance", "version", "createdAt", "changedAt"}
)  # fmt: skip
"""What a person has beside the values that sources give; no mapper may set these."""
