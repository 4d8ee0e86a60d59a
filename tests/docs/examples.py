"""Examples of documents, run in order in a folder of their own.

A `toml` block that begins with `# plugins.toml` is written there, and a block `csv FILE` into that file. Of a `console`
block every command `dirsync …` is run, save those that serve or need a server; what is shown below a command must be
what it prints, ids, times and secrets aside. In the documents that folder is `/var/lib/dirsync`, and the year 2027
stands for the next one.
"""

import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import attrs
from click.testing import CliRunner

from dirsync_core.cli.program import command_line
from dirsync_core.host.plugins import load_plugins
from tests.docs.markdown import Page

SETTINGS = "# plugins.toml\n"
FOLDER = "/var/lib/dirsync"

_NEEDS_A_SERVER = ("dirsync serve", "dirsync okta rehearse", "dirsync changes --follow")
_VARIES = (
    (re.compile(r"\b01[0-9A-HJKMNP-TV-Z]{24}\b"), "ID"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ"), "TIME"),
    (re.compile(r"\bdsk_[a-z]+_[\w-]{40}"), "SECRET"),
    (re.compile(r"code=[\w-]{32}"), "CODE"),
    (re.compile(r"\b[0-9a-f]{16}\b"), "REQUEST"),
    (re.compile(r"(?<=  )\S{4}(?= +TIME)"), "LAST"),
)


@attrs.frozen
class Example:
    """A command and what is shown of its output; None where nothing is."""

    command: str
    shown: str | None


def examples(text: str) -> Iterator[Example]:
    """Give the commands of a console block."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield Example(command, shown.strip("\n") or None)


def run_examples(page: Page, folder: Path) -> Iterator[tuple[Example, int, str]]:
    """Run a document's examples in a folder; give each with its exit status and output."""
    program = command_line(load_plugins())
    for block in page.every_block():
        if block.language == "toml" and block.text.startswith(SETTINGS):
            (folder / "plugins.toml").write_text(this_year(block.text))
        if block.language.startswith("csv "):
            (folder / block.language.removeprefix("csv ")).write_text(block.text)
        if block.language != "console":
            continue
        for example in examples(block.text):
            if example.command.startswith("dirsync ") and not example.command.startswith(_NEEDS_A_SERVER):
                words = shlex.split(this_year(example.command), comments=True)[1:]
                result = CliRunner().invoke(program, words)
                yield example, result.exit_code, result.output.replace(str(folder), FOLDER)


def alike(text: str) -> str:
    """Take out of an output what differs from run to run."""
    lines = this_year(text).strip("\n").splitlines()
    joined = "\n".join(line.rstrip() for line in lines)
    for pattern, name in _VARIES:
        joined = pattern.sub(name, joined)
    return joined


def this_year(text: str) -> str:
    """Keep dates of the documents in the future."""
    return text.replace("2027-", f"{datetime.now(UTC).year + 1}-")
