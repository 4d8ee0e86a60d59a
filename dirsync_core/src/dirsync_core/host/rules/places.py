"""Places: where a source stands in the precedence after it was taken out of the settings, until it is retired."""

from collections.abc import Collection, Sequence
from typing import Any

from dirsync_core.host.rules.compiling import RuleData


def places(before: RuleData, now: RuleData, gone: Collection[str]) -> dict[str, Any]:
    """Give the orders of precedence that apply, with those that are gone where they stood."""
    old = before.get("places", before)
    return {
        "precedence": with_gone(old["precedence"], now["precedence"], gone),
        "attributePrecedence": {
            name: with_gone(old["attributePrecedence"].get(name, ()), order, gone)
            for name, order in now["attributePrecedence"].items()
        },
    }


def with_gone(before: Sequence[str], now: Sequence[str], gone: Collection[str]) -> list[str]:
    """Put those that are gone behind whoever stood in front of them, and first where nobody did."""
    found = list(now)
    for place, name in enumerate(before):
        if name in gone and name not in found:
            ahead = [other for other in before[:place] if other in found]
            found.insert(found.index(ahead[-1]) + 1 if ahead else 0, name)
    return found
