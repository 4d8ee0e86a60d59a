"""What a store can do: the verbs that the engine and the reading side are written in.

A `Store` runs jobs: plain functions of a `Transaction`. The verbs of a transaction lie in rooms: `records` (what
providers said), `facts` (what was decided), `people` and `outcomes` (derived), `feed` (what was published), `events`
(who wrote), `drafts` (rules that wait on a page), `pulls` (sources that are asked), `erasures` (who was forgotten),
`retirements` (sources that are gone), `access` (tokens, sessions), `traffic` (who called). A second store passes the
contract suite in `tests/core/store` and nothing above notices.
"""

from dirsync_core.store.contract.cases import CaseRoom
from dirsync_core.store.contract.doors import AccessRoom, Call, DialectUse, Session, Token, Traffic, TrafficRoom
from dirsync_core.store.contract.drafts import DraftRoom, KeptDraft, SaidValue
from dirsync_core.store.contract.erasures import ErasureRoom
from dirsync_core.store.contract.facts import FactRoom, Mention
from dirsync_core.store.contract.feed import Event, EventRoom, FeedRoom
from dirsync_core.store.contract.outcomes import Outcome, OutcomeQuery, OutcomeRoom
from dirsync_core.store.contract.people import PeopleQuery, PeopleRoom, Reference
from dirsync_core.store.contract.pulls import PullCounts, PullOutcome, PullRoom, PullSession, PullState
from dirsync_core.store.contract.records import Confirmed, RecordRoom
from dirsync_core.store.contract.retirements import RetirementRoom
from dirsync_core.store.contract.store import Store, Transaction, Trials

__all__ = [
    "AccessRoom",
    "Call",
    "CaseRoom",
    "Confirmed",
    "DialectUse",
    "DraftRoom",
    "ErasureRoom",
    "Event",
    "EventRoom",
    "FactRoom",
    "FeedRoom",
    "KeptDraft",
    "Mention",
    "Outcome",
    "OutcomeQuery",
    "OutcomeRoom",
    "PeopleQuery",
    "PeopleRoom",
    "PullCounts",
    "PullOutcome",
    "PullRoom",
    "PullSession",
    "PullState",
    "RecordRoom",
    "Reference",
    "RetirementRoom",
    "SaidValue",
    "Session",
    "Store",
    "Token",
    "Traffic",
    "TrafficRoom",
    "Transaction",
    "Trials",
]
