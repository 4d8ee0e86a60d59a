"""commands.md against the program, the commands of plugins included."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from dirsync_core.cli.program import command_line
from dirsync_core.host.plugins import load_plugins
from tests.docs.markdown import ROOT, first_column, page, rows

COMMANDS = page("docs/reference/commands.md")
SOURCES = [path for folder in ROOT.glob("dirsync_*/src") for path in folder.rglob("*.py")]


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from leaves(inner, (*path, name))
    else:
        yield " ".join(path), command


ALL = dict(leaves(command_line(load_plugins())))


def options(command: click.Command) -> list[click.Option]:
    return [param for param in command.params if isinstance(param, click.Option) and not param.hidden]


def test_every_command_is_listed_and_no_other() -> None:
    listed = [heading.removeprefix("dirsync ") for heading in COMMANDS.headings() if heading.startswith("dirsync ")]

    assert sorted(ALL) == sorted(listed)


@pytest.mark.parametrize("name", ALL)
def test_its_usage_is_as_listed(name: str) -> None:
    command = ALL[name]
    pieces = [
        piece
        for piece in command.collect_usage_pieces(click.Context(command, help_option_names=["-h", "--help"]))
        if piece != "[OPTIONS]"
    ]

    assert f"`{' '.join(['dirsync', name, *pieces])}`" in COMMANDS.section(f"dirsync {name}")


@pytest.mark.parametrize("name", ALL)
def test_its_options_are_listed_and_no_others(name: str) -> None:
    listed = [written.split()[0] for written in first_column(COMMANDS.section(f"dirsync {name}"))]

    assert sorted(option.opts[0] for option in options(ALL[name])) == sorted(listed)


@pytest.mark.parametrize("name", ALL)
def test_defaults_and_choices_are_as_listed(name: str) -> None:
    listed = {row[0].split()[0].strip("`"): row for row in rows(COMMANDS.section(f"dirsync {name}"))}

    for option in options(ALL[name]):
        shown, default, _ = listed[option.opts[0]]
        assert default == (f"`{option.default}`" if option.show_default and not option.is_flag else "")
        if isinstance(option.type, click.Choice):
            assert list(option.type.choices) == re.findall(r"[\w-]+", shown.strip("`"))[1:]


def test_options_of_every_command_are_listed() -> None:
    program = command_line(load_plugins())

    listed = [written.split()[0] for written in first_column(COMMANDS.section("dirsync"))]

    assert [*(option.opts[0] for option in options(program)), "--help"] == listed


def test_every_environment_variable_is_listed_and_no_other() -> None:
    named = {name for path in SOURCES for name in re.findall(r"\"(DIRSYNC_[A-Z_]+)\"", Path(path).read_text())}

    assert named == set(first_column(page("docs/reference/settings.md").section("Environment variables")))
