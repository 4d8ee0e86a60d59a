"""Which elements of a multi-valued attribute are one and the same: those of one `value` and `type` (RFC 7643 2.4).

They are never sent back twice; the later one completes the earlier. What has no `value` is the same if it is equal.
"""

import json
from collections.abc import Hashable, Sequence
from typing import cast

from dirsync_core.api import Json
from dirsync_okta.scim.schema import Attribute


def each_once(attribute: Attribute, elements: list[Json]) -> list[Json]:
    """Give elements without those that are there already; plain values stay as they were written."""
    return merged(attribute, [], elements) if attribute.type == "complex" else elements


def merged(attribute: Attribute, there: Sequence[Json], extra: Sequence[Json]) -> list[Json]:
    """Add elements. One that is there changes nothing; one of the same value and type is completed, in place."""
    pairs = [(_pair(attribute, element), element) for element in there]
    whole = {_key(element, attribute) for pair, element in pairs if pair is None}
    same = {pair: cast(dict[str, Json], element) for pair, element in pairs if pair is not None}
    elements = list(there)
    for element in extra:
        pair = _pair(attribute, element)
        if isinstance(element, dict) and pair in same:
            same[pair].update(element)
        elif pair is not None and isinstance(element, dict):
            same[pair] = element
            elements.append(element)
        elif (key := _key(element, attribute)) not in whole:
            whole.add(key)
            elements.append(element)
    return elements


def distinct(there: Sequence[Json], extra: Sequence[Json]) -> list[Json]:
    """Add elements of which no schema says anything: those that are not there yet."""
    whole = {_key(element) for element in there}
    return [*there, *(element for element in extra if _key(element) not in whole)]


def _key(element: Json, attribute: Attribute | None = None) -> Hashable:
    # Texts are most of what stands in arrays, and are their own key: an array is gone through at each operation.
    if not isinstance(element, str):
        return json.dumps(element, sort_keys=True)
    exact = attribute is None or attribute.case_exact or attribute.type != "string"
    return "text", element if exact else element.casefold()


def _pair(attribute: Attribute, element: Json) -> tuple[str, str] | None:
    if not isinstance(element, dict) or not isinstance(element.get("value"), str):
        return None
    return _folded(attribute, str(element["value"])), str(element.get("type") or "").casefold()


def _folded(attribute: Attribute, text: str) -> str:
    value = attribute.find("value")
    return text if value is not None and value.case_exact else text.casefold()
