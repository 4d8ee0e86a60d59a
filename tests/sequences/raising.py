"""A plugin whose mapper fails for the title `boom`."""

from dirsync_core.api import Claims, MapperType, Record, hookimpl


@hookimpl
def dirsync_mappers() -> list[MapperType]:
    return [MapperType("raising", (), lambda settings: _map)]


def _map(record: Record, claims: Claims) -> Claims:
    if record.content.get("title") == "boom":
        raise ValueError("boom")
    return {}
