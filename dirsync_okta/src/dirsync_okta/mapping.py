"""What an Okta profile, as SCIM, says in the directory's own words. Start at `map_okta`, a pure function.

Of several e-mail addresses or phone numbers the primary one counts, or the only one; never one of a type, since Okta
leaves the type out where nobody mapped it. Empty values are claims too: whoever sends "" means that there is none.
"""

from collections.abc import Callable, Mapping, Sequence

from dirsync_core.api import Attribute, AttributeKind, Claim, Claims, Clear, MapperType, Record, Set
from dirsync_okta.assistants import assistants_claim
from dirsync_okta.scim.definitions import ENTERPRISE_URN

Part = Mapping[str, object]

_PLAIN = ("title", "userType", "locale", "preferredLanguage", "timezone", "nickName")
_ENTERPRISE = ("employeeNumber", "costCenter", "organization", "division", "department")
_ADDRESS = {"city": "locality", "region": "region", "country": "country"}

ATTRIBUTES = (
    Attribute("email", AttributeKind.TEXT, "The primary e-mail address"),
    Attribute("phone", AttributeKind.TEXT, "The primary phone number"),
    Attribute("displayName", AttributeKind.TEXT, "The name as it is shown"),
    Attribute("givenName", AttributeKind.TEXT, "The given name"),
    Attribute("familyName", AttributeKind.TEXT, "The family name"),
    Attribute("nickName", AttributeKind.TEXT, "The casual name"),
    Attribute("title", AttributeKind.TEXT, "The job title"),
    Attribute("userType", AttributeKind.TEXT, "How somebody belongs to the company, such as intern"),
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
    Attribute("assistants", AttributeKind.REFERENCES, "Who assists somebody"),
)


def map_okta(record: Record, claims: Claims) -> Claims:
    """Map a user record, whatever the claims before say; what the record does not mention stays absent."""
    content = record.content
    found: dict[str, Claim | None] = {
        "email": _of_element(content, "emails", _primary_or_only, "value"),
        "phone": _of_element(content, "phoneNumbers", _primary_or_only, "value"),
        "displayName": _display_name(content),
        "givenName": _text(_part(content, "name"), "givenName"),
        "familyName": _text(_part(content, "name"), "familyName"),
        "manager": _manager(content),
        "assistants": assistants_claim(content),
        **{name: _text(content, name) for name in _PLAIN},
        **{name: _text(_part(content, ENTERPRISE_URN), name) for name in _ENTERPRISE},
        **{name: _of_element(content, "addresses", _main_address, key) for name, key in _ADDRESS.items()},
    }
    return {name: claim for name, claim in found.items() if claim is not None}


OKTA_MAPPER = MapperType("okta", ATTRIBUTES, lambda settings: map_okta)


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


def _of_element(content: Part, name: str, choose: Callable[[Sequence[Part]], Part | None], key: str) -> Claim | None:
    if name not in content:
        return None
    value = content[name]
    elements = [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
    if not elements:
        return Clear()
    chosen = choose(elements)
    return None if chosen is None else _text(chosen, key)


def _primary_or_only(elements: Sequence[Part]) -> Part | None:
    for element in elements:
        if element.get("primary") is True:
            return element
    return elements[0] if len(elements) == 1 and elements[0].get("primary") is not False else None


def _main_address(elements: Sequence[Part]) -> Part | None:
    if (chosen := _primary_or_only(elements)) is not None:
        return chosen
    if len(elements) == 1:
        return elements[0]
    return next((each for each in elements if str(each.get("type") or "").lower() == "work"), None)


def _display_name(content: Part) -> Claim | None:
    name = _part(content, "name")
    said = [_text(content, "displayName"), _text(name, "formatted"), _joined(name)]
    claims = [claim for claim in said if claim is not None]
    return next((claim for claim in claims if isinstance(claim, Set)), claims[0] if claims else None)


def _joined(name: Part) -> Claim | None:
    parts = [_text(name, "givenName"), _text(name, "familyName")]
    texts = [str(claim.value) for claim in parts if isinstance(claim, Set)]
    return Set(" ".join(texts)) if texts else None


def _manager(content: Part) -> Claim | None:
    """Okta's admin maps to the manager's `value` what they like: an e-mail address, mostly."""
    extension = _part(content, ENTERPRISE_URN)
    if "manager" not in extension:
        return None
    value = extension["manager"]
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, Mapping):
        return _claim(value)
    by_value = _text(value, "value")
    return by_value if isinstance(by_value, Set) else Clear()
