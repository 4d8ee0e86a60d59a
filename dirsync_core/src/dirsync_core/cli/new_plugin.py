"""`dirsync new-plugin`: a distribution to begin a plugin with, whose tests pass as they are written.

The templates lie beside this file: `templates/any` is in every plugin, the others are by kind. `$name` and the other
words of `_words` are filled in.
"""

import re
from collections.abc import Iterator, Mapping
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

import attrs
import click

from dirsync_core.cli.session import Session
from dirsync_core.model.errors import Refused

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_ANY: Mapping[str, str] = {
    "pyproject.toml.txt": "pyproject.toml",
    "README.md.txt": "README.md",
    "gitignore.txt": ".gitignore",
    "tests.yml.txt": ".github/workflows/tests.yml",
    "init.py.txt": "src/{package}/__init__.py",
}


@attrs.frozen
class _Kind:
    """What there is to begin with: a sentence of it, what it needs beside the core, and where one goes on."""

    description: str
    needs: tuple[str, ...]
    edit: str


_KINDS: Mapping[str, _Kind] = {
    "pull": _Kind("A source of people that dirsync asks", ("aiohttp>=3.11", "attrs>=24.2"), "provider.py"),
    "push": _Kind("A source of people that calls dirsync", ("aiohttp>=3.11", "attrs>=24.2"), "provider.py"),
    "filter": _Kind("A filter for the rules of dirsync", ("attrs>=24.2",), "filter.py"),
    "mapper": _Kind("A mapper for records of dirsync", ("attrs>=24.2",), "mapping.py"),
}


@click.command("new-plugin")
@click.argument("name")
@click.option("--kind", type=click.Choice(list(_KINDS)), required=True, help="What it brings.")
@click.option(
    "--into", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path), default=Path(),
    help="Where its folder dirsync-NAME is made; else here.",
)  # fmt: skip
@click.pass_obj
def new_plugin(session: Session, name: str, kind: str, into: Path) -> None:
    """Write a distribution dirsync-NAME to begin a plugin with; its tests pass as they are written.

    It has typed settings, contract tests, a README and a CI file, and depends on the present series of the core.
    Nothing that is there is written over.
    """
    _check_name(session, name)
    folder = into / f"dirsync-{name}"
    _write(folder, dict(_files(name, kind)))
    click.echo(folder)
    click.echo(_next(name, kind, folder), err=True)


def _check_name(session: Session, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise click.BadParameter(
            f"“{name}” can't be the name of a plugin; small letters, digits and hyphens, for instance acme-hr.",
            param_hint="'NAME'",
        )
    taken = [plugin for plugin in session.plugins.loaded if name == plugin.name or _brings(plugin.provides, name)]
    if taken:
        raise Refused(f"“{name}” is taken by the plugin {taken[0].distribution}, which is installed.",
                      ("Take another name: two plugins can't bring one.",))  # fmt: skip


def _brings(provides: tuple[str, ...], name: str) -> bool:
    return any(each.partition(" ")[2] == name for each in provides)


def _write(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files into a folder of their own.

    Raises:
        Refused: the folder is there already; nothing was written.
    """
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise Refused(f"{folder} is there already, and nothing was written.",
                      ("Take another name, or another folder: --into FOLDER",)) from None  # fmt: skip
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _files(name: str, kind: str) -> Iterator[tuple[str, str]]:
    templates = resources.files("dirsync_core.cli") / "templates"
    words = _words(name, kind)
    words["usage"] = _filled(templates / kind / "usage.txt", words).strip()
    for template, path in _ANY.items():
        yield path.format(**words), _filled(templates / "any" / template, words)
    yield f"src/{words['package']}/py.typed", ""
    for each in sorted((templates / kind).iterdir(), key=lambda each: each.name):
        if each.name.endswith(".py.txt"):
            yield _place(each.name.removesuffix(".txt"), words["package"]), _filled(each, words)


def _place(file: str, package: str) -> str:
    return f"tests/{file}" if file.startswith("test_") else f"src/{package}/{file}"


def _words(name: str, kind: str) -> dict[str, str]:
    snake = name.replace("-", "_")
    low, high = series(metadata.version("dirsync-core"))
    return {
        "name": name,
        "snake": snake,
        "upper": snake.upper(),
        "klass": "".join(part.capitalize() for part in name.split("-")),
        "title": " ".join(part.capitalize() for part in name.split("-")),
        "distribution": f"dirsync-{name}",
        "package": f"dirsync_{snake}",
        "description": _KINDS[kind].description,
        "dependencies": "".join(f', "{need}"' for need in _KINDS[kind].needs),
        "low": low,
        "high": high,
    }


def series(version: str) -> tuple[str, str]:
    """Give the series of a version, and the one that follows it: `0.1` and `0.2` of 0.1.7."""
    major, minor = (int(part) for part in version.split(".")[:2])
    return f"{major}.{minor}", f"{major}.{minor + 1}"


def _filled(template: Traversable, words: Mapping[str, str]) -> str:
    return Template(template.read_text(encoding="utf-8")).substitute(words)


def _next(name: str, kind: str, folder: Path) -> str:
    edit = f"src/dirsync_{name.replace('-', '_')}/{_KINDS[kind].edit}"
    return f"""Next:
  cd {folder}
  pip install -e '.[test]'     into the environment that dirsync is in
  pytest                       its contract; it passes as it is
  dirsync plugins              it is listed, and its README says what to write into plugins.toml
Then go on in {edit}."""
