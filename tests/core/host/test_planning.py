"""A plan is apply, tried out: it says what comes and by which setting, and nothing is done that was not reviewed."""

import json
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirsync_core.api import SettingsError
from dirsync_core.host.rules import origins, planning
from dirsync_core.host.rules.compiling import draft, renewed
from dirsync_core.host.rules.plan_files import plan_document, read_plan
from dirsync_core.host.rules.rule_text import rule_text
from dirsync_core.host.settings import settings_of
from dirsync_core.model.errors import NotFound, NotInPlan, Refused
from dirsync_core.model.people import Json, Person, Situation
from dirsync_core.model.plans import Effect, EffectKind, Plan
from dirsync_core.store.contract import OutcomeQuery, Transaction
from tests.core.invariants.machine import examples, finish, fresh
from tests.core.world import OKTA_AND_HAND, TWO_TENANTS, World, plugins

A, B, C, D = "a@x.example", "b@x.example", "c@x.example", "d@x.example"


def locations(**filters: Any) -> dict[str, Any]:
    tables = {key: {"filter": text} if isinstance(text, str) else text for key, text in filters.items()}
    return OKTA_AND_HAND | {"locations": tables}


def okta(table: Mapping[str, Any] = OKTA_AND_HAND, **settings: Any) -> dict[str, Any]:
    return {**table, "providers": {**table["providers"], "okta": {**table["providers"]["okta"], **settings}}}


async def planned(w: World, table: Mapping[str, Any]) -> Plan:
    """Plan what a file would say, which from then on is the file."""
    await w.restart(table)
    return await planning.plan(w.host, planning.draft_of(w.host), w.by())


async def applied(w: World, reviewed: Plan) -> Plan:
    return await planning.apply(w.host, planning.draft_in(w.host, reviewed), w.by(), reviewed)


def told(plan: Plan) -> list[tuple[str, str, str, str | None]]:
    return [(effect.kind.value, effect.email, effect.name, effect.origin) for effect in plan.effects]


# --- what a plan says ------------------------------------------------------------------------------------------------


async def test_who_leaves_joins_and_changes_where_and_by_which_setting(tmp_path: Path) -> None:
    async with World(tmp_path, locations(oslo='city eq "Oslo"', all='title eq "Chef"')) as w:
        await w.push("okta", "ann", email=A, city="Oslo", title="Cook", displayName="Ann Lee")
        await w.push("okta", "bob", email=B, city="Bergen", title="Cook")
        await w.push("okta", "cy", email=C, city="Oslo", title="Chef")

        plan = await planned(w, locations(oslo='city eq "Bergen"', all='title eq "Chef"'))

        by = "locations.oslo.filter"
        assert [
            ("joins", B, "status", by), ("leaves", A, "status", by), ("changes", C, "locations", by),
        ] == told(plan)  # fmt: skip
        assert [("oslo",), ("oslo",), ("all",)] == [effect.locations for effect in plan.effects]
        assert [None, await w.id(A), await w.id(C)] == [effect.person for effect in plan.effects]
        assert ("Ann Lee", "active", "left") == (plan.effects[1].called, plan.effects[1].before, plan.effects[1].after)
        assert {"joins": 1, "leaves": 1, "changes": 1, "contested": 0, "undetermined": 0} == plan.counts
        assert (1, 2) == (plan.base, plan.version)


async def test_a_plan_leaves_no_trace(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, city="Bergen")
        before = await w.changes()

        await planned(w, locations(oslo='city eq "Oslo"', bergen='city eq "Bergen"'))

        assert before == await w.changes()
        assert 1 == await w.look(lambda tx: tx.facts.rules_version())


async def test_the_same_plan_twice_is_the_same(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        for key in "zyx":
            await w.push("okta", key, email=f"{key}@x.example", city="Bergen")

        plan = await planned(w, locations(oslo='city eq "Oslo"'))
        again = await planning.plan(w.host, planning.draft_of(w.host), w.by())

        assert plan.effects == again.effects
        assert ["x@x.example", "y@x.example", "z@x.example"] == [effect.email for effect in plan.effects]


async def test_a_plan_of_what_applies_has_nothing(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        plan = await planned(w, OKTA_AND_HAND)

        assert (1, 1, (), ()) == (plan.base, plan.version, plan.effects, plan.altered)


async def test_a_record_out_for_want_of_a_value_is_undetermined_once(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        record = await w.push("okta", "ann", email=A)

        plan = await planned(w, locations(oslo='city eq "Oslo"'))

        (leaves, undetermined) = plan.effects
        assert (EffectKind.LEAVES, EffectKind.UNDETERMINED) == (leaves.kind, undetermined.kind)
        assert (record, "linked", "out_of_scope") == (undetermined.record, undetermined.before, undetermined.after)
        await applied(w, plan)
        assert () == (await planned(w, locations(oslo='city eq "Oslo" or city eq "Rome"'))).effects


async def test_a_record_that_becomes_contested_is_told(tmp_path: Path) -> None:
    async with World(tmp_path, okta(filter='title eq "Chef"')) as w:
        await w.add(A)
        record = await w.push("okta", "ann", email=A, title="Cook")

        plan = await planned(w, OKTA_AND_HAND)

        (effect,) = plan.effects
        assert ("contested", A, "situation", "providers.okta.filter") == told(plan)[0]
        assert (record, "out_of_scope", "contested") == (effect.record, effect.before, effect.after)


async def test_who_is_not_here_yet_has_no_id_in_a_reference_either(tmp_path: Path) -> None:
    async with World(tmp_path, okta(filter='city eq "Oslo"')) as w:
        await w.push("okta", "ann", email=A, city="Oslo", assistants=[B])
        await w.push("okta", "bob", email=B, city="Bergen")

        plan = await planned(w, OKTA_AND_HAND)

        (joins, changes) = plan.effects
        assert (None, "assistants", "resolved") == (joins.person, changes.name, changes.after[0]["state"])  # type: ignore[index,call-overload]
        assert changes.after[0]["person"] is None  # type: ignore[index,call-overload]
        assert plan.effects == (await applied_with_origins(w, plan)).effects


async def applied_with_origins(w: World, plan: Plan) -> Plan:
    """Apply, and take the origins from the plan: what is done does not look for them."""
    done = await applied(w, plan)
    pairs = zip(done.effects, plan.effects, strict=True)
    return attrs.evolve(done, effects=tuple(attrs.evolve(e, origin=p.origin, before=p.before) for e, p in pairs))


# --- by which setting ------------------------------------------------------------------------------------------------


async def test_each_effect_has_the_setting_that_does_it(tmp_path: Path) -> None:
    async with World(tmp_path, locations(oslo='city eq "Oslo"', bergen='city eq "Bergen"')) as w:
        await w.push("okta", "ann", email=A, city="Oslo")
        await w.push("okta", "bob", email=B, city="Bergen")
        await w.push("okta", "cy", email=C, city="Oslo", userType="intern")
        await w.push("okta", "di", email=D, city="Oslo", phone="77")
        table = locations(oslo='city eq "Oslo" and not (title pr)', bergen='city eq "Rome"')

        plan = await planned(w, okta(table, filter="not (userType pr)", attributes={"badge": "phone"}))

        assert [
            ("leaves", B, "status", "locations.bergen.filter"),
            ("leaves", C, "status", "providers.okta.filter"),
            ("changes", D, "badge", "providers.okta.attributes.badge"),
        ] == told(plan)  # fmt: skip


async def test_settings_are_found_part_by_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origins, "_PART", 1)

    await test_each_effect_has_the_setting_that_does_it(tmp_path)


async def test_an_effect_that_takes_two_settings_has_the_first_without_which_it_would_not_be(tmp_path: Path) -> None:
    async with World(tmp_path, locations(oslo='city eq "Oslo"', chefs='title eq "Chef"')) as w:
        await w.push("okta", "ann", email=A, city="Oslo", title="Chef")

        plan = await planned(w, locations(oslo='city eq "Rome"', chefs='title eq "Cook"'))

        assert [("leaves", A, "status", "locations.oslo.filter")] == told(plan)


async def test_of_two_settings_the_one_of_the_location_that_is_lost_is_named(tmp_path: Path) -> None:
    async with World(tmp_path, locations(oslo='city eq "Oslo"')) as w:
        await w.push("okta", "ann", email=A, city="Oslo")
        await w.push("okta", "bob", email=B, city="Rome")
        await w.place("bob", "oslo")

        plan = await planned(w, locations(capital='city eq "Oslo"'))

        assert ("leaves", B, "status", "locations.oslo") == told(plan)[0]


async def test_a_filter_over_an_attribute_that_is_new_too_is_the_origin(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, phone="7")
        await w.push("okta", "bob", email=B)

        plan = await planned(w, okta(locations(desks="desk pr"), attributes={"desk": "phone"}))

        assert ("leaves", B, "status", "locations.desks.filter") == told(plan)[0]
        assert ("changes", A, "desk", "providers.okta.attributes.desk") in told(plan)


async def test_precedence_is_the_origin_of_a_value(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS) as w:
        await w.push("okta", "ann", email=A, title="Cook", phone="1")
        await w.push("hr", "ann", email=A, title="Chef", phone="2")

        both = TWO_TENANTS | {"directory": {"precedence": ["hr", "okta"]}, "precedence": {"phone": ["okta", "hr"]}}
        plan = await planned(w, both)

        assert [("changes", A, "title", "directory.precedence")] == told(plan)


async def test_domains_are_the_origin_where_two_become_one(tmp_path: Path) -> None:
    apart = okta(TWO_TENANTS, domains=[])
    async with World(tmp_path, apart) as w:
        await w.push("okta", "ann", email=A, title="Cook")
        await w.push("hr", "ann", email=A, phone="2")

        plan = await planned(w, TWO_TENANTS | {"locations": {"all": {}}})

        assert [
            ("changes", A, "locations", "locations.all"), ("changes", A, "phone", "providers.okta.domains"),
        ] == told(plan)  # fmt: skip


async def test_who_names_a_leaver_changes_by_the_same_setting(tmp_path: Path) -> None:
    async with World(tmp_path, locations(oslo="city pr", chefs='title eq "Chef"')) as w:
        await w.push("okta", "ann", email=A, city="Oslo", assistants=[B])
        await w.push("okta", "bob", email=B, city="Rome")

        plan = await planned(w, locations(oslo='city eq "Oslo"', chefs="title pr"))

        by = "locations.oslo.filter"
        assert [("leaves", B, "status", by), ("changes", A, "assistants", by)] == told(plan)


# --- sequences -------------------------------------------------------------------------------------------------------


async def test_28_a_location_gone_from_the_settings_lets_its_placements_sleep(tmp_path: Path) -> None:
    before = locations(oslo='city eq "Oslo"', bergen='city eq "Bergen"')
    async with World(tmp_path, before) as w:
        await w.push("okta", "ann", email=A, city="Bergen")
        await w.place(A, "oslo")
        ann = await w.person(A)

        plan = await planned(w, locations(bergen='city eq "Bergen"'))
        assert [("oslo", A)] == [(each.placement.location, each.email) for each in plan.asleep]
        assert [("changes", A, "locations", "locations.oslo")] == told(plan)
        await applied(w, plan)
        assert ["bergen"] == (await w.person(A)).values["locations"]

        back = await planned(w, before)
        assert () == back.asleep
        await applied(w, back)
        assert ann.values == (await w.person(A)).values


async def test_29_the_name_of_a_location_moves_nobody(tmp_path: Path) -> None:
    async with World(tmp_path, locations(oslo={"name": "Oslo", "filter": 'city eq "Oslo"'})) as w:
        await w.push("okta", "ann", email=A, city="Oslo")

        plan = await planned(w, locations(oslo={"name": "The capital", "filter": 'city eq "Oslo"'}))

        assert ((), ("locations.oslo.name",)) == (plan.effects, tuple(each.path for each in plan.altered))
        assert await w.host.apply_what_changes_nobody(w.by())


async def test_44_rules_gone_back_to_outlive_a_restart(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, city="Oslo")
        await w.push("okta", "bob", email=B, city="Rome")
        await w.rules(locations(oslo='city eq "Oslo"'))
        again = await planning.draft_again(w.host, 1)

        await planning.apply(w.host, again, w.by(), await planning.plan(w.host, again, w.by()))
        await w.restart(w.table)

        assert not await w.host.apply_what_changes_nobody(w.by())
        assert await w.look(w.host.file_differs)
        assert ({A, B}, 3) == (await w.active(), await w.look(lambda tx: tx.facts.rules_version()))


async def test_44_a_file_that_was_set_aside_stays_so_even_where_it_changes_nobody(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.rules(locations(oslo='city eq "Oslo"'))
        await planning.apply(w.host, await planning.draft_again(w.host, 1), w.by())

        await w.restart(w.table)
        assert not await w.host.apply_what_changes_nobody(w.by())

        await w.restart(locations(oslo='city eq "Bergen"'))
        assert await w.host.apply_what_changes_nobody(w.by())
        assert not await w.look(w.host.file_differs)


# --- applying what was reviewed --------------------------------------------------------------------------------------


async def test_a_plan_goes_ahead_where_only_more_people_join(tmp_path: Path) -> None:
    async with World(tmp_path, locations(oslo='city eq "Oslo"')) as w:
        await w.push("okta", "ann", email=A, city="Oslo")
        await w.push("okta", "bob", email=B, city="Rome")
        plan = await planned(w, locations(oslo='city eq "Rome"'))
        await w.push("okta", "cy", email=C, city="Rome")

        done = await applied(w, plan)

        assert {B, C} == await w.active()
        assert [B, C, A] == [effect.email for effect in done.effects]


async def test_a_plan_stops_where_somebody_else_would_leave(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, city="Oslo")
        await w.push("okta", "bob", email=B, city="Bergen")
        await w.push("okta", "cy", email=C, city="Bergen")
        plan = await planned(w, locations(bergen='city eq "Bergen"'))
        await w.push("okta", "bob", email=B, city="Oslo")
        changes = await w.changes()

        with pytest.raises(NotInPlan, match="one thing more"):
            await applied(w, plan)

        assert changes == await w.changes()
        assert 1 == await w.look(lambda tx: tx.facts.rules_version())


async def test_a_plan_stops_where_a_change_is_another(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, phone="Cook")
        plan = await planned(w, okta(attributes={"title": "phone"}))
        await w.push("okta", "ann", email=A, phone="Chef")

        with pytest.raises(NotInPlan):
            await applied(w, plan)


async def test_a_plan_stops_where_a_location_more_is_lost(tmp_path: Path) -> None:
    table = locations(oslo='city eq "Oslo"', chefs='title eq "Chef"', all={})
    async with World(tmp_path, table) as w:
        await w.push("okta", "ann", email=A, city="Oslo")
        plan = await planned(w, locations(all={}))
        await w.push("okta", "ann", email=A, city="Oslo", title="Chef")

        with pytest.raises(NotInPlan):
            await applied(w, plan)


async def test_a_plan_does_what_was_reviewed_whatever_the_file_says_by_now(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, city="Oslo")
        await w.push("okta", "bob", email=B, city="Rome")
        plan = await planned(w, locations(oslo='city eq "Oslo"'))
        await w.restart(locations(oslo='city eq "Paris"'))

        await applied(w, plan)

        assert {A} == await w.active()
        assert await w.look(w.host.file_differs)


async def test_a_plan_over_older_rules_is_refused(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        plan = await planned(w, locations(oslo='city eq "Oslo"'))
        await w.rules(locations(oslo='city eq "Rome"'))

        with pytest.raises(Refused, match=r"over version 1 of the rules, and version 2 applies.*dirsync plan --out"):
            await applied(w, plan)


async def test_a_plan_over_another_store_is_refused(tmp_path: Path) -> None:
    async with World(tmp_path / "one") as w:
        plan = await planned(w, locations(oslo='city eq "Oslo"'))
    other = World(tmp_path / "two")
    other.now += timedelta(hours=1)
    async with other as w:
        with pytest.raises(Refused, match="another store"):
            await applied(w, plan)


async def test_everybody_of_a_source_goes_only_by_a_reviewed_plan(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, city="Oslo")
        await w.add(B)
        plan = await planned(w, locations(oslo='city eq "Osl"'))
        assert ("okta",) == plan.emptied

        with pytest.raises(Refused, match=r"everybody whom okta sends.*dirsync plan --out FILE"):
            await planning.apply(w.host, planning.draft_of(w.host), w.by())
        assert {A, B} == await w.active()

        await applied(w, plan)
        assert {B} == await w.active()


# --- bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (locations(oslo='city eq "Oslo'), r"^locations\.oslo\.filter: "),
        (locations(oslo='town eq "Oslo"'), r"^locations\.oslo\.filter: .*town"),
        (okta(filter="city"), r"^providers\.okta\.filter: "),
        (okta(attributes={"badge": "a[b"}), r"^providers\.okta\.attributes.*: "),
        (OKTA_AND_HAND | {"directory": {"precedence": ["hr"]}}, r"^directory\.precedence: hr is no provider"),
    ],
    ids=["does not parse", "no such attribute", "provider", "path", "precedence"],
)
async def test_a_draft_that_is_no_rules_says_where(tmp_path: Path, table: Mapping[str, Any], said: str) -> None:
    async with World(tmp_path) as w:
        with pytest.raises(SettingsError, match=said):
            await planned(w, table)
        await w.restart(OKTA_AND_HAND)


async def test_there_is_no_going_back_to_a_version_that_never_was(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        with pytest.raises(NotFound, match=r"no version 7 of the rules; there are 1 to 1"):
            await planning.draft_again(w.host, 7)


# --- files -----------------------------------------------------------------------------------------------------------


async def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    async with World(tmp_path, locations(oslo='city eq "Oslo"')) as w:
        await w.push("okta", "ann", email=A, city="Rome")
        await w.place("ann", "oslo")
        plan = await planned(w, locations(rome='city eq "Rome"', rest={"missing": "in", "filter": "title pr"}))

        assert plan == read_plan(json.dumps(plan_document(plan)), "plan.json")


@pytest.mark.parametrize("text", ["", "[]", "{}", "[providers]", '{"seal": "x"}', "\x00"])
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"^plan\.json .* dirsync plan --out"):
        read_plan(text, "plan.json")


async def test_an_edited_plan_is_refused(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        document = plan_document(await planned(w, locations(oslo='city eq "Oslo"')))
        document["effects"] = []
        document["basis"] = 7

        with pytest.raises(Refused, match="was edited"):
            read_plan(json.dumps(document), "plan.json")


texts = st.text(max_size=8) | st.sampled_from(('city eq "Oslo"', 'it\'s "so"', "a\\b\nc", "\x7f\t", "'''"))
names = st.from_regex(r"[a-z0-9_-]{1,6}", fullmatch=True)
lists = st.lists(texts, max_size=2)


@examples(60)
@given(data=st.data())
def test_the_text_of_rules_gives_the_same_rules(data: st.DataObject) -> None:
    filters = st.none() | st.sampled_from(('city eq "Oslo"', 'title eq "it\'s"', 'city eq "a\\"b"', "title pr"))
    filters |= filters.filter(bool).map(lambda text: {"type": "scim", "filter": text})
    provider = st.fixed_dictionaries(
        {"plugin": st.just("flat")},
        optional={
            "filter": filters.filter(bool), "domains": lists, "on_match": st.sampled_from(("protect", "adopt")),
            "mappers": st.sampled_from((["flat"], [], ["flat", "paths"])),
            "attributes": st.dictionaries(names, st.sampled_from(("desk", "urn:acme:User:desk")), max_size=2),
        },
    )  # fmt: skip
    location = st.fixed_dictionaries(
        {}, optional={"filter": filters.filter(bool), "name": texts, "missing": st.sampled_from(("in", "out"))}
    )
    table = {
        "directory": {"precedence": ["okta"]},
        "providers": {"okta": data.draw(provider), "by-hand": {"plugin": "manual"}},
        "locations": data.draw(st.dictionaries(names, location, max_size=3)),
        "precedence": data.draw(st.sampled_from(({}, {"groups": ["okta"]}))),
    }
    loaded = plugins()
    try:
        rules = draft(settings_of(table, Path()), loaded)
    except SettingsError:
        return

    text = rule_text(json.loads(json.dumps(rules)), loaded)

    assert rules == draft(settings_of(tomllib.loads(text), Path()), loaded) == renewed(rules, loaded)


# --- plan equals apply -----------------------------------------------------------------------------------------------


@attrs.frozen
class Look:
    """A directory, looked at without the help of plans."""

    people: Mapping[str, Person]
    waiting: Mapping[str, str]


def look(tx: Transaction) -> Look:
    everybody = (tx.people.get(person) for person in tx.facts.everybody())
    outcomes = [outcome for _, outcome in tx.outcomes.select(OutcomeQuery(limit=1 << 30))]
    waits = {
        o.record: o.situation.value for o in outcomes if o.situation is Situation.CONTESTED or o.undetermined
    }  # fmt: skip
    return Look({person.id: person for person in everybody if person is not None}, waits)


def expected(before: Look, after: Look) -> list[tuple[Any, ...]]:
    """What became of each person and each record, item by item."""
    found: list[tuple[Any, ...]] = []
    for id_, now in after.people.items():
        was = before.people.get(id_)
        here, there = now.status == "active", was is not None and was.status == "active"
        person = id_ if was is not None else None
        if here != there:
            kind = "joins" if here else "leaves"
            found.append((kind, now.email, person, "status", was and was.status.value, now.status.value))
            continue
        assert was is not None
        old, new = {**was.values, "status": was.status.value}, {**now.values, "status": now.status.value}
        found += [
            ("changes", now.email, person, name, _known(old.get(name), before), _known(new.get(name), before))
            for name in sorted({*old, *new}) if old.get(name) != new.get(name)
        ]  # fmt: skip
    found += [
        ("contested" if situation == "contested" else "undetermined", record, situation)
        for record, situation in after.waiting.items() if before.waiting.get(record) != situation
    ]  # fmt: skip
    return sorted(found, key=repr)


def _known(value: Json, before: Look) -> Json:
    """A reference to somebody who was not there yet has no id."""
    if isinstance(value, list):
        return [_known(item, before) for item in value]
    if isinstance(value, dict) and "person" in value and value["person"] not in before.people:
        return {**value, "person": None}
    return value


def items(effects: tuple[Effect, ...]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = [
        (e.kind.value, e.email, e.person, e.name, e.before, e.after) if e.record is None
        else (e.kind.value, e.record, e.after)
        for e in effects
    ]  # fmt: skip
    return sorted(found, key=repr)


cities, titles = st.sampled_from(("Oslo", "Bergen", "")), st.sampled_from(("Chef", "Intern", ""))
filters = st.sampled_from(('city eq "Oslo"', 'not (title eq "Intern")', 'groups eq "Team"'))
places = st.fixed_dictionaries({}, optional={"filter": filters, "missing": st.sampled_from(("in", "out"))})
okta_or_hr = st.sampled_from(("okta", "hr"))


def sources(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    made = st.fixed_dictionaries(
        {"plugin": st.just("flat"), **more}, optional={"filter": filters, "attributes": st.just({"desk": "city"})}
    )
    hand = st.just({"plugin": "manual"})
    return st.fixed_dictionaries({"okta": made, "hr": made, "contractors": hand})


def tables(providers: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {
            "directory": st.permutations(("okta", "hr")).map(lambda order: {"precedence": [*order]}),
            "locations": st.dictionaries(st.sampled_from(("one", "two")), places, max_size=2),
            "providers": providers,
            "precedence": st.dictionaries(st.just("title"), st.permutations(("okta", "hr")).map(list), max_size=1),
        }
    )


@attrs.frozen
class Told:
    """What a source says of somebody."""

    provider: str
    email: str
    active: bool
    body: Mapping[str, Any]


def crowds(emails: st.SearchStrategy[str], **more: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Told]]:
    body = st.fixed_dictionaries({"city": cities, "title": titles, **more})
    mostly = st.sampled_from((True, True, True, False))
    return st.lists(st.builds(Told, okta_or_hr, emails, mostly, body), min_size=3, max_size=7)


async def gather(w: World, crowd: list[Told]) -> None:
    """Push everybody, and make a team of the first two whom okta sends."""
    for n, told in enumerate(crowd):
        await w.push(told.provider, str(n), active=told.active, email=told.email, **told.body)
    await w.group("okta", "Team", *(await w.look(lambda tx: list(tx.records.every("okta"))))[:2])


clashing = st.sampled_from((A, B, C, D))
joining = tables(
    sources(domains=st.sampled_from(([], ["x.example"], ["x.example"])), on_match=st.sampled_from(("protect", "adopt")))
)


@examples(60)
@given(crowds(clashing, assistants=st.lists(clashing, max_size=2)), st.lists(joining, min_size=2, max_size=3))
def test_plan_equals_apply_item_by_item(crowd: list[Told], versions: list[Any]) -> None:
    async def run() -> None:
        async with fresh() as w:
            await w.add(A, city="Oslo")
            await gather(w, crowd)
            for table in versions[:-1]:
                await w.rules(table)
            await w.restart(versions[-1])
            plan = await planning.plan(w.host, planning.draft_of(w.host), w.by())
            before = await w.look(look)

            await w.host.apply(w.by())

            assert expected(before, await w.look(look)) == items(plan.effects)
            assert {effect.origin for effect in plan.effects} <= {None, *(each.path for each in plan.altered)}

    finish(run())


@examples(40)
@given(crowds(st.just("")), tables(sources()), tables(sources()))
def test_rules_b_then_a_give_the_directory_of_a(crowd: list[Told], a: Any, b: Any) -> None:
    async def directory(w: World) -> list[tuple[Any, ...]]:
        there: Look = await w.look(look)
        return [(p.id, p.values, p.sources) for p in there.people.values() if p.status == "active"]

    async def run() -> None:
        async with fresh() as w:
            await w.rules(a)
            await w.add("hand@x.example")
            await gather(w, [attrs.evolve(told, email=f"{n}@x.example") for n, told in enumerate(crowd)])
            before = await directory(w)

            await w.rules(b)
            await w.rules(a)

            assert before == await directory(w)

    finish(run())
