"""The same filters over the same users, asked of scim2-models too.

Left out: `ne` of several values, which it reads as "no value equals", names that are keywords, and case-folding
beyond lower case.
"""

from hypothesis import given
from hypothesis import strategies as st
from scim2_models import EnterpriseUser, ScimFilter, User

from dirsync_core.filtering import AttributePath, Compare, Node, Present, ValuePath, bind, parse
from dirsync_core.filtering.tree import OPERATORS
from tests.core.filtering.examples import ENTERPRISE, USER
from tests.core.filtering.strategies import NAMES, comparisons, logical

_WORDS = st.sampled_from(["bob", "Bob", "ö", "bobby", "work", "home", "b@x.example", "c@x.example"])
_ADDRESSES = st.sampled_from(["b@x.example", "B@x.example", "c@x.example"])  # it refuses to compare with other text
_OPS = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]
_MOMENTS = st.sampled_from(["2011-05-13T04:42:34Z", "2011-05-13T06:42:34+02:00", "2012-01-01T00:00:00.5Z"])
_PLAIN = [
    AttributePath(None, "userName"),
    AttributePath(None, "TITLE"),
    AttributePath(None, "name", "familyName"),
    AttributePath(ENTERPRISE, "department"),
]
_TYPE, _VALUE = AttributePath(None, "type"), AttributePath(None, "value")
_EMAILS = AttributePath(None, "emails")
_EMAIL_TYPE, _EMAIL_VALUE = AttributePath(None, "emails", "type"), AttributePath(None, "emails", "value")
_MODIFIED = AttributePath(None, "meta", "lastModified")


_SET_OPS = [op for op in _OPS if op != "ne"]
_NAMES = NAMES.filter(lambda name: name.lower() not in {"and", "or", "not", "pr", *OPERATORS, "true", "false", "null"})


def _terms(
    paths: list[AttributePath], operators: list[str], words: st.SearchStrategy[str] = _WORDS
) -> st.SearchStrategy[Node]:
    path = st.sampled_from(paths)
    return st.builds(Present, path) | st.builds(Compare, path, st.sampled_from(operators), words)


FILTERS = logical(
    _terms(_PLAIN, _OPS)
    | _terms([_EMAIL_TYPE], _SET_OPS)
    | _terms([_EMAILS, _EMAIL_VALUE], _SET_OPS, _ADDRESSES)
    | st.builds(ValuePath, st.just(_EMAILS), logical(_terms([_TYPE], _OPS) | _terms([_VALUE], _OPS, _ADDRESSES), 3))
    | st.builds(Compare, st.just(AttributePath(None, "active")), st.sampled_from(["eq", "ne"]), st.booleans())
    | st.builds(Compare, st.just(_MODIFIED), st.sampled_from(["eq", "gt", "ge", "lt", "le"]), _MOMENTS)
    | st.builds(Compare, st.sampled_from(_PLAIN), st.sampled_from(["eq", "ne"]), st.none())
)
_ELEMENTS = st.fixed_dictionaries(
    {"value": st.sampled_from(["b@x.example", "c@x.example"])}, optional={"type": st.sampled_from(["work", "home"])}
)
USERS = st.fixed_dictionaries(
    {"userName": _WORDS},
    optional={
        "title": _WORDS,
        "active": st.booleans(),
        "name": st.fixed_dictionaries({}, optional={"familyName": _WORDS}),
        "emails": st.lists(_ELEMENTS, min_size=1, max_size=2),
        "meta": st.fixed_dictionaries({"lastModified": _MOMENTS}),
        ENTERPRISE: st.fixed_dictionaries({}, optional={"department": _WORDS}),
    },
)


@given(FILTERS, USERS)
def test_both_find_the_same_users(tree: Node, resource: dict[str, object]) -> None:
    user = User[EnterpriseUser].model_validate(resource)
    expected = ScimFilter[User[EnterpriseUser]](str(tree)).match(user)

    assert expected == bind(tree, USER).matches(resource)


@given(comparisons(st.none() | st.just(ENTERPRISE), _NAMES))
def test_both_read_the_same_comparison_from_a_text(tree: Node) -> None:
    assert tree == parse(str(ScimFilter(str(tree)).ast))
