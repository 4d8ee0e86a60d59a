"""The order of a list (RFC 7644 3.4.2.3): what `sortBy` names, and the key by which a resource takes its place.

Resources without a value stand last ascending and first descending; of several values the primary one counts, else
the first. Text compares in any case unless its attribute is caseExact. Equals stay in the order of their ids.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from unicodedata import normalize

import attrs

from dirsync_core.api import BoundPath, FilterAttribute, FilterError, Schema, bind_path, parse_path
from dirsync_okta.scim.errors import ScimError, clip

Key = tuple[bool, str, str | float]
"""Whether there is no value, what kind of value it is, and the value in the form in which it compares."""

ABSENT: Key = (True, "", "")
# A key lies in cursors, and so in addresses, which have an end: longer texts of one beginning count as equal.
LONGEST = 512


@attrs.frozen
class Order:
    """An order of resources by one attribute: by its value, or by a part of it. `elements` leads to the values."""

    elements: BoundPath
    part: FilterAttribute | None

    @property
    def needs(self) -> str:
        """The attribute that must be in a document that `key` is asked of."""
        return self.elements.keys[0]

    def key(self, document: Mapping[str, object]) -> Key:
        """Give what a resource is sorted by."""
        values = self.elements.values(document)
        if not values:
            return ABSENT
        chosen = next((each for each in values if _get(each, "primary") is True), values[0])
        if self.part is None:
            return _comparable(self.elements.attribute, chosen)
        return _comparable(self.part, _get(chosen, self.part.name))


def read_order(schema: Schema, text: str | None) -> Order | None:
    """Read `sortBy`.

    Raises:
        ScimError: it is no path, leads to nothing, or to what can't be compared.
    """
    if text is None:
        return None
    try:
        path = bind_path(parse_path(text), schema)
    except FilterError as error:
        raise _no_order(f"“sortBy” can't be used: {error.detail}.") from None
    whole = path.attribute
    if whole.type == "complex" and path.sub is None and whole.sub("value") is None:
        names = ", ".join(f"{whole.name}.{each.name}" for each in whole.sub_attributes[:4])
        raise _no_order(f"“sortBy” is “{clip(text)}”, which is made of parts. Sort by one of them, such as {names}.")
    part = path.sub or (whole.sub("value") if whole.type == "complex" else None)
    return Order(attrs.evolve(path, sub=None), part)


def read_descending(text: str | None) -> bool:
    """Read `sortOrder`: ascending where nothing is said.

    Raises:
        ScimError: it is neither.
    """
    order = "ascending" if text is None else text.strip().lower()
    if order not in ("ascending", "descending"):
        detail = f"“sortOrder” is “{clip(order)}”. Send ascending or descending."
        raise ScimError(400, detail, "invalidValue", topic="filter")
    return order == "descending"


def _no_order(detail: str) -> ScimError:
    return ScimError(400, detail, "invalidPath", topic="filter")


def _get(element: object, name: str) -> object:
    if not isinstance(element, dict):
        return None
    return next((value for key, value in element.items() if key.lower() == name.lower()), None)


def _comparable(attribute: FilterAttribute, value: object) -> Key:
    if attribute.type in ("boolean", "integer", "decimal"):
        return (False, "number", value) if isinstance(value, bool | int | float) else ABSENT
    if not isinstance(value, str) or not value:
        return ABSENT
    if attribute.type == "dateTime":
        return _moment(value)
    exact = attribute.case_exact or attribute.type != "string"
    text = value if exact else normalize("NFC", value).casefold()
    return False, "text", normalize("NFC", text)[:LONGEST]


def _moment(text: str) -> Key:
    try:
        read = datetime.fromisoformat(text)
        read = read if read.tzinfo else read.replace(tzinfo=UTC)
        return False, "moment", read.astimezone(UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        return ABSENT
