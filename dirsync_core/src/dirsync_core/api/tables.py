"""Tables in files: CSV as programs export it, read strictly. Nothing is guessed silently; what is wrong names its line.

Start at `read_table`. The whole file is checked before the first row is given.
"""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from dirsync_core.model.errors import DirsyncError

DELIMITERS: Mapping[str, str] = {",": "a comma", ";": "a semicolon", "\t": "a tab"}
MOST_PROBLEMS = 20


class TableError(DirsyncError, ValueError):
    """A file that can't be used as a table: `problems` has a line each, most of which begin with `line N:`."""

    def __init__(self, file: str, problems: Sequence[str]) -> None:
        self.file = file
        self.problems = tuple(problems)
        super().__init__(f"{file} can't be used, and nothing of it was taken:\n" + "\n".join(listed(problems)))


def listed(problems: Sequence[str]) -> list[str]:
    """Give the first problems, and how many more there are."""
    rest = len(problems) - MOST_PROBLEMS
    return [*problems[:MOST_PROBLEMS], *([f"and {rest:,} more"] if rest > 0 else [])]


@attrs.frozen
class Row:
    """A row: the line on which it begins, and its cells by column, trimmed."""

    line: int
    cells: Mapping[str, str]


@attrs.frozen
class Table:
    """A checked table. `rows` may be asked for again and again; rows without any text are left out."""

    file: str
    columns: tuple[str, ...]
    delimiter: str
    _content: bytes = attrs.field(repr=False)
    _encoding: str

    def rows(self) -> Iterator[Row]:
        """Give the rows, in the order of the file; only one is held at a time."""
        records = _records(self._content, self._encoding, self.delimiter)
        next(records)
        for line, cells in records:
            trimmed = [cell.strip() for cell in cells]
            if any(trimmed):
                yield Row(line, dict(zip(self.columns, trimmed, strict=True)))

    def column(self, name: str) -> str | None:
        """Give the column of that name, compared without case."""
        return next((column for column in self.columns if column.casefold() == name.strip().casefold()), None)


def read_table(path: Path, *, encoding: str = "utf-8-sig", delimiter: str | None = None) -> Table:
    """Read a CSV file with a header and check all of it: encoding, delimiter, quotes, and cells a row.

    Without `delimiter` it is the one of comma, semicolon and tab that parts the header.

    Raises:
        TableError: it is not there, or anything in it can't be used; each problem with its line.
    """
    content = _content(path)
    if delimiter is not None and len(delimiter) != 1:
        raise TableError(path.name, [f"“{delimiter}” is no delimiter; it is one sign, for instance “;”"])
    _check_encoding(path.name, content, encoding)
    found = delimiter or _detected(path.name, content, encoding)
    columns = _header(path.name, content, encoding, found)
    _check_rows(path.name, content, encoding, found, len(columns))
    return Table(path.name, columns, found, content, encoding)


def _content(path: Path) -> bytes:
    try:
        before = path.stat()
        content = path.read_bytes()
        after = path.stat()
    except FileNotFoundError:
        raise TableError(path.name, [f"there is no file {path}; is it exported there, under that name?"]) from None
    except OSError as error:
        raise TableError(path.name, [f"{path} can't be read: {error.strerror or error}"]) from error
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        raise TableError(path.name, ["somebody wrote it while it was read; try again when it is finished"])
    if not content.strip():
        raise TableError(path.name, ["it is empty; its first line has to name the columns"])
    return content


def _check_encoding(name: str, content: bytes, encoding: str) -> None:
    try:
        text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    except LookupError as error:
        raise TableError(name, [f"“{encoding}” is no encoding; for instance utf-8, cp1252 or utf-16"]) from error
    whole = 0
    try:
        for _ in text:
            whole += 1
    except UnicodeError as error:
        raise TableError(name, [_not_in(content, encoding, whole, error)]) from error


def _not_in(content: bytes, encoding: str, whole: int, error: UnicodeError) -> str:
    likely = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "cp1252"
    line, what = whole + 1, "text"
    if isinstance(error, UnicodeDecodeError):
        line += error.object[: error.start].count(b"\n")
        what = f"the byte 0x{error.object[error.start]:02x}"
    asked = "utf-8" if encoding == "utf-8-sig" else encoding
    advice = "save it as UTF-8" if asked == likely else f'save it as UTF-8, or name its encoding, likely "{likely}"'
    return f"line {line}: {what} is not in the encoding {asked}; {advice}"


# --- delimiter and header --------------------------------------------------------------------------------------------


def _detected(name: str, content: bytes, encoding: str) -> str:
    """Give the delimiter that parts the header into most columns; a table of one column has a comma as good as any."""
    counts = {each: _width(content, encoding, each) for each in DELIMITERS}
    most = max(counts.values())
    best = [each for each, count in counts.items() if count == most]
    if most > 1 and len(best) > 1:
        either = " and ".join(DELIMITERS[each] for each in best)
        raise TableError(name, [f"line 1: {either} part the header equally well; name the delimiter"])
    return best[0]


def _header(name: str, content: bytes, encoding: str, delimiter: str) -> tuple[str, ...]:
    columns = tuple(cell.strip() for cell in _first(name, content, encoding, delimiter))
    problems = []
    if len(columns) == 1:
        better = [each for each in DELIMITERS if _width(content, encoding, each) > 1]
        problems += [f"line 1: is one column; it looks as if {DELIMITERS[each]} parted them. Name that delimiter"
                     for each in better]  # fmt: skip
    twice = [
        column for column, count in Counter(column.casefold() for column in columns if column).items() if count > 1
    ]
    problems += [f"line 1: names the column “{column}” twice; give each its own name" for column in twice]
    if not any(columns):
        problems.append("line 1: names no column; the first line has to name them")
    if problems:
        raise TableError(name, problems)
    return tuple(column or f"column {place}" for place, column in enumerate(columns, 1))


def _width(content: bytes, encoding: str, delimiter: str) -> int:
    try:
        return len(next(_records(content, encoding, delimiter))[1])
    except (csv.Error, StopIteration):
        return 0


def _first(name: str, content: bytes, encoding: str, delimiter: str) -> list[str]:
    try:
        return next(_records(content, encoding, delimiter))[1]
    except csv.Error as error:
        raise TableError(name, [f"line 1: {_unreadable(error)}"]) from error


# --- rows ------------------------------------------------------------------------------------------------------------


def _check_rows(name: str, content: bytes, encoding: str, delimiter: str, width: int) -> None:
    problems, last = [], 0
    records = _records(content, encoding, delimiter)
    try:
        for last, cells in records:
            if len(cells) != width:
                problems.append(
                    f"line {last}: has {len(cells)} cells where the header has {width}; a cell with"
                    f" {DELIMITERS.get(delimiter, delimiter)} in it stands in quotation marks"
                )
    except csv.Error as error:
        problems.append(f"behind line {last}: {_unreadable(error)}")
    if problems:
        raise TableError(name, problems)


def _unreadable(error: csv.Error) -> str:
    if "end of data" in str(error):
        return "a quotation mark is opened and never closed"
    return f"{error}; a quotation mark inside of a cell is written twice"


def _records(content: bytes, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give what stands between line ends outside of quotes, with the line on which it begins; blank lines aside."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    begins = 1
    for cells in reader:
        if cells:
            yield begins, cells
        begins = reader.line_num + 1
