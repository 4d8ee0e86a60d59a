"""`attributes` and `excludedAttributes` (RFC 7644 3.9): what of a resource is sent back.

What is not sent is not even read: ask `Projection.wants` before reading a group's members or a user's groups.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

import attrs

from dirsync_core.api import FilterError, Json, parse_path
from dirsync_okta.scim.errors import ScimError
from dirsync_okta.scim.schema import Attribute, ResourceType

Place = tuple[str, ...]
"""Where something stands in a resource: the keys that lead to it, in lower case."""
Project = Callable[[Mapping[str, Json]], dict[str, Json]]


@attrs.frozen
class Projection:
    """Which attributes of a type to send: only `named`, or all but `excluded`; None where the request says nothing."""

    resource_type: ResourceType
    named: frozenset[Place] | None = None
    excluded: frozenset[Place] | None = None

    @property
    def whole(self) -> bool:
        """Whether the request says nothing, so that everything is sent that is sent by default."""
        return self.named is None and self.excluded is None

    def wants(self, name: str) -> bool:
        """Say whether a core attribute, or a part of it, is to be sent."""
        place = (name.lower(),)
        if self.named is not None:
            return any(each[:1] == place for each in self.named)
        return self.excluded is None or place not in self.excluded

    def of(self, resource: Mapping[str, Json]) -> dict[str, Json]:
        """Give what of a whole resource is sent."""
        if self.named is not None:
            return _keep(resource, self.named, (), self.resource_type)
        return _drop(resource, self.excluded or frozenset(), (), self.resource_type)


def read_projection(resource_type: ResourceType, query: Mapping[str, str]) -> Projection:
    """Read both parameters. Names that nobody knows select nothing, and are no error.

    Raises:
        ScimError: both are there.
    """
    named, excluded = query.get("attributes"), query.get("excludedattributes")
    if named and excluded:
        detail = "“attributes” and “excludedAttributes” exclude each other. Send one of them."
        raise ScimError(400, detail, "invalidValue")
    return Projection(
        resource_type,
        _places(resource_type, named) if named else None,
        _places(resource_type, excluded) if excluded else None,
    )


def _places(resource_type: ResourceType, text: str) -> frozenset[Place]:
    names = (name.strip() for name in text.split(","))
    return frozenset(place for name in names if name for place in _place(resource_type, name))


def _place(resource_type: ResourceType, name: str) -> Iterable[Place]:
    try:
        parsed = parse_path(name)
    except FilterError:
        return []
    path, sub = parsed.attribute, parsed.sub
    whole = f"{path.urn}:{path.name}".lower() if path.urn else ""
    if resource_type.is_core(whole):
        return [(attribute.name.lower(),) for attribute in resource_type.core.attributes]
    if path.urn is None or resource_type.is_core(path.urn):
        base = _bare(resource_type, path.name.lower())
    else:
        base = [(path.urn.lower(), path.name.lower()), (whole,)]
    return [(*place, sub.lower()) for place in base] if sub else base


def _bare(resource_type: ResourceType, name: str) -> list[Place]:
    extended = [(each.urn.lower(), name) for each in resource_type.extensions if each.find(name)]
    return [(name,)] if resource_type.find(name) or not extended else [(name,), *extended]


def _keep(
    resource: Mapping[str, Json], places: frozenset[Place], above: Place, resource_type: ResourceType
) -> dict[str, Json]:
    kept: dict[str, Json] = {}
    for name, value in resource.items():
        place = (*above, name.lower())
        if place in places or _returned(resource_type, place) == "always":
            kept[name] = value
        elif any(each[: len(place)] == place for each in places):
            part = _inside(value, partial(_keep, places=places, above=place, resource_type=resource_type))
            if part not in ({}, []):
                kept[name] = part
    return kept


def _drop(
    resource: Mapping[str, Json], places: frozenset[Place], above: Place, resource_type: ResourceType
) -> dict[str, Json]:
    kept: dict[str, Json] = {}
    for name, value in resource.items():
        place = (*above, name.lower())
        returned = _returned(resource_type, place)
        if returned == "always":
            kept[name] = value
        elif place not in places and returned != "request":
            project = partial(_drop, places=places, above=place, resource_type=resource_type)
            deeper = any(each[: len(place)] == place for each in places)
            kept[name] = _inside(value, project) if deeper else value
    return kept


def _inside(value: Json, project: Project) -> Json:
    if isinstance(value, dict):
        return project(value)
    if isinstance(value, list):
        return [part for each in value if (part := _inside(each, project)) not in ({}, [])]
    return value


def _returned(resource_type: ResourceType, place: Place) -> str:
    attribute: Attribute | None = resource_type.find(place[0])
    rest = place[1:]
    if attribute is None and rest and (extension := resource_type.extension(place[0])):
        attribute, rest = extension.find(rest[0]), rest[1:]
    if attribute is not None and rest:
        attribute = attribute.find(rest[0])
    return attribute.returned if attribute else "default"
