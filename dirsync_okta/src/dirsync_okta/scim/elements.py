"""The elements of a multi-valued attribute under PATCH: which ones a path chooses, and what becomes of them.

Functions on plain lists; what is written is read by the schema first. `patch` decides when to call which.
"""

import json
from collections.abc import Iterator
from typing import cast

import attrs

from dirsync_core.api import BoundFilter, Json
from dirsync_okta.scim.dialects import ELEMENT_FROM_FILTER
from dirsync_okta.scim.errors import ScimError, clip, invalid_syntax, invalid_value, no_target
from dirsync_okta.scim.notes import Notes
from dirsync_okta.scim.operations import Op, Operation
from dirsync_okta.scim.paths import Target
from dirsync_okta.scim.reading import Content, keep_value, read_parts, read_single
from dirsync_okta.scim.sameness import merged
from dirsync_okta.scim.schema import Attribute

TEXT_OF_A_TERM = 20


def elements_of(value: Json) -> list[Json]:
    """Give the elements of a value; none where it is no array."""
    return value if isinstance(value, list) else []


def written(op: Op, attribute: Attribute, there: list[Json], value: Json) -> list[Json]:
    """Give the elements after an add or a replace of the attribute as a whole."""
    read = elements_of(value)
    return merged(attribute, there, read) if op == "add" else read


def write_chosen(elements: list[Json], target: Target, attribute: Attribute, value: Json, notes: Notes) -> None:
    """Write to the elements that a path chooses, or to parts of them; in place.

    Raises:
        ScimError: the path chooses none, or the value does not fit.
    """
    chosen = _chosen(elements, target.selection)
    made = not chosen
    if made:
        elements.append(_made(target, attribute, notes))
        chosen = [len(elements) - 1]
    if target.sub is not None:
        value = {target.sub: value}
    elif value in (None, []) or (attribute.type == "complex" and not isinstance(value, dict)):
        raise invalid_value(
            f"The value for “{clip(target.label)}” is an element. Send one; to take it away, use remove."
        )
    for index in chosen:
        element = elements[index]
        if isinstance(element, dict) and isinstance(value, dict):
            # Completed as it was before, so that what is required is found missing only if it is.
            sent = read_parts(attribute, value, attribute.name, notes)
            read = cast(Content, read_single(attribute, {**element, **sent}, attribute.name, Notes()))
            keep_value(attrs.evolve(attribute, mutability="readWrite"), element, {**element, **read}, attribute.name)
            element.update(read)
        else:
            elements[index] = read_single(attribute, value, attribute.name, notes)
    if made and not _selects(target.selection, elements[-1]):
        raise no_target(f"No element of “{attribute.name}” would be the one that “{clip(target.label)}” chooses.")


def cost_of(selection: BoundFilter | None) -> int:
    """Say how much it costs to ask a filter about one element, where no filter costs 1."""
    return 1 + len(selection.text) // TEXT_OF_A_TERM if selection is not None else 1


def too_much(most: int) -> ScimError:
    """Refuse operations that go through too many elements: a writer that is busy with one request holds all others."""
    detail = f"The operations go through more than {most:,} values, each through all of its attribute."
    return invalid_syntax(f"{detail} Send them in several requests, or several values in one operation.")


def _chosen(elements: list[Json], selection: BoundFilter | None) -> list[int]:
    return [i for i, element in enumerate(elements) if _selects(selection, element)]


def _selects(selection: BoundFilter | None, element: Json) -> bool:
    if selection is None:
        return True
    return selection.matches(element if isinstance(element, dict) else {"value": element})


def _made(target: Target, attribute: Attribute, notes: Notes) -> Json:
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
            raise _nothing_chosen(target, attribute)
        made[part.name] = read_single(part, wanted, target.label, notes)
    if not _describes(target.selection, made):
        raise _nothing_chosen(target, attribute)
    notes.take(ELEMENT_FROM_FILTER, _nothing_chosen(target, attribute), f"{attribute.name}[{', '.join(made)}]")
    return made


def _nothing_chosen(target: Target, attribute: Attribute) -> ScimError:
    return no_target(f"No element of “{attribute.name}” is the one that “{clip(target.label)}” chooses.")


def _describes(selection: BoundFilter, made: Content) -> bool:
    """Whether the filter asks for just these values: each once, each needed, none negated or one of several."""
    needed = (
        len(selection.comparisons(name)) == 1
        and not selection.matches({other: part for other, part in made.items() if other != name})
        for name in made
    )
    return selection.matches(made) and all(needed)


def _names_kind(part: Attribute, wanted: object) -> bool:
    if part.type == "boolean":
        return True
    known = {each.lower() for each in part.canonical}
    return part.name == "type" and isinstance(wanted, str) and (not known or wanted.lower() in known)


def primaries(elements: list[Json]) -> set[int]:
    """Give the identities of the primary elements, to tell afterwards which became so."""
    return {id(each) for each in elements if isinstance(each, dict) and each.get("primary") is True}


def newly_primary(elements: list[Json], before: set[int]) -> Json:
    """Give the first element that is primary and was not before."""
    found = (each for each in elements if isinstance(each, dict) and each.get("primary") is True)
    return next((each for each in found if id(each) not in before), None)


def without(there: Json, target: Target, operation: Operation) -> Json:
    """Give a value without what a remove takes away."""
    if target.selection is None and target.sub is None:
        if operation.value is not None and isinstance(there, list):
            return _without_listed(there, operation.value)
        return None
    if isinstance(there, dict):
        return {name: part for name, part in there.items() if name != target.sub}
    elements = elements_of(there)
    chosen = set(_chosen(elements, target.selection))
    _keep_fixed_parts(elements, target, chosen)
    return [kept for i, each in enumerate(elements) if (kept := _pruned(each, target, i in chosen)) is not None]


def _keep_fixed_parts(elements: list[Json], target: Target, chosen: set[int]) -> None:
    part = target.sub_attribute
    for element in (elements[index] for index in chosen):
        if part is not None and isinstance(element, dict):
            keep_value(part, element.get(part.name), None, target.label)


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
        return str(next(names, json.dumps(element, sort_keys=True))).casefold()
    return str(element).casefold()


def agrees(present: Json, value: Json) -> bool:
    """Whether a read-only value says nothing but what is so."""
    if isinstance(present, dict) and isinstance(value, dict):
        return all(present.get(name) == part for name, part in value.items())
    if isinstance(present, list) and isinstance(value, list):
        return {_identity(each) for each in present} == {_identity(each) for each in value}
    return present == value
