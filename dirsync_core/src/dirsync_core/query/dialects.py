"""Which tolerances a provider really needed, and which could be switched off."""

from collections.abc import Sequence

from dirsync_core.model.dialects import Toleration
from dirsync_core.model.moments import written_time
from dirsync_core.model.people import Json
from dirsync_core.query.reading import Reading, Shape
from dirsync_core.store.contract import DialectUse


def dialect_shape(reading: Reading, provider: str, tolerations: Sequence[Toleration]) -> Shape | None:
    """Give a provider's dialect, the needed tolerances first; None where there is none to speak of."""
    if not tolerations:
        return None
    traffic = reading.tx.traffic
    uses, began = traffic.dialects(provider), traffic.began(provider)
    lines = [_line(each, uses.get(each.dialect.name)) for each in tolerations]
    shown: list[Json] = [*sorted(lines, key=_rank)]
    return {"since": written_time(began) if began else None, "tolerances": shown}


def _line(toleration: Toleration, use: DialectUse | None) -> Shape:
    dialect = toleration.dialect
    return {
        "name": dialect.name,
        "description": dialect.description,
        "serves": list(dialect.serves),
        "state": _state(toleration, use),
        "count": use.count if use else 0,
        "lastAt": written_time(use.last_at) if use else None,
        "example": use.example if use and use.example else None,
    }


def _state(toleration: Toleration, use: DialectUse | None) -> str:
    if not toleration.on:
        return "off"
    if use is not None:
        return "needed"
    return "standard" if toleration.dialect.always else "unneeded"


def _rank(line: Shape) -> tuple[bool, int]:
    """Needed ones by how often, the others in the order in which they were declared."""
    count = line["count"]
    return line["state"] != "needed", -count if line["state"] == "needed" and isinstance(count, int) else 0
