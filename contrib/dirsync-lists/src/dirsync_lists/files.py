"""A list in a file: one entry a line, comments behind `#`. A file with anything wrong in it is refused as a whole.

What is given has neither order nor comments, so that an edit which means the same is no difference.
"""

from collections.abc import Iterator
from pathlib import Path

from dirsync_core.api import SettingsError, fold, is_address

_TOLD = 40


def read_entries(folder: Path, name: str, *, addresses: bool) -> list[str]:
    """Give the entries of a file, folded and sorted. `addresses`: each is an e-mail address, or a domain, `@x.example`.

    Raises:
        SettingsError: it can't be read, or lines of it can't be used; every one of them is named.
    """
    written = list(_entries(_text(folder / name, name)))
    wrong = [(line, entry) for line, entry in written if addresses and not _is_address_or_domain(entry)]
    if wrong:
        raise SettingsError([_wrong(name, line, entry) for line, entry in wrong])
    return sorted({fold(entry) for _, entry in written})


def _text(path: Path, name: str) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SettingsError([f"file: {name} can't be read: {error.strerror}"]) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsError([f"file: {name}, line {line}: is no UTF-8; save the file as UTF-8"]) from error


def _entries(text: str) -> Iterator[tuple[int, str]]:
    """Give each entry with the number of its line."""
    for number, line in enumerate(text.split("\n"), 1):
        entry = "" if line.lstrip().startswith("#") else line.partition(" #")[0].partition("\t#")[0].strip()
        if entry:
            yield number, entry


def _is_address_or_domain(entry: str) -> bool:
    return is_address(f"somebody{entry}" if entry.startswith("@") else entry)


def _wrong(name: str, line: int, entry: str) -> str:
    told = entry if len(entry) <= _TOLD else f"{entry[:_TOLD]}…"
    return f"file: {name}, line {line}: “{told}” is neither an e-mail address nor a domain such as @halden.example"
