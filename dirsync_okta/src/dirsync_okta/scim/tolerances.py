"""Every tolerance beyond the RFCs in reading values: a function each, named after what it forgives.

Elsewhere: the address and its query in `tolerant_urls`, a missing element made from a path's filter in `patch`. Their
names, and whom they serve, are in `dialects`.
"""

import json
import re
from datetime import datetime

from dirsync_core.api import Json
from dirsync_okta.scim.schema import Attribute

_MOMENT = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_BOOLEANS = {"true": True, "false": False}


def boolean_as_text(value: str) -> bool | None:
    """Take "True" for true, as Entra writes it without its compatibility flag."""
    return _BOOLEANS.get(value.strip().lower())


def single_as_array(value: list[Json]) -> Json:
    """Take the only element for the value, as Entra sends `manager`; an empty array for no value."""
    if not value:
        return None
    return value[0] if len(value) == 1 else value


def array_as_single(value: Json) -> list[Json]:
    """Take one value for an array of it, as an Okta attribute of type string sends what should be an array."""
    return [] if value == "" else [value]


def complex_as_text(attribute: Attribute, value: str) -> Json:
    """Take a text for the `value` of a complex attribute, or for JSON, as Entra sends `manager` and `roles`."""
    if value.lstrip().startswith("{"):
        return object_in(value) or value
    return {"value": value} if attribute.find("value") else value


def text_as_complex(value: dict[str, Json]) -> Json:
    """Take `{"value": "x"}` for "x" in an array of plain texts, as it comes out of some profile mappings."""
    names = {name.lower(): name for name in value}
    return value[names["value"]] if "value" in names else value


def empty_text(value: Json) -> Json:
    """Take "" for no value where no text belongs, as Okta sends an emptied attribute."""
    return None if value == "" else value


def is_loose_date(value: str) -> bool:
    """Say whether a moment is written otherwise than RFC 7643 2.3.5 wants it, such as a day without a time."""
    if _MOMENT.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def object_in(text: str) -> Json:
    """Give the JSON object that a text is; None where it is none."""
    try:
        found: Json = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
