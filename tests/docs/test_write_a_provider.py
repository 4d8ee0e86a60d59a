"""write-a-provider.md, done as it says: its commands are run, its files written, and what it shows is printed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import attrs

from tests.docs.markdown import page

TUTORIAL = page("docs/tutorial/write-a-provider.md")
_STEP = re.compile(
    r"In\s`(?P<file>[^`]+)`[^`]*?:\n\n```\w+\n(?P<text>.*?)^```$|```console\n(?P<commands>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_INSTALLS = "pip install"


@attrs.define
class Reader:
    """Somebody who does what the page says, in a folder, without a network."""

    folder: Path
    site: Path

    def write(self, file: str, text: str) -> None:
        (self.folder / file).write_text(text, encoding="utf-8")

    def does(self, command: str) -> str:
        word, _, rest = command.partition(" ")
        if word == "cd":
            self.folder = (self.folder / rest).resolve()
            return ""
        if command.startswith(_INSTALLS):
            return self.installs()
        done = subprocess.run(
            command, shell=True, cwd=self.folder, env=self.environment(), capture_output=True, text=True
        )
        assert 0 == done.returncode, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def installs(self) -> str:
        """Do what an editable install does: say where the package is, and which entry points it has."""
        info = self.site / "dirsync_staffbook-0.1.0.dist-info"
        info.mkdir(parents=True)
        project = (self.folder / "pyproject.toml").read_text()
        (entry,) = re.findall(r"^staffbook = .*$", project, re.MULTILINE)
        (info / "entry_points.txt").write_text(f"[dirsync]\n{entry}\n".replace('"', ""))
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: dirsync-staffbook\nVersion: 0.1.0\n")
        (self.site / "src").symlink_to(self.folder / "src")
        return ""

    def environment(self) -> dict[str, str]:
        paths = os.pathsep.join([str(self.site), str(self.site / "src")])
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        return {**os.environ, "PATH": path, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}


def test_it_goes_as_the_page_says(tmp_path: Path) -> None:
    reader = Reader(tmp_path, tmp_path / "site")
    steps = [*_STEP.finditer(TUTORIAL.text)]

    for step in steps:
        if step["file"] is not None:
            reader.write(step["file"], step["text"])
        else:
            _follow(reader, step["commands"])

    assert 5 == sum(step["file"] is not None for step in steps)


def _follow(reader: Reader, commands: str) -> None:
    printed = ""
    for line in commands.splitlines():
        if line.startswith("$ "):
            printed = reader.does(line.removeprefix("$ "))
        else:
            assert line in printed


def test_what_the_page_writes_is_in_good_form(tmp_path: Path) -> None:
    reader = Reader(tmp_path, tmp_path / "site")
    reader.does("dirsync new-plugin staffbook --kind pull")
    reader.does("cd dirsync-staffbook")
    for step in _STEP.finditer(TUTORIAL.text):
        if (step["file"] or "").endswith(".py"):
            reader.write(step["file"], step["text"])

    reader.does("ruff check --isolated --no-cache --line-length 120 --select E,F,W,I,UP,B,PT .")
    reader.does("ruff format --isolated --no-cache --line-length 120 --diff .")
