"""The schemas of RFC 7643: core User (4.1), core Group (4.2), enterprise User (4.3).

Where an attribute is kept that the RFC would have ignored, or more is promised than it asks, it says so here, since
`/Schemas` is made from this: `members.display` is kept as it was written, and a group's `displayName` is unique.
"""

import attrs

from dirsync_okta.scim.schema import Attribute, Definition, ResourceType

USER_URN = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP_URN = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE_URN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

_DISPLAY = Attribute("display", description="A human-readable name, for display only.")
_PRIMARY = Attribute("primary", "boolean", "Whether this is the preferred one; true at most once.")


def _plural(name: str, noun: str, value: Attribute, types: tuple[str, ...] = ()) -> Attribute:
    """RFC 7643 2.4: a multi-valued attribute with the usual sub-attributes."""
    kind = Attribute("type", description=f"What kind of {noun} it is.", canonical=types)
    return Attribute(name, "complex", f"The user's {name}.", multi=True, sub=(value, _DISPLAY, kind, _PRIMARY))


def _value(noun: str, *, case_exact: bool = False) -> Attribute:
    return Attribute("value", description=f"The {noun} itself.", case_exact=case_exact)


_NAME = Attribute(
    "name",
    "complex",
    "The parts of the user's real name.",
    sub=(
        Attribute("formatted", description="The full name, as it is shown."),
        Attribute("familyName", description="The family name."),
        Attribute("givenName", description="The given name."),
        Attribute("middleName", description="The middle names."),
        Attribute("honorificPrefix", description="What stands before the name, such as Dr."),
        Attribute("honorificSuffix", description="What stands behind the name, such as III."),
    ),
)
_ADDRESSES = Attribute(
    "addresses",
    "complex",
    "Physical addresses of the user.",
    multi=True,
    sub=(
        Attribute("formatted", description="The whole address, as on a letter."),
        Attribute("streetAddress", description="Street, house number and the like."),
        Attribute("locality", description="The city."),
        Attribute("region", description="The state or region."),
        Attribute("postalCode", description="The postal code."),
        Attribute("country", description="The country, as two letters of ISO 3166-1."),
        Attribute("type", description="What kind of address it is.", canonical=("work", "home", "other")),
        _PRIMARY,
    ),
)
_GROUPS = Attribute(
    "groups",
    "complex",
    "The groups that list the user; changed through the groups alone.",
    multi=True,
    mutability="readOnly",
    sub=(
        Attribute("value", description="The id of the group.", case_exact=True, mutability="readOnly"),
        Attribute(
            "$ref",
            "reference",
            "The address of the group.",
            case_exact=True,
            mutability="readOnly",
            references=("Group",),
        ),
        Attribute("display", description="The name of the group.", mutability="readOnly"),
        Attribute(
            "type",
            description="Whether the group itself lists the user.",
            mutability="readOnly",
            canonical=("direct", "indirect"),
        ),
    ),
)

USER = Definition(
    USER_URN,
    "User",
    "User Account",
    (
        Attribute(
            "userName",
            description="What the client knows the user by; unique, in any case.",
            required=True,
            uniqueness="server",
        ),
        _NAME,
        Attribute("displayName", description="The name as it is shown."),
        Attribute("nickName", description="The casual way to address the user."),
        Attribute("profileUrl", "reference", "A page about the user.", case_exact=True, references=("external",)),
        Attribute("title", description="The user's title, such as Vice President."),
        Attribute("userType", description="How user and organization belong together, such as Contractor."),
        Attribute("preferredLanguage", description="The preferred language, as in Accept-Language."),
        Attribute("locale", description="The user's default locale, such as en-US."),
        Attribute("timezone", description="The user's time zone, such as Europe/Oslo."),
        Attribute("active", "boolean", "Whether the user's account is in use."),
        Attribute(
            "password",
            description="Taken in, and neither kept nor shown.",
            mutability="writeOnly",
            returned="never",
        ),
        _plural("emails", "e-mail address", _value("e-mail address"), ("work", "home", "other")),
        _plural(
            "phoneNumbers",
            "phone number",
            _value("phone number"),
            ("work", "home", "mobile", "fax", "pager", "other"),
        ),
        _plural(
            "ims",
            "instant messaging address",
            _value("instant messaging address"),
            ("aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"),
        ),
        _plural(
            "photos",
            "photo",
            Attribute("value", "reference", "The address of the photo.", case_exact=True, references=("external",)),
            ("photo", "thumbnail"),
        ),
        _ADDRESSES,
        _GROUPS,
        _plural("entitlements", "entitlement", _value("entitlement")),
        _plural("roles", "role", _value("role")),
        _plural(
            "x509Certificates",
            "certificate",
            Attribute("value", "binary", "The certificate, DER in base64.", case_exact=True),
        ),
    ),
)

MEMBERS = Attribute(
    "members",
    "complex",
    "The members of the group.",
    multi=True,
    sub=(
        Attribute(
            "value",
            description="The id of the member.",
            required=True,
            case_exact=True,
            mutability="immutable",
        ),
        Attribute(
            "$ref",
            "reference",
            "The address of the member.",
            case_exact=True,
            mutability="immutable",
            references=("User", "Group"),
        ),
        Attribute(
            "type",
            description="Whether the member is a user or a group.",
            mutability="immutable",
            canonical=("User", "Group"),
        ),
        Attribute("display", description="A name for the member, as it was written.", mutability="immutable"),
    ),
)

GROUP = Definition(
    GROUP_URN,
    "Group",
    "Group",
    (
        Attribute(
            "displayName",
            description="The name of the group; unique, in any case.",
            required=True,
            uniqueness="server",
        ),
        MEMBERS,
    ),
)

ENTERPRISE = Definition(
    ENTERPRISE_URN,
    "EnterpriseUser",
    "Enterprise User",
    (
        Attribute("employeeNumber", description="The number by which the organization knows the user."),
        Attribute("costCenter", description="The cost center."),
        Attribute("organization", description="The organization."),
        Attribute("division", description="The division."),
        Attribute("department", description="The department."),
        Attribute(
            "manager",
            "complex",
            "The user's manager.",
            sub=(
                Attribute("value", description="Who it is: an id, or what the client writes instead."),
                Attribute("$ref", "reference", "The manager's address.", case_exact=True, references=("User",)),
                Attribute("displayName", description="The manager's name; not set by clients.", mutability="readOnly"),
            ),
        ),
    ),
)

USERS = ResourceType("User", "user", "/Users", "User Account", USER, "userName", (ENTERPRISE,))
GROUPS = ResourceType("Group", "group", "/Groups", "Group", GROUP, "displayName")


def extended(resource_type: ResourceType, *extensions: Definition) -> ResourceType:
    """Give the type with further extensions."""
    return attrs.evolve(resource_type, extensions=(*resource_type.extensions, *extensions))
