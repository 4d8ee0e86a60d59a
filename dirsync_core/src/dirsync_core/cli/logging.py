"""Where the log goes: to stderr, for eyes on a terminal, as JSON lines elsewhere. `DIRSYNC_LOG` says how much."""

import logging
import os
import sys
from typing import TextIO

import structlog
from structlog.typing import Processor

LEVEL = "DIRSYNC_LOG"
_LEVELS = ("debug", "info", "warning", "error")
_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


class _Stderr:
    """Standard error as it is when something is written, so that what replaces it meanwhile is heard."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


class _Handler(logging.StreamHandler[_Stderr]):
    """Ours among the handlers of the standard library's log."""


def configure_logging(default: str) -> None:
    """Log from `default` on, or from what `DIRSYNC_LOG` says; the standard library's log goes the same way."""
    asked = os.environ.get(LEVEL, "").strip().lower() or default
    level = getattr(logging, (asked if asked in _LEVELS else default).upper())
    rendering = _rendering(sys.stderr)
    structlog.configure(
        processors=[*_SHARED, *rendering],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(_Stderr()),  # type: ignore[arg-type]  # write and flush are enough
        cache_logger_on_first_use=False,
    )
    _standard_library(level, rendering)
    if asked not in _LEVELS:
        structlog.get_logger().warning("log_level_unknown", given=asked, known=", ".join(_LEVELS))


def _rendering(stream: TextIO) -> list[Processor]:
    if stream.isatty():
        # Not rich's traceback: it prints local variables, in which addresses and tokens lie.
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]


def _standard_library(level: int, rendering: list[Processor]) -> None:
    """What libraries log (aiohttp, asyncio) looks like our own; of theirs, only warnings and worse."""
    root = logging.getLogger()
    for ours in [handler for handler in root.handlers if isinstance(handler, _Handler)]:
        root.removeHandler(ours)
    handler = _Handler(_Stderr())
    handler.setLevel(max(level, logging.WARNING))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
        )
    )
    root.addHandler(handler)
