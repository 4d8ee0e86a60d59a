"""How often a source is asked while serving: `every` of its settings."""

from datetime import timedelta

from dirsync_core.api import ProviderType
from dirsync_core.host.settings import ProviderSettings
from dirsync_core.model.durations import read_duration
from dirsync_core.model.errors import SettingsError


def interval(kind: ProviderType, name: str, configured: ProviderSettings) -> timedelta | None:
    """Give how often a source is asked; None where only `dirsync pull` asks it.

    Raises:
        SettingsError: `every` is no duration, or the source is none that is asked.
    """
    if configured.every is None:
        return None
    path = f"providers.{name}.every"
    if not kind.pulls:
        how = "calls by itself" if kind.pushes else "is kept by hand" if kind.by_hand else "can't be asked"
        raise SettingsError(
            [f"{path}: is for sources that are asked, and {kind.title or kind.name} {how}; leave it out"]
        )
    try:
        return read_duration(configured.every)
    except ValueError as error:
        raise SettingsError([f"{path}: {error}"]) from error
