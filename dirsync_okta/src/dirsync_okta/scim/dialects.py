"""Every tolerance beyond the RFCs, by name: what it takes, and who was seen to need it.

Nothing here depends on who calls: what one client needs is open to all, unless the settings switch it off. What each
forgives is done in `tolerances`, `tolerant_urls` and `patch`; `notes` asks whether it may be done, and counts.
"""

from dirsync_core.api import Dialect

PUT_STALE_VALUES = Dialect(
    # RFC 7644 3.3 and 3.5.1: the server SHALL ignore them.
    "put-stale-values",
    "PUT repeats read-only values; they are ignored",
    ("Okta",),
    always=True,
)
EMAIL_NO_TYPE = Dialect(
    "email-no-type", "an e-mail without a type counts as the primary one if alone", ("Okta, without emailType mapped",)
)
ACTIVE_AS_TEXT = Dialect("active-as-text", '`"active": "False"` instead of false', ("Entra",))
DOUBLE_SLASH = Dialect("double-slash", "`//Users`, from a base URL that ends in a slash", ("Okta",))
TRAILING_SLASH = Dialect("trailing-slash", "`/Users/`, with a slash at its end", ("scripts", "client libraries"))
PASSWORD_NOT_KEPT = Dialect("password-not-kept", "a password comes along; it is neither kept nor used", ("Okta",))
UNDECLARED_ATTRIBUTES = Dialect(
    "undeclared-attributes", "what no schema declares is kept as it was written", ("Okta, custom attributes", "Entra")
)
EXTENSION_UNLISTED = Dialect(
    "extension-unlisted", "an extension is in the body, and `schemas` does not name it", ("Entra", "Envoy's own SCIM")
)
FLAT_EXTENSION = Dialect(
    "flat-extension", "`urn:…:User:department` stands beside `userName`, not in its extension", ("Entra",)
)
EMPTY_TEXT = Dialect("empty-text", '`""` where no text belongs takes the value away', ("Okta, emptied attributes",))
SINGLE_FOR_ARRAY = Dialect(
    "single-for-array", "one value where an array belongs", ("Okta, attributes of type string", "Entra")
)
ARRAY_FOR_SINGLE = Dialect("array-for-single", "an array of one where a single value belongs", ("Entra, manager",))
COMPLEX_AS_TEXT = Dialect("complex-as-text", '`"manager": "x"` for `{"value": "x"}`', ("Entra",))
COMPLEX_AS_JSON = Dialect("complex-as-json", "an object comes as JSON in a text", ("Entra, roles",))
TEXT_AS_COMPLEX = Dialect(
    "text-as-complex", '`{"value": "x"}` for `"x"` in an array of texts', ("Okta, some profile mappings",)
)
SEVERAL_PRIMARIES = Dialect("several-primaries", "several elements are primary; the first one stays it", ("Okta",))
LOOSE_DATE = Dialect("loose-date", "a moment without time or zone, such as `2027-01-31`", ("Okta, custom attributes",))
OP_IN_CAPITALS = Dialect("op-in-capitals", '`"op": "Replace"` instead of replace', ("Entra",))
PATCH_READ_ONLY = Dialect(
    "patch-read-only", "a PATCH repeats a read-only value as it is; it is ignored", ("Okta, groups",)
)
PATCH_READ_ONLY_PART = Dialect(
    "patch-read-only-part",
    "a PATCH names a read-only part, such as `manager.displayName`; it is ignored",
    ("Entra, where it is mapped",),
)
PATH_AS_KEY = Dialect(
    "path-as-key", "a PATCH without a path has paths as names: `name.familyName`, `urn:…:department`", ("Entra",)
)
EXTENSION_AS_PATH = Dialect("extension-as-path", "the path of a PATCH is the URN of a schema alone", ("Entra",))
ELEMENT_FROM_FILTER = Dialect(
    "element-from-filter", '`emails[type eq "work"].value` is written before there is such an element', ("Entra",)
)
REMOVE_WITH_VALUE = Dialect(
    "remove-with-value", "a remove lists in its value what goes, such as members", ("Entra", "Okta, some groups")
)
FILTER_BEHIND_BRACKETS = Dialect(
    "filter-behind-brackets", '`emails[type eq "work"].value eq "x"` in a filter', ("Entra",)
)
FILTER_BOOLEAN_AS_TEXT = Dialect("filter-boolean-as-text", '`active eq "True"` in a filter', ("Entra",))
ENTRA_FLAG = Dialect("entra-flag", "`aadOptscim062020` stands in the query, alone or glued to the next", ("Entra",))
PARAMETER_CASE = Dialect("parameter-case", "`startindex` instead of startIndex in the query", ("scripts",))
NO_CONTENT_TYPE = Dialect("no-content-type", "a body comes without Content-Type; it is read as JSON", ("scripts",))
BYTE_ORDER_MARK = Dialect("byte-order-mark", "the body begins with a byte order mark", ("scripts on Windows",))

SCIM_DIALECTS = (
    PUT_STALE_VALUES,
    EMAIL_NO_TYPE,
    ACTIVE_AS_TEXT,
    DOUBLE_SLASH,
    TRAILING_SLASH,
    PASSWORD_NOT_KEPT,
    UNDECLARED_ATTRIBUTES,
    EXTENSION_UNLISTED,
    FLAT_EXTENSION,
    EMPTY_TEXT,
    SINGLE_FOR_ARRAY,
    ARRAY_FOR_SINGLE,
    COMPLEX_AS_TEXT,
    COMPLEX_AS_JSON,
    TEXT_AS_COMPLEX,
    SEVERAL_PRIMARIES,
    LOOSE_DATE,
    OP_IN_CAPITALS,
    PATCH_READ_ONLY,
    PATCH_READ_ONLY_PART,
    PATH_AS_KEY,
    EXTENSION_AS_PATH,
    ELEMENT_FROM_FILTER,
    REMOVE_WITH_VALUE,
    FILTER_BEHIND_BRACKETS,
    FILTER_BOOLEAN_AS_TEXT,
    ENTRA_FLAG,
    PARAMETER_CASE,
    NO_CONTENT_TYPE,
    BYTE_ORDER_MARK,
)
