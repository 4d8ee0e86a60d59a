"""The filter `scim`: the filter language over the attributes of the directory. A filter given as text is one."""

from collections.abc import Callable, Sequence

import attrs

from dirsync_core.api import Attribute, AttributeKind, BoundFilter, FilterAttribute, Schema, bind, fold, parse


@attrs.frozen
class Rule:
    """`{ type = "scim", filter = "city eq \\"Oslo\\"" }`."""

    filter: str


def rule(settings: Rule, attributes: Sequence[Attribute]) -> BoundFilter:
    """Bind a filter to the attributes of the directory.

    Raises:
        FilterError: it can't be parsed, or names an attribute that nothing sets.
    """
    return bind(parse(settings.filter), Schema(tuple(_comparable(attribute) for attribute in attributes)))


def _comparable(attribute: Attribute) -> FilterAttribute:
    if attribute.kind is AttributeKind.BOOLEAN:
        return FilterAttribute(attribute.name, "boolean")
    groups = attribute.name == "groups"
    return FilterAttribute(
        attribute.name,
        multi_valued=attribute.kind.is_set,
        fold=_folding(attribute),
        complete=groups,
        noun="group" if groups else None,
    )


def _folding(attribute: Attribute) -> Callable[[str], str] | None:
    """Addresses compare as addresses, and `nb_NO` is `nb-NO`."""
    if attribute.name == "email" or attribute.kind.is_reference:
        return fold
    if attribute.name in ("locale", "preferredLanguage"):
        return lambda text: text.strip().casefold().replace("_", "-")
    return None
