"""Contrast: what those whom a case holds have in common, and all others of their source have not."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

import attrs

from dirsync_core.engine.losses import is_said
from dirsync_core.engine.mapping import values_of
from dirsync_core.model.cases import Hold
from dirsync_core.model.claims import Claims
from dirsync_core.model.facts import Accepted
from dirsync_core.model.people import Json
from dirsync_core.store.contract import Transaction

_SAMPLE = 500
_NOT_TOLD = ("email", "displayName", "givenName", "familyName")


@attrs.frozen
class Trait:
    """Something that happened to a record: it lost an attribute, left a group, or has another value than before."""

    attribute: str
    value: str | None = None
    left: bool = False

    def held_by(self, claims: Claims) -> bool:
        """Say whether claims look as after it happened."""
        if self.left:
            return self.value not in _texts(claims, self.attribute)
        if self.value is None:
            return not is_said(claims.get(self.attribute))
        return _texts(claims, self.attribute) == (self.value,)

    def sentence(self, count: int, of: int) -> str:
        """Say how many it happened to."""
        if self.left:
            return f"{count:,} of {of:,} left the group {self.value}"
        if self.value is None:
            return f"{count:,} of {of:,} lost attribute {self.attribute}"
        return f"{count:,} of {of:,} have {self.attribute} {self.value} now"


def contrast(tx: Transaction, provider: str, holds: Sequence[Hold]) -> Json:
    """Give the trait that most of the held share: `{"sentence", "held": [n, of], "others": [n, of]}`; None without one.

    The others are a sample of those of the same source who ask; `of` says how many were looked at.
    """
    before = tx.facts.accepted_among([hold.record for hold in holds])
    found = Counter(trait for hold in holds for trait in _traits(before.get(hold.record), hold.wanted))
    if not found:
        return None
    trait, count = min(found.items(), key=lambda item: (-item[1], item[0].value is not None, item[0].attribute))
    if count * 2 <= len(holds):
        return None
    others = list(islice(_others(tx, provider, {hold.record for hold in holds}), _SAMPLE))
    same = sum(trait.held_by(accepted.claims) for accepted in others)
    told: list[Json] = [count, len(holds)]
    beside: list[Json] = [same, len(others)]
    return {"sentence": trait.sentence(count, len(holds)), "held": told, "others": beside}


def _traits(before: Accepted | None, wanted: Accepted) -> Iterator[Trait]:
    if before is None:
        return
    then, now = values_of(before.claims), values_of(wanted.claims)
    for name in then.keys() - set(_NOT_TOLD):
        if name == "groups":
            yield from (Trait(name, group, left=True) for group in _texts(before.claims, name)
                        if group not in _texts(wanted.claims, name))  # fmt: skip
        elif not is_said(wanted.claims.get(name)) and is_said(before.claims.get(name)):
            yield Trait(name)
        elif now.get(name) != then[name] and isinstance(now.get(name), str):
            yield Trait(name, str(now[name]))


def _others(tx: Transaction, provider: str, held: set[str]) -> Iterator[Accepted]:
    records = (record for record in tx.records.every(provider) if record not in held)
    while batch := list(islice(records, _SAMPLE)):
        yield from (accepted for accepted in tx.facts.accepted_among(batch).values() if accepted.asks)


def _texts(claims: Claims, name: str) -> tuple[str, ...]:
    value = values_of(claims).get(name)
    return value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
