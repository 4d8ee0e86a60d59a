"""The prompt of the core's commands, for those of `dirsync manual`."""

from tests.core.cli.conftest import oslo, prompt

__all__ = ["oslo", "prompt"]
