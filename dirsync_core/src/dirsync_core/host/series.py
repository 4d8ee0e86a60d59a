"""Which series of the core a plugin was written for, read from what its distribution asks for."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from operator import eq, ge, gt, le, lt, ne

_CORE = re.compile(r"dirsync[-_.]core(?![-\w])(?:\s*\[[^\]]*\])?\s*\(?([^;)]*)", re.IGNORECASE)
_CLAUSE = re.compile(r"(~=|==|!=|<=|>=|<|>)\s*([0-9][0-9a-zA-Z.*+!-]*)")
_COMPARE: Mapping[str, Callable[[int, int], bool]] = {"==": eq, "!=": ne, "<=": le, ">=": ge, "<": lt, ">": gt}


def unfit(requirements: Sequence[str], version: str) -> str | None:
    """Give what a distribution asks of the core, where that version of it is not; None where it fits.

    Requirements are as in its metadata, `dirsync-core>=0.1,<0.2`. An extra's are passed over, and so is what can't be
    read: whoever installed it has decided.
    """
    for requirement in requirements:
        found = _CORE.match(requirement)
        if found is not None and "extra" not in requirement:
            asked = found[1].strip()
            if not all(_holds(version, sign, wanted) for sign, wanted in _CLAUSE.findall(asked)):
                return f"dirsync-core{asked}"
    return None


def older(version: str, other: str) -> bool:
    """Say whether a version is older than another. One that is not known, `0`, is not."""
    return version != "0" and _order(version, other) < 0


def _holds(version: str, sign: str, wanted: str) -> bool:
    if sign == "~=":
        return _order(version, wanted) >= 0 and _starts(version, ".".join(wanted.split(".")[:-1]))
    if wanted.endswith(".*"):
        return _starts(version, wanted.removesuffix(".*")) is (sign == "==")
    return _COMPARE[sign](_order(version, wanted), 0)


def _starts(version: str, prefix: str) -> bool:
    wanted = _numbers(prefix)
    return _numbers(version)[: len(wanted)] == wanted


def _order(one: str, other: str) -> int:
    pairs = [*zip_longest(_numbers(one), _numbers(other), fillvalue=0)]
    return next((1 if a > b else -1 for a, b in pairs if a != b), 0)


def _numbers(version: str) -> list[int]:
    release = re.match(r"[0-9.]*", version)
    return [int(part) for part in (release[0] if release else "").split(".") if part]
