"""What goes wrong, told at a prompt: a sentence on stderr and an exit status, never a traceback.

0 done · 1 refused, not found, or a problem found · 2 wrong usage, or settings that can't be read · 130 interrupted.
"""

import os
from typing import IO, Any

import click

from dirsync_core.cli.session import Session
from dirsync_core.model.errors import DirsyncError, SettingsError

DEBUG = "DIRSYNC_DEBUG"


class Told(click.ClickException):
    """A failure in the words that a person reads."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the words, and nothing before them."""
        click.echo(self.message, file=file, err=file is None)


class Unreadable(Told):
    """Settings that can't be used."""

    exit_code = 2


class Program(click.Group):
    """A group that lists its commands in the order in which they were added, and tells what goes wrong in them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names in the order of a newcomer's way, not of the alphabet."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            done = super().invoke(ctx)
            _strictly(ctx)
            return done
        except Told:
            _also_strictly(ctx)
            raise
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise  # click knows what to do with these
        except KeyboardInterrupt:
            raise click.exceptions.Exit(130) from None
        except DirsyncError as error:
            raise _told(error) from error
        except Exception as error:
            if os.environ.get(DEBUG):
                raise
            raise _unexpected(error) from error


def _strictly(ctx: click.Context) -> None:
    """End where a plugin failed at work, in strict mode."""
    session = ctx.find_object(Session)
    if session is not None:
        session.plugins.failures.check()


def _also_strictly(ctx: click.Context) -> None:
    """Say which plugin it was, where a command ends for another reason that has to do with it."""
    try:
        _strictly(ctx)
    except DirsyncError as error:
        click.echo(str(error), err=True)


def _told(error: DirsyncError) -> Told:
    if isinstance(error, SettingsError):
        return Unreadable("\n".join(error.problems))
    return Told(str(error))


def _unexpected(error: Exception) -> Told:
    if isinstance(error, OSError) and error.filename and error.strerror:
        return Told(f"{error.filename}: {error.strerror}.")
    text = " ".join(str(error).split())
    advice = f"It is an error in dirsync or in a plugin; run with {DEBUG}=1 for the traceback."
    return Told(f"{type(error).__name__}: {text}. {advice}" if text else f"{type(error).__name__}. {advice}")
