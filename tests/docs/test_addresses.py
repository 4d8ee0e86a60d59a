"""The addresses of the pages, as the reference has them."""

import re

from dirsync_core.web.pages.routes import TWINNED
from tests.docs.markdown import page


def spoken(path: str) -> str:
    """Write a route as the reference does: `/people/{id}` as `/people/ID`, a version as N."""
    return re.sub(r"\{(\w+)[^}]*\}+", lambda found: {"version": "N"}.get(found[1], found[1].upper()), path)


def test_every_page_is_listed_and_no_other() -> None:
    listed = re.findall(r"^\| `(/[^`]*)` \|", page("docs/reference/pages.md").text, re.MULTILINE)

    assert sorted(spoken(path) for path, _ in TWINNED) == sorted(listed)
