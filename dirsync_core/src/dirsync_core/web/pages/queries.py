"""Query strings of the pages: read into frozen values, and written again with one thing changed.

What is shown lives in the address alone, so a parameter or value that is unknown is an error and never ignored: a page
that left `locaton=oslo` out of account would show everybody under a heading that is not true.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Self
from urllib.parse import urlencode

import attrs

from dirsync_core.model.changes import ChangeType
from dirsync_core.model.errors import DirsyncError
from dirsync_core.model.people import Status

Raw = Mapping[str, str]

SITUATIONS = (
    "contested",
    "unkeyed",
    "frozen",
    "errored",
    "out_of_scope",
    "inactive",
    "dormant",
    "tombstone",
    "linked",
)
"""The situations of records as the pages order them: what somebody should look at comes first."""

STATUSES = tuple(status.value for status in Status)
PEOPLE_SORTS = ("displayName", "changedAt")
CHANGE_TYPES = tuple(kind.value for kind in ChangeType)
NOTICES = (
    "added",
    "changed",
    "removed",
    "placed",
    "masked",
    "cleared",
    "undone",
    "revoked",
    "signed-in",
    "applied",
    "thrown-away",
    "pinned",
    "unpinned",
    "adopted",
    "released",
    "let-go",
    "same",
    "kept",
    "another",
    "apart",
    "retired",
    "erased",
    "lifted",
)
SHOWN = ("held", "out", "waits", "approved", "kept", "back")
"""The parts that a record has in a case, those to be decided first."""
FATES = ("freeze", "leave", "to")
EFFECTS = ("joins", "leaves", "changes", "contested", "undetermined")
NOTICE = ("done", "where", "request")
"""The parameters that tell of what was just done."""
LONGEST = 500


class UnknownValue(DirsyncError, ValueError):
    """A parameter of an address, or its value, means nothing here; `known` are the values that would."""

    def __init__(self, parameter: str, value: str | None, known: Collection[str] = ()) -> None:
        self.parameter = parameter
        self.value = value
        self.known = tuple(known)
        super().__init__(_unknown(parameter, value))


def _unknown(parameter: str, value: str | None) -> str:
    if value is None:
        return f"This page has no parameter “{parameter[:80]}”."
    return f"“{value[:80]}” is not a value of {parameter}."


@attrs.frozen
class Query:
    """What one address asks of a page."""

    @classmethod
    def read(cls, raw: Raw) -> Self:
        """Read a query string's parameters.

        Raises:
            UnknownValue: one of them is not known.
        """
        names = _parameters(cls)
        for name in raw:
            if name not in names:
                raise UnknownValue(name, None, [n for n in names if n not in NOTICE])
        return cls(**{names[name]: _clean(value) for name, value in raw.items()})

    def address(self, path: str, **changes: object) -> str:
        """Write the address that changes some parameters; what pages back and forth is dropped."""
        fresh = {name: None for name in ("cursor", *NOTICE) if hasattr(self, name)}
        values = attrs.asdict(attrs.evolve(self, **{**fresh, **changes}))
        default = attrs.asdict(type(self)())
        asked = {k.rstrip("_"): v for k, v in values.items() if v != default[k] and v is not None}
        return f"{path}?{urlencode(asked)}" if asked else path


def _parameters(query: type[Query]) -> dict[str, str]:
    return {field.name.rstrip("_"): field.name for field in attrs.fields(query)}


def _clean(value: str) -> str | None:
    return value.strip()[:LONGEST] or None


def one_of(known: tuple[str, ...]) -> Callable[[object, "attrs.Attribute[Any]", str | None], None]:
    """Validate that a parameter, where it is given, has one of the known values."""

    def check(_: object, attribute: "attrs.Attribute[Any]", value: str | None) -> None:
        if value is not None and value not in known:
            raise UnknownValue(attribute.name, value, known)

    return check


def _status(given: str | None) -> str:
    return given or "active"


def _open(given: str | None) -> str:
    return given or "open"


def _sort(given: str | None) -> str:
    return given or "displayName"


def _after(given: str | int | None) -> int | None:
    return _number("after", given)


def _before(given: str | int | None) -> int | None:
    return _number("before", given)


def _number(parameter: str, given: str | int | None) -> int | None:
    if given is None or isinstance(given, int):
        return given
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise UnknownValue(parameter, given, ("a number",))
    return int(given)


@attrs.frozen
class Plain(Query):
    """A page that takes no parameters but the notice of what was just done."""

    done: str | None = attrs.field(default=None, validator=one_of(NOTICES))
    where: str | None = None
    request: str | None = None


@attrs.frozen
class PersonQuery(Plain):
    """As of when somebody is shown; now, where nothing is said."""

    at: str | None = None


@attrs.frozen
class PeopleQuery(Plain):
    """What of the directory is asked for: free text, the facets, a filter, an order, where to begin, and as of when."""

    q: str | None = None
    location: str | None = None
    status: str = attrs.field(default="active", converter=_status, validator=one_of((*STATUSES, "all")))
    source: str | None = None
    filter: str | None = None
    sort: str = attrs.field(default="displayName", converter=_sort, validator=one_of(PEOPLE_SORTS))
    at: str | None = None
    from_: str | None = None
    cursor: str | None = None

    @property
    def narrowed(self) -> bool:
        """Whether anything but the order keeps people out of the list."""
        return bool(self.q or self.location or self.source or self.filter or self.status != "active")


@attrs.frozen
class RecordsQuery(Plain):
    """Which records are asked for.

    `want` narrows those out of scope: `value` to those that lack one to be judged by, `other` to the rest. `held`
    narrows to those that the guard holds back; `unconfirmed` to those that their source has not confirmed for so long.
    """

    provider: str | None = None
    situation: str | None = attrs.field(default=None, validator=one_of(SITUATIONS))
    held: str | None = attrs.field(default=None, validator=one_of(("yes",)))
    unconfirmed: str | None = None
    want: str | None = attrs.field(default=None, validator=one_of(("value", "other")))
    cursor: str | None = None


@attrs.frozen
class ChangesQuery(Plain):
    """Which changes are asked for: between two numbers, of a kind, from a source, about a person."""

    after: int | None = attrs.field(default=None, converter=_after)
    before: int | None = attrs.field(default=None, converter=_before)
    type: str | None = attrs.field(default=None, validator=one_of(CHANGE_TYPES))
    source: str | None = None
    person: str | None = None


@attrs.frozen
class DraftQuery(Plain):
    """Which location of the draft is being edited, and whether its rule as text."""

    edit: str | None = None
    as_: str | None = attrs.field(default=None, validator=one_of(("text",)))


@attrs.frozen
class PlanQuery(Query):
    """Which kind of effect of the draft is shown, and after how many to go on."""

    kind: str = attrs.field(default="joins", validator=one_of(EFFECTS))
    after: int | None = attrs.field(default=None, converter=_after)


@attrs.frozen
class VersionsQuery(Plain):
    """Before which version of the rules to begin."""

    before: int | None = attrs.field(default=None, converter=_before)


@attrs.frozen
class LocationQuery(Plain):
    """Which of those are shown who are in a location by hand, or hidden from it."""

    placed: str | None = attrs.field(default=None, validator=one_of(("added", "masked")))
    cursor: str | None = None


@attrs.frozen
class HistoryQuery(Plain):
    """Where in a history to go on."""

    cursor: str | None = None


@attrs.frozen
class RequestQuery(Plain):
    """Before which change to begin."""

    before: int | None = attrs.field(default=None, converter=_before)


@attrs.frozen
class WhyQuery(Plain):
    """Whom to explain."""

    who: str | None = None


@attrs.frozen
class WordQuery(Plain):
    """On which attribute an admin has a word."""

    name: str | None = None


@attrs.frozen
class HandingQuery(Plain):
    """To which record somebody is handed over."""

    record: str | None = None


@attrs.frozen
class CasesQuery(Plain):
    """Whether decided cases are shown too, and after how many to go on."""

    state: str = attrs.field(default="open", converter=_open, validator=one_of(("open", "all")))
    after: int | None = attrs.field(default=None, converter=_after)


@attrs.frozen
class CaseQuery(Plain):
    """Which part of a case is shown, and behind which record to go on."""

    show: str | None = attrs.field(default=None, validator=one_of(SHOWN))
    cursor: str | None = None


@attrs.frozen
class DecisionQuery(Query):
    """For which records a case is decided; given once for each."""

    who: str | None = None


@attrs.frozen
class RetireQuery(Query):
    """What becomes of the people of a source, and to whom they are handed over."""

    fate: str | None = attrs.field(default=None, validator=one_of(FATES))
    to: str | None = None


@attrs.frozen
class SetupQuery(Plain):
    """Which way to connect is shown."""

    kind: str | None = None
