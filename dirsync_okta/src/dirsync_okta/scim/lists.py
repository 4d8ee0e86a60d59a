"""What a list request asks for (RFC 7644 3.4.2, RFC 9865): which resources, in which order, and which page of them.

It may ask for resources of one type, or of several in one list. Start at `read_query`; `pages` answers it.
"""

from collections.abc import Mapping, Sequence

import attrs

from dirsync_core.api import AttributePath, BoundFilter, FilterAttribute, FilterError, Schema, bind, parse
from dirsync_okta.scim.collection import Collection
from dirsync_okta.scim.errors import ScimError
from dirsync_okta.scim.projection import Projection, read_projection
from dirsync_okta.scim.schema import ResourceType
from dirsync_okta.scim.sorting import Order, read_descending, read_order

DEFAULT_COUNT = 100
MAX_COUNT = 1_000
_LAST_INDEX = 2**53  # beyond which JSON and SQL know no whole numbers


@attrs.frozen
class Part:
    """What a query asks of the resources of one type."""

    collection: Collection
    filter: BoundFilter | None
    order: Order | None
    projection: Projection


@attrs.frozen
class Query:
    """What a list request asks for: a part for each type, and a page of all together.

    `start` counts from 1. `cursor` is None where the page is chosen by `start`. `binding` tells the list from others:
    it is the same for all pages of one list.
    """

    parts: tuple[Part, ...]
    start: int
    count: int
    cursor: str | None
    descending: bool
    binding: str

    @property
    def everything(self) -> bool:
        """Whether all resources are asked for, in the order of their ids."""
        return all(part.filter is None and part.order is None for part in self.parts)


def read_query(collections: Sequence[Collection], parameters: Mapping[str, str]) -> Query:
    """Read a list request; the names of its parameters are in lower case.

    Raises:
        ScimError: filter, order or attributes can't be used, or a number is none.
    """
    cursor = parameters.get("cursor")
    if cursor is not None and "startindex" in parameters:
        detail = "“cursor” and “startIndex” are two ways to page, and exclude each other. Send one of them."
        raise ScimError(400, detail, "invalidValue", topic="cursor")
    parts = tuple(_part(each, collections, parameters) for each in collections)
    descending = read_descending(parameters.get("sortorder"))
    return Query(
        parts,
        min(_LAST_INDEX, max(1, _whole_number(parameters, "startIndex", 1))),
        _count(parameters) if cursor is None else _count_of_cursor(parameters),
        cursor,
        descending,
        _binding(parts, parameters, descending),
    )


def read_filter(
    resource_type: ResourceType, text: str | None, among: Sequence[ResourceType] = ()
) -> BoundFilter | None:
    """Read a filter; an empty one is an error, never everybody.

    Where types are `among` others, what only those have is an attribute without a value (RFC 7644 3.4.2.1).

    Raises:
        ScimError: it can't be read, or names what there is not.
    """
    if text is None:
        return None
    try:
        return bind(parse(text), schema_among(resource_type, among))
    except FilterError as error:
        detail = f"The filter can't be used: {error.detail}. (Column {error.column}.)"
        raise ScimError(400, detail, "invalidFilter", topic="filter") from None


def schema_among(resource_type: ResourceType, among: Sequence[ResourceType]) -> Schema:
    """Give what a filter may name of a type, and what it may name because another type has it."""
    others = [each for each in among if each is not resource_type]

    def elsewhere(path: AttributePath) -> FilterAttribute | None:
        found = (_find(each.filterable, attrs.evolve(path, sub=None)) for each in others)
        return next((each for each in found if each is not None), None)

    return attrs.evolve(resource_type.filterable, unknown=elsewhere) if others else resource_type.filterable


def _find(schema: Schema, path: AttributePath) -> FilterAttribute | None:
    try:
        return schema.resolve(path).attribute
    except FilterError:
        return None


def _part(collection: Collection, collections: Sequence[Collection], parameters: Mapping[str, str]) -> Part:
    among = [each.type for each in collections]
    return Part(
        collection,
        read_filter(collection.type, parameters.get("filter"), among),
        read_order(schema_among(collection.type, among), parameters.get("sortby")),
        read_projection(collection.type, parameters),
    )


def _binding(parts: Sequence[Part], parameters: Mapping[str, str], descending: bool) -> str:
    places = [part.collection.addresses.of(part.collection.type.endpoint, "") for part in parts]
    filters = [str(part.filter or "") for part in parts]
    return "\n".join([*places, *filters, parameters.get("sortby", "").lower(), str(descending)])


def _count(parameters: Mapping[str, str]) -> int:
    return min(MAX_COUNT, max(0, _whole_number(parameters, "count", DEFAULT_COUNT)))


def _count_of_cursor(parameters: Mapping[str, str]) -> int:
    """RFC 9865 2.1: a page of a cursor has one resource at least."""
    try:
        count = _whole_number(parameters, "count", DEFAULT_COUNT)
    except ScimError:
        count = 0
    if count < 1:
        detail = f"“count” is “{parameters['count'][:40]}”. With a cursor, send a whole number from 1 to {MAX_COUNT}."
        raise ScimError(400, detail, "invalidCount", topic="cursor")
    return min(MAX_COUNT, count)


def _whole_number(parameters: Mapping[str, str], name: str, default: int) -> int:
    text = parameters.get(name.lower())
    if text is None:
        return default
    try:
        return int(text) if len(text) < 12 else int(float(text))
    except (ValueError, OverflowError):
        raise ScimError(400, f"“{name}” is “{text[:40]}”. Send a whole number.", "invalidValue") from None
