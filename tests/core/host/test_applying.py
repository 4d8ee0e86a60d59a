"""Rules wait until they are applied; a restart changes nobody by surprise."""

from pathlib import Path
from typing import Any

import pytest

from dirsync_core.api import SettingsError
from tests.core.world import OKTA_AND_HAND, World

A, B = "a@x.example", "b@x.example"


def locations(**filters: str) -> dict[str, Any]:
    return OKTA_AND_HAND | {"locations": {key: {"filter": text} for key, text in filters.items()}}


async def test_a_restart_with_other_settings_goes_on_with_the_applied_rules(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, city="Bergen")

        await w.restart(locations(oslo='city eq "Oslo"'))

        assert not await w.host.apply_what_changes_nobody(w.by())
        assert {A} == await w.active()
        assert await w.look(w.host.file_differs)


async def test_rules_that_change_nobody_are_applied_at_once(tmp_path: Path) -> None:
    async with World(tmp_path, locations(oslo='city eq "Oslo"')) as w:
        await w.push("okta", "ann", email=A, city="Oslo")

        await w.restart(OKTA_AND_HAND | {"locations": {"oslo": {"name": "Oslo", "filter": 'city eq "Oslo"'}}})

        assert await w.host.apply_what_changes_nobody(w.by())
        assert not await w.look(w.host.file_differs)


async def test_trying_out_says_what_applying_does_and_leaves_no_trace(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, city="Bergen")
        await w.push("okta", "bob", email=B, city="Oslo")
        await w.restart(locations(oslo='city eq "Oslo"'))
        before = await w.changes()

        tried = await w.host.try_out(w.by())
        assert before == await w.changes()
        applied = await w.host.apply(w.by())

        assert tried == applied
        assert (0, 1, 1) == (applied.joins, applied.leaves, applied.changes)
        assert {B} == await w.active()


async def test_applying_the_same_twice_makes_no_new_version(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        first = await w.host.apply(w.by())

        assert first == await w.host.apply(w.by())


async def test_everybody_comes_back_with_the_rules_before(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, city="Bergen")
        ann = await w.person(A)

        await w.rules(locations(oslo='city eq "Oslo"'))
        await w.rules(OKTA_AND_HAND)

        back = await w.person(A)
        assert (ann.id, ann.values, ann.status) == (back.id, back.values, back.status)


async def test_rules_that_cannot_be_compiled_change_nothing(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.restart(locations(oslo="nonsense"))

        with pytest.raises(SettingsError):
            await w.host.apply(w.by())

        await w.restart(OKTA_AND_HAND)


async def test_a_path_of_the_settings_becomes_an_attribute(tmp_path: Path) -> None:
    okta = {"plugin": "flat", "mappers": [], "attributes": {"email": "mail", "badge": "urn:acme:User:badge"}}
    async with World(tmp_path, {"providers": {"okta": okta}}) as w:
        await w.push("okta", "ann", mail=A, **{"urn:acme:User": {"badge": 77}})

        assert "77" == (await w.person(A)).values["badge"]


async def test_the_paths_of_the_settings_have_their_place_among_the_mappers(tmp_path: Path) -> None:
    def okta(*mappers: str) -> dict[str, Any]:
        return {"providers": {"okta": {"plugin": "flat", "mappers": [*mappers], "attributes": {"title": "city"}}}}

    async with World(tmp_path, okta("paths", "flat")) as w:
        await w.push("okta", "ann", email=A, title="Cook", city="Chef")
        assert "Cook" == (await w.person(A)).values["title"]

        await w.rules(okta("flat", "paths"))

        assert "Chef" == (await w.person(A)).values["title"]
