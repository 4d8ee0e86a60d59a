"""E-mail addresses: how they are compared, and what counts as one."""

import unicodedata
from typing import NewType

Address = NewType("Address", str)
"""An e-mail address in the form in which addresses are compared."""


def fold(written: str) -> Address:
    """Give the form in which two addresses are compared: trimmed, NFC, case-folded."""
    if written.isascii():
        return Address(written.strip().lower())
    return Address(unicodedata.normalize("NFC", unicodedata.normalize("NFC", written.strip()).casefold()))


def is_address(written: str) -> bool:
    """Say whether the text can be an e-mail address: one `@` with something on both sides, and no blank."""
    local, at, domain = written.strip().rpartition("@")
    return bool(local and at and domain) and not any(c.isspace() or not c.isprintable() for c in local + domain)


def domain_of(address: Address) -> str:
    """Give what follows the last `@`."""
    return address.rpartition("@")[2]
