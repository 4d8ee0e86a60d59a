"""Mappers and filters: pure functions that the rules are made of."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import attrs

from dirsync_core.filtering import Judgement
from dirsync_core.model.claims import Attribute, Claims
from dirsync_core.model.people import Json
from dirsync_core.model.records import Record


class Mapper(Protocol):
    """A pure function: record and the claims of the mappers before it → the claims it adds or replaces.

    An attribute that the answer lacks stays as it was. The same arguments give the same answer, without I/O.
    """

    def __call__(self, record: Record, claims: Claims, /) -> Claims: ...


@attrs.frozen
class MapperType:
    """A kind of mapper, and the attributes it may set.

    `settings`, where it has some, is an attrs class, structured from `[providers.NAME.mapper_settings.MAPPER]`.
    """

    name: str
    attributes: tuple[Attribute, ...]
    create: Callable[[Any], Mapper]
    """Called with the mapper's settings (None where `settings` is None)."""
    settings: type | None = None


class Filter(Protocol):
    """A pure function: a record's values by attribute → in, out or undetermined, with the reason."""

    def judge(
        self, values: Mapping[str, object], *, undetermined: Callable[[str, str], bool] | None = None
    ) -> Judgement:
        """Say what the filter makes of `values` (texts, booleans, tuples of texts).

        `undetermined(attribute, value)` says of a comparison that nothing can be said yet.
        """


@attrs.frozen
class FilterType:
    """A kind of filter, selected with `filter = { type = NAME, … }`.

    `create` is called with the filter's settings and every attribute that the rules can set.

    A filter that needs something from outside, a file for instance, has `read`: called with the settings and the folder
    of `plugins.toml` when a draft is made, and never later. What it gives is JSON; it is part of the rules, and
    `create` is given it, as it was applied, in place of the settings. So a change outside changes nobody until a plan
    is applied. A `SettingsError` of either, each problem begun with a setting and a colon, refuses the draft.
    """

    name: str
    create: Callable[[Any, Sequence[Attribute]], Filter]
    settings: type
    read: Callable[[Any, Path], Json] | None = None
