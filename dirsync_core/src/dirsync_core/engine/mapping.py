"""Map: a record → claims, through the mappers of its provider in the order of the settings."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

import attrs
import structlog

from dirsync_core.engine.rules import CompiledMapper, ProviderRules
from dirsync_core.model.claims import AttributeKind, Claim, Claims, Clear, Set, Value
from dirsync_core.model.records import Record

log = structlog.get_logger()


@attrs.frozen
class Mapped:
    """What mapping gave: the claims, or the reason why there are none."""

    claims: Claims
    by: tuple[str, ...] = ()
    error: str | None = None


def map_record(record: Record, groups: Sequence[str], rules: ProviderRules) -> Mapped:
    """Give a record's claims. `groups` are the names of its provider's groups that list it."""
    claims: dict[str, Claim] = {}
    for mapper in rules.mappers:
        try:
            claims |= checked(mapper, mapper.map(record, dict(claims)))
        except Exception as error:  # a plugin's code: whatever it raises, the record is errored and nothing is lost
            log.warning("mapper_failed", mapper=mapper.name, record=record.id, error=type(error).__name__)
            return Mapped({}, error=f"The mapper {mapper.name} failed: {type(error).__name__}: {error}")
    claims["groups"] = Set(tuple(groups)) if groups else Clear()
    return Mapped(claims, tuple(mapper.name for mapper in rules.mappers))


def values_of(claims: Claims) -> Mapping[str, Value]:
    """Give the values that are set, by attribute: what filters see."""
    return {name: claim.value for name, claim in claims.items() if isinstance(claim, Set)}


def text_of(claims: Claims, name: str) -> str | None:
    """Give the value of an attribute that holds a text."""
    claim = claims.get(name)
    return claim.value if isinstance(claim, Set) and isinstance(claim.value, str) else None


def checked(mapper: CompiledMapper, claims: object) -> Claims:
    """See that a mapper claims only what it declares, in values of the declared kind.

    Raises:
        TypeError, ValueError: it does not.
    """
    if not isinstance(claims, Mapping):
        given = "nothing" if claims is None else f"a {type(claims).__name__}"
        raise TypeError(f"it gave {given}; a mapper gives a dict of claims, {{}} where it has no opinion")
    for name, claim in claims.items():
        if name not in mapper.attributes:
            near = get_close_matches(name, mapper.attributes, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            declared = ", ".join(mapper.attributes) or "none"
            raise ValueError(f"it set {name}, which it does not declare (it declares {declared}){hint}")
        if not isinstance(claim, Set | Clear):
            raise TypeError(f"{name} has {claim!r}; a claim is Set(value) or Clear()")
        if isinstance(claim, Set) and not _fits(claim.value, mapper.attributes[name]):
            raise TypeError(f"{name} holds {mapper.attributes[name].value}, and was given {claim.value!r}")
    return claims


def _fits(value: object, kind: AttributeKind) -> bool:
    if kind.is_set:
        return isinstance(value, tuple) and all(isinstance(item, str) for item in value)
    return isinstance(value, bool if kind is AttributeKind.BOOLEAN else str)
