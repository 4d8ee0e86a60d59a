"""Settings: typed, and bad ones refused. Part of the suites of everything that has settings."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from dirsync_core.api import SettingsError
from dirsync_core.host.quality import secret_fields, untyped_fields
from dirsync_core.host.secrets import secrets_in
from dirsync_core.host.settings import structure
from dirsync_core.testing.contract import Contract

_NEVER = "there-is-no-such-setting"


class SettingsContract(Contract):
    """Checks a settings class. `bad_settings` are tables laid over good settings, each of which has to be refused."""

    bad_settings: Sequence[Mapping[str, Any]] = ()

    def _settings_class(self) -> type[Any] | None:
        raise NotImplementedError

    def _good(self) -> Mapping[str, Any]:
        raise NotImplementedError

    def test_settings_are_an_attrs_class_whose_fields_have_types(self) -> None:
        """Without types nothing can be checked when the file is read."""
        cls = self._settings_class()
        if cls is None:
            return
        assert attrs.has(cls), f"{cls.__name__} is no attrs class; put @attrs.frozen above it"
        untyped = untyped_fields(cls)
        assert not untyped, (
            f"{cls.__name__} takes anything for {', '.join(untyped)}; give each field a type, so that a wrong value is"
            " refused when the settings are read"
        )

    def test_what_is_secret_is_kept_as_a_secret(self) -> None:
        """A password in plugins.toml would be in every backup of it, and in every repr."""
        cls = self._settings_class()
        if cls is None:
            return
        plain = [*secret_fields(cls)]
        assert not plain, (
            f"{cls.__name__}.{', '.join(plain)} looks like a secret and is not a dirsync_core.api.Secret; make it one:"
            ' the settings then say { env = "NAME" } or { file = "path" }, and its value never shows'
        )

    def test_good_settings_are_taken(self) -> None:
        """The suite goes on from these."""
        self._structured({})

    def test_a_setting_that_there_is_not_is_refused(self) -> None:
        """So that a slip of the pen is found, and not passed over."""
        self._refused({_NEVER: 1})

    def test_a_setting_of_the_wrong_type_is_refused(self) -> None:
        """Each of the settings that were given, with a value of another type."""
        for name, value in self._good().items():
            self._refused({name: "seventeen" if isinstance(value, int) else 17})

    def test_bad_settings_are_refused(self) -> None:
        """Those that the author knows to be bad."""
        for bad in self.bad_settings:
            self._refused(bad)

    def test_no_secret_shows_in_a_repr_of_the_settings(self) -> None:
        """Settings stand in tracebacks and logs."""
        settings = self._structured({})
        for path, secret in secrets_in(settings, "settings"):
            assert secret.reveal() not in repr(settings), (
                f"The value of {path} shows in repr() of the settings; keep the Secret, and call reveal() only where"
                " the value is used"
            )

    def _structured(self, over: Mapping[str, Any]) -> object:
        cls = self._settings_class()
        return structure({**self._good(), **over}, cls, "settings") if cls is not None else None

    def _refused(self, over: Mapping[str, Any]) -> None:
        if self._settings_class() is None:
            return
        try:
            self._structured(over)
        except SettingsError as error:
            said = [*error.problems]
            assert all(problem.startswith("settings") for problem in said), f"A problem does not say where: {said}"
            return
        raise AssertionError(
            f"Settings with {dict(over)!r} were taken. Give the field a type that refuses it, or a validator that"
            " raises ValueError(“name: what is wrong, and what would be right”)"
        )
