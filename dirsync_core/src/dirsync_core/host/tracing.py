"""Tracing, for whoever develops a plugin: with `DIRSYNC_DEV` set, each hook call and stage is logged with its time.

Nothing is wrapped while it is not set. Values are never logged: a trace says which plugin did what, and how long.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter

import attrs
import structlog

from dirsync_core.api import Claims, Judgement, Record
from dirsync_core.engine.rules import Judge

log = structlog.get_logger()

SWITCH = "DIRSYNC_DEV"

Map = Callable[[Record, Claims], Claims]


def is_on() -> bool:
    """Say whether this is development mode."""
    return bool(os.environ.get(SWITCH))


@contextmanager
def traced(what: str, **said: str) -> Iterator[None]:
    """Log what is done within, its time, and whether it raised."""
    if not is_on():
        yield
        return
    begun, failed = perf_counter(), True
    try:
        yield
        failed = False
    finally:
        milliseconds = round((perf_counter() - begun) * 1000, 1)
        log.warning("traced", what=what, ms=milliseconds, failed=failed, **said)


def traced_mapper(name: str, mapper: Map) -> Map:
    """Give the mapper, which logs its calls in development mode."""
    if not is_on():
        return mapper

    def map_traced(record: Record, claims: Claims) -> Claims:
        with traced("map", mapper=name, record=record.id):
            return mapper(record, claims)

    return map_traced


def traced_filter(path: str, judge: Judge) -> Judge:
    """Give the filter of a setting, which logs its calls in development mode."""
    return _TracedFilter(path, judge) if is_on() else judge


@attrs.frozen
class _TracedFilter:
    path: str
    inner: Judge

    def judge(
        self, values: Mapping[str, object], *, undetermined: Callable[[str, str], bool] | None = None
    ) -> Judgement:
        with traced("judge", filter=self.path):
            return self.inner.judge(values, undetermined=undetermined)
