"""Plugins need nothing of the core that is not public: neither these nor our own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from dirsync_core import api, testing

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*ROOT.glob("contrib/*/src/*"), ROOT / "dirsync_okta/src/dirsync_okta",
                  ROOT / "dirsync_manual/src/dirsync_manual"])  # fmt: skip
TESTS = sorted(ROOT.glob("contrib/dirsync-*/tests"))
PUBLIC = {"dirsync_core.api": frozenset(api.__all__)}
"""Module → the names that may be imported from it."""
FOR_TESTS = {"dirsync_core.testing": frozenset(testing.__all__)}
LIBRARY = {"dirsync_entra": "dirsync_okta.scim"}
"""Plugin → the one package of another distribution that it stands on."""


def imported(folder: Path) -> Iterator[tuple[Path, str, str]]:
    """Give what is imported under a folder: file, module, and the name of it (`*` for the whole module)."""
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((file, name.name, "*") for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((file, node.module or "", name.name) for name in node.names)


def is_allowed(module: str, name: str, public: dict[str, frozenset[str]], own: str) -> bool:
    """Say whether an import is of the plugin itself, of what is public, or has nothing to do with dirsync."""
    top = module.partition(".")[0]
    if top == own or not top.startswith("dirsync_"):
        return True
    library = LIBRARY.get(own)
    return name in public.get(module, ()) or (library is not None and f"{module}.".startswith(f"{library}."))


@pytest.mark.parametrize("folder", SOURCES, ids=lambda folder: folder.name)
def test_a_plugin_imports_public_names_only(folder: Path) -> None:
    found = [(file.name, module, name) for file, module, name in imported(folder)
             if not is_allowed(module, name, PUBLIC, folder.name)]  # fmt: skip

    assert [] == found


@pytest.mark.parametrize("folder", TESTS, ids=lambda folder: folder.parent.name)
def test_its_tests_import_the_suites_besides(folder: Path) -> None:
    own = folder.parent.name.replace("-", "_")
    found = [(file.name, module, name) for file, module, name in imported(folder)
             if not is_allowed(module, name, PUBLIC | FOR_TESTS, own)]  # fmt: skip

    assert [] == found


@pytest.mark.parametrize(
    ("module", "name", "allowed"),
    [
        ("dirsync_core.api", "Provider", True),
        ("dirsync_core.api", "REQUEST", False),
        ("dirsync_core", "*", False),
        ("dirsync_core.model.claims", "Set", False),
        ("dirsync_okta.scim.app", "scim_application", True),
        ("dirsync_okta.mapping", "map_okta", False),
        ("dirsync_entra.guide", "GUIDE", True),
        ("aiohttp", "web", True),
    ],
)
def test_what_is_not_public_would_be_found(module: str, name: str, *, allowed: bool) -> None:
    assert allowed is is_allowed(module, name, PUBLIC, "dirsync_entra")


def test_every_plugin_is_tested_from_its_wheel() -> None:
    plugins = {found.parent.name for found in ROOT.glob("contrib/*/pyproject.toml")}
    tested = {found.stem for found in ROOT.glob("contrib/tests/test_dirsync_*.py")}

    assert {f"test_{name}".replace("-", "_") for name in plugins} == tested
