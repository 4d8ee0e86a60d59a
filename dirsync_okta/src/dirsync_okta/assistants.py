"""Assistants in every form in which they come: from any extension, or from the top of the resource.

An array of texts, one text, several in one text with commas between, objects with a `value`. What stays is what the
source wrote, trimmed, each address once.
"""

from collections.abc import Iterator, Mapping

from dirsync_core.api import Clear, Set, fold

NAME = "assistants"


def assistants_claim(content: Mapping[str, object]) -> Set | Clear | None:
    """Say who a record's assistants are; None where the record has no word of them.

    Where several extensions carry them, all are meant.
    """
    found = list(_carried(content))
    if not found:
        return None
    written = _each_once(text for value in found for text in _texts(value))
    return Set(written) if written else Clear()


def _carried(content: Mapping[str, object]) -> Iterator[object]:
    yield from _named(content)
    for key, part in content.items():
        if ":" in key and isinstance(part, Mapping):
            yield from _named(part)


def _named(part: Mapping[str, object]) -> Iterator[object]:
    return (value for name, value in part.items() if name.lower() == NAME)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from (trimmed for text in value.split(",") if (trimmed := text.strip()))
    elif isinstance(value, Mapping):
        yield from (text for name, part in value.items() if name.lower() == "value" for text in _texts(part))
    elif isinstance(value, list):
        yield from (text for element in value for text in _texts(element))


def _each_once(texts: Iterator[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for text in texts:
        kept.setdefault(fold(text), text)
    return tuple(kept.values())
