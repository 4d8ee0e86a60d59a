"""Overrides: an admin's word over the providers'. It holds whatever they say, and taken back leaves no trace."""

from collections.abc import Sequence

import attrs

from dirsync_core.engine.references import keep_own_mentions
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.settle import settle, settle_clock
from dirsync_core.host.acts.by_hand import value_of
from dirsync_core.model.addresses import fold
from dirsync_core.model.claims import Attribute
from dirsync_core.model.errors import Refused
from dirsync_core.model.facts import Override
from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.moments import Moment
from dirsync_core.model.people import Json
from dirsync_core.query.undoing import told_word
from dirsync_core.query.who import person_of
from dirsync_core.store.contract import Transaction

ELSEWHERE = {
    "email": "An e-mail address can't be overridden: it is what people are matched by. Change it at its source.",
    "groups": "Groups can't be overridden: they are what the source says. Change them there.",
    "locations": "Locations are placed, not overridden: dirsync location add WHO LOCATION",
    "until": "The last day is of those kept by hand: dirsync manual set WHO until=2027-01-31",
}
"""What nothing can be said of here, and where it can be changed."""


def pin(
    tx: Transaction, rules: Rules, moment: Moment, who: str, name: str, text: str | None, note: str = ""
) -> PersonId:
    """Pin a single value, or that there is none (None). Gives the person.

    Raises:
        NotFound: there is nobody of that name.
        Refused: the attribute can't be pinned, or the value can't be used.
    """
    attribute = _attribute(rules, name)
    if attribute.kind.is_set:
        raise Refused(f"{name} is a set, and a pin is for a single value.", ("Use override add, and override mask.",))
    value = value_of(rules, name, text) if text is not None else None
    assert not isinstance(value, tuple)
    return _put(tx, rules, moment, who, Override(PersonId(""), name, "pin", value, moment.request.by, moment.at, note))


def add(tx: Transaction, rules: Rules, moment: Moment, who: str, name: str, text: str) -> PersonId:
    """Add a value to a set."""
    value = _of_set(rules, name, text)
    return _put(tx, rules, moment, who, Override(PersonId(""), name, "add", value, moment.request.by, moment.at))


def mask(tx: Transaction, rules: Rules, moment: Moment, who: str, name: str, text: str) -> PersonId:
    """Hide a value of a set."""
    value = _of_set(rules, name, text)
    return _put(tx, rules, moment, who, Override(PersonId(""), name, "mask", value, moment.request.by, moment.at))


def clear(tx: Transaction, rules: Rules, moment: Moment, who: str, name: str, text: str | None = None) -> PersonId:
    """Take back every word on an attribute, or those on one value of a set; there being none is no error.

    Raises:
        NotFound: there is nobody of that name.
        Refused: there is no such attribute, and nothing was said of one when there was.
    """
    person = person_of(tx, who).id
    settle_clock(tx, rules, attrs.evolve(moment))
    gone = [
        override
        for override in tx.facts.overrides(person)
        if override.name == name and (text is None or fold(str(override.value)) == fold(text))
    ]
    if not gone:
        _attribute(rules, name)
    if gone:
        event = replace_words(tx, rules, moment, person, name, gone, [])
        settle(tx, rules, moment, event, (), [person])
    return person


def _put(tx: Transaction, rules: Rules, moment: Moment, who: str, override: Override) -> PersonId:
    person = person_of(tx, who).id
    settle_clock(tx, rules, attrs.evolve(moment))
    word = attrs.evolve(override, person=person)
    before = [other for other in tx.facts.overrides(person) if _replaces(word, other)]
    if any((o.op, o.value, o.note) == (word.op, word.value, word.note) for o in before):
        return person
    event = replace_words(tx, rules, moment, person, name=word.name, before=before, now=[word])
    settle(tx, rules, moment, event, (), [person])
    return person


def _replaces(new: Override, old: Override) -> bool:
    """A pin replaces the pin before; of one value of a set only one thing can be said."""
    if new.name != old.name:
        return False
    return new.op == "pin" == old.op or (old.op != "pin" and fold(str(new.value)) == fold(str(old.value)))


def replace_words(
    tx: Transaction,
    rules: Rules,
    moment: Moment,
    person: PersonId,
    name: str,
    before: Sequence[Override],
    now: Sequence[Override],
) -> int:
    """Put words on an attribute in the place of others, and note both as one event. The caller settles."""
    for word in before:
        tx.facts.end_override(word)
    for word in now:
        tx.facts.put_override(word)
    kind = f"override.{now[0].op}" if now else "override.cleared"
    body: Json = {"name": name, "before": [told_word(w) for w in before], "now": [told_word(w) for w in now]}
    event = tx.events.append(moment, kind, record=person, body=body)
    keep_own_mentions(tx, rules, person, event)
    return event


def _attribute(rules: Rules, name: str) -> Attribute:
    if name in ELSEWHERE:
        raise Refused(ELSEWHERE[name])
    attribute = rules.schema.get(name)
    if attribute is None:
        known = ", ".join(sorted(set(rules.schema) - set(ELSEWHERE)))
        raise Refused(f"There is no attribute “{name}”.", (f"There are {known}.",))
    return attribute


def _of_set(rules: Rules, name: str, text: str) -> str:
    attribute = _attribute(rules, name)
    if not attribute.kind.is_set:
        raise Refused(f"{name} holds a single value.", ("Use override pin.",))
    if not text.strip():
        raise Refused(f"Say which value of {name}, as in {name}=VALUE.")
    return text.strip()
