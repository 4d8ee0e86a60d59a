"""Nothing in the core knows the name of a provider type: none is in its code or pages, help and examples aside."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

CORE = Path(__file__).parents[2] / "dirsync_core" / "src" / "dirsync_core"
TYPES = {"okta", "manual", "entra", "ldap"}
WORDS = {"manual"}
"""What is also a word for records that are kept by hand: a key of JSON, a column. It is compared with nothing."""
ROOMS = ("api", "engine", "filtering", "host", "model", "query", "store", "web")


def _named(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    yield from (text for text in _texts(tree) if text in TYPES - WORDS)
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare | ast.MatchValue):
            yield from (text for text in _texts(node) if text in TYPES)


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_no_code_of_the_core_names_a_provider_type() -> None:
    files = [file for room in ROOMS for file in (CORE / room).rglob("*.py")]

    assert not [(file.name, text) for file in files for text in _named(file)]


def test_no_page_runs_a_command_of_one_plugin() -> None:
    pages = (CORE / "web" / "pages" / "templates").glob("*.html")
    commands = re.compile(rf"dirsync (?:{'|'.join(TYPES)})\b")

    assert not [page.name for page in pages if commands.search(page.read_text(encoding="utf-8"))]
