"""From tree to bound filter: names resolved, operators and values checked against types. Start at `bind`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import attrs

from dirsync_core.filtering.comparing import test
from dirsync_core.filtering.errors import FilterError
from dirsync_core.filtering.evaluation import BoundFilter, compiled
from dirsync_core.filtering.matching import element, present, reader
from dirsync_core.filtering.schema import Attribute, Schema, Target, any_attribute
from dirsync_core.filtering.terms import Bound, Comparison, Either, Elements, Every, Negation, Presence
from dirsync_core.filtering.tree import And, AttributePath, Compare, Node, Not, Or, Path, Present, ValuePath


def bind(node: Node, schema: Schema) -> BoundFilter:
    """The filter, ready to be evaluated over what the schema describes.

    Raises FilterError: a name is unknown or ambiguous, or an operator or value does not fit its attribute.
    """
    return compiled(str(node), _bind(node, schema, None))


@attrs.frozen(eq=False)
class BoundPath:
    """A path bound to a schema; made by `bind_path`.

    `keys` lead to the attribute in a resource, as the schema spells them. `filter`, if there is one, is for
    `matches` on one element, and names sub-attributes alone (`type`, not `emails.type`).
    """

    keys: tuple[str, ...]
    attribute: Attribute
    filter: BoundFilter | None
    sub: Attribute | None

    def values(self, resource: Mapping[str, object]) -> tuple[object, ...]:
        """The values that the path leads to, in order, those that are null or empty left out."""
        found: Collection[object] = reader(self.keys)(resource)
        if self.filter is not None:
            found = [each for each in found if each is not None and self.filter.matches(element(each))]
        if self.sub is not None:
            read = reader((self.sub.name,))
            found = [value for each in found if isinstance(each, Mapping) for value in read(each)]
        return tuple(value for value in found if present(value))


def bind_path(path: Path, schema: Schema) -> BoundPath:
    """The path, resolved. Raises FilterError as `bind` does."""
    target = schema.resolve(path.attribute)
    sub = None
    if path.sub is not None:
        sub = schema.resolve(attrs.evolve(path.attribute, sub=path.sub)).attribute
    selection = None
    if path.filter is not None:
        selection = bind(path.filter, _element_schema(target, path.attribute))
    return BoundPath(target.keys, target.attribute, selection, sub)


def _bind(node: Node, schema: Schema, container: Target | None) -> Bound:
    match node:
        case And(operands):
            return Every(tuple(_bind(each, schema, container) for each in operands))
        case Or(operands):
            return Either(tuple(_bind(each, schema, container) for each in operands))
        case Not(operand):
            return Negation(_bind(operand, schema, container))
        case Present(path):
            return Presence(_resolve(path, schema, container), str(node), wanted=True)
        case Compare():
            return _compare(node, _resolve(node.path, schema, container))
        case ValuePath(path, inner):
            target = _resolve(path, schema, container)
            return Elements(target, _bind(inner, _element_schema(target, path), target), str(node))


def _resolve(path: AttributePath, schema: Schema, container: Target | None) -> Target:
    target = schema.resolve(path)
    return target if container is None else target.within(container)


def _compare(term: Compare, target: Target) -> Bound:
    if term.value is None and term.op in ("eq", "ne"):
        return Presence(target, str(term), wanted=term.op == "ne")
    compared = _value_of(target, term.path)
    return Comparison(compared, term.op, term.value, test(term, compared), str(term))


def _value_of(target: Target, path: AttributePath) -> Target:
    """RFC 7644 3.4.2.2 compares `emails co "x"` as `emails.value co "x"`."""
    if target.attribute.type != "complex":
        return target
    value = target.attribute.sub("value")
    if value is None:
        parts = ", ".join(f"{target.name}.{each.name}" for each in target.attribute.sub_attributes[:8])
        raise FilterError(f"“{target.label}” is made of parts: compare one of {parts}", path.column)
    return target.sub(value)


def _element_schema(target: Target, path: AttributePath) -> Schema:
    attribute = target.attribute
    if attribute.type == "complex":
        return Schema(attribute.sub_attributes)
    if attribute.type == "any":
        return Schema((), unknown=any_attribute)
    if attribute.multi_valued:
        return Schema((attrs.evolve(attribute, name="value", multi_valued=False),))
    raise FilterError(f"“{target.label}” has no elements to choose from: compare it without brackets", path.column)
