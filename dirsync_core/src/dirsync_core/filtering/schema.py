"""What a filter may name: attributes, their types, how their values compare. Start at `Schema.resolve`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Literal, TypeAlias

import attrs

from dirsync_core.filtering.errors import FilterError
from dirsync_core.filtering.tree import AttributePath

AttributeType: TypeAlias = Literal[
    "string", "boolean", "integer", "decimal", "dateTime", "reference", "binary", "complex", "any"
]


def _by_name(attributes: Iterable[Attribute]) -> dict[str, Attribute]:
    return {attribute.name.lower(): attribute for attribute in attributes}


@attrs.frozen
class Attribute:
    """An attribute as RFC 7643 7 describes it, of a type of RFC 7643 2.3 or `any`, where the values decide.

    `fold` brings text into the form in which it is compared, on both sides, and stands in for the usual
    treatment (NFC, and case-folding unless `case_exact`). `complete` says of a set that having no value is
    knowledge, not the lack of it: judging a comparison with an empty set is then determined. `noun` is what
    one value is called in a sentence; by default the name without its plural.
    """

    name: str
    type: AttributeType = "string"
    multi_valued: bool = attrs.field(default=False, kw_only=True)
    case_exact: bool = attrs.field(default=False, kw_only=True)
    sub_attributes: tuple[Attribute, ...] = attrs.field(default=(), kw_only=True)
    fold: Callable[[str], str] | None = attrs.field(default=None, kw_only=True)
    complete: bool = attrs.field(default=False, kw_only=True)
    noun: str | None = attrs.field(default=None, kw_only=True)
    _subs: dict[str, Attribute] = attrs.field(init=False, eq=False, repr=False)

    @_subs.default
    def _index(self) -> dict[str, Attribute]:
        return _by_name(self.sub_attributes)

    def sub(self, name: str) -> Attribute | None:
        """The sub-attribute of that name in any case; any at all where the type is `any`."""
        return Attribute(name, "any") if self.type == "any" else self._subs.get(name.lower())


@attrs.frozen
class Target:
    """An attribute that was found.

    `keys` lead to it in a nested resource, `name` is its key in a flat mapping (`city`, `name.familyName`,
    `urn:…:User:department`), `label` what it is called in a sentence.
    """

    keys: tuple[str, ...]
    name: str
    label: str
    attribute: Attribute

    def sub(self, attribute: Attribute) -> Target:
        return Target(
            (*self.keys, attribute.name),
            f"{self.name}.{attribute.name}",
            f"{self.label}.{attribute.name}",
            attribute,
        )

    def within(self, container: Target) -> Target:
        """The same element-relative attribute, named from the resource's root."""
        return attrs.evolve(self, name=f"{container.name}.{self.name}", label=f"{container.label}.{self.label}")


@attrs.frozen
class Schema:
    """The attributes of a resource and of its extensions, each a schema with an `urn`.

    `unknown` is asked about a path that is not declared here, save one under the schema's own `urn`; what it
    returns is taken as the attribute, None means that there is none.
    """

    attributes: tuple[Attribute, ...]
    urn: str | None = attrs.field(default=None, kw_only=True)
    extensions: tuple[Schema, ...] = attrs.field(default=(), kw_only=True)
    unknown: Callable[[AttributePath], Attribute | None] | None = attrs.field(default=None, kw_only=True)
    _names: dict[str, Attribute] = attrs.field(init=False, eq=False, repr=False)

    @_names.default
    def _index(self) -> dict[str, Attribute]:
        return _by_name(self.attributes)

    def find(self, name: str) -> Attribute | None:
        """The schema's own attribute of that name, in any case."""
        return self._names.get(name.lower())

    def resolve(self, path: AttributePath) -> Target:
        """The attribute that the path names.

        Names and URNs count in any case. A core attribute may carry the schema's URN; an attribute of an
        extension may go without it where no other has its name (RFC 7644 3.10). The URN of an extension alone
        names the whole extension, as a complex attribute.

        Raises FilterError: there is none, or more than one; the error names the nearest.
        """
        path = self._with_colon(path)
        declared = self._bare(path) if path.urn is None else self._qualified(path, path.urn)
        target = declared or self._undeclared(path)
        return target if path.sub is None else _sub(target, path, path.sub)

    def _with_colon(self, path: AttributePath) -> AttributePath:
        """What some clients write with a dot, `urn:…:2.0:User.department`, would else be a sub-attribute of `User`."""
        written = f"{path.urn}:{path.name}"
        urn = next((urn for urn in (self.urn, *(each.urn for each in self.extensions)) if _same(written, urn)), None)
        if urn is None or path.sub is None:
            return path
        return AttributePath(urn, path.sub, column=path.column)

    def _bare(self, path: AttributePath) -> Target | None:
        if own := self.find(path.name):
            return _bare_target(own)
        found = [target for each in self.extensions if (target := each._own(path.name))]
        if len(found) > 1:
            names = " or ".join(f"“{target.name}”" for target in found)
            raise FilterError(f"“{path.name}” is more than one attribute: write {names}", path.column)
        return found[0] if found else None

    def _qualified(self, path: AttributePath, urn: str) -> Target | None:
        if _same(urn, self.urn):
            own = self.find(path.name)
            return None if own is None else _bare_target(own)
        for extension in self.extensions:
            if _same(urn, extension.urn):
                return extension._own(path.name)
            if _same(f"{urn}:{path.name}", extension.urn):
                return extension._whole()
        return None

    def _own(self, name: str) -> Target | None:
        attribute = self.find(name)
        if attribute is None or self.urn is None:
            return None
        return _qualified_target(self.urn, attribute)

    def _whole(self) -> Target:
        urn = self.urn or ""
        return Target((urn,), urn, urn, Attribute(urn, "complex", sub_attributes=self.attributes))

    def _undeclared(self, path: AttributePath) -> Target:
        ours = path.urn is not None and (_same(path.urn, self.urn) or _same(str(path), self.urn))
        attribute = self.unknown(path) if self.unknown is not None and not ours else None
        if attribute is None:
            near = _nearest((path.name, str(path)), self._spellings())
            raise FilterError(f"There is no attribute “{path}” here{near}", path.column)
        return _bare_target(attribute) if path.urn is None else _qualified_target(path.urn, attribute)

    def _spellings(self) -> list[str]:
        own = [attribute.name for attribute in self.attributes]
        return own + [f"{each.urn}:{attribute.name}" for each in self.extensions for attribute in each.attributes]


def any_attribute(path: AttributePath) -> Attribute | None:
    """For `Schema.unknown`: every name is an attribute, whose values may be of any type."""
    return Attribute(path.name, "any")


def any_extension(path: AttributePath) -> Attribute | None:
    """For `Schema.unknown`: every attribute written with the URN of its schema is one, of any type."""
    return None if path.urn is None else any_attribute(path)


def _bare_target(attribute: Attribute) -> Target:
    return Target((attribute.name,), attribute.name, attribute.name, attribute)


def _qualified_target(urn: str, attribute: Attribute) -> Target:
    return Target((urn, attribute.name), f"{urn}:{attribute.name}", attribute.name, attribute)


def _sub(target: Target, path: AttributePath, name: str) -> Target:
    attribute = target.attribute.sub(name)
    if attribute is not None:
        return target.sub(attribute)
    if target.attribute.type != "complex":
        raise FilterError(f"“{target.label}” has no sub-attributes: write {target.name} alone", path.column)
    known = [each.name for each in target.attribute.sub_attributes]
    detail = f"“{target.label}” has no sub-attribute “{name}”{_nearest((name,), known)}"
    raise FilterError(detail, path.column)


def _same(urn: str, other: str | None) -> bool:
    return other is not None and urn.lower() == other.lower()


def _nearest(names: tuple[str, ...], known: list[str]) -> str:
    spellings = {each.rpartition(":")[2].lower(): each for each in known} | {each.lower(): each for each in known}
    near = [each for name in names for each in get_close_matches(name.lower(), spellings, n=1)]
    if near:
        return f": did you mean “{spellings[near[0]]}”?"
    return f": write one of {', '.join(known[:8])}{' …' if len(known) > 8 else ''}" if known else ""
