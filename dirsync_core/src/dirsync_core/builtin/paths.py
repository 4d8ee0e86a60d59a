"""The mapper `paths`: SCIM paths of the settings laid over what other mappers found; mapping needs no code."""

from collections.abc import Mapping

from dirsync_core.api import Claim, Claims, Mapper, Record, Set
from dirsync_core.filtering import BoundPath, Schema, any_attribute, bind_path, parse_path

_ANYTHING = Schema((), unknown=any_attribute)


def paths(attributes: Mapping[str, str]) -> Mapper:
    """Give a mapper that sets each attribute from a SCIM path into the record's body; no value, no opinion.

    Raises:
        FilterError: a path is none.
    """
    bound = {name: bind_path(parse_path(path), _ANYTHING) for name, path in attributes.items()}

    def map_paths(record: Record, claims: Claims) -> Claims:
        return {name: claim for name, path in bound.items() if (claim := _claim(path, record)) is not None}

    return map_paths


def _claim(path: BoundPath, record: Record) -> Claim | None:
    """Give the first text that the path leads to."""
    texts = (_text(value) for value in path.values(record.content))
    return next((Set(text) for text in texts if text), None)


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int() | float():
            return str(value).strip()
        case {"value": inner}:
            return _text(inner)
        case _:
            return ""
