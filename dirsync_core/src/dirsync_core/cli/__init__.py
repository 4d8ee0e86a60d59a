"""The command line `dirsync`. Start reading at `program`; each command group has a file of its own."""

from dirsync_core.cli.program import main

__all__ = ["main"]
