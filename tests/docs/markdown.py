"""Documents, read far enough to compare them with the code: sections, tables, fenced blocks, links."""

import re
from collections.abc import Iterator
from pathlib import Path

import attrs

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"

_FENCE = re.compile(r"^(?P<mark>`{3,})(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=mark)$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) +(.*)$", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


@attrs.frozen
class Block:
    """A fenced block: its language, and what stands in it."""

    language: str
    text: str


@attrs.frozen
class Page:
    """A document."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """Where it lies, from the root of the repository."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def prose(self) -> str:
        """The text without its fenced blocks."""
        return _FENCE.sub("", self.text)

    def blocks(self, language: str) -> list[Block]:
        """Give the blocks of a language, in order."""
        return [block for block in self.every_block() if block.language == language]

    def every_block(self) -> list[Block]:
        """Give all blocks, in order."""
        return [Block(found["info"].strip(), found["text"]) for found in _FENCE.finditer(self.text)]

    def headings(self) -> list[str]:
        """Give all headings."""
        return [heading for _, heading in _HEADING.findall(self.prose)]

    def section(self, heading: str) -> str:
        """Give what stands under a heading, up to the next of the same or a higher level; its blocks too."""
        lines = self.text.splitlines()
        start = next(i for i, line in enumerate(lines) if re.fullmatch(rf"#+ {re.escape(heading)}", line))
        level = len(lines[start]) - len(lines[start].lstrip("#"))
        rest = lines[start + 1 :]
        end = next((i for i, line in enumerate(rest) if re.match(rf"#{{1,{level}}} ", line)), len(rest))
        return "\n".join(rest[:end])

    def links(self) -> list[str]:
        """Give the targets of all links."""
        return _LINK.findall(self.prose)


def page(name: str) -> Page:
    """Read the document of that path, from the root of the repository."""
    path = ROOT / name
    return Page(path, path.read_text(encoding="utf-8"))


def pages() -> list[Page]:
    """Read every document that users get."""
    found = [*sorted(DOCS.rglob("*.md")), *sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("dirsync_*/README.md"))]
    return [Page(path, path.read_text(encoding="utf-8")) for path in found]


def rows(section: str) -> list[list[str]]:
    """Give the rows of all tables in a section, without heads."""
    lines = [line.strip() for line in section.splitlines()]
    return [row for table in _tables(lines) for row in table[2:]]


def first_column(section: str) -> list[str]:
    """Give the code that the first cell of each row begins with."""
    return [found[1] for row in rows(section) if (found := re.match(r"`([^`]+)`", row[0]))]


def slug(heading: str) -> str:
    """Give the anchor that a heading has: lower case, without marks, blanks as hyphens."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _tables(lines: list[str]) -> Iterator[list[list[str]]]:
    table: list[list[str]] = []
    for line in [*lines, ""]:
        if line.startswith("|"):
            table.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))])
        elif table:
            yield table
            table = []
