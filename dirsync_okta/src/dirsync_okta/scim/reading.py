"""From a client's JSON to what is stored: names as the schema spells them, values of the schema's types.

What nobody declared is kept as it was written: unknown attributes, unknown extensions and their order. What the client
can't set is left out: read-only attributes (RFC 7643 2.2) and what is never kept, such as a password. Start at
`read_resource`.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from dirsync_core.api import Json
from dirsync_okta.scim import tolerances
from dirsync_okta.scim.errors import clip, invalid_syntax, invalid_value
from dirsync_okta.scim.schema import Attribute, Definition, ResourceType, Type

Content = dict[str, Json]
MAX_VALUES = 2_000
"""How many values an attribute may have; members of a group are not stored in it, and not counted."""


def read_resource(resource_type: ResourceType, payload: Content) -> Content:
    """Read a whole resource, as in POST and PUT.

    Raises:
        ScimError: a value doesn't fit its attribute, a required one is missing, or `schemas` is not this type's.
    """
    content: Content = {"schemas": _require_schemas(payload)}
    for name, value in _spelled(resource_type, payload):
        _put(content, name, value)
    return settled(resource_type, content)


def settled(resource_type: ResourceType, content: Content) -> Content:
    """Check a resource as a whole, and have its `schemas` name what is in it.

    Raises:
        ScimError: a required attribute is missing.
    """
    for attribute in resource_type.core.attributes:
        if attribute.required and is_empty(content.get(attribute.name)):
            raise invalid_value(f"“{attribute.name}” is missing. A {resource_type.noun} must have one.")
    return {**content, "schemas": read_schemas(resource_type, content["schemas"], content)}


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


def read_value(attribute: Attribute, value: Json, label: str) -> Json:
    """Read the value of an attribute, an array where it has several. null stays null, "" stays "" where it is text.

    Raises:
        ScimError: it is of another type.
    """
    if value is None:
        return None
    return _several(attribute, value, label) if attribute.multi else read_single(attribute, value, label)


def read_single(attribute: Attribute, value: Json, label: str) -> Json:
    """Read one value, or one element of an attribute that has several."""
    if isinstance(value, list):
        value = tolerances.single_as_array(value)
    if attribute.type == "complex":
        return _complex(attribute, value, label)
    if attribute.multi and isinstance(value, dict):
        value = tolerances.text_as_complex(value)
    if attribute.type not in ("string", "reference"):
        value = tolerances.empty_text(value)
    return None if value is None else _CHECKS[attribute.type](value, label)


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


def _spelled(resource_type: ResourceType, payload: Content) -> Iterator[tuple[str, Json]]:
    """Give what of the payload is stored, by name as declared, or as written where nobody declared it."""
    flat: dict[str, Content] = {}
    for name, value in payload.items():
        if extension := resource_type.extension(name):
            if value is not None:
                yield extension.urn, _extension(extension, value)
        elif (qualified := resource_type.qualified(name)) and not resource_type.is_core(qualified[0]):
            # "urn:…:User:department" beside the others, as Entra's flat bodies have it
            flat.setdefault(qualified[0], {})[qualified[1]] = value
        else:
            yield from _plain(resource_type, qualified[1] if qualified else name, value)
    for urn, values in flat.items():
        found = resource_type.extension(urn)
        yield urn, _extension(found, values) if found else values


def _plain(resource_type: ResourceType, name: str, value: Json) -> Iterator[tuple[str, Json]]:
    attribute = resource_type.find(name)
    if attribute is None:
        yield name, value
    elif attribute.name != "schemas" and attribute.mutability != "readOnly" and not attribute.secret:
        yield attribute.name, read_value(attribute, value, attribute.name)


def _put(content: Content, name: str, value: Json) -> None:
    there = content.get(name)
    if isinstance(there, dict) and isinstance(value, dict) and ":" in name and not there.keys() & value.keys():
        there.update(value)
    elif name in content:
        raise invalid_syntax(f"“{clip(name)}” stands twice in the body, spelled in two ways. Send it once.")
    else:
        content[name] = value


def _extension(extension: Definition, value: Json) -> Content:
    if not isinstance(value, dict):
        raise invalid_value(f"“{extension.urn}” is not an object. Send its attributes in braces.")
    return _parts(extension.find, value, f"{extension.urn}:")


def _parts(find: Callable[[str], Attribute | None], value: Content, prefix: str) -> Content:
    content: Content = {}
    for name, part in value.items():
        attribute = find(name)
        if attribute is None:
            _put(content, name, part)
        elif not attribute.secret and attribute.mutability != "readOnly":
            _put(content, attribute.name, read_value(attribute, part, f"{prefix}{attribute.name}"))
    return content


def _several(attribute: Attribute, value: Json, label: str) -> list[Json]:
    elements = value if isinstance(value, list) else tolerances.array_as_single(value)
    if len(elements) > MAX_VALUES and attribute.name != "members":
        raise invalid_value(f"“{label}” has {len(elements):,} values. Send {MAX_VALUES:,} at most.")
    read = [_element(attribute, element, label) for element in elements]
    one_primary(read)
    return [element for element in read if element is not None and element != {}]  # RFC 7643 2.5: no value at all


def _element(attribute: Attribute, element: Json, label: str) -> Json:
    if element is None or isinstance(element, list):
        raise invalid_value(f"“{label}” has an element that is {_what(element)}. Leave it out.")
    return read_single(attribute, element, label)


def _complex(attribute: Attribute, value: Json, label: str) -> Json:
    if isinstance(value, str) and value.strip():
        value = tolerances.complex_as_text(attribute, value)
    value = tolerances.empty_text(value)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _misfit(label, "an object", value)
    content = _parts(attribute.find, value, f"{label}.")
    for part in attribute.sub:
        if part.required and is_empty(content.get(part.name)):
            raise invalid_value(f"“{label}.{part.name}” is missing. Send it with each element.")
    return content


def _text(value: Json, label: str) -> Json:
    if not isinstance(value, str):
        raise _misfit(label, "text", value)
    return value


def _boolean(value: Json, label: str) -> Json:
    read = tolerances.boolean_as_text(value) if isinstance(value, str) else value
    if not isinstance(read, bool):
        raise _misfit(label, "true or false", value)
    return read


def _integer(value: Json, label: str) -> Json:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _misfit(label, "a whole number", value)
    return value


def _decimal(value: Json, label: str) -> Json:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _misfit(label, "a number", value)
    return value


def _moment(value: Json, label: str) -> Json:
    try:
        datetime.fromisoformat(str(_text(value, label)))
    except ValueError:
        raise _misfit(label, "a moment such as 2027-01-31T08:00:00Z", value) from None
    return value


def _binary(value: Json, label: str) -> Json:
    try:
        base64.b64decode(str(_text(value, label)), validate=True)
    except (binascii.Error, ValueError):
        raise _misfit(label, "base64", value) from None
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


def _misfit(label: str, wanted: str, value: Json) -> Exception:
    return invalid_value(f"“{label}” is {_what(value)}. It must be {wanted}.")


def _what(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return f"the text “{clip(value, 40)}”"
        case list():
            return "an array"
        case dict():
            return "an object"
    return f"the number {clip(str(value), 40)}"


def _declared_urn(resource_type: ResourceType, urn: str) -> str:
    declared: Iterable[str] = (each.urn for each in resource_type.schemas if each.urn.lower() == urn.lower())
    return next(iter(declared), urn)
