"""What a PATCH operation points at (RFC 7644 3.5.2): the path's text, resolved against a type and a resource."""

from typing import Literal

import attrs

from dirsync_core.api import BoundFilter, FilterAttribute, FilterError, Json, Schema, bind, parse_path
from dirsync_okta.scim.errors import ScimError, clip, invalid_path
from dirsync_okta.scim.reading import Content
from dirsync_okta.scim.schema import Attribute, ResourceType, filter_attributes


@attrs.frozen
class Target:
    """A place in a resource.

    `urn` is the extension it lies in, None for the resource itself. Without a `name` it is the whole extension, or the
    whole resource. `attribute` is None where nobody declared it. `selection` chooses elements, `sub` a part of them;
    `sub_attribute` is None for an undeclared part.
    """

    label: str
    urn: str | None = None
    name: str | None = None
    attribute: Attribute | None = None
    selection: BoundFilter | None = None
    sub: str | None = None
    sub_attribute: Attribute | None = None

    @property
    def level(self) -> Literal["resource", "extension", "attribute"]:
        """What kind of place it is."""
        if self.name is not None:
            return "attribute"
        return "resource" if self.urn is None else "extension"

    @property
    def plainly(self) -> str:
        """What it is without what a filter in it says, to be shown to anybody."""
        parts = [self.urn, self.name] if self.urn and self.name else [self.urn or self.name or ""]
        named = ":".join(str(part) for part in parts) + ("[…]" if self.selection else "")
        return clip(f"{named}.{self.sub}" if self.sub else named)


def resolve(resource_type: ResourceType, text: str, content: Content) -> Target:
    """Resolve a path.

    An undeclared attribute, or part of one, is one if it is in the resource, since POST keeps what nobody declared; or
    if its whole extension is undeclared, since Entra patches custom attributes so.

    Raises:
        ScimError: the path can't be read, or leads to nothing that there could be.
    """
    try:
        path = parse_path(text)
    except FilterError as error:
        raise _unreadable(text, error) from None
    urn, name = path.attribute.urn, path.attribute.name
    if path.filter is None and path.sub is None and (whole := _whole(resource_type, text, content)):
        return whole
    target = _attribute(resource_type, urn, name, text, content)
    if path.sub is not None:
        target = _sub(resource_type, target, path.sub, content)
    if path.filter is None:
        return target
    try:
        return attrs.evolve(target, selection=bind(path.filter, _elements(target)))
    except FilterError as error:
        raise ScimError(400, f"The filter in “{clip(text)}”: {error.detail}.", "invalidFilter", topic="patch") from None


def key_target(resource_type: ResourceType, key: str, value: Json, content: Content) -> Target:
    """Resolve a key of the value of an operation without a path: a name, a dotted name, or one with its URN.

    That value has the form of a resource. So what nobody declared is taken as POST takes it: an object under a
    namespace is an extension, everything else an attribute.
    """
    if (attribute := resource_type.find(key)) is not None:
        return Target(key, None, attribute.name, attribute)
    if ":" in key and isinstance(value, dict) and not _declares(resource_type, key, content):
        return Target(key, _key(content, key) or key)
    if not any(mark in key for mark in ":.[") or not _is_path(key):
        return Target(key, None, _key(content, key) or key)
    return resolve(resource_type, key, content)


def is_path(key: str, target: Target) -> bool:
    """Whether a key of a value is a path, where a name belongs."""
    inside = target.urn is not None or target.sub is not None or target.selection is not None
    return target.name is not None and (inside or (target.attribute is not None and ":" in key))


def _is_path(key: str) -> bool:
    try:
        parse_path(key)
    except FilterError:
        return "[" in key
    return True


def _declares(resource_type: ResourceType, key: str, content: Content) -> bool:
    """Whether a key is a schema that is declared, or an attribute of an extension that there is."""
    if resource_type.is_core(key) or resource_type.extension(key) or resource_type.qualified(key):
        return True
    urn = _key(content, key.rpartition(":")[0])
    return urn is not None and isinstance(content[urn], dict)


def _unreadable(text: str, error: FilterError) -> ScimError:
    if "[" in text[: error.column - 1]:
        return ScimError(400, f"The filter in “{clip(text)}”: {error.detail}.", "invalidFilter", topic="patch")
    return invalid_path(f"“{clip(text)}” is not a path: {error.detail}.")


def _whole(resource_type: ResourceType, text: str, content: Content) -> Target | None:
    text = text.strip()
    if resource_type.is_core(text):
        return Target(text)
    if extension := resource_type.extension(text):
        return Target(text, extension.urn)
    if ":" not in text:
        return None
    key = _key(content, text)
    named = content.get("schemas")
    if key is None and isinstance(named, list) and text in named:
        key = text
    return Target(text, key) if key and isinstance(content.get(key, {}), dict) else None


def _attribute(resource_type: ResourceType, urn: str | None, name: str, text: str, content: Content) -> Target:
    if urn is None:
        return _bare(resource_type, name, text, content)
    if resource_type.is_core(urn):
        if attribute := resource_type.find(name):
            return Target(text, None, attribute.name, attribute)
        raise _unknown(resource_type, text)
    if extension := resource_type.extension(urn):
        if attribute := extension.find(name):
            return Target(text, extension.urn, attribute.name, attribute)
        if key := _key(_part(content, extension.urn), name):
            return Target(text, extension.urn, key)
        raise _unknown(resource_type, text)
    return Target(text, _key(content, urn) or urn, name)


def _bare(resource_type: ResourceType, name: str, text: str, content: Content) -> Target:
    if attribute := resource_type.find(name):
        return Target(text, None, attribute.name, attribute)
    if key := _key(content, name):
        return Target(text, None, key)
    # RFC 7644 3.10: an extension's attribute may go without its URN where no other has its name.
    found = [(each.urn, attribute) for each in resource_type.extensions if (attribute := each.find(name))]
    if len(found) != 1:
        raise _unknown(resource_type, text)
    return Target(text, found[0][0], found[0][1].name, found[0][1])


def _sub(resource_type: ResourceType, target: Target, name: str, content: Content) -> Target:
    if target.attribute is None:
        return attrs.evolve(target, sub=name)
    if found := target.attribute.find(name):
        return attrs.evolve(target, sub=found.name, sub_attribute=found)
    container = _part(content, target.urn) if target.urn else content
    if key := _sub_key(container.get(target.attribute.name), name):
        return attrs.evolve(target, sub=key)
    raise _unknown(resource_type, target.label)


def _sub_key(value: Json, name: str) -> str | None:
    elements = value if isinstance(value, list) else [value]
    return next((key for each in elements if isinstance(each, dict) and (key := _key(each, name))), None)


def _part(content: Content, urn: str) -> Content:
    part = content.get(urn)
    return part if isinstance(part, dict) else {}


def _elements(target: Target) -> Schema:
    attribute = target.attribute
    if attribute is None or not attribute.multi:
        raise FilterError(f"“{target.name}” has no elements to choose from: write it without brackets", 1)
    if attribute.type == "complex":
        return Schema(filter_attributes(attribute.sub))
    return Schema((FilterAttribute("value", attribute.type, case_exact=attribute.case_exact),))


def _unknown(resource_type: ResourceType, text: str) -> ScimError:
    return invalid_path(
        f"A {resource_type.noun} has no attribute “{clip(text)}”. See /Schemas for those that there are."
    )


def _key(content: Content, name: str) -> str | None:
    return next((key for key in content if key.lower() == name.lower()), None)
