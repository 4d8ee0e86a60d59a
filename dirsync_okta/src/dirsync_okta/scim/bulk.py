"""The body of a bulk request (RFC 7644 3.7), before anything is done: its operations, and what they say of each other.

A resource that one operation makes is named `bulkId:…` by the others. `steps` puts operations in an order in which
every name is known when it is needed; those that name each other in a circle stand in one step.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import attrs

from dirsync_core.api import Json
from dirsync_okta.scim.circles import circles
from dirsync_okta.scim.errors import ScimError, clip, invalid_syntax
from dirsync_okta.scim.reading import Content

BULK_REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
METHODS = ("POST", "PUT", "PATCH", "DELETE")
_REFERENCE = re.compile(r"bulkId:(.+)")
_IN_ADDRESS = re.compile(r"(?:.*/)?bulkId:([^/]+)")
_IN_PATH = re.compile(r'"bulkId:([^"]+)"')
_GONE = object()


@attrs.frozen
class BulkOperation:
    """One operation as it was sent: `endpoint` and `target` are the parts of its path, `problem` why it is none."""

    number: int
    method: str
    endpoint: str
    target: str | None
    bulk_id: str | None
    version: str | None
    data: Json
    problem: ScimError | None = None

    @property
    def names(self) -> frozenset[str]:
        """The bulkIds that it refers to."""
        return frozenset(_named(self.target, "$ref")) | frozenset(_named(self.data, ""))


@attrs.frozen
class BulkRequest:
    """Operations, and after how many errors the rest is left (None: never)."""

    operations: tuple[BulkOperation, ...]
    fail_on_errors: int | None


@attrs.frozen
class Made:
    """A resource that an operation has made."""

    id: str
    location: str


def read_bulk(payload: Content, *, most: int) -> BulkRequest:
    """Read the body of a bulk request. What is wrong with one operation is said of it, and refuses no other.

    Raises:
        ScimError: it is none, has too many operations, or two of them have one bulkId.
    """
    sent = {name.lower(): value for name, value in payload.items()}
    schemas, operations = sent.get("schemas"), sent.get("operations")
    if not isinstance(schemas, list) or BULK_REQUEST.lower() not in (str(urn).lower() for urn in schemas):
        raise invalid_syntax(f"“schemas” of a bulk request is [“{BULK_REQUEST}”]. Send it so.")
    if not isinstance(operations, list) or not operations:
        raise invalid_syntax("“Operations” is an array of one operation or more. Send it so.")
    if len(operations) > most:
        detail = f"The bulk request has more than {most:,} operations. Send it in several requests."
        raise ScimError(413, detail, topic="size")
    read = tuple(_operation(each, number) for number, each in enumerate(operations, 1))
    _refuse_twins(read)
    return BulkRequest(read, _fail_on_errors(sent.get("failonerrors")))


def _fail_on_errors(value: Json) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise _wrong("“failOnErrors” is a whole number from 1 on. Send it so, or leave it out.")
    return value


def _refuse_twins(operations: Sequence[BulkOperation]) -> None:
    seen: set[str] = set()
    for each in operations:
        if each.bulk_id is not None and each.bulk_id in seen:
            raise _wrong(f"Two operations have the bulkId “{clip(each.bulk_id)}”. Give each its own.")
        seen.update([each.bulk_id] if each.bulk_id is not None else [])


def _wrong(detail: str) -> ScimError:
    return ScimError(400, detail, "invalidValue", topic="bulk")


def _operation(payload: Json, number: int) -> BulkOperation:
    if not isinstance(payload, dict):
        raise invalid_syntax(f"Operation {number} is not an object. Send method, path and data in braces.")
    sent = {name.lower(): value for name, value in payload.items()}
    method, path, bulk_id, version = (_text(sent, name) for name in ("method", "path", "bulkId", "version"))
    endpoint, _, target = (path or "").strip("/").partition("/")
    read = BulkOperation(
        number, (method or "").upper(), f"/{endpoint}", target or None, bulk_id, version, sent.get("data")
    )
    return attrs.evolve(read, problem=_problem(read, sent))


def _text(sent: Mapping[str, Json], name: str) -> str | None:
    value = sent.get(name.lower())
    return value if isinstance(value, str) and value else None


def _problem(read: BulkOperation, sent: Mapping[str, Json]) -> ScimError | None:
    wrong = next((name for name in ("method", "path", "bulkId", "version") if _is_no_text(sent, name)), None)
    if wrong is not None:
        return _no_operation(f"“{wrong}” is not a text. Send one.")
    if read.method not in METHODS:
        return _no_operation(f"“method” is “{clip(read.method)}”. Send one of {', '.join(METHODS)}.")
    if read.method == "POST" and read.bulk_id is None:
        return _no_operation("“bulkId” is missing. A POST names what it makes by one.")
    if (read.method == "POST") != (read.target is None):
        wanted = "the type alone, such as /Users" if read.method == "POST" else "one resource, such as /Users/ID"
        return _no_operation(f"The “path” of a {read.method} is {wanted}. Send it so.")
    if read.method != "DELETE" and not isinstance(read.data, dict):
        return _no_operation(f"“data” is not an object. A {read.method} has its body there.")
    return None


def _no_operation(detail: str) -> ScimError:
    return ScimError(400, detail, "invalidSyntax", topic="bulk")


def _is_no_text(sent: Mapping[str, Json], name: str) -> bool:
    value = sent.get(name.lower())
    return value is not None and not isinstance(value, str)


# --- references ------------------------------------------------------------------------------------------------------


def _named(value: Json, key: str) -> Iterator[str]:
    if isinstance(value, str):
        yield from _IN_PATH.findall(value) if key == "path" else _reference(value, key)
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _named(part, name)
    elif isinstance(value, list):
        for each in value:
            yield from _named(each, key)


def _reference(text: str, key: str) -> list[str]:
    found = (_IN_ADDRESS if key == "$ref" else _REFERENCE).fullmatch(text)
    return [found.group(1)] if found else []


def resolved(value: Json, made: Mapping[str, Made]) -> Json:
    """Put ids in the place of references. What refers to something not made yet is left out: whole elements, too."""
    found = _resolved(value, "", made)
    return None if found is _GONE else found  # type: ignore[return-value]  # _GONE is the only one that is no Json


def resolved_target(target: str | None, made: Mapping[str, Made]) -> str | None:
    """Put the id in the place of a reference in a path."""
    names = _reference(target, "$ref") if target else []
    return made[names[0]].id if names and names[0] in made else target


def _resolved(value: Json, key: str, made: Mapping[str, Made]) -> object:
    if isinstance(value, str):
        return _resolved_text(value, key, made)
    if isinstance(value, dict):
        parts = {name: _resolved(part, name, made) for name, part in value.items()}
        refers = _GONE in (parts.get("value"), parts.get("$ref"))
        return _GONE if refers else {name: part for name, part in parts.items() if part is not _GONE}
    if isinstance(value, list):
        return [part for each in value if (part := _resolved(each, key, made)) is not _GONE]
    return value


def _resolved_text(text: str, key: str, made: Mapping[str, Made]) -> object:
    if key == "path":
        return _IN_PATH.sub(lambda found: f'"{made[found.group(1)].id}"', text)
    names = _reference(text, key)
    if not names:
        return text
    if names[0] not in made:
        return _GONE
    return made[names[0]].location if key == "$ref" else made[names[0]].id


# --- order -----------------------------------------------------------------------------------------------------------


def steps(operations: Sequence[BulkOperation]) -> list[tuple[BulkOperation, ...]]:
    """Put operations in an order in which what is referred to comes first; else they stay in theirs.

    Those that refer to each other in a circle (RFC 7644 3.7.1) come together, in one step.
    """
    makers = {each.bulk_id: each for each in operations if each.method == "POST" and each.bulk_id is not None}
    needed = {
        each.number: [makers[name].number for name in sorted(each.names) if name in makers] for each in operations
    }
    by_number = {each.number: each for each in operations}
    return [tuple(by_number[number] for number in step) for step in circles(needed)]
