"""Durations as people write them: `30s`, `30m`, `24h`, `90d`."""

import re
from datetime import timedelta

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONGEST_DAYS = 36_500


def read_duration(text: str) -> timedelta:
    """Read a duration of at least a second.

    Raises:
        ValueError: it is none, or more than a hundred years.
    """
    found = re.fullmatch(r"([0-9]{1,9})([smhd])", text.strip())
    if found is None or not int(found[1]):
        raise ValueError(f"“{text}” is no duration; write it as 30m, 24h or 90d")
    span = timedelta(**{_UNITS[found[2]]: int(found[1])})
    if span.days > _LONGEST_DAYS:
        raise ValueError(f"“{text}” is more than a hundred years")
    return span
