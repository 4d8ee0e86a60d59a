"""Our tolerances in reading values, undone: the same request as it must be written for scim2-models, which has none."""

import json
import re
from collections.abc import Callable
from typing import Any

from dirsync_okta.scim import Attribute
from tests.okta.proof.twins import Twin

Find = Callable[[str], Attribute | None]
_SELECTION = re.compile(r"\[.*\]")


def strict_body(twin: Twin, body: dict[str, Any]) -> dict[str, Any]:
    """Give the body of a POST as a strict client would write it."""
    return {name: _entry(twin, name, value) for name, value in body.items()}


def strict_operation(twin: Twin, operation: dict[str, Any]) -> dict[str, Any]:
    """Give an operation as a strict client would write it."""
    if "value" not in operation:
        return operation
    value, path = operation["value"], operation.get("path")
    if path is None:
        value = strict_body(twin, value)
        value = _without_null_lists(twin, value) if operation["op"] == "add" else value
    else:
        attribute, part = _target(twin, _SELECTION.sub("", path))
        whole = "[" in path and part is None
        value = strict_parts(attribute.find, value) if whole else strict(part or attribute, value)
    if operation["op"] == "add":
        value = _distinct(value)
    # An added value that is none takes away what is there, as in a replace.
    op = "replace" if value is None and operation["value"] is not None else operation["op"]
    return {**operation, "op": op, "value": value}


def strict(attribute: Attribute, value: Any) -> Any:
    """Give a value as a strict client would write it."""
    if attribute.mutability == "readOnly":
        return None if value in ([], {}, "") else value
    if value is None:
        return None
    if not attribute.multi:
        value = _single(attribute, value)
        return None if attribute.required and isinstance(value, str) and not value.strip() else value
    if not isinstance(value, list):
        value = [] if value == "" else [value]
    if any(each is None or isinstance(each, list) for each in value):
        return value
    elements = [_single(attribute, each) for each in value]
    said = [each for each in elements if each is not None and (each != {} or attribute.type != "complex")]
    return _one_primary(_each_once(attribute, said) if attribute.type == "complex" else said)


def strict_parts(find: Find, value: Any) -> Any:
    """Give an object of attributes as a strict client would write it."""
    if not isinstance(value, dict):
        return value
    return {name: strict(attribute, part) if (attribute := find(name)) else part for name, part in value.items()}


def _entry(twin: Twin, name: str, value: Any) -> Any:
    if extension := twin.ours.extension(name):
        return strict_parts(extension.find, value)
    if name == "schemas":
        return value
    attribute, part = _target(twin, name)
    return strict(part or attribute, value)


def _without_null_lists(twin: Twin, value: dict[str, Any]) -> dict[str, Any]:
    """Leave out nulls that are added to lists: they add nothing with us, and empty the list with scim2-models."""
    kept = {}
    for name, part in value.items():
        if twin.ours.extension(name) and isinstance(part, dict):
            kept[name] = {key: inner for key, inner in part.items() if not _null_list(twin, f"{name}:{key}", inner)}
        elif not _null_list(twin, name, part):
            kept[name] = part
    return kept


def _null_list(twin: Twin, name: str, value: Any) -> bool:
    return value is None and _target(twin, name)[0].multi


def _target(twin: Twin, place: str) -> tuple[Attribute, Attribute | None]:
    urn, _, rest = place.rpartition(":")
    name, _, sub = rest.partition(".")
    extension = twin.ours.extension(urn)
    attribute = extension.find(name) if extension else twin.ours.find(name)
    assert attribute is not None, place
    return attribute, attribute.find(sub) if sub else None


def _single(attribute: Attribute, value: Any) -> Any:
    if isinstance(value, list) and len(value) < 2:
        value = value[0] if value else None
    if attribute.type != "complex":
        if attribute.multi and isinstance(value, dict):
            value = value.get("value", value)
        if attribute.type == "boolean" and isinstance(value, str):
            value = {"true": True, "false": False}.get(value.lower(), value)
        return None if value == "" and attribute.type not in ("string", "reference") else value
    if isinstance(value, str):
        value = {"value": value} if value.strip() and attribute.find("value") else value or None
    return strict_parts(attribute.find, value)


def _each_once(attribute: Attribute, elements: list[Any]) -> list[Any]:
    """Have no two of one value and type (RFC 7643 2.4): the later completes the earlier."""
    once: dict[Any, Any] = {}
    for each in elements:
        same = _sameness(attribute, each)
        once[same] = {**once[same], **each} if same in once and isinstance(each, dict) else each
    return list(once.values())


def _sameness(attribute: Attribute, element: Any) -> Any:
    value = element.get("value") if isinstance(element, dict) else None
    if not isinstance(value, str):
        return json.dumps(element, sort_keys=True)
    part = attribute.find("value")
    exact = part is not None and part.case_exact
    return value if exact else value.casefold(), str(element.get("type") or "").casefold()


def _one_primary(elements: list[Any]) -> list[Any]:
    flagged = [each for each in elements if isinstance(each, dict) and each.get("primary") is True]
    return [{**each, "primary": False} if any(each is one for one in flagged[1:]) else each for each in elements]


def _distinct(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _distinct(part) for name, part in value.items()}
    if isinstance(value, list):
        return list({json.dumps(each, sort_keys=True): each for each in value}.values())
    return value
