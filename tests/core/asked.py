"""A source that is asked, as plain as can be: it says what a test lets it say. Bodies are those of `flat`."""

from collections.abc import AsyncIterator

import attrs

from dirsync_core.api import Complete, Provider, ProviderType, Pulled, Upsert, hookimpl


@attrs.frozen
class AskedSettings:
    pass


class Asked(Provider):
    """`says` is what the next pulls yield, exceptions are raised; `given` are the cursors that it was given."""

    def __init__(self, settings: AskedSettings, context: object) -> None:
        super().__init__(settings, context)  # type: ignore[arg-type]
        self.says: list[Pulled | BaseException] = []
        self.given: list[str | None] = []
        self.opened = 0

    async def open(self) -> None:
        self.opened += 1

    async def close(self) -> None:
        self.opened -= 1

    async def pull(self, cursor: str | None) -> AsyncIterator[Pulled]:
        assert self.opened == 1
        self.given.append(cursor)
        for item in self.says:
            if isinstance(item, BaseException):
                raise item
            yield item


def people(*keys: str, **values: str) -> list[Pulled]:
    """Somebody for each key, whose address begins with it."""
    return [Upsert(key, {"email": f"{key}@x.example", **values}) for key in keys]


def everybody(*keys: str, **values: str) -> list[Pulled]:
    """The same, and nobody else."""
    return [*people(*keys, **values), Complete()]


@hookimpl
def dirsync_providers() -> list[ProviderType]:
    return [ProviderType("asked", AskedSettings, Asked, mappers=("flat",), title="Asked")]
