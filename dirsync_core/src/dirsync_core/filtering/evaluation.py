"""A filter that is ready to be asked: of a resource, of a record's attributes, or about itself."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from dirsync_core.filtering.judging import Judge, Judgement, Undetermined, judge, judgement
from dirsync_core.filtering.matching import Matcher, matcher
from dirsync_core.filtering.terms import Bound, Comparison, leaves, required
from dirsync_core.filtering.tree import Value


@attrs.frozen(eq=False)
class BoundFilter:
    """A filter bound to a schema; made by `bind`. Immutable, and safe to share between threads.

    `text` is canonical. `attributes` are the names it compares or asks for, as the schema spells them, with
    sub-attributes (`emails.type`) and, for extensions, URN.
    """

    text: str
    attributes: frozenset[str]
    _root: Bound = attrs.field(repr=False)
    _matches: Matcher = attrs.field(repr=False)
    _judge: Judge = attrs.field(repr=False)

    def __str__(self) -> str:
        return self.text

    def matches(self, resource: Mapping[str, object]) -> bool:
        """Whether a nested JSON resource satisfies the filter; two-valued, as in RFC 7644 3.4.2.2.

        Names in the resource count in any case. Of several values any one suffices, for `ne` too.
        """
        return self._matches(resource)

    def judge(self, values: Mapping[str, object], *, undetermined: Undetermined | None = None) -> Judgement:
        """In, out or undetermined, and why, for a flat mapping of names, as in `attributes`, to values.

        A value is text, true or false, or a tuple. None, "" and an empty tuple count as missing, and
        comparing what is missing is undetermined, as is an `eq` or `ne` of which `undetermined(name, text)`
        is true. `ne` of a tuple holds if no value equals.
        """
        return judgement(self._judge(values, undetermined))

    def comparisons(self, name: str) -> tuple[Value, ...]:
        """What `eq` and `ne` compare the attribute with, in the order of the text, without repeats."""
        found = (term for term in leaves(self._root) if isinstance(term, Comparison) and _names(term, name))
        return tuple(dict.fromkeys(term.value for term in found if term.op in ("eq", "ne")))

    def equality(self, name: str) -> str | None:
        """The text that the attribute must equal for the filter to hold, or None; for choosing an index.

        It is as written: fold it as the index is folded. The filter may ask for more, so evaluate it on what
        the index finds.
        """
        for term in required(self._root):
            if isinstance(term, Comparison) and term.op == "eq" and _names(term, name) and isinstance(term.value, str):
                return term.value
        return None


def compiled(text: str, root: Bound) -> BoundFilter:
    """The bound terms, made ready."""
    attributes = frozenset(term.target.name for term in leaves(root))
    return BoundFilter(text, attributes, root, matcher(root), judge(root))


def _names(term: Comparison, name: str) -> bool:
    return term.target.name.lower() == name.lower()
