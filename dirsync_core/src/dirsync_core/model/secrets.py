"""Secrets in settings: named, never written down."""

import os
from pathlib import Path

import attrs

from dirsync_core.model.errors import SettingsError


@attrs.frozen
class Secret:
    """A secret that settings point to: `{ env = "NAME" }` or `{ file = "path" }`. Its value never shows in a repr."""

    env: str | None = None
    file: str | None = None

    def reveal(self) -> str:
        """Give the value.

        Raises:
            SettingsError: the variable is not set, or the file can't be read.
        """
        if self.env is not None:
            return self._from_environment(self.env)
        if self.file is not None:
            return self._from_file(Path(self.file))
        raise SettingsError(['a secret is given as { env = "NAME" } or { file = "path" }'])

    @staticmethod
    def _from_environment(name: str) -> str:
        try:
            return os.environ[name]
        except KeyError:
            raise SettingsError([f"the environment variable {name} is not set; it should hold a secret"]) from None

    @staticmethod
    def _from_file(path: Path) -> str:
        try:
            return path.read_text().strip()
        except OSError as error:
            raise SettingsError([f"the secret file {path} can't be read: {error.strerror}"]) from error
