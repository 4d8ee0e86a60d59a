"""A source that is asked, with a cursor: a log of who came and went, `+ NAME ADDRESS` and `- ADDRESS`."""

from collections.abc import AsyncIterator

import attrs

from dirsync_core.api import Complete, Delete, Provider, Pulled, Upsert


@attrs.frozen
class LogSettings:
    file: str


class Log(Provider):
    async def pull(self, cursor: str | None) -> AsyncIterator[Pulled]:
        lines = (self.folder / self.settings.file).read_text().splitlines()
        for line in lines[int(cursor or 0) :]:
            sign, *words = line.split()
            address = words[-1]
            yield Upsert(address, {"name": words[0], "address": address}) if sign == "+" else Delete(address)
        yield Complete(str(len(lines)))
