"""The public names and their signatures, as text. After a change that is meant: `python -m tests.docs.public_api`."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_origin

from dirsync_core import api, testing

FILE = Path(__file__).with_name("public-api.txt")


def public_api() -> str:
    """Give a line for each public name, and one for each thing that can be asked of it."""
    hooks = sorted(name for name, value in vars(api).items() if hasattr(value, "dirsync_spec"))
    lines = [*_module(api, [*api.__all__, *hooks]), *_module(testing, testing.__all__)]
    return "\n".join(lines) + "\n"


def _module(module: ModuleType, names: list[str]) -> Iterator[str]:
    for name in sorted(names):
        yield from _name(f"{module.__name__}.{name}", getattr(module, name))


def _name(path: str, value: Any) -> Iterator[str]:
    if inspect.isclass(value) and get_origin(value) is None:
        yield f"{path}{_signature(value)}"
        for member, item in sorted(vars(value).items()):
            if not member.startswith("_") and callable(getattr(item, "__func__", item)):
                yield f"{path}.{member}{_signature(getattr(item, '__wrapped__', item))}"
    elif callable(value) and get_origin(value) is None and hasattr(value, "__name__"):
        yield f"{path}{_signature(value)}"
    else:
        yield path


def _signature(value: Any) -> str:
    """Give the names and kinds of arguments and which may be left out; types and defaults may become wider."""
    try:
        parameters = inspect.signature(value).parameters.values()
    except (TypeError, ValueError):
        return ""
    words, starred = [], False
    for each in parameters:
        if each.kind is each.KEYWORD_ONLY and not starred:
            words.append("*")
            starred = True
        mark = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
        starred = starred or each.kind is each.VAR_POSITIONAL
        words.append(f"{mark}{each.name}{'=…' if each.default is not each.empty else ''}")
    return f"({', '.join(words)})"


if __name__ == "__main__":
    FILE.write_text(public_api(), encoding="utf-8")
