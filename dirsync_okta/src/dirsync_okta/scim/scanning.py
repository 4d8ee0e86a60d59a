"""Which records a query finds: by an index where its filter offers one, else by reading all of the type."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import cast

from dirsync_core.api import BoundFilter, FilterError, Record, RecordId, View, bind_path, parse_path
from dirsync_okta.scim.answers import meta_of
from dirsync_okta.scim.lists import Part
from dirsync_okta.scim.members import member_documents
from dirsync_okta.scim.reading import Content
from dirsync_okta.scim.sorting import ABSENT, Key

Hurry = Callable[[], None]
"""Raises where a search has taken too long."""

_SCAN = 1_000
_NOT_IN_BODY = frozenset(("id", "meta", "groups", "members"))


def matching(view: View, part: Part, hurry: Hurry) -> Iterator[tuple[Key, Record]]:
    """Give the records that a query finds, in the order of their ids, each with its sort key."""
    needs = _needs(part)
    for record in _candidates(view, part, hurry):
        document = _document(view, part, record, needs)
        if part.filter is None or part.filter.matches(document):
            yield part.order.key(document) if part.order else ABSENT, record


def _candidates(view: View, part: Part, hurry: Hurry) -> Iterator[Record]:
    """Give the records that can match."""
    kind, selection = part.collection.type.kind, part.filter
    if selection is None:
        yield from _all(view, part, hurry)
    elif _out_of_place(part, selection):
        return
    elif (wanted := selection.equality("id")) is not None:
        record = view.get(RecordId(wanted))
        yield from [record] if record is not None and record.kind == kind else []
    elif (wanted := selection.equality(part.collection.type.key)) is not None:
        yield from view.find(kind, "key", wanted)
    elif (wanted := selection.equality("externalId")) is not None:
        yield from view.find(kind, "externalId", wanted)
    else:
        texts = _texts(part, selection)
        yield from (record for record in _all(view, part, hurry) if _may_hold(record.body, texts))


def _out_of_place(part: Part, selection: BoundFilter) -> bool:
    """Whether a filter can't hold for this type: it asks for another, or for a value of what only another has."""
    wanted = selection.equality("meta.resourceType")
    if wanted is not None and wanted != part.collection.type.name:
        return True
    return any(_type_of(part, name) is None for name in selection.attributes if selection.equality(name) is not None)


def _texts(part: Part, selection: BoundFilter) -> tuple[bytes, ...]:
    """Give texts that are, in lower case, in the body of whatever matches: to look for them is to parse less."""
    wanted = ((name, selection.equality(name)) for name in selection.attributes)
    return tuple(
        text.lower().encode()
        for name, text in wanted
        if text is not None
        and name.split(".")[0] not in _NOT_IN_BODY
        and _type_of(part, name) in ("string", "reference")
        and text.isascii()
        and json.dumps(text) == f'"{text}"'
    )


def _may_hold(body: bytes, texts: tuple[bytes, ...]) -> bool:
    if not texts or not body.isascii() or b"\\" in body:  # where a text can be written in other ways
        return True
    lower = body.lower()
    return all(text in lower for text in texts)


def _type_of(part: Part, name: str) -> str | None:
    """Give the type of what a filter names; None where this type of resource does not have it."""
    try:
        path = bind_path(parse_path(name), part.collection.type.filterable)
    except FilterError:
        return None
    return (path.sub or path.attribute).type


def _all(view: View, part: Part, hurry: Hurry) -> Iterator[Record]:
    after: RecordId | None = None
    while page := view.page(part.collection.type.kind, after=after, limit=_SCAN):
        yield from page
        after = page[-1].id
        hurry()


def _needs(part: Part) -> frozenset[str]:
    named = {name.split(".")[0] for name in part.filter.attributes} if part.filter else set()
    return frozenset(named | {part.order.needs} if part.order else named)


def _document(view: View, part: Part, record: Record, needs: frozenset[str]) -> Mapping[str, object]:
    """Give a record as filter and order see it; what is derived only where they ask for it."""
    collection = part.collection
    document = {**cast(Content, record.content), "id": record.id}
    if "meta" in needs:
        document["meta"] = meta_of(collection.type, record, collection.addresses)
    if "members" in needs and collection.type.kind == "group":
        sorts = part.order is not None and part.order.needs == "members"
        selection = None if sorts else part.filter
        document["members"] = member_documents(view, record.id, selection, collection.addresses)
    for name, derived in collection.derived(view, record, lambda wanted: wanted == "groups" in needs).items():
        document[name] = json.loads(derived)
    return document
