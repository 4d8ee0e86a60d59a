"""What a pull yields: records that are there, records that are gone, and that it is complete."""

from collections.abc import Mapping, Sequence

import attrs

from dirsync_core.model.people import Json
from dirsync_core.model.records import Kind


@attrs.frozen
class Upsert:
    """One record as a provider has it: `key` is what the provider knows it by, compared without case.

    A group (`kind="group"`) says with `members` who is in it, by the keys of the provider's users: all of them, each
    time.
    """

    key: str
    body: Mapping[str, Json]
    external_id: str | None = None
    active: bool = True
    kind: Kind = "user"
    members: Sequence[str] = ()


@attrs.frozen
class Delete:
    """The provider has no record of that key any more; one that was never here is no error."""

    key: str
    kind: Kind = "user"


@attrs.frozen
class Complete:
    """The end of a pull, which has said everything that it had to say.

    `cursor` is what the next pull is given, so that it may say only what changed since; None: it says everything again.
    `full`, of a pull that was given no cursor: whoever was not yielded is gone from the source.
    """

    cursor: str | None = None
    full: bool = True


Pulled = Upsert | Delete | Complete
"""What a pull yields."""
