"""The applied rules, compiled: what the engine works with, followed as other processes apply new ones."""

import threading
from collections.abc import Mapping

from dirsync_core.engine.rules import Rules
from dirsync_core.host.compiling import RuleData, compile_rules
from dirsync_core.host.plugins import Plugins
from dirsync_core.host.settings import Settings
from dirsync_core.model.errors import Refused
from dirsync_core.store.contract import Transaction


class Rulebook:
    """Gives the compiled rules as a transaction sees them; compiles each version once."""

    def __init__(self, settings: Settings, plugins: Plugins) -> None:
        self._settings = settings
        self.plugins = plugins
        self._failed: dict[str, str] = {}
        self._compiled: Rules | None = None
        self._lock = threading.Lock()

    @property
    def failed(self) -> Mapping[str, str]:
        """Providers that could not be made or opened, with the reason."""
        return self._failed

    def fail(self, provider: str, because: str) -> None:
        """Freeze a provider's records: it could not be made or opened in this process."""
        with self._lock:
            self._failed[provider] = because
            self._compiled = None

    def is_configured(self, provider: str) -> bool:
        """Say whether a provider is in the settings."""
        return provider in self._settings.providers

    def __call__(self, tx: Transaction) -> Rules:
        """Give the rules that apply.

        Raises:
            Refused: no rules were ever applied.
        """
        version = tx.facts.rules_version()
        if version == 0:
            raise Refused("No rules are applied yet.", ("Make a start with: dirsync init",))
        with self._lock:
            if self._compiled is None or self._compiled.version != version:
                self._compiled = self._compile(tx)
            return self._compiled

    def compiled(self, tx: Transaction, version: int, data: RuleData) -> Rules:
        """Compile other rules than those that apply.

        Raises:
            SettingsError: a filter does not bind; with the path of the setting.
        """
        return compile_rules(
            version, data, self.plugins, self._settings.timezone, tx.facts.providers(), self._settings.providers,
            self._failed,
        )  # fmt: skip

    def _compile(self, tx: Transaction) -> Rules:
        applied = tx.facts.rules()
        assert applied is not None
        return self.compiled(tx, applied.version, applied.settings)
