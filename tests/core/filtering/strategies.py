"""Trees, flat values and resources for the property tests."""

from hypothesis import strategies as st

from dirsync_core.filtering import And, AttributePath, Compare, Node, Not, Or, Present, ValuePath
from dirsync_core.filtering.tree import OPERATORS

NAMES = st.from_regex(r"\$?[A-Za-z][A-Za-z0-9$_-]{0,5}", fullmatch=True)
_URN_LETTERS = st.characters(codec="utf-8", exclude_characters='()[]"', exclude_categories=["Z", "Cc", "Cs"])
URNS = st.none() | st.text(_URN_LETTERS, min_size=1, max_size=12)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
VALUES = (
    TEXTS
    | st.booleans()
    | st.none()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
)


def paths(
    urns: st.SearchStrategy[str | None] = URNS, names: st.SearchStrategy[str] = NAMES
) -> st.SearchStrategy[AttributePath]:
    return st.builds(AttributePath, urns, names, st.none() | names)


def comparisons(
    urns: st.SearchStrategy[str | None] = URNS, names: st.SearchStrategy[str] = NAMES
) -> st.SearchStrategy[Node]:
    path, operators = paths(urns, names), st.sampled_from(sorted(OPERATORS))
    return st.builds(Present, path) | st.builds(Compare, path, operators, VALUES)


def logical(leaves: st.SearchStrategy[Node], max_leaves: int = 8) -> st.SearchStrategy[Node]:
    def extend(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        operands = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.builds(Not, inner) | st.builds(And, operands) | st.builds(Or, operands)

    return st.recursive(leaves, extend, max_leaves=max_leaves)


def trees() -> st.SearchStrategy[Node]:
    value_paths = st.builds(ValuePath, paths(), logical(comparisons(), 3))
    return logical(comparisons() | value_paths)


_WORDS = st.sampled_from(["oslo", "Oslo", "Göteborg", "en_US", "en-us", "x"])
_NAMES = st.sampled_from(["city", "userType", "locale"]).map(lambda name: AttributePath(None, name))


def rules(*, presence: bool = True) -> st.SearchStrategy[Node]:
    texts = st.builds(Compare, _NAMES, st.sampled_from(sorted(OPERATORS)), _WORDS)
    flags = st.builds(Compare, st.just(AttributePath(None, "active")), st.sampled_from(["eq", "ne"]), st.booleans())
    nulls = st.builds(Compare, _NAMES, st.sampled_from(["eq", "ne"]), st.none())
    return logical(texts | flags | nulls | st.builds(Present, _NAMES) if presence else texts | flags)


def records(*, complete: bool) -> st.SearchStrategy[dict[str, object]]:
    every = {"city": _WORDS, "userType": _WORDS, "locale": _WORDS, "active": st.booleans()}
    if complete:
        return st.fixed_dictionaries(every)
    return st.fixed_dictionaries({}, optional={**every, "city": _WORDS | st.sampled_from(["", None])})
