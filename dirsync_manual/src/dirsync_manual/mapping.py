"""The mapper `manual`: a flat body, attribute by attribute; a display name is made of given and family name."""

from collections.abc import Mapping

from dirsync_core.api import Attribute, AttributeKind, Claim, Claims, Mapper, Record, Set, Value

ATTRIBUTES = (
    Attribute("email", description="The primary e-mail address"),
    Attribute("until", description="The last day, as 2027-01-31"),
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
_KINDS = {attribute.name: attribute.kind for attribute in ATTRIBUTES}


def manual(_: None) -> Mapper:
    """Make the mapper; it has no settings."""
    return map_manual


def map_manual(record: Record, claims: Claims) -> Claims:
    """Claim what was recorded. What an attribute of another mapper was given is passed over."""
    found: dict[str, Claim] = {
        name: Set(value)
        for name, said in record.content.items()
        if name in _KINDS and (value := _value(said, _KINDS[name])) is not None
    }
    if "displayName" not in found and (name := _full_name(record.content)):
        found["displayName"] = Set(name)
    return found


def _value(said: object, kind: AttributeKind) -> Value | None:
    if kind.is_set:
        return tuple(str(item) for item in said) if isinstance(said, list) else None
    return str(said) if isinstance(said, str | int | float) else None


def _full_name(content: Mapping[str, object]) -> str:
    return " ".join(str(content[part]) for part in ("givenName", "familyName") if content.get(part))
