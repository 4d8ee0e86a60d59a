"""Our tolerances in reading values, undone: the same value as it must be written for scim2-models, which has none."""

from typing import Any

from dirsync_okta.scim import Attribute
from tests.okta.proof.twins import Twin

_TEXTUAL = ("string", "reference")


def strict_body(twin: Twin, body: dict[str, Any]) -> dict[str, Any]:
    """Give the body of a POST as a strict client would write it."""
    written = {}
    for name, value in body.items():
        extension, attribute = twin.ours.extension(name), twin.ours.find(name)
        if extension is not None:
            written[name] = strict_parts(extension.find, value)
        else:
            written[name] = strict(attribute, value) if attribute else value
    return written


def strict_parts(find: Any, value: Any) -> Any:
    """Give an object of attributes as a strict client would write it."""
    if not isinstance(value, dict):
        return value
    return {name: strict(attribute, part) if (attribute := find(name)) else part for name, part in value.items()}


def strict(attribute: Attribute, value: Any) -> Any:
    """Give a value as a strict client would write it."""
    if attribute.mutability == "readOnly" or value is None:
        return value
    if not attribute.multi:
        return _single(attribute, value)
    if not isinstance(value, list):
        value = [] if value == "" else [value]
    if any(each is None or isinstance(each, list) for each in value):
        return value
    return [element for each in value if (element := _single(attribute, each)) is not None]


def _single(attribute: Attribute, value: Any) -> Any:
    if isinstance(value, list) and len(value) < 2:
        value = value[0] if value else None
    if attribute.type != "complex":
        if attribute.multi and isinstance(value, dict):
            value = value.get("value", value)
        return None if value == "" and attribute.type not in _TEXTUAL else value
    if isinstance(value, str):
        value = {"value": value} if value.strip() and attribute.find("value") else value or None
    return strict_parts(attribute.find, value)
