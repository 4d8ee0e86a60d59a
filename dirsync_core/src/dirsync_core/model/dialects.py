"""Dialects: where a source departs from the standard that it speaks, and is understood all the same."""

import attrs


@attrs.frozen
class Dialect:
    """One tolerance: what it takes, in half a sentence, and which sources it serves.

    `always`: the standard itself asks for it, so it is counted and can't be switched off.
    """

    name: str
    description: str
    serves: tuple[str, ...] = ()
    always: bool = False


@attrs.frozen
class Toleration:
    """A dialect, and whether a provider's settings let it through."""

    dialect: Dialect
    on: bool
