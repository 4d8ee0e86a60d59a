"""3: replaying the events of a run into an empty store gives the same tables."""

import json
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from hypothesis import given

from dirsync_core.api import Member, RecordId, Request
from dirsync_core.engine.guard import Guarding
from dirsync_core.engine.rules import Rules
from dirsync_core.engine.settle import settle, settle_clock, settle_everything
from dirsync_core.host.acts import adopting, by_hand, casework, overriding, retiring, undoing
from dirsync_core.host.handle import ProviderEdit, begin
from dirsync_core.model.facts import AppliedRules, Override
from dirsync_core.model.identifiers import PersonId
from dirsync_core.model.moments import Moment
from dirsync_core.query.undoing import UNDONE
from dirsync_core.store.contract import Event, Transaction
from tests.core.invariants.acts import Erase, Lift
from tests.core.invariants.chances import ADDRESSES, histories
from tests.core.invariants.machine import all_tables, examples, finish, fresh
from tests.core.invariants.steps import Restart, Step, happen
from tests.core.world import World

A, B = ADDRESSES[:2]


async def run_and_replay(history: list[Step]) -> None:
    async with fresh() as first, fresh() as second:
        for step in history:
            if not isinstance(step, Restart | Erase | Lift):
                await happen(step, first)
        await replay(second, *await first.look(_written))

        assert await all_tables(first) == await all_tables(second)


def _written(tx: Transaction) -> tuple[list[Event], dict[int, AppliedRules]]:
    versions = {n: tx.facts.rules(n) for n in range(1, tx.facts.rules_version() + 1)}
    return list(tx.events.every()), {n: rules for n, rules in versions.items() if rules is not None}


async def replay(w: World, events: list[Event], versions: dict[int, AppliedRules]) -> None:
    """Write everything again, request by request; the first rules are applied already."""
    requests = [list(found) for _, found in groupby(events, lambda event: (event.request, event.at))]
    for written in requests[1:]:
        await w.host.store.write(lambda tx, written=written: _again(tx, w, written, versions))


def _again(tx: Transaction, w: World, written: list[Event], versions: dict[int, AppliedRules]) -> None:
    first = written[0]
    moment = Moment(first.at, Request(first.request, first.by))
    if first.kind == "rules.applied":
        tx.facts.put_rules(versions[tx.facts.rules_version() + 1])
        event = tx.events.append(moment, first.kind, body=first.body)
        settle_clock(tx, w.host.rules(tx), Moment(first.at, moment.request))
        settle_everything(tx, w.host.rules(tx), moment, event)
    elif first.kind == "clock":
        settle_clock(tx, w.host.rules(tx), moment)
    elif first.kind == UNDONE:
        undoing.undo(tx, w.host.rules(tx), moment, _told(first)["request"])
    elif first.kind == "provider.retired":
        _retired_again(tx, w, moment, first)
    elif first.kind in DECIDED:
        DECIDED[first.kind](tx, w.host.rules(tx), moment, _told(first)["case"], [str(e.record) for e in written])
    elif first.kind.partition(".")[0] in ("placement", "override", "person"):
        _said_again(tx, w.host.rules(tx), moment, first)
    else:
        _written_again(tx, w.host.rules(tx), moment, written)


DECIDED = {"case.approved": casework.approve, "case.kept": casework.keep}


def _retired_again(tx: Transaction, w: World, moment: Moment, event: Event) -> None:
    told = _told(event)
    successor = w.host.by_hand_provider(None) if told["fate"] == "to" else None
    retiring.retire(tx, w.host.rules(tx), moment, told["provider"], told["fate"], successor)


def _said_again(tx: Transaction, rules: Rules, moment: Moment, event: Event) -> None:
    who, told = str(event.record), _told(event)
    match event.kind:
        case "placement.add" | "placement.mask":
            by_hand.place(tx, rules, moment, who, told["location"], event.kind.partition(".")[2])
        case "placement.cleared":
            by_hand.place(tx, rules, moment, who, told["location"], "clear")
        case "person.adopted":
            adopting.adopt(tx, rules, moment, who, told["record"])
        case "person.released":
            adopting.release(tx, rules, moment, who)
        case _:
            before, now = ([_word(event, word) for word in told[when]] for when in ("before", "now"))
            seq = overriding.replace_words(tx, rules, moment, PersonId(who), told["name"], before, now)
            settle(tx, rules, moment, seq, (), [PersonId(who)])


def _word(event: Event, told: Mapping[str, Any]) -> Override:
    return Override(PersonId(str(event.record)), str(_told(event)["name"]), by=event.by, at=event.at, **told)


def _written_again(tx: Transaction, rules: Rules, moment: Moment, written: list[Event]) -> None:
    provider = str(written[0].provider)
    said_by = None if rules.by_hand(provider) else provider
    edit = begin(tx, rules, Moment(moment.at, moment.request, said_by), provider)
    there = edit.count("user")
    for event in written:
        _apply(tx, edit, moment, event)
    emptied = written[0].by.startswith("pull:") and there > 0 == edit.count("user")
    edit.settle(Guarding.HOLD if emptied else Guarding.COUNT)


def _apply(tx: Transaction, edit: ProviderEdit, moment: Moment, event: Event) -> None:
    record, told = RecordId(str(event.record)), _told(event)
    match event.kind.partition("."):
        case "user" | "group" as kind, _, "created":
            made = edit.create(kind, told["key"], told["body"], external_id=told["externalId"], active=told["active"])
            assert made.id == record
        case _, _, "replaced":
            edit.replace(
                record, key=told["key"], body=told["body"], external_id=told["externalId"], active=told["active"]
            )
        case _, _, "deleted":
            edit.delete(record)
        case "members", _, "added":
            edit.add_members(record, [Member(value, json.dumps(body).encode()) for value, body in told.items()])
        case "members", _, "removed":
            edit.remove_members(record, list(told))
        case _:
            by_hand.put_placement(tx, moment, record, told["location"], "add")


def _told(event: Event) -> dict[str, Any]:
    return event.body if isinstance(event.body, dict) else {}


@given(histories())
@examples(40)
def test_events_replayed_into_an_empty_store_give_the_same_tables(history: list[Step]) -> None:
    finish(run_and_replay(history))
