"""What an inetOrgPerson (RFC 2798) says in the directory's own words. Start at `map_ldap`, a pure function.

Of several values the first counts, in the server's order. A value that is not there is no opinion.
"""

from collections.abc import Iterator, Mapping

from dirsync_core.api import Attribute, AttributeKind, Claim, Claims, MapperType, Record, Set

_TEXTS: Mapping[str, tuple[str, ...]] = {
    "email": ("mail",),
    "displayName": ("displayName", "cn"),
    "givenName": ("givenName",),
    "familyName": ("sn",),
    "phone": ("telephoneNumber", "mobile"),
    "title": ("title",),
    "userType": ("employeeType",),
    "city": ("l",),
    "region": ("st",),
    "country": ("c", "co"),
    "preferredLanguage": ("preferredLanguage",),
    "employeeNumber": ("employeeNumber",),
    "organization": ("o",),
    "department": ("departmentNumber", "ou", "department"),
}
"""Attribute → those of LDAP that say it, the first that has a value."""

REFERENCES: Mapping[str, str] = {"manager": "managerMail", "secretary": "secretaryMail"}
"""What names people by DN → where in a record the addresses of those stand."""

NAMES = (*(name for names in _TEXTS.values() for name in names), "uid")
"""What is read of people besides references."""

ATTRIBUTES = (
    *(Attribute(name, description=f"From {' or '.join(names)}") for name, names in _TEXTS.items()),
    Attribute("manager", AttributeKind.REFERENCE, "Whom manager names"),
    Attribute("assistants", AttributeKind.REFERENCES, "Whom secretary names"),
)


def map_ldap(record: Record, claims: Claims) -> Claims:
    """Claim what an entry says."""
    content = record.content
    managers, secretaries = (tuple(_texts(content.get(name))) for name in REFERENCES.values())
    found: dict[str, Claim] = {
        name: Set(text) for name, names in _TEXTS.items() if (text := _first(content, names)) is not None
    }
    if managers:
        found["manager"] = Set(managers[0])
    if secretaries:
        found["assistants"] = Set(secretaries)
    return found


def _first(content: Mapping[str, object], names: tuple[str, ...]) -> str | None:
    return next((text for name in names for text in _texts(content.get(name))), None)


def _texts(value: object) -> Iterator[str]:
    values = value if isinstance(value, list) else [value]
    return (each.strip() for each in values if isinstance(each, str) and each.strip())


LDAP_MAPPER = MapperType("ldap", ATTRIBUTES, lambda settings: map_ldap)
