"""Schemas as data (RFC 7643 7): what there is in a resource, and what a name in a request means.

Start at `ResourceType`: it knows a core schema and its extensions, and finds attributes by name in any case. The
schemas themselves are in `definitions`.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Literal

import attrs

from dirsync_core.api import FilterAttribute, Kind, Schema

Type = Literal["string", "boolean", "integer", "decimal", "dateTime", "reference", "binary", "complex"]
Mutability = Literal["readWrite", "readOnly", "writeOnly", "immutable"]
Returned = Literal["default", "always", "never", "request"]
Uniqueness = Literal["none", "server", "global"]


@attrs.frozen(slots=False)
class Attribute:
    """An attribute with the characteristics of RFC 7643 7."""

    name: str
    type: Type = "string"
    description: str = ""
    multi: bool = attrs.field(default=False, kw_only=True)
    sub: tuple["Attribute", ...] = attrs.field(default=(), kw_only=True)
    required: bool = attrs.field(default=False, kw_only=True)
    case_exact: bool = attrs.field(default=False, kw_only=True)
    mutability: Mutability = attrs.field(default="readWrite", kw_only=True)
    returned: Returned = attrs.field(default="default", kw_only=True)
    uniqueness: Uniqueness = attrs.field(default="none", kw_only=True)
    canonical: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    references: tuple[str, ...] = attrs.field(default=(), kw_only=True)

    def find(self, name: str) -> "Attribute | None":
        """Give the sub-attribute of that name, in any case."""
        return self._by_name.get(name.lower())

    @property
    def secret(self) -> bool:
        """Whether it is taken in and never stored nor shown, as a password."""
        return self.mutability == "writeOnly" or self.returned == "never"

    @cached_property
    def _by_name(self) -> dict[str, "Attribute"]:
        return by_name(self.sub)


@attrs.frozen(slots=False)
class Definition:
    """A schema: a URN and the attributes that it defines."""

    urn: str
    name: str
    description: str
    attributes: tuple[Attribute, ...]

    def find(self, name: str) -> Attribute | None:
        """Give the attribute of that name, in any case."""
        return self._by_name.get(name.lower())

    @cached_property
    def _by_name(self) -> dict[str, Attribute]:
        return by_name(self.attributes)


# RFC 7643 3.1: in every resource, and in no schema's list of attributes.
SCHEMAS = Attribute(
    "schemas", "reference", multi=True, required=True, case_exact=True, returned="always", references=("uri",)
)
COMMON = (
    Attribute("id", case_exact=True, mutability="readOnly", returned="always", uniqueness="server"),
    Attribute("externalId", case_exact=True),
    Attribute(
        "meta",
        "complex",
        mutability="readOnly",
        sub=(
            Attribute("resourceType", case_exact=True, mutability="readOnly"),
            Attribute("created", "dateTime", mutability="readOnly"),
            Attribute("lastModified", "dateTime", mutability="readOnly"),
            Attribute("location", "reference", case_exact=True, mutability="readOnly", references=("uri",)),
            Attribute("version", case_exact=True, mutability="readOnly"),
        ),
    ),
    SCHEMAS,
)


@attrs.frozen(slots=False)
class ResourceType:
    """A kind of resource: its endpoint, its core schema and its extensions.

    `noun` is what one is called in a sentence, `key` the attribute by which resources of the type are unique.
    """

    name: str
    kind: Kind
    endpoint: str
    description: str
    core: Definition
    key: str
    extensions: tuple[Definition, ...] = ()

    @property
    def noun(self) -> str:
        """What one of them is called in a sentence."""
        return self.name.lower()

    @property
    def schemas(self) -> tuple[Definition, ...]:
        """The core schema and the extensions."""
        return (self.core, *self.extensions)

    def find(self, name: str) -> Attribute | None:
        """Give the core or common attribute of that name, in any case."""
        return self._by_name.get(name.lower())

    def extension(self, urn: str) -> Definition | None:
        """Give the declared extension of that URN, in any case."""
        return self._extensions.get(urn.lower())

    def is_core(self, urn: str) -> bool:
        """Say whether the URN is that of the core schema."""
        return urn.lower() == self.core.urn.lower()

    def qualified(self, text: str) -> tuple[str, str] | None:
        """Cut `urn:…:User:department` into the URN of a schema of this type, as declared, and the rest."""
        urn, colon, name = text.rpartition(":")
        if not colon:
            return None
        known = self.core if self.is_core(urn) else self.extension(urn)
        return (known.urn, name) if known else None

    def attributes(self) -> Iterator[tuple[str | None, Attribute]]:
        """Give every attribute with the URN of its extension, None for core and common ones."""
        yield from ((None, attribute) for attribute in self._by_name.values())
        for extension in self.extensions:
            yield from ((extension.urn, attribute) for attribute in extension.attributes)

    @cached_property
    def filterable(self) -> Schema:
        """What a filter may name: everything but what is never shown."""
        extensions = tuple(Schema(filter_attributes(each.attributes), urn=each.urn) for each in self.extensions)
        return Schema(filter_attributes(self._by_name.values()), urn=self.core.urn, extensions=extensions)

    @cached_property
    def _by_name(self) -> dict[str, Attribute]:
        return by_name((*COMMON, *self.core.attributes))

    @cached_property
    def _extensions(self) -> dict[str, Definition]:
        return {extension.urn.lower(): extension for extension in self.extensions}


def by_name(attributes: Iterable[Attribute]) -> dict[str, Attribute]:
    """Index attributes by their name in lower case."""
    return {attribute.name.lower(): attribute for attribute in attributes}


def filter_attributes(attributes: Iterable[Attribute]) -> tuple[FilterAttribute, ...]:
    """Describe attributes to the filter language."""
    return tuple(_filter_attribute(attribute) for attribute in attributes if not attribute.secret)


def _filter_attribute(attribute: Attribute) -> FilterAttribute:
    return FilterAttribute(
        attribute.name,
        attribute.type,
        multi_valued=attribute.multi,
        case_exact=attribute.case_exact,
        sub_attributes=filter_attributes(attribute.sub),
    )
