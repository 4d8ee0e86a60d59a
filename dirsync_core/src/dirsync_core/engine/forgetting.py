"""Forgetting, as far as the engine goes: which addresses a record brings, and that nobody names who was erased."""

from dirsync_core.engine.references import written_in
from dirsync_core.engine.rules import Rules
from dirsync_core.model.addresses import Address, fold, is_address
from dirsync_core.model.claims import Claim, Claims, Clear, Set
from dirsync_core.model.records import Record
from dirsync_core.store.contract import Transaction


def own_addresses(record: Record, email: str | None) -> frozenset[Address]:
    """Give the addresses that a record brings as its own: its key, its primary e-mail, and those it lists.

    Whom it names, a manager for instance, is not among them.
    """
    listed = record.content.get("emails")
    elements = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    texts = (record.key, email, *(element.get("value") for element in elements))
    return frozenset(fold(text) for text in texts if isinstance(text, str) and is_address(text))


def without_erased(tx: Transaction, rules: Rules, claims: Claims) -> Claims:
    """Leave whoever was erased out of the references that a record makes."""
    if not tx.erasures.any():
        return claims
    return {name: _left(tx, claim) if _names(rules, name) else claim for name, claim in claims.items()}


def _names(rules: Rules, name: str) -> bool:
    known = rules.schema.get(name)
    return known is not None and known.kind.is_reference


def _left(tx: Transaction, claim: Claim) -> Claim:
    if not isinstance(claim, Set):
        return claim
    texts = written_in(claim.value)
    left = tuple(text for text in texts if tx.erasures.of_address(fold(text)) is None)
    if len(left) == len(texts):
        return claim
    if isinstance(claim.value, tuple) and left:
        return Set(left)
    return Clear()
