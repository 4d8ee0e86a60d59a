"""Lists of resources (RFC 7644 3.4.2): filter, index paging, and a total that is true.

Order is that of the store: the order in which resources were made, so pages stay stable while others are added.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import attrs

from dirsync_core.api import BoundFilter, FilterError, Json, Record, RecordId, View, bind, parse
from dirsync_okta.scim.answers import array, meta_of, spliced, written
from dirsync_okta.scim.collection import Collection
from dirsync_okta.scim.errors import ScimError
from dirsync_okta.scim.members import member_documents
from dirsync_okta.scim.projection import Projection, read_projection
from dirsync_okta.scim.reading import Content
from dirsync_okta.scim.schema import ResourceType

LIST_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
DEFAULT_COUNT = 100
MAX_COUNT = 1_000
_SCAN = 1_000


@attrs.frozen
class Query:
    """What a list request asks for; `start` counts from 1."""

    start: int
    count: int
    filter: BoundFilter | None
    projection: Projection


def read_query(resource_type: ResourceType, parameters: Mapping[str, str]) -> Query:
    """Read a list request.

    Raises:
        ScimError: the filter can't be used, or a number is none.
    """
    return Query(
        max(1, _whole_number(parameters, "startIndex", 1)),
        min(MAX_COUNT, max(0, _whole_number(parameters, "count", DEFAULT_COUNT))),
        read_filter(resource_type, parameters.get("filter")),
        read_projection(resource_type, parameters),
    )


def read_filter(resource_type: ResourceType, text: str | None) -> BoundFilter | None:
    """Read a filter; an empty one is an error, never everybody.

    Raises:
        ScimError: it can't be read, or names what there is not.
    """
    if text is None:
        return None
    try:
        return bind(parse(text), resource_type.filterable)
    except FilterError as error:
        detail = f"The filter can't be used: {error.detail}. (Column {error.column}.)"
        raise ScimError(400, detail, "invalidFilter", topic="filter") from None


def listed(collection: Collection, view: View, query: Query) -> bytes:
    """Write the page of a list that a query asks for."""
    total, page = _page(collection, view, query)
    shown = [collection.shown(view, record, query.projection) for record in page]
    return list_response(shown, total=total, start=query.start, resources=query.count > 0)


def list_response(shown: Sequence[bytes], *, total: int, start: int, resources: bool = True) -> bytes:
    """Write a ListResponse around resources that are written already."""
    head: dict[str, Json] = {
        "schemas": [LIST_RESPONSE],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(shown),
    }
    return spliced(written(head), {"Resources": array(shown)} if resources else {})


def _page(collection: Collection, view: View, query: Query) -> tuple[int, Sequence[Record]]:
    kind, first = collection.type.kind, query.start - 1
    if query.filter is None:
        page = view.page(kind, start=first, limit=query.count) if query.count else ()
        return view.count(kind), page
    total, page = 0, []
    for record in _candidates(collection, view, query.filter):
        if query.filter.matches(_document(collection, view, record, query.filter)):
            if first <= total < first + query.count:
                page.append(record)
            total += 1
    return total, page


def _candidates(collection: Collection, view: View, selection: BoundFilter) -> Iterator[Record]:
    """Give the records that can match: by an index where the filter names an id or a key, else all of them."""
    kind = collection.type.kind
    if (wanted := selection.equality("id")) is not None:
        record = view.get(RecordId(wanted))
        yield from [record] if record is not None and record.kind == kind else []
    elif (wanted := selection.equality(collection.type.key)) is not None:
        yield from view.find(kind, "key", wanted)
    elif (wanted := selection.equality("externalId")) is not None:
        yield from view.find(kind, "externalId", wanted)
    else:
        yield from _all(collection, view)


def _all(collection: Collection, view: View) -> Iterator[Record]:
    after: RecordId | None = None
    while page := view.page(collection.type.kind, after=after, limit=_SCAN):
        yield from page
        after = page[-1].id


def _document(collection: Collection, view: View, record: Record, selection: BoundFilter) -> Mapping[str, object]:
    """Give a record as the filter sees it; what is derived only where the filter asks for it."""
    named = {name.split(".")[0] for name in selection.attributes}
    document = {**cast(Content, record.content), "id": record.id}
    if "meta" in named:
        document["meta"] = meta_of(collection.type, record, collection.addresses)
    if "members" in named:
        document["members"] = member_documents(view, record.id, selection)
    for name, part in collection.derived(view, record, lambda wanted: wanted == "groups" in named).items():
        document[name] = json.loads(part)
    return document


def _whole_number(parameters: Mapping[str, str], name: str, default: int) -> int:
    text = parameters.get(name.lower())
    if text is None:
        return default
    try:
        return int(text) if len(text) < 12 else int(float(text))
    except (ValueError, OverflowError):
        raise ScimError(400, f"“{name}” is “{text[:40]}”. Send a whole number.", "invalidValue") from None
