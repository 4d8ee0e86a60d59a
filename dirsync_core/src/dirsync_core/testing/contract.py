"""What all contract suites have in common: a standard test is kept, or marked with the reason why it can't be."""

from typing import Any

import pytest

asynchronous = pytest.mark.asyncio
"""Marks a standard test that is `async def`, so that it runs whatever mode pytest-asyncio is in."""


class Contract:
    """The root of the suites. `plugin` is what stands in the entry point: the module that has the hooks.

    A subclass can't replace a standard test, except by one that is marked `@pytest.mark.xfail(reason="…")`: what a
    plugin does not do is then written down, and not passed over.
    """

    plugin: str = ""

    def __init_subclass__(cls, **said: Any) -> None:
        """See that no standard test is replaced silently.

        Raises:
            TypeError: one is.
        """
        super().__init_subclass__(**said)
        for name, mine in vars(cls).items():
            if name.startswith("test_") and _standard(cls, name) and not _excused(mine):
                raise TypeError(
                    f"{cls.__name__} replaces the standard test {name}. Remove it, so that the standard test runs; or,"
                    f' where your plugin can\'t pass it, say why: @pytest.mark.xfail(reason="…")'
                )

    def _module(self) -> str:
        assert self.plugin, (
            f"{type(self).__name__} does not say which plugin it is about; give it the module that has your hooks, as"
            ' in the entry point of your pyproject.toml: plugin = "dirsync_acme"'
        )
        return self.plugin


def missing(suite: object, fixture: str, what: str) -> str:
    """Give the words for a fixture that the author has to write."""
    return f"{type(suite).__name__} has no fixture “{fixture}”. Write one, with @pytest.fixture: {what}"


def _standard(cls: type, name: str) -> bool:
    return any(name in vars(base) and base.__module__.startswith("dirsync_core.testing") for base in cls.__mro__[1:])


def _excused(test: object) -> bool:
    marks = getattr(test, "pytestmark", [])
    return any(mark.name == "xfail" and str(mark.kwargs.get("reason", "")).strip() for mark in marks)
