"""Reading what a pull yields: checked item by item, handed on in batches. Nothing here is written."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence

import attrs

from dirsync_core.api import Complete, Delete, Provider, Pulled, Upsert
from dirsync_core.model.errors import DirsyncError
from dirsync_core.model.records import Kind, fold_key

BATCH = 200
GROUPS = 20
"""A group costs as much as its members, so there are fewer in a batch."""
SILENCE = 300.0

Item = Upsert | Delete

_END = object()


class Unusable(DirsyncError, ValueError):
    """A pull yielded what can't be stored."""


@attrs.define
class Enumeration:
    """What one pull says. `keys` maps what was yielded as being there to its number; `complete` is set at the end."""

    keys: dict[tuple[Kind, str], int] = attrs.field(factory=dict)
    complete: Complete | None = None
    _number: int = 0
    _groups: list[Item] = attrs.field(factory=list)

    async def batches(self, provider: Provider, cursor: str | None) -> AsyncGenerator[Sequence[Item], None]:
        """Give what a pull yields, in its order, groups behind all users since they name them.

        Close it where it is not read to its end, so that the provider's own generator ends in time.

        Raises:
            Unusable: it yielded a key twice, or something that is no record.
            TimeoutError: it yielded nothing for too long.
        """
        pulled = provider.pull(cursor)
        batch: list[Item] = []
        try:
            while (yielded := await _next(pulled)) is not _END:
                if isinstance(yielded, Complete):
                    self.complete = yielded
                    break
                item = self._checked(yielded)
                (batch if item.kind == "user" else self._groups).append(item)
                if len(batch) == BATCH:
                    yield batch
                    batch = []
        finally:
            await _close(pulled)
        if batch:
            yield batch
        for start in range(0, len(self._groups), GROUPS):
            yield self._groups[start : start + GROUPS]

    def _checked(self, item: object) -> Item:
        self._number += 1
        if not isinstance(item, Upsert | Delete):
            raise Unusable(
                f"Number {self._number:,} is a {type(item).__name__}; a pull yields Upsert, Delete and Complete."
            )
        if not isinstance(item.key, str) or not item.key.strip():
            raise Unusable(f"Number {self._number:,} has the key {item.key!r}; a key is a text, and not blank.")
        if item.kind not in ("user", "group"):
            raise Unusable(
                f"Number {self._number:,}, “{item.key}”, is of kind {item.kind!r}; there are user and group."
            )
        if isinstance(item, Upsert):
            self._check_new(item)
        return item

    def _check_new(self, item: Upsert) -> None:
        first = self.keys.setdefault((item.kind, fold_key(item.key)), self._number)
        if first != self._number:
            raise Unusable(
                f"The key “{item.key}” came twice, as number {first:,} and number {self._number:,}. A key has to name"
                " one record: mend the source, or take another key."
            )


async def _next(pulled: AsyncIterator[Pulled]) -> object:
    """Give what comes next; `_END` behind the last."""
    try:
        async with asyncio.timeout(SILENCE) as limit:
            return await anext(pulled, _END)
    except TimeoutError as error:
        if limit.expired():
            raise TimeoutError(f"It said nothing for {SILENCE:.0f} s.") from error
        raise


async def _close(pulled: AsyncIterator[Pulled]) -> None:
    close = getattr(pulled, "aclose", None)
    if close is not None:
        await close()
