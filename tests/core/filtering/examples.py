"""A SCIM user schema, the user of RFC 7643 8.3 in short, and a flat schema as location rules have it."""

from dirsync_core.filtering import Attribute, BoundFilter, Schema, any_extension, bind, parse

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

_MULTI = (
    Attribute("value"),
    Attribute("type"),
    Attribute("primary", "boolean"),
    Attribute("$ref", "reference"),
)

USER = Schema(
    (
        Attribute("id", case_exact=True),
        Attribute("userName"),
        Attribute("title"),
        Attribute("userType"),
        Attribute("active", "boolean"),
        Attribute("name", "complex", sub_attributes=(Attribute("familyName"), Attribute("givenName"))),
        Attribute("emails", "complex", multi_valued=True, sub_attributes=_MULTI),
        Attribute("ims", "complex", multi_valued=True, sub_attributes=_MULTI),
        Attribute("x509Certificates", "complex", multi_valued=True, sub_attributes=(Attribute("value", "binary"),)),
        Attribute("schemas", "reference", multi_valued=True),
        Attribute("badge", "integer"),
        Attribute("meta", "complex", sub_attributes=(Attribute("lastModified", "dateTime"),)),
    ),
    urn=CORE,
    extensions=(
        Schema(
            (
                Attribute("department"),
                Attribute("manager", "complex", sub_attributes=(Attribute("value", case_exact=True),)),
            ),
            urn=ENTERPRISE,
        ),
    ),
    unknown=any_extension,
)

BJENSEN: dict[str, object] = {
    "schemas": [CORE, ENTERPRISE],
    "id": "2819c223",
    "userName": "bjensen",
    "title": "Tour Guide",
    "userType": "Employee",
    "active": True,
    "badge": 701984,
    "name": {"familyName": "O'Malley", "givenName": "Barbara"},
    "emails": [
        {"value": "bjensen@example.com", "type": "work", "primary": True},
        {"value": "babs@jensen.org", "type": "home"},
    ],
    "ims": [{"value": "babs@foo.com", "type": "xmpp"}],
    "meta": {"lastModified": "2011-05-13T04:42:34Z"},
    ENTERPRISE: {"department": "Tour Operations", "manager": {"value": "26118915"}},
    "https://x.example/scim/office": {"desk": "4B", "floor": 4, "keys": ["a", "b"]},
}

FLAT = Schema(
    (
        Attribute("city"),
        Attribute("userType"),
        Attribute("active", "boolean"),
        Attribute("locale", fold=lambda text: text.casefold().replace("_", "-")),
        Attribute("groups", multi_valued=True),
        Attribute("entities", multi_valued=True, complete=True, noun="entity"),
    )
)


def user_filter(text: str) -> BoundFilter:
    return bind(parse(text), USER)


def rule(text: str) -> BoundFilter:
    return bind(parse(text), FLAT)
