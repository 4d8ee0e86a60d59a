"""From a client's JSON to what is stored: names as the schema spells them, values of the schema's types.

What nobody declared is kept as it was written: unknown attributes, unknown extensions and their order. What the client
can't set is left out: read-only attributes (RFC 7643 2.2) and what is never kept, such as a password. Start at
`read_resource`.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from dirsync_core.api import Json
from dirsync_okta.scim import dialects, tolerances
from dirsync_okta.scim.errors import about, clip, invalid_syntax, invalid_value, unchangeable
from dirsync_okta.scim.forgiving import (
    complex_in_text,
    forgiven,
    left_out,
    listed,
    misfit,
    take,
    take_flat,
    undeclared,
    what,
)
from dirsync_okta.scim.notes import Notes, redacted
from dirsync_okta.scim.sameness import each_once
from dirsync_okta.scim.schema import Attribute, Definition, ResourceType, Type

Content = dict[str, Json]
MAX_VALUES = 2_000
"""How many values an attribute may have; members of a group are not stored in it, and not counted."""


def read_resource(resource_type: ResourceType, payload: Content, notes: Notes | None = None) -> Content:
    """Read a whole resource, as in POST and PUT.

    Raises:
        ScimError: a value doesn't fit its attribute, a required one is missing, or `schemas` is not this type's.
    """
    with about(resource_type.noun, _key_in(resource_type, payload)):
        return _read_resource(resource_type, payload, notes or Notes())


def _read_resource(resource_type: ResourceType, payload: Content, notes: Notes) -> Content:
    content: Content = {"schemas": _require_schemas(payload)}
    for name, value in _spelled(resource_type, payload, notes):
        _put(content, name, value)
    read = settled(resource_type, content)
    _note_unlisted(content, notes)
    return read


def _key_in(resource_type: ResourceType, payload: Content) -> str | None:
    """Give what whoever reads a refusal knows a resource by."""
    sent = {name.lower(): value for name, value in payload.items()}
    known = (sent.get(name.lower()) for name in (resource_type.key, "externalId"))
    return next((key for key in known if isinstance(key, str) and key.strip()), None)


def _note_unlisted(content: Content, notes: Notes) -> None:
    named = {str(urn).lower() for urn in content["schemas"]} if isinstance(content["schemas"], list) else set()
    for urn in extensions_in(content):
        if urn.lower() not in named and not is_empty(content[urn]):
            notes.take(
                dialects.EXTENSION_UNLISTED,
                invalid_syntax(f"“{clip(urn)}” is in the body, and “schemas” does not name it. Name it there."),
                clip(urn),
            )


def settled(resource_type: ResourceType, content: Content) -> Content:
    """Check a resource as a whole, and have its `schemas` name what is in it.

    Raises:
        ScimError: a required attribute is missing.
    """
    for attribute in resource_type.core.attributes:
        if attribute.required and is_empty(content.get(attribute.name)):
            raise invalid_value(f"“{attribute.name}” is missing. A {resource_type.noun} must have one.")
    return {**content, "schemas": read_schemas(resource_type, content["schemas"], content)}


def keep_fixed(resource_type: ResourceType, before: Mapping[str, object], after: Mapping[str, object]) -> None:
    """Refuse a change of what is immutable and has a value (RFC 7643 7). Elements of a list are not looked into.

    Raises:
        ScimError: such an attribute, or such a part of one, would change.
    """
    for urn, attribute in resource_type.attributes():
        there, then = (_inside(each, urn).get(attribute.name) for each in (before, after))
        keep_value(attribute, there, then, attribute.name)


def keep_value(attribute: Attribute, before: object, after: object, label: str) -> None:
    """Refuse a change of a value, or of a part of it, that is immutable and set."""
    if attribute.mutability == "immutable" and before not in (None, "", [], {}) and _said(before) != _said(after):
        raise unchangeable(f"“{label}” can't change any more once it is set. Send it as it is, or leave it out.")
    if isinstance(before, dict):
        then = after if isinstance(after, dict) else {}
        for part in attribute.sub:
            keep_value(part, before.get(part.name), then.get(part.name), f"{label}.{part.name}")


def _said(value: object) -> object:
    # A part that is null says as much as one that is not there (RFC 7643 2.5).
    return {name: part for name, part in value.items() if part is not None} if isinstance(value, dict) else value


def _inside(content: Mapping[str, object], urn: str | None) -> Mapping[str, object]:
    part = content if urn is None else content.get(urn)
    return part if isinstance(part, dict) else {}


def read_schemas(resource_type: ResourceType, value: Json, content: Content) -> Json:
    """Read `schemas`: declared URNs as declared, the others as written, and those of the extensions that are there."""
    if not isinstance(value, list) or not all(isinstance(urn, str) for urn in value):
        raise invalid_syntax(f"“schemas” is not an array of texts. Send [“{resource_type.core.urn}”].")
    named = [_declared_urn(resource_type, str(urn)) for urn in value]
    if resource_type.core.urn not in named:
        raise invalid_syntax(
            f"“schemas” lacks “{resource_type.core.urn}”, by which a {resource_type.noun} of SCIM 2.0 is known."
        )
    # Neither Entra nor Envoy's own answers name every extension that is in a resource.
    return list(dict.fromkeys([*named, *extensions_in(content)]))


def extensions_in(content: Content) -> Iterator[str]:
    """Give the URNs of the extensions that are in a resource, declared or not."""
    # Not every namespace is a URN: some clients have “https://…/office” there.
    return (name for name, value in content.items() if ":" in name and isinstance(value, dict))


def read_value(attribute: Attribute, value: Json, label: str, notes: Notes) -> Json:
    """Read the value of an attribute, an array where it has several. null stays null, "" stays "" where it is text.

    Raises:
        ScimError: it is of another type.
    """
    if value is None:
        return None
    return _several(attribute, value, label, notes) if attribute.multi else read_single(attribute, value, label, notes)


def read_single(attribute: Attribute, value: Json, label: str, notes: Notes) -> Json:
    """Read one value, or one element of an attribute that has several."""
    if isinstance(value, list) and len(value) < 2:
        take(notes, dialects.ARRAY_FOR_SINGLE, label, value, "a single value")
        value = tolerances.single_as_array(value)
    if attribute.type == "complex":
        return _complex(attribute, value, label, notes)
    value = forgiven(attribute, value, label, notes)
    return None if value is None else _CHECKS[attribute.type](value, label)


def read_parts(attribute: Attribute, value: Content, label: str, notes: Notes) -> Content:
    """Read some parts of a complex value; what is required may be missing."""
    return _parts(attribute.find, value, f"{label}.", notes)


def note_stale(resource_type: ResourceType, notes: Notes) -> None:
    """Count that a PUT repeated read-only values, if it did."""
    found = (resource_type.find(name) for name in notes.ignored)
    names = [attribute.name for attribute in found if attribute is not None and not attribute.secret]
    if names:
        notes.count(dialects.PUT_STALE_VALUES, ", ".join(names))


def is_empty(value: Json) -> bool:
    """Say whether a value counts as none (RFC 7643 2.5), blank text included."""
    return value is None or value == [] or value == {} or (isinstance(value, str) and not value.strip())


def one_primary(elements: list[Json], preferred: Json = None) -> None:
    """Leave at most one element primary (RFC 7643 2.4): the preferred one, else the first that says so."""
    chosen = preferred
    for element in elements:
        if not isinstance(element, dict) or element.get("primary") is not True:
            continue
        if chosen is None:
            chosen = element
        element["primary"] = element is chosen


def _require_schemas(payload: Content) -> Json:
    for name, value in payload.items():
        if name.lower() == "schemas":
            return value
    raise invalid_syntax("“schemas” is missing. Every SCIM request with a body names what it sends there.")


def _spelled(resource_type: ResourceType, payload: Content, notes: Notes) -> Iterator[tuple[str, Json]]:
    """Give what of the payload is stored, by name as declared, or as written where nobody declared it."""
    flat: dict[str, Content] = {}
    for name, value in payload.items():
        if extension := resource_type.extension(name):
            if value is not None:
                yield extension.urn, _extension(extension, value, notes)
        elif (qualified := resource_type.qualified(name)) and not resource_type.is_core(qualified[0]):
            take_flat(notes, name, qualified[0])
            flat.setdefault(qualified[0], {})[qualified[1]] = value
        else:
            yield from _plain(resource_type, qualified[1] if qualified else name, value, notes)
    for urn, values in flat.items():
        found = resource_type.extension(urn)
        yield urn, _extension(found, values, notes) if found else values


def _plain(resource_type: ResourceType, name: str, value: Json, notes: Notes) -> Iterator[tuple[str, Json]]:
    attribute = resource_type.find(name)
    if attribute is None:
        undeclared(notes, name)
        yield name, value
    elif attribute.secret or attribute.mutability == "readOnly":
        left_out(notes, attribute, attribute.name)
    elif attribute.name != "schemas":
        yield attribute.name, read_value(attribute, value, attribute.name, notes)


def _put(content: Content, name: str, value: Json) -> None:
    there = content.get(name)
    if isinstance(there, dict) and isinstance(value, dict) and ":" in name and not there.keys() & value.keys():
        there.update(value)
    elif name in content:
        raise invalid_syntax(f"“{clip(name)}” stands twice in the body, spelled in two ways. Send it once.")
    else:
        content[name] = value


def _extension(extension: Definition, value: Json, notes: Notes) -> Content:
    if not isinstance(value, dict):
        raise invalid_value(f"“{extension.urn}” is not an object. Send its attributes in braces.")
    return _parts(extension.find, value, f"{extension.urn}:", notes)


def _parts(find: Callable[[str], Attribute | None], value: Content, prefix: str, notes: Notes) -> Content:
    content: Content = {}
    for name, part in value.items():
        attribute = find(name)
        if attribute is None:
            undeclared(notes, f"{prefix}{name}")
            _put(content, name, part)
        elif attribute.secret or attribute.mutability == "readOnly":
            left_out(notes, attribute, f"{prefix}{attribute.name}")
        else:
            _put(content, attribute.name, read_value(attribute, part, f"{prefix}{attribute.name}", notes))
    return content


def _several(attribute: Attribute, value: Json, label: str, notes: Notes) -> list[Json]:
    elements = listed(value, label, notes)
    if len(elements) > MAX_VALUES and attribute.name != "members":
        raise invalid_value(f"“{label}” has {len(elements):,} values. Send {MAX_VALUES:,} at most.")
    read = each_once(attribute, [_element(attribute, element, label, notes) for element in elements])
    _note_elements(attribute, read, label, notes)
    one_primary(read)
    return [element for element in read if element is not None and element != {}]  # RFC 7643 2.5: no value at all


def _note_elements(attribute: Attribute, elements: list[Json], label: str, notes: Notes) -> None:
    objects = [each for each in elements if isinstance(each, dict)]
    if sum(each.get("primary") is True for each in objects) > 1:
        several = invalid_value(f"“{label}” has several elements that are primary. Send one that is.")
        notes.take(dialects.SEVERAL_PRIMARIES, several, f"{label}: {redacted(elements)}")
    typeless = [each for each in objects if each and is_empty(each.get("type"))]
    if typeless and attribute.name == "emails":
        untyped = invalid_value(f"“{label}” has an element without “type”. Say work, home or other.")
        notes.take(dialects.EMAIL_NO_TYPE, untyped, f"{label}: {redacted([*typeless])}")


def _element(attribute: Attribute, element: Json, label: str, notes: Notes) -> Json:
    if element is None or isinstance(element, list):
        raise invalid_value(f"“{label}” has an element that is {what(element)}. Leave it out.")
    return read_single(attribute, element, label, notes)


def _complex(attribute: Attribute, value: Json, label: str, notes: Notes) -> Json:
    if isinstance(value, str):
        value = complex_in_text(attribute, value, label, notes)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise misfit(label, "an object", value)
    content = read_parts(attribute, value, label, notes)
    for part in attribute.sub:
        if part.required and is_empty(content.get(part.name)):
            raise invalid_value(f"“{label}.{part.name}” is missing. Send it with each element.")
    return content


def _text(value: Json, label: str) -> Json:
    if not isinstance(value, str):
        raise misfit(label, "text", value)
    return value


def _boolean(value: Json, label: str) -> Json:
    if not isinstance(value, bool):
        raise misfit(label, "true or false", value)
    return value


def _integer(value: Json, label: str) -> Json:
    if isinstance(value, bool) or not isinstance(value, int):
        raise misfit(label, "a whole number", value)
    return value


def _decimal(value: Json, label: str) -> Json:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise misfit(label, "a number", value)
    return value


def _moment(value: Json, label: str) -> Json:
    try:
        datetime.fromisoformat(str(_text(value, label)))
    except ValueError:
        raise misfit(label, "a moment such as 2027-01-31T08:00:00Z", value) from None
    return value


def _binary(value: Json, label: str) -> Json:
    try:
        base64.b64decode(str(_text(value, label)), validate=True)
    except (binascii.Error, ValueError):
        raise misfit(label, "base64", value) from None
    return value


_CHECKS: dict[Type, Callable[[Json, str], Json]] = {
    "string": _text,
    "reference": _text,
    "boolean": _boolean,
    "integer": _integer,
    "decimal": _decimal,
    "dateTime": _moment,
    "binary": _binary,
}


def _declared_urn(resource_type: ResourceType, urn: str) -> str:
    declared: Iterable[str] = (each.urn for each in resource_type.schemas if each.urn.lower() == urn.lower())
    return next(iter(declared), urn)
