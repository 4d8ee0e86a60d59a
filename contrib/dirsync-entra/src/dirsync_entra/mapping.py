"""What Entra sends, as SCIM, in the directory's own words. Start at `entra_mapper`.

Entra addresses elements by type (`emails[type eq "work"].value`) and leaves `primary` out of those that it adds later:
so of several elements the primary one counts, else the only one, else the one for work. It names managers by the SCIM
id of their record, which is a reference as it stands.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

import attrs

from dirsync_core.api import Attribute, AttributeKind, Claim, Claims, Clear, Mapper, MapperType, Record, Set, is_address
from dirsync_okta.scim.definitions import ENTERPRISE_URN

Part = Mapping[str, object]

_PLAIN = ("title", "userType", "locale", "preferredLanguage", "timezone", "nickName")
_ENTERPRISE = ("employeeNumber", "costCenter", "organization", "division", "department")
_ADDRESS = {"city": "locality", "region": "region", "country": "country"}
_DELETED = re.compile(r"^[0-9a-f]{32}(?=[^@]+@)", re.IGNORECASE)
"""What Entra sets in front of the userPrincipalName of somebody who is deleted: their object id without dashes."""


@attrs.frozen
class EntraMapping:
    """`[providers.NAME.mapper_settings.entra]`: whether the address is the mail, or the userPrincipalName."""

    email: Literal["emails", "userName"] = "emails"


ATTRIBUTES = (
    Attribute("email", AttributeKind.TEXT, "The mail, or the userPrincipalName where the settings say so"),
    Attribute("phone", AttributeKind.TEXT, "The primary or only phone number, else the one for work, else the mobile"),
    Attribute("displayName", AttributeKind.TEXT, "The name as it is shown"),
    Attribute("givenName", AttributeKind.TEXT, "The given name"),
    Attribute("familyName", AttributeKind.TEXT, "The family name"),
    Attribute("nickName", AttributeKind.TEXT, "The casual name"),
    Attribute("title", AttributeKind.TEXT, "The job title"),
    Attribute("userType", AttributeKind.TEXT, "How somebody belongs to the company, such as Guest"),
    Attribute("city", AttributeKind.TEXT, "The city of the primary or only address, else of the one for work"),
    Attribute("region", AttributeKind.TEXT, "The state or region of that address"),
    Attribute("country", AttributeKind.TEXT, "The country of that address"),
    Attribute("locale", AttributeKind.TEXT, "The locale, such as nb-NO"),
    Attribute("preferredLanguage", AttributeKind.TEXT, "The preferred language"),
    Attribute("timezone", AttributeKind.TEXT, "The time zone, such as Europe/Oslo"),
    Attribute("employeeNumber", AttributeKind.TEXT, "The number by which the company knows somebody"),
    Attribute("costCenter", AttributeKind.TEXT, "The cost center"),
    Attribute("organization", AttributeKind.TEXT, "The organization"),
    Attribute("division", AttributeKind.TEXT, "The division"),
    Attribute("department", AttributeKind.TEXT, "The department"),
    Attribute("manager", AttributeKind.REFERENCE, "Whom somebody reports to"),
)


def entra_mapper(settings: EntraMapping) -> Mapper:
    """Make the mapper of user records; what a record does not mention stays absent."""
    address = _user_name if settings.email == "userName" else _mail

    def map_entra(record: Record, claims: Claims) -> Claims:
        return dict(_claims(record.content, address))

    return map_entra


ENTRA_MAPPER = MapperType("entra", ATTRIBUTES, entra_mapper, EntraMapping)


def _claims(content: Part, address: Callable[[Part], Claim | None]) -> Iterator[tuple[str, Claim]]:
    name, enterprise = _part(content, "name"), _part(content, ENTERPRISE_URN)
    found: dict[str, Claim | None] = {
        "email": _alive(address(content)),
        "phone": _of_element(content, "phoneNumbers", ("work", "mobile"), "value"),
        "displayName": _display_name(content, name),
        "givenName": _text(name, "givenName"),
        "familyName": _text(name, "familyName"),
        "manager": _manager(enterprise),
        **{each: _text(content, each) for each in _PLAIN},
        # the gallery's mappings write some of these beside userName
        **{each: _text(enterprise, each) or _text(content, each) for each in _ENTERPRISE},
        **{each: _of_element(content, "addresses", ("work",), key) for each, key in _ADDRESS.items()},
    }
    return ((each, claim) for each, claim in found.items() if claim is not None)


def _mail(content: Part) -> Claim | None:
    return _of_element(content, "emails", ("work",), "value")


def _user_name(content: Part) -> Claim | None:
    claim = _text(content, "userName")
    return claim if isinstance(claim, Set) and is_address(str(claim.value)) else None


def _alive(address: Claim | None) -> Claim | None:
    """Give an address as it was before its owner was deleted."""
    return Set(_DELETED.sub("", str(address.value))) if isinstance(address, Set) else address


def _display_name(content: Part, name: Part) -> Claim | None:
    parts = [_text(name, "givenName"), _text(name, "familyName")]
    joined = " ".join(str(part.value) for part in parts if isinstance(part, Set))
    said = [_text(content, "displayName"), _text(name, "formatted"), Set(joined) if joined else None]
    return next((claim for claim in said if isinstance(claim, Set)), said[0] or said[1])


def _manager(enterprise: Part) -> Claim | None:
    """Entra was seen to write an object, an array of one, and the id alone."""
    if "manager" not in enterprise:
        return None
    value = enterprise["manager"]
    if isinstance(value, list):
        value = value[0] if value else None
    return _text(value, "value") or Clear() if isinstance(value, Mapping) else _claim(value)


def _of_element(content: Part, name: str, types: Sequence[str], key: str) -> Claim | None:
    if name not in content:
        return None
    value = content[name]
    elements = [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
    if not elements:
        return Clear()
    chosen = _chosen(elements, types)
    return None if chosen is None else _text(chosen, key)


def _chosen(elements: Sequence[Part], types: Sequence[str]) -> Part | None:
    primary = next((each for each in elements if each.get("primary") is True), None)
    if primary is not None or len(elements) == 1:
        return primary or elements[0]
    by_type = {str(each.get("type") or "").lower(): each for each in reversed(elements)}
    return next((by_type[each] for each in types if each in by_type), None)


def _text(part: Part, name: str) -> Claim | None:
    return _claim(part[name]) if name in part else None


def _claim(value: object) -> Claim | None:
    """Turn a value into a claim; one that is no text, such as an object that nobody declared, is no opinion."""
    if value is None or value in ([], {}):
        return Clear()
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip()
    return Set(text) if text else Clear()


def _part(part: Part, name: str) -> Part:
    value = part.get(name)
    return value if isinstance(value, Mapping) else {}
