"""Reading what is not as the schema wants it: asks whether that is tolerated, and gives what stands there then.

The tolerances themselves are pure, in `tolerances`; here is what is asked, counted and said when one is off.
"""

from dirsync_core.api import Dialect, Json
from dirsync_okta.scim import dialects, tolerances
from dirsync_okta.scim.errors import ScimError, clip, invalid_syntax, invalid_value, unchangeable
from dirsync_okta.scim.notes import Notes, redacted
from dirsync_okta.scim.schema import Attribute


def forgiven(attribute: Attribute, value: Json, label: str, notes: Notes) -> Json:
    """Give a simple value as it would stand there without the tolerance that it needs."""
    if attribute.multi and isinstance(value, dict) and (inner := tolerances.text_as_complex(value)) is not value:
        take(notes, dialects.TEXT_AS_COMPLEX, label, value, "text")
        value = inner
    if value == "" and attribute.type not in ("string", "reference"):
        take(notes, dialects.EMPTY_TEXT, label, value, "a value, or null")
        return tolerances.empty_text(value)
    if attribute.type == "boolean" and isinstance(value, str) and tolerances.boolean_as_text(value) is not None:
        take(notes, dialects.ACTIVE_AS_TEXT, label, value, "true or false")
        return tolerances.boolean_as_text(value)
    if attribute.type == "dateTime" and isinstance(value, str) and tolerances.is_loose_date(value):
        take(notes, dialects.LOOSE_DATE, label, value, "a moment such as 2027-01-31T08:00:00Z")
    return value


def complex_in_text(attribute: Attribute, value: str, label: str, notes: Notes) -> Json:
    """Give the object that a text stands for; a text that stands for none stays as it is."""
    if value == "":
        take(notes, dialects.EMPTY_TEXT, label, value, "an object, or null")
        return tolerances.empty_text(value)
    read = tolerances.complex_as_text(attribute, value) if value.strip() else value
    if isinstance(read, dict):
        as_json = value.lstrip().startswith("{")
        take(notes, dialects.COMPLEX_AS_JSON if as_json else dialects.COMPLEX_AS_TEXT, label, value, "an object")
    return read


def listed(value: Json, label: str, notes: Notes) -> list[Json]:
    """Give the elements of what should be an array."""
    if isinstance(value, list):
        return value
    take(notes, dialects.EMPTY_TEXT if value == "" else dialects.SINGLE_FOR_ARRAY, label, value, "an array")
    return tolerances.array_as_single(value)


def take_flat(notes: Notes, name: str, urn: str) -> None:
    """Take an attribute of an extension that stands beside it."""
    refusal = invalid_syntax(f"“{clip(name)}” stands beside its extension. Send it in braces under “{urn}”.")
    notes.take(dialects.FLAT_EXTENSION, refusal, clip(name))


def undeclared(notes: Notes, name: str, refusal: ScimError | None = None) -> None:
    """Take an attribute that nobody declared."""
    unknown = invalid_syntax(f"No schema here declares “{clip(name)}”. Leave it out; /Schemas names what there is.")
    notes.take(dialects.UNDECLARED_ATTRIBUTES, refusal or unknown, clip(name) if "@" not in name else "…")


def left_out(notes: Notes, attribute: Attribute, label: str) -> None:
    """Note what the client can't set, or what is never kept."""
    if attribute.secret:
        refusal = unchangeable(f"“{label}” can't be set here: it is neither kept nor used. Leave it out.")
        notes.take(dialects.PASSWORD_NOT_KEPT, refusal, label)
    notes.ignore(label)


def take(notes: Notes, dialect: Dialect, label: str, value: Json, wanted: str) -> None:
    """Take a value that is not of its attribute's type, as it is or by what it stands for."""
    notes.take(dialect, misfit(label, wanted, value), f"{label}: {redacted(value)}")


def misfit(label: str, wanted: str, value: Json) -> ScimError:
    """Say that a value is not what its attribute wants."""
    return invalid_value(f"“{label}” is {what(value)}. It must be {wanted}.")


def what(value: Json) -> str:
    """Name a value in a sentence."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return f"the text “{clip(value, 40)}”"
        case list():
            return "an array"
        case dict():
            return "an object"
    return f"the number {clip(str(value), 40)}"
