"""Retirements: what became of the people of a source that is gone for good."""

from datetime import datetime
from typing import Literal

import attrs

Fate = Literal["freeze", "leave", "to"]
"""They stay as they are; they leave; or they are handed over to a provider kept by hand."""


@attrs.frozen
class Retirement:
    """A source was retired. `successor` is who was handed its people, where anybody was."""

    provider: str
    fate: Fate
    by: str
    at: datetime
    successor: str | None = None
