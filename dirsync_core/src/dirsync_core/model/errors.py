"""Every error that dirsync raises on purpose.

    DirsyncError
    ├── SettingsError (ValueError)      plugins.toml, an environment variable, a plugin's settings
    ├── Refused                         a person asked for what can't be; says which ways are open
    │   ├── AddressTaken                the address belongs to somebody
    │   ├── Erased                      the person was erased on request; nothing of them is taken in again
    │   ├── Ambiguous                   the words name several; lists the candidates
    │   └── NotInPlan                   applying would do more than the plan that was reviewed says
    ├── NotFound (LookupError)          nobody, no record, no location of that name
    │   └── NoSuchRecord                a provider's id that it does not have
    ├── KeyTaken (ValueError)           a provider has a live record of that key already
    ├── VersionMismatch (ValueError)    a record changed since it was read
    ├── PluginUnavailable               a plugin that must map or judge is missing or failed
    └── StoreError (OSError)            the store can't be read or written
        ├── StoreTooNew                 written by a newer dirsync
        ├── StoreMissing                not made yet
        └── StoreBusy                   another process is writing, for longer than we wait

Each message says what happened, to which record or setting, and what to do now.
"""

from datetime import datetime


class DirsyncError(Exception):
    """What all of dirsync's own errors derive from."""


class SettingsError(DirsyncError, ValueError):
    """Settings that can't be used: `problems` has one line each, `path: what is wrong and what would be right`."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class Refused(DirsyncError):
    """What was asked is understood and not done; nothing changed. `ways` are the ways out, in words."""

    def __init__(self, sentence: str, ways: tuple[str, ...] = ()) -> None:
        self.sentence = sentence
        self.ways = ways
        super().__init__(" ".join([sentence, *ways]))


class AddressTaken(Refused):
    """The address belongs to somebody else; `person` is their id."""

    def __init__(self, address: str, person: str, sentence: str, ways: tuple[str, ...]) -> None:
        self.address = address
        self.person = person
        super().__init__(sentence, ways)


class Erased(Refused):
    """Whoever this is of was erased on request at `at`; nothing was stored."""

    def __init__(self, at: datetime, ways: tuple[str, ...]) -> None:
        self.at = at
        super().__init__(f"Erased on request on {at.date().isoformat()}: nothing of it was stored.", ways)


class Ambiguous(Refused):
    """The words name more than one; `candidates` are their ids with what tells them apart."""

    def __init__(self, who: str, candidates: tuple[str, ...]) -> None:
        self.candidates = candidates
        super().__init__(f"“{who}” names several: {', '.join(candidates)}.", ("Say the id of the one you mean.",))


class NotInPlan(Refused):
    """Applying would put out or change people in a way that the reviewed plan does not say; nothing was applied."""


class NotFound(DirsyncError, LookupError):
    """There is nothing of that name."""


class NoSuchRecord(NotFound):
    """The provider has no live record of that id."""

    def __init__(self, record: str) -> None:
        self.record = record
        super().__init__(f"There is no record {record}. It was deleted, or never existed here.")


class KeyTaken(DirsyncError, ValueError):
    """The provider has a live record of that key already; `record` is its id."""

    def __init__(self, key: str, record: str) -> None:
        self.key = key
        self.record = record
        super().__init__(f"“{key}” is taken by record {record}.")


class VersionMismatch(DirsyncError, ValueError):
    """The record is at `actual`, not at the version that the caller had read."""

    def __init__(self, record: str, actual: int) -> None:
        self.record = record
        self.actual = actual
        super().__init__(f"Record {record} is at version {actual} by now. Read it again, then write.")


class PluginUnavailable(DirsyncError):
    """Something must be mapped or judged by a plugin that is not there; `plugin` is its name."""

    def __init__(self, plugin: str, because: str) -> None:
        self.plugin = plugin
        super().__init__(because)


class StoreError(DirsyncError, OSError):
    """The store can't be used."""


class StoreTooNew(StoreError):
    """A newer dirsync has written the store."""


class StoreMissing(StoreError):
    """There is no store yet."""


class StoreBusy(StoreError):
    """Another process holds the store."""
