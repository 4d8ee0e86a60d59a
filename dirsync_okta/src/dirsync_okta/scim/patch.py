"""PATCH (RFC 7644 3.5.2) as a pure function: a resource and operations → the resource as it becomes, or an error.

The given resource is left as it is, so an operation that fails undoes those before it. A group's members are not in
its resource: `groups` takes the operations on them out first. Start at `patched`.
"""

import copy
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, cast

import attrs

from dirsync_core.api import BoundFilter, Json
from dirsync_okta.scim.errors import (
    clip,
    invalid_path,
    invalid_syntax,
    invalid_value,
    no_target,
    unchangeable,
)
from dirsync_okta.scim.paths import Target, key_target, resolve
from dirsync_okta.scim.reading import (
    MAX_VALUES,
    Content,
    is_empty,
    one_primary,
    read_schemas,
    read_single,
    read_value,
    settled,
)
from dirsync_okta.scim.schema import Attribute, ResourceType

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
Op = Literal["add", "replace", "remove"]
Present = Callable[[str], Json]
"""Gives what a read-only attribute of the resource is now."""


@attrs.frozen
class Operation:
    """One operation as it was sent; `has_value` tells null from no value."""

    op: Op
    path: str | None
    value: Json = None
    has_value: bool = False


def read_operations(payload: Content, *, most: int) -> tuple[Operation, ...]:
    """Read the body of a PATCH.

    Raises:
        ScimError: it is not a PatchOp, or one of its operations is not what the RFC allows.
    """
    names = {name.lower(): value for name, value in payload.items()}
    schemas, operations = names.get("schemas"), names.get("operations")
    if not isinstance(schemas, list) or not any(
        isinstance(urn, str) and urn.lower() == PATCH_OP.lower() for urn in schemas
    ):
        raise invalid_syntax(f"“schemas” of a PATCH is [“{PATCH_OP}”]. Send it so.")
    if not isinstance(operations, list) or not operations:
        raise invalid_syntax("“Operations” is an array of one operation or more. Send it so.")
    if len(operations) > most:
        raise invalid_syntax(f"The PATCH has more than {most:,} operations. Send it in several requests.")
    return tuple(_operation(each, number) for number, each in enumerate(operations, 1))


def patched(
    resource_type: ResourceType, content: Content, operations: Iterable[Operation], present: Present
) -> Content:
    """Apply operations in their order, and give the resource as it becomes.

    Raises:
        ScimError: an operation can't be applied, or what becomes of the resource is not one.
    """
    patching = _Patching(resource_type, copy.deepcopy(content), present)
    for operation in operations:
        patching.apply(operation)
    return settled(resource_type, patching.content)


def _operation(payload: Json, number: int) -> Operation:
    if not isinstance(payload, dict):
        raise invalid_syntax(f"Operation {number} is not an object. Send op, path and value in braces.")
    names = {name.lower(): value for name, value in payload.items()}
    op, path = names.get("op"), names.get("path")
    if not isinstance(op, str) or op.lower() not in ("add", "replace", "remove"):
        raise invalid_value(f"Operation {number} has no “op” that there is: write add, replace or remove.")
    if path is not None and not isinstance(path, str):
        raise invalid_path(f"The “path” of operation {number} is not a text. Send one, or none.")
    read = Operation(cast(Op, op.lower()), path, names.get("value"), "value" in names)
    if read.op == "remove" and read.path is None:
        raise no_target(f"Operation {number} removes, and has no “path” that says what.")
    if read.value is None and (read.op == "add" or (read.op == "replace" and not read.has_value)):
        raise invalid_value(f"Operation {number} has no “value”. Send one; in a replace, null takes a value away.")
    return read


@attrs.define
class _Patching:
    """A resource while it is patched."""

    resource_type: ResourceType
    content: Content
    present: Present

    def apply(self, operation: Operation) -> None:
        if operation.path is None:
            self._merge(operation.op, operation.value)
            return
        target = resolve(self.resource_type, operation.path, self.content)
        if operation.op == "remove":
            self._remove(target, operation)
        else:
            self._write(operation.op, target, operation.value)

    def _merge(self, op: Op, value: Json) -> None:
        if not isinstance(value, dict):
            raise invalid_value("Without a “path” the “value” is an object of attributes. Send it so.")
        for key, part in value.items():
            if key.lower() == "schemas":
                continue  # it names what is sent here, and does not ask for a change
            target = key_target(self.resource_type, key, self.content)
            if not self._read_only(target, part):
                self._write(op, target, part)

    def _read_only(self, target: Target, value: Json) -> bool:
        """Whether it is a read-only attribute with the value that it has: Okta sends a group's id along."""
        attribute = target.attribute
        if attribute is None or attribute.mutability != "readOnly" or target.urn is not None:
            return False
        return is_empty(value) or _agrees(self.present(attribute.name), value)

    # --- add and replace

    def _write(self, op: Op, target: Target, value: Json) -> None:
        match target.level:
            case "resource":
                self._merge(op, value)
            case "extension":
                self._write_extension(op, target, value)
            case "attribute":
                self._write_attribute(op, target, value)

    def _write_extension(self, op: Op, target: Target, value: Json) -> None:
        if is_empty(value):
            if op == "replace":
                self.content.pop(str(target.urn), None)
            return
        if not isinstance(value, dict):
            raise invalid_value(f"“{clip(target.label)}” is a whole extension. Send its attributes in braces.")
        extension = self.resource_type.extension(str(target.urn))
        for name, part in value.items():
            attribute = extension.find(name) if extension else None
            named = Target(f"{target.urn}:{name}", target.urn, attribute.name if attribute else name, attribute)
            self._write_attribute(op, named, part)

    def _write_attribute(self, op: Op, target: Target, value: Json) -> None:
        attribute = target.attribute
        if attribute is None:
            self._write_undeclared(op, target, value)
            return
        self._refuse_fixed(target)
        if attribute.secret:
            return
        if attribute.name == "schemas" and target.urn is None:
            self._write_schemas(op, value)
        elif attribute.multi:
            self._write_several(op, target, attribute, value)
        else:
            self._write_one(target, attribute, value)
        if attribute.required and is_empty(self._container(target).get(attribute.name)):
            raise unchangeable(f"“{attribute.name}” can't be emptied: a {self.resource_type.noun} must have one.")

    def _write_undeclared(self, op: Op, target: Target, value: Json) -> None:
        container, name = self._container(target, make=True), str(target.name)
        if target.sub is not None:
            there = container.get(name)
            container[name] = {**(there if isinstance(there, dict) else {}), target.sub: value}
            return
        there = container.get(name)
        if op == "add" and isinstance(there, list):
            extra = value if isinstance(value, list) else [value]
            container[name] = there + [each for each in extra if each not in there]
        elif isinstance(there, dict) and isinstance(value, dict):
            container[name] = {**there, **value}
        else:
            container[name] = value

    def _write_schemas(self, op: Op, value: Json) -> None:
        urns = value if isinstance(value, list) else [value]
        if not all(isinstance(urn, str) for urn in urns):
            raise invalid_value("“schemas” is an array of texts. Send it so.")
        there = self._listed()
        named = {str(urn).lower() for urn in urns}
        if op == "replace":
            self._drop_extensions([urn for urn in there if urn.lower() not in named])
        named_now: list[Json] = [*there, *urns] if op == "add" else [*urns]
        self.content["schemas"] = read_schemas(self.resource_type, named_now, self.content)

    def _listed(self) -> list[str]:
        return [str(urn) for urn in _elements(self.content["schemas"])]

    def _drop_extensions(self, urns: Iterable[str]) -> None:
        """RFC 7643 3: a resource has no attributes of a schema that its `schemas` does not name."""
        for urn in urns:
            if urn == self.resource_type.core.urn:
                raise unchangeable(f"“{urn}” can't be taken out of “schemas”: it is the schema of the resource.")
            self.content.pop(urn, None)

    def _write_one(self, target: Target, attribute: Attribute, value: Json) -> None:
        container = self._container(target, make=True)
        there = container.get(attribute.name)
        if target.sub is not None:
            value = {target.sub: value}
        read = read_value(attribute, value, attribute.name)
        # RFC 7644 3.5.2.3: sub-attributes that are not specified stay.
        merged = {**there, **read} if isinstance(there, dict) and isinstance(read, dict) else read
        container[attribute.name] = merged

    def _write_several(self, op: Op, target: Target, attribute: Attribute, value: Json) -> None:
        container = self._container(target, make=True)
        elements = _elements(container.get(attribute.name))
        before = _primaries(elements)
        if target.selection is None and target.sub is None:
            elements = _written(op, elements, read_value(attribute, value, attribute.name))
        else:
            _write_elements(elements, target, attribute, value)
        if len(elements) > MAX_VALUES:
            raise invalid_value(f"“{attribute.name}” would have more than {MAX_VALUES:,} values.")
        one_primary(elements, _newly_primary(elements, before))
        container[attribute.name] = cast(Json, elements) if value is not None or elements else None

    # --- remove

    def _remove(self, target: Target, operation: Operation) -> None:
        match target.level:
            case "resource":
                raise unchangeable("A whole resource can't be removed by PATCH. Use DELETE.")
            case "extension":
                self.content.pop(str(target.urn), None)
                self._forget_urn(str(target.urn))
            case "attribute":
                self._remove_attribute(target, operation)

    def _remove_attribute(self, target: Target, operation: Operation) -> None:
        attribute, name = target.attribute, str(target.name)
        if attribute is not None:
            self._refuse_fixed(target)
            whole = operation.value is None or not attribute.multi
            if whole and target.sub is None and target.selection is None and attribute.required:
                raise unchangeable(f"“{name}” can't be removed: a {self.resource_type.noun} must have one.")
            if target.sub_attribute is not None and target.sub_attribute.required:
                raise unchangeable(f"“{name}.{target.sub}” can't be removed. Remove the element.")
        container = self._container(target)
        kept = _without(container.get(name), target, operation)
        if name == "schemas" and target.urn is None:
            self._drop_extensions([urn for urn in self._listed() if urn not in _elements(kept)])
        if kept in (None, [], {}):
            container.pop(name, None)
        else:
            container[name] = kept
        if target.urn is not None and not container and self.content.pop(target.urn, None) is not None:
            self._forget_urn(target.urn)

    def _forget_urn(self, urn: str) -> None:
        self.content["schemas"] = [each for each in self._listed() if each != urn]

    # --- both

    def _refuse_fixed(self, target: Target) -> None:
        attribute, part = target.attribute, target.sub_attribute
        if attribute is None:
            return
        if attribute.mutability == "readOnly" or (part is not None and part.mutability == "readOnly"):
            raise unchangeable(f"“{clip(target.label)}” is read-only: the server sets it. Leave it out.")
        there = self._container(target).get(attribute.name)
        if attribute.mutability == "immutable" and not is_empty(there):
            raise unchangeable(f"“{clip(target.label)}” can't change any more once it is set. Leave it out.")

    def _container(self, target: Target, *, make: bool = False) -> Content:
        if target.urn is None:
            return self.content
        there = self.content.get(target.urn)
        if isinstance(there, dict):
            return there
        if there is not None:
            raise invalid_path(f"“{clip(target.urn)}” is no extension here, but a value.")
        made: Content = {}
        if make:
            self.content[target.urn] = made
        return made


def _elements(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _written(op: Op, there: list[Json], value: Json) -> list[Json]:
    read = _elements(value)
    return _added(there, read) if op == "add" else read


def _added(there: list[Json], extra: Sequence[Json]) -> list[Json]:
    """Add elements. One that is there already changes nothing; one of the same value and type is completed."""
    whole = {_key(element) for element in there}
    same = {pair: cast(Content, element) for element in there if (pair := _pair(element))}
    elements = list(there)
    for element in extra:
        twin = same.get(pair) if (pair := _pair(element)) else None
        if twin is not None and isinstance(element, dict):
            twin.update(element)
        elif _key(element) not in whole:
            elements.append(element)
            whole.add(_key(element))
    return elements


def _key(element: Json) -> str:
    return json.dumps(element, sort_keys=True)


def _pair(element: Json) -> tuple[str, str] | None:
    """RFC 7643 2.4: the same type and value SHOULD NOT stand twice."""
    if not isinstance(element, dict) or not isinstance(element.get("value"), str):
        return None
    return str(element["value"]).casefold(), str(element.get("type") or "").casefold()


def _write_elements(elements: list[Json], target: Target, attribute: Attribute, value: Json) -> None:
    chosen = _chosen(elements, target.selection)
    if not chosen:
        elements.append(_made(target, attribute, empty=not elements))
        chosen = [len(elements) - 1]
    if target.sub is not None:
        value = {target.sub: value}
    elif attribute.type == "complex" and not isinstance(value, dict):
        raise invalid_value(f"The value for “{clip(target.label)}” is an element. Send it in braces.")
    for index in chosen:
        element = elements[index]
        if isinstance(element, dict) and isinstance(value, dict):
            # Completed as it was before, so that what is required is found missing only if it is.
            read = read_single(attribute, {**element, **value}, attribute.name)
            element.update(cast(Content, read))
        else:
            elements[index] = read_single(attribute, value, attribute.name)


def _chosen(elements: list[Json], selection: BoundFilter | None) -> list[int]:
    return [i for i, element in enumerate(elements) if _selects(selection, element)]


def _selects(selection: BoundFilter | None, element: Json) -> bool:
    if selection is None:
        return True
    return selection.matches(element if isinstance(element, dict) else {"value": element})


def _made(target: Target, attribute: Attribute, *, empty: bool) -> Json:
    """Make the element that a filter describes: Entra replaces `emails[type eq "work"].value` before there is one.

    Only where the filter names the kind of element (its `type`, or a boolean such as `primary`): one that names a
    value means an element that should have been there (RFC 7644 3.5.2.3, noTarget).
    """
    if target.selection is None:
        return {}
    made: Content = {}
    for name in target.selection.attributes:
        part = attribute.find(name)
        wanted = next(iter(target.selection.comparisons(name)), None)
        if part is None or target.sub is None or not _names_kind(part, wanted):
            raise no_target(f"No element of “{attribute.name}” is the one that “{clip(target.label)}” chooses.")
        made[part.name] = read_single(part, wanted, target.label)
    if not target.selection.matches(made):
        raise no_target(f"No element of “{attribute.name}” is the one that “{clip(target.label)}” chooses.")
    return made


def _names_kind(part: Attribute, wanted: object) -> bool:
    if part.type == "boolean":
        return True
    known = {each.lower() for each in part.canonical}
    return part.name == "type" and isinstance(wanted, str) and (not known or wanted.lower() in known)


def _primaries(elements: list[Json]) -> set[int]:
    return {id(each) for each in elements if isinstance(each, dict) and each.get("primary") is True}


def _newly_primary(elements: list[Json], before: set[int]) -> Json:
    found = (each for each in elements if isinstance(each, dict) and each.get("primary") is True)
    return next((each for each in found if id(each) not in before), None)


def _without(there: Json, target: Target, operation: Operation) -> Json:
    if target.selection is None and target.sub is None:
        if operation.value is not None and isinstance(there, list):
            return _without_listed(there, operation.value)
        return None
    if isinstance(there, dict):
        return {name: part for name, part in there.items() if name != target.sub}
    elements = _elements(there)
    chosen = set(_chosen(elements, target.selection))
    return [kept for i, each in enumerate(elements) if (kept := _pruned(each, target, i in chosen)) is not None]


def _pruned(element: Json, target: Target, chosen: bool) -> Json:
    if not chosen:
        return element
    if target.sub is None or not isinstance(element, dict):
        return None
    return {name: part for name, part in element.items() if name != target.sub} or None


def _without_listed(there: list[Json], value: Json) -> Json:
    """Remove the elements that the operation's value lists, as Entra does it, against RFC 7644 3.5.2.2."""
    listed = {_identity(each) for each in (value if isinstance(value, list) else [value])}
    return [element for element in there if _identity(element) not in listed]


def _identity(element: Json) -> str:
    if isinstance(element, dict):
        names: Iterator[Json] = (part for name, part in element.items() if name.lower() == "value")
        return str(next(names, _key(element))).casefold()
    return str(element).casefold()


def _agrees(present: Json, value: Json) -> bool:
    """Whether a read-only value says nothing but what is so."""
    if isinstance(present, dict) and isinstance(value, dict):
        return all(present.get(name) == part for name, part in value.items())
    if isinstance(present, list) and isinstance(value, list):
        return {_identity(each) for each in present} == {_identity(each) for each in value}
    return present == value
