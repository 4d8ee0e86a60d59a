"""PATCH (RFC 7644 3.5.2) as a pure function: a resource and operations → the resource as it becomes, or an error.

The given resource is left as it is, so an operation that fails undoes those before it. A group's members are not in
its resource: `groups` takes the operations on them out first. Start at `patched`.
"""

import copy
from collections.abc import Callable, Iterable, Sequence
from typing import cast

import attrs

from dirsync_core.api import Json
from dirsync_okta.scim import dialects
from dirsync_okta.scim.elements import (
    agrees,
    cost_of,
    elements_of,
    newly_primary,
    primaries,
    too_much,
    without,
    write_chosen,
    written,
)
from dirsync_okta.scim.errors import ScimError, clip, invalid_path, invalid_syntax, invalid_value, unchangeable
from dirsync_okta.scim.forgiving import left_out, undeclared
from dirsync_okta.scim.notes import Notes, redacted
from dirsync_okta.scim.operations import Op, Operation
from dirsync_okta.scim.paths import Target, is_path, key_target, resolve
from dirsync_okta.scim.reading import (
    MAX_VALUES,
    Content,
    is_empty,
    keep_fixed,
    one_primary,
    read_schemas,
    read_value,
    settled,
)
from dirsync_okta.scim.sameness import distinct, each_once
from dirsync_okta.scim.schema import Attribute, ResourceType

MAX_OPERATIONS = 1_000
"""How many operations one resource takes at once; those on a group's members are not counted."""
MAX_ELEMENTS = 50_000
"""How many elements of multi-valued attributes the operations on one resource may go through; see `cost_of`."""
Present = Callable[[str], Json]
"""Gives what a read-only attribute of the resource is now."""


def patched(
    resource_type: ResourceType,
    content: Content,
    operations: Sequence[Operation],
    present: Present,
    notes: Notes | None = None,
) -> Content:
    """Apply operations in their order, and give the resource as it becomes.

    Raises:
        ScimError: an operation can't be applied, or what becomes of the resource is not one.
    """
    if len(operations) > MAX_OPERATIONS:
        raise invalid_syntax(f"The PATCH has more than {MAX_OPERATIONS:,} operations. Send it in several requests.")
    patching = _Patching(resource_type, copy.deepcopy(content), present, notes or Notes())
    for operation in operations:
        patching.apply(operation)
    keep_fixed(resource_type, content, patching.content)
    return settled(resource_type, patching.content)


@attrs.define
class _Patching:
    """A resource while it is patched."""

    resource_type: ResourceType
    content: Content
    present: Present
    notes: Notes
    gone_through: int = 0

    def apply(self, operation: Operation) -> None:
        if operation.path is None:
            self._merge(operation.op, operation.value)
            return
        target = resolve(self.resource_type, operation.path, self.content)
        if target.level != "attribute":
            refusal = invalid_path(f"“{clip(target.label)}” is a schema, and no attribute of one. Send a path to one.")
            self.notes.take(dialects.EXTENSION_AS_PATH, refusal, clip(target.label))
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
            target = key_target(self.resource_type, key, part, self.content)
            if is_path(key, target):
                refusal = invalid_syntax(f"“{clip(key)}” is a path, and stands for a name. Send it as “path”.")
                self.notes.take(dialects.PATH_AS_KEY, refusal, target.plainly)
            if not self._read_only(target, part):
                self._write(op, target, part)

    def _read_only(self, target: Target, value: Json) -> bool:
        """Whether it is a read-only attribute with the value that it has: Okta sends a group's id along."""
        attribute = target.attribute
        if attribute is None or attribute.mutability != "readOnly":
            return False
        if not is_empty(value) and (target.urn is not None or not agrees(self.present(attribute.name), value)):
            return False
        self.notes.take(dialects.PATCH_READ_ONLY, _read_only(target), attribute.name)
        self.notes.ignore(attribute.name)
        return True

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
                self._remove_extension(str(target.urn))
            return
        if not isinstance(value, dict):
            raise invalid_value(f"“{clip(target.label)}” is a whole extension. Send its attributes in braces.")
        extension = self.resource_type.extension(str(target.urn))
        for name, part in value.items():
            attribute = extension.find(name) if extension else None
            named = Target(f"{target.urn}:{name}", target.urn, attribute.name if attribute else name, attribute)
            if not self._read_only(named, part):
                self._write_attribute(op, named, part)

    def _write_attribute(self, op: Op, target: Target, value: Json) -> None:
        attribute = target.attribute
        if attribute is None:
            self._write_undeclared(op, target, value)
            return
        if self._ignores_part(target):
            return
        self._refuse_read_only(target)
        if attribute.secret:
            left_out(self.notes, attribute, attribute.name)
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
        undeclared(self.notes, target.plainly, invalid_path(f"No schema here declares “{clip(target.label)}”."))
        container, name = self._container(target, make=True), str(target.name)
        if target.sub is not None:
            there = container.get(name)
            container[name] = {**(there if isinstance(there, dict) else {}), target.sub: value}
            return
        there = container.get(name)
        if op == "add" and isinstance(there, list):
            self._go_through(there, target)
            container[name] = distinct(there, value if isinstance(value, list) else [value])
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
        return [str(urn) for urn in elements_of(self.content["schemas"])]

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
        read = read_value(attribute, value, attribute.name, self.notes)
        # RFC 7644 3.5.2.3: sub-attributes that are not specified stay.
        merged = {**there, **read} if isinstance(there, dict) and isinstance(read, dict) else read
        # RFC 7643 2.5: null is the same state as absent, so that nothing was changed.
        if merged is not None or attribute.name in container:
            container[attribute.name] = merged

    def _write_several(self, op: Op, target: Target, attribute: Attribute, value: Json) -> None:
        container = self._container(target, make=True)
        elements = elements_of(container.get(attribute.name))
        self._go_through(elements, target)
        before = primaries(elements)
        if target.selection is None and target.sub is None:
            elements = written(op, attribute, elements, read_value(attribute, value, attribute.name, self.notes))
        else:
            write_chosen(elements, target, attribute, value, self.notes)
            elements = each_once(attribute, elements)
        if len(elements) > MAX_VALUES:
            raise invalid_value(f"“{attribute.name}” would have more than {MAX_VALUES:,} values.")
        one_primary(elements, newly_primary(elements, before))
        container[attribute.name] = cast(Json, elements) if value is not None or elements else None

    # --- remove

    def _remove(self, target: Target, operation: Operation) -> None:
        match target.level:
            case "resource":
                raise unchangeable("A whole resource can't be removed by PATCH. Use DELETE.")
            case "extension":
                self._remove_extension(str(target.urn))
            case "attribute":
                self._remove_attribute(target, operation)

    def _remove_attribute(self, target: Target, operation: Operation) -> None:
        attribute, name = target.attribute, str(target.name)
        if self._ignores_part(target):
            return
        if attribute is not None:
            self._refuse_read_only(target)
            whole = operation.value is None or not attribute.multi
            if whole and target.sub is None and target.selection is None and attribute.required:
                raise unchangeable(f"“{name}” can't be removed: a {self.resource_type.noun} must have one.")
            if target.sub_attribute is not None and target.sub_attribute.required:
                raise unchangeable(f"“{name}.{target.sub}” can't be removed. Remove the element.")
        container = self._container(target)
        if operation.value is not None and isinstance(container.get(name), list):
            take_listed(self.notes, target, operation)
        self._go_through(elements_of(container.get(name)), target)
        kept = without(container.get(name), target, operation)
        if attribute is not None and isinstance(kept, list):
            kept = each_once(attribute, kept)
        if name == "schemas" and target.urn is None:
            self._drop_extensions([urn for urn in self._listed() if urn not in elements_of(kept)])
        if kept in (None, [], {}):
            container.pop(name, None)
        else:
            container[name] = kept
        if target.urn is not None and not container and target.urn in self.content:
            self._remove_extension(target.urn)

    def _remove_extension(self, urn: str) -> None:
        self.content.pop(urn, None)
        self.content["schemas"] = [each for each in self._listed() if each != urn]

    # --- both

    def _go_through(self, elements: list[Json], target: Target) -> None:
        self.gone_through += len(elements) * cost_of(target.selection)
        if self.gone_through > MAX_ELEMENTS:
            raise too_much(MAX_ELEMENTS)

    def _ignores_part(self, target: Target) -> bool:
        """Whether it is a read-only part of what can be written: where Entra has it mapped, it sends it."""
        attribute, part = target.attribute, target.sub_attribute
        if attribute is None or attribute.mutability == "readOnly" or part is None or part.mutability != "readOnly":
            return False
        self.notes.take(dialects.PATCH_READ_ONLY_PART, _read_only(target), target.plainly)
        self.notes.ignore(target.plainly)
        return True

    def _refuse_read_only(self, target: Target) -> None:
        if target.attribute is not None and target.attribute.mutability == "readOnly":
            raise _read_only(target)

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


def take_listed(notes: Notes, target: Target, operation: Operation) -> None:
    """Take a remove whose value lists what goes (against RFC 7644 3.5.2.2, which knows only the path)."""
    refusal = invalid_value(
        f"The remove of “{clip(target.label)}” has a value. Choose the elements in the path, in brackets."
    )
    notes.take(dialects.REMOVE_WITH_VALUE, refusal, f"{target.plainly}: {redacted(operation.value)}")


def _read_only(target: Target) -> ScimError:
    return unchangeable(f"“{clip(target.label)}” is read-only: the server sets it. Leave it out.")
