"""Which plugins may be loaded, and how strictly: known before the settings are read, since plugins add commands.

`DIRSYNC_PLUGINS` and `DIRSYNC_STRICT` come before `[plugins]` of the settings. A file that can't be read limits nothing
here; the command that needs it says what is wrong with it.
"""

import tomllib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs

from dirsync_core.host.settings import FILE, PluginsSettings, structure
from dirsync_core.model.errors import SettingsError

PLUGINS = "DIRSYNC_PLUGINS"
STRICT = "DIRSYNC_STRICT"
FOLDER = "DIRSYNC_DIR"


def limits_of(words: Sequence[str], environment: Mapping[str, str]) -> PluginsSettings:
    """Give what limits the plugins of a command: its words say in which folder its settings are."""
    said = _of_file(_folder(words, environment) / FILE)
    named = environment.get(PLUGINS)
    if named is not None:
        said = attrs.evolve(said, enabled=tuple(name.strip() for name in named.split(",") if name.strip()))
    return attrs.evolve(said, strict=True) if environment.get(STRICT) else said


def _folder(words: Sequence[str], environment: Mapping[str, str]) -> Path:
    for word, following in pairwise([*words, ""]):
        if word == "--dir":
            return Path(following)
        if word.startswith("--dir="):
            return Path(word.removeprefix("--dir="))
    return Path(environment.get(FOLDER) or ".")


def _of_file(file: Path) -> PluginsSettings:
    try:
        table: Mapping[str, Any] = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        return structure(table.get("plugins", {}), PluginsSettings, "plugins")
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, SettingsError):
        return PluginsSettings()
