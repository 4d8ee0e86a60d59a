"""Pages that write a plugin, done as they say: commands are run, files written, and what is shown is printed."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import attrs
import pytest

from tests.docs.markdown import page

WRITING = {
    "docs/tutorial/write-a-provider.md": 5,
    "docs/how-to/write-a-filter.md": 3,
    "docs/how-to/write-a-mapper.md": 3,
    "docs/how-to/write-a-push-provider.md": 3,
}
"""The pages, and how many files each writes."""

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
        project = tomllib.loads((self.folder / "pyproject.toml").read_text())["project"]
        info = self.site / f"{project['name'].replace('-', '_')}-0.1.0.dist-info"
        info.mkdir(parents=True)
        entries = "".join(f"{name} = {module}\n" for name, module in project["entry-points"]["dirsync"].items())
        (info / "entry_points.txt").write_text(f"[dirsync]\n{entries}")
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: 0.1.0\n")
        (self.site / "src").symlink_to(self.folder / "src")
        return ""

    def environment(self) -> dict[str, str]:
        paths = os.pathsep.join([str(self.site), str(self.site / "src")])
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        return {**os.environ, "PATH": path, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.mark.parametrize(("name", "files"), WRITING.items())
def test_it_goes_as_the_page_says(tmp_path: Path, name: str, files: int) -> None:
    reader = Reader(tmp_path, tmp_path / "site")
    steps = [*_STEP.finditer(page(name).text)]

    for step in steps:
        if step["file"] is not None:
            reader.write(step["file"], step["text"])
        else:
            _follow(reader, step["commands"])

    assert files == sum(step["file"] is not None for step in steps)


def _follow(reader: Reader, commands: str) -> None:
    printed = ""
    for line in commands.splitlines():
        if line.startswith("$ "):
            printed = reader.does(line.removeprefix("$ "))
        else:
            assert line in printed


@pytest.mark.parametrize("name", WRITING)
def test_what_the_page_writes_is_in_good_form(tmp_path: Path, name: str) -> None:
    steps = [*_STEP.finditer(page(name).text)]
    for step in steps:
        if (step["file"] or "").endswith(".py"):
            (tmp_path / step["file"]).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / step["file"]).write_text(step["text"], encoding="utf-8")
    (package,) = (tmp_path / "src").iterdir()
    (tmp_path / "pyproject.toml").write_text(f'[tool.ruff.lint.isort]\nknown-first-party = ["{package.name}"]\n')

    reader = Reader(tmp_path, tmp_path / "site")
    reader.does("ruff check --no-cache --line-length 120 --select E,F,W,I,UP,B,PT .")
    reader.does("ruff format --no-cache --line-length 120 --diff .")
