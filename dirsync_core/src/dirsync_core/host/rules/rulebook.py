"""The applied rules, compiled: what the engine works with, followed as other processes apply new ones."""

import threading
from collections.abc import Mapping

from dirsync_core.engine.rules import Rules
from dirsync_core.host.plugins import Plugins
from dirsync_core.host.rules.compiling import RuleData, compile_rules
from dirsync_core.host.settings import Settings
from dirsync_core.host.strictness import PluginFailed
from dirsync_core.model.errors import Refused
from dirsync_core.store.contract import Transaction


class Rulebook:
    """Gives the compiled rules as a transaction sees them; compiles each version once."""

    def __init__(self, settings: Settings, plugins: Plugins) -> None:
        self._settings = settings
        self.plugins = plugins
        self._failed: dict[str, str] = {}
        self._compiled: Rules | None = None
        self._mark = (0, "")
        self._lock = threading.Lock()

    @property
    def failed(self) -> Mapping[str, str]:
        """Providers that could not be made or opened, with the reason."""
        return self._failed

    def fail(self, provider: str, because: str) -> None:
        """Freeze a provider's records: it could not be made or opened in this process.

        Raises:
            PluginFailed: in strict mode.
        """
        if self.plugins.strict:
            raise PluginFailed(provider, because)
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
        mark = tx.facts.rules_text()
        if mark == (0, ""):
            raise Refused("No rules are applied yet.", ("Make a start with: dirsync init",))
        with self._lock:
            if self._compiled is None or self._mark != mark:
                self._compiled, self._mark = self._compile(tx), mark
            return self._compiled

    def compiled(self, tx: Transaction, version: int, data: RuleData) -> Rules:
        """Compile other rules than those that apply.

        Raises:
            SettingsError: a filter does not bind; with the path of the setting.
        """
        return self._made(tx, version, data)

    def _made(self, tx: Transaction, version: int, data: RuleData, *, freezing: bool = False) -> Rules:
        return compile_rules(
            version, data, self.plugins, self._settings.timezone, tx.facts.providers(), self._settings.providers,
            self._failed, freezing=freezing,
        )  # fmt: skip

    def _compile(self, tx: Transaction) -> Rules:
        applied = tx.facts.rules()
        assert applied is not None
        return self._made(tx, applied.version, applied.settings, freezing=True)
