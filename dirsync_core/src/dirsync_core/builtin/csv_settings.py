"""`[providers.NAME]` of plugin `csv`."""

import codecs
from collections.abc import Mapping
from difflib import get_close_matches

import attrs

from dirsync_core.api import Attribute, AttributeKind

ATTRIBUTES = (
    Attribute("email", description="The primary e-mail address"),
    Attribute("displayName", description="The name shown"),
    *(
        Attribute(name)
        for name in (
            "givenName", "familyName", "phone", "title", "department", "division", "organization", "costCenter",
            "employeeNumber", "userType", "city", "region", "country", "locale", "preferredLanguage", "timezone",
        )
    ),
    Attribute("assistants", AttributeKind.REFERENCES, "E-mail addresses of those who assist the person"),
    Attribute("manager", AttributeKind.REFERENCE, "The e-mail address of the person's manager"),
)  # fmt: skip
_NAMES = {attribute.name for attribute in ATTRIBUTES}
_NEAR = 0.85


def _check_columns(_: object, __: object, columns: Mapping[str, str]) -> None:
    for name in columns:
        near = get_close_matches(name, _NAMES, n=1, cutoff=_NEAR)
        folded = [known for known in _NAMES if known.casefold() == name.casefold()]
        if name not in _NAMES and (near or folded):
            raise ValueError(f"columns.{name}: is no attribute; did you mean {(folded or near)[0]}?")


def _check_encoding(_: object, __: object, encoding: str) -> None:
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise ValueError(f"encoding: “{encoding}” is no encoding; for instance utf-8, cp1252 or utf-16") from None


def _check_sign(_: object, attribute: "attrs.Attribute[str]", sign: str | None) -> None:
    if sign is not None and (len(sign) != 1 or sign in '"\r\n '):
        raise ValueError(f"{attribute.name}: is one sign, for instance “;”, and “{sign}” is not")


@attrs.frozen
class Active:
    """Which rows are active: those that have one of `values` in `column`, compared without case."""

    column: str
    values: tuple[str, ...]


@attrs.frozen
class CsvSettings:
    """A file, and which of its columns are what."""

    file: str
    key: str | None = None
    columns: Mapping[str, str] = attrs.field(factory=dict, validator=_check_columns)
    active: Active | None = None
    encoding: str = attrs.field(default="utf-8-sig", validator=_check_encoding)
    delimiter: str | None = attrs.field(default=None, validator=_check_sign)
    separator: str = attrs.field(default=";", validator=_check_sign)
