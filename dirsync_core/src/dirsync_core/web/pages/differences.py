"""What was and what became of it, in words: references and locations by name, sets by what came and went."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from dirsync_core.web.pages.shapes import Shell, ShownName

LONGEST = 500


@attrs.frozen
class Names:
    """Names for what values only point at: people by id, locations by key."""

    people: Mapping[str, ShownName]
    locations: Mapping[str, str]

    @classmethod
    def of(cls, shell: Shell, people: Mapping[str, ShownName]) -> "Names":
        """Gather the names that a page was given."""
        return cls(people, shell["locations"])

    def reference(self, value: Mapping[str, Any]) -> str:
        """Name whom a reference means, else what its source wrote."""
        known = self.people.get(value.get("person") or "")
        return known["displayName"] if known else str(value.get("written") or value.get("email") or "")


@attrs.frozen
class Difference:
    """One attribute's before and after; of a set, what came and what went. None is nothing."""

    name: str
    before: str | None = None
    after: str | None = None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    is_set: bool = False


def shown(value: Any, names: Names) -> str:
    """Write one value for people, clipped at 500 characters."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return clipped(names.reference(value))
        case list() | tuple():
            return clipped(", ".join(shown(one, names) for one in value))
        case _:
            return clipped(str(value))


def clipped(text: str) -> str:
    """Cut a text that comes from strangers at 500 characters."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def differences(changed: Mapping[str, Sequence[Any]], names: Names) -> tuple[Difference, ...]:
    """Say what each attribute was and became; `changed` is a change's, as the interface writes it."""
    told = (_difference(name, before, after, names) for name, (before, after) in changed.items())
    return tuple(one for one in told if not one.is_set or one.added or one.removed)


def _difference(name: str, before: Any, after: Any, names: Names) -> Difference:
    if isinstance(before, list) or isinstance(after, list):
        old, new = _members(name, before, names), _members(name, after, names)
        came, went = tuple(n for n in new if n not in old), tuple(n for n in old if n not in new)
        return Difference(name, added=came, removed=went, is_set=True)
    return Difference(name, _text(before, names), _text(after, names))


def _members(name: str, value: Any, names: Names) -> list[str]:
    if name == "locations":
        return [names.locations.get(str(key), str(key)) for key in value or ()]
    return [shown(one, names) for one in value or ()]


def _text(value: Any, names: Names) -> str | None:
    return None if value is None else shown(value, names)
