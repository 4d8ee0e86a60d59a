"""Differing: which settings are others in one set of rules than in another, and rules in which only one of them is.

Settings are named by their path in the file. A location or provider that is new or gone is one setting: what else it
says means nothing without it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from dirsync_core.host.rules.compiling import RuleData
from dirsync_core.model.people import Json
from dirsync_core.model.plans import Altered

_NOTHING: RuleData = {"providers": {}, "locations": {}, "precedence": [], "attributePrecedence": {}}
_WORDS = {
    "onMatch": "on_match", "mapperSettings": "mapper_settings", "read": "filter", "versions": "mappers",
    "byHand": "plugin", "title": "plugin",
}  # fmt: skip
_SHOWN_ONLY = ("name", "title", "guard")

Place = tuple[str, ...]


@attrs.frozen
class Difference:
    """A setting that differs, and where in the data of rules it lies (several places, where they are one setting)."""

    altered: Altered
    places: tuple[Place, ...]

    @property
    def touches_people(self) -> bool:
        """Whether anybody can join, leave or change by it; a name is only shown, a guard is for what is yet to come."""
        return not all(len(place) == 3 and place[-1] in _SHOWN_ONLY for place in self.places)


def differences(old: RuleData | None, new: RuleData) -> list[Difference]:
    """Give the settings that differ, in the order of the file, those that are gone last."""
    found: dict[str, Difference] = {}
    for place, before, after in _places(old or _NOTHING, new):
        path = _path(place, new)
        told = Altered(path, _told(place, before), _told(place, after))
        known = found.get(path)
        found[path] = Difference(known.altered, (*known.places, place)) if known else Difference(told, (place,))
    return list(found.values())


def with_only(difference: Difference, data: RuleData, other: RuleData) -> dict[str, Json]:
    """Give rules that are `data`, but in this one setting `other`."""
    made: Any = data
    for place in difference.places:
        made = _with(made, place, other)
    assert isinstance(made, dict)
    return made


def _places(old: RuleData, new: RuleData) -> Iterator[tuple[Place, Any, Any]]:
    for name, after in new.items():
        match name:
            case "schema" | "places":
                continue  # follows from mappers and attributes, or from what applied before
            case "providers" | "locations":
                yield from _tables(name, old.get(name, {}), after)
            case "attributePrecedence":
                yield from _entries((name,), old.get(name, {}), after)
            case _ if old.get(name) != after:
                yield (name,), old.get(name), after


def _tables(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[Place, Any, Any]]:
    for key in [*new, *(key for key in old if key not in new)]:
        before, after = old.get(key), new.get(key)
        if before is None or after is None:
            yield (name, key), before, after
            continue
        for entry in {**after, **before}:
            value = after.get(entry)
            if entry == "attributes":
                yield from _entries((name, key, entry), before[entry], value)
            elif before.get(entry) != value:
                yield (name, key, entry), before.get(entry), value


def _entries(place: Place, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[Place, Any, Any]]:
    for key in [*new, *(key for key in old if key not in new)]:
        if old.get(key) != new.get(key):
            yield (*place, key), old.get(key), new.get(key)


def _path(place: Place, new: RuleData) -> str:
    match place:
        case ("precedence",):
            return "directory.precedence"
        case ("attributePrecedence", name):
            return f"precedence.{name}"
        case ("locations", key) if key in new["locations"] and new["locations"][key]["filter"] is not None:
            return f"locations.{key}.filter"
        case _:
            return ".".join(_WORDS.get(word, word) if i > 1 else word for i, word in enumerate(place))


def _told(place: Place, value: Any) -> Json:
    """Of a whole table the setting is told that says most."""
    match place, value:
        case ("providers", _), {"plugin": str(plugin)}:
            return plugin
        case ("locations", _), {"filter": None, "name": str(name)}:
            return name
        case ("locations", _), {"filter": setting}:
            return _plain(setting)
        case _:
            return _plain(value)


def _plain(value: Any) -> Json:
    return dict(value) if isinstance(value, Mapping) else value


def _with(data: Any, place: Place, other: Any) -> Any:
    key, *rest = place
    theirs = other.get(key) if isinstance(other, Mapping) else None
    if rest:
        return {**data, key: _with(data.get(key, {}), tuple(rest), theirs)}
    if theirs is None and not (isinstance(other, Mapping) and key in other):
        return {name: value for name, value in data.items() if name != key}
    return {**data, key: theirs}
