"""By what people are sorted and found: names, addresses, the digits of a phone, in their folded form."""

from dirsync_core.model.addresses import fold
from dirsync_core.model.names import folded
from dirsync_core.model.people import Person

FOUND_BY = ("displayName", "givenName", "familyName", "email", "phone")
"""The attributes that people are found by."""


def sort_key(person: Person) -> str:
    """Give the text by which a person is sorted: the folded name shown, or the address where there is none."""
    return folded(str(person.values.get("displayName") or person.email))


def terms_of(person: Person) -> set[str]:
    """Give what a person is found by: parts of the name, the address and its parts, the digits of a phone."""
    names = (str(person.values.get(name) or "") for name in ("displayName", "givenName", "familyName"))
    words = {part for name in names for part in folded(name).replace("-", " ").split()}
    address = fold(person.email)
    words |= {address, *folded(address.rpartition("@")[0]).replace("-", ".").split(".")}
    digits = "".join(c for c in str(person.values.get("phone") or "") if c.isdigit())
    return {word for word in (*words, digits) if word}


def asked_for(text: str) -> tuple[str, ...]:
    """Fold the words of a search as what is searched was folded; a phone is found by its digits."""
    return tuple(term for term in map(_term, text.split()) if term)


def _term(word: str) -> str:
    digits = "".join(c for c in word if c.isdigit())
    return digits if digits and not any(c.isalpha() for c in word) else folded(word)
