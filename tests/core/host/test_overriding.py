"""An admin's word over the providers': it holds, it sleeps where nothing sets the attribute, it leaves no trace."""

from pathlib import Path

import pytest

from dirsync_core.api import Refused
from tests.core.world import OKTA_AND_HAND, TWO_TENANTS, World

A, B, C = "a@x.example", "b@x.example", "c@x.example"


async def test_a_pin_holds_whatever_the_provider_does(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, phone="1")

        await w.pin(A, "phone", "2")
        await w.push("okta", "ann", email=A, phone="3")

        ann = await w.person(A)
        assert ("2", "local", None) == (
            ann.values["phone"],
            ann.provenance["phone"].provider,
            ann.provenance["phone"].record,
        )


async def test_a_pin_of_nothing_hides_a_private_phone(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, phone="1")

        await w.pin(A, "phone", None)

        assert "phone" not in (await w.person(A)).values


async def test_given_back_nothing_remains_but_in_the_feed(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A, phone="1", assistants=[B])
        before = await w.person(A)

        await w.pin(A, "phone", "2")
        await w.say("add", A, "assistants", C)
        await w.say("mask", A, "assistants", B)
        await w.say("clear", A, "phone")
        await w.say("clear", A, "assistants")

        after = await w.person(A)
        assert (before.values, before.id) == (after.values, after.id)
        assert [] == list(await w.look(lambda tx: tx.facts.all_overrides()))


async def test_assistants_are_added_and_masked_over_the_provider(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "bob", email=B)
        await w.push("okta", "cyd", email=C)
        await w.push("okta", "ann", email=A, assistants=[B])

        await w.say("mask", A, "assistants", "B@x.example")
        await w.say("add", A, "assistants", C)

        (assistant,) = (await w.person(A)).values["assistants"]
        assert (C, "resolved", "local") == tuple(assistant[k] for k in ("email", "state", "by"))


async def test_what_was_added_means_whom_it_meant_then(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "bob", email=B)
        bob = await w.id(B)
        await w.push("okta", "ann", email=A)
        await w.say("add", A, "assistants", B)

        await w.push("okta", "bob", email=C)
        await w.push("okta", "new", email=B)

        assert bob == (await w.person(A)).values["assistants"][0]["person"]


async def test_an_attribute_owned_here_has_only_what_was_said_here(tmp_path: Path) -> None:
    async with World(tmp_path, OKTA_AND_HAND | {"precedence": {"assistants": ["local"]}}) as w:
        await w.push("okta", "ann", email=A, assistants=[B])
        assert [] == (await w.person(A)).values["assistants"]

        await w.say("add", A, "assistants", C)

        assert [C] == [a["written"] for a in (await w.person(A)).values["assistants"]]


async def test_an_attribute_has_its_own_precedence(tmp_path: Path) -> None:
    async with World(tmp_path, TWO_TENANTS | {"precedence": {"title": ["hr", "okta"]}}) as w:
        await w.push("okta", "ann", email=A, title="Okta's", city="Okta's")
        await w.push("hr", "ann", email=A, title="HR's", city="HR's")

        ann = await w.person(A)
        assert ("HR's", "Okta's") == (ann.values["title"], ann.values["city"])


async def test_a_pin_sleeps_while_no_mapper_declares_its_attribute(tmp_path: Path) -> None:
    def okta(**attributes: str) -> dict[str, object]:
        return {"providers": {"okta": {"plugin": "flat", "attributes": attributes}}}

    async with World(tmp_path, okta(badge="badge")) as w:
        await w.push("okta", "ann", email=A)
        await w.pin(A, "badge", "77")

        await w.rules(okta())
        assert "badge" not in (await w.person(A)).values
        await w.rules(okta(badge="badge"))

        assert "77" == (await w.person(A)).values["badge"]


async def test_an_override_is_kept_while_the_person_is_away(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        await w.pin(A, "title", "Chef")

        await w.delete("okta", "ann")
        await w.push("okta", "ann", email=A)

        assert "Chef" == (await w.person(A)).values["title"]


NOT_PINNED = {"email": B, "groups": "x", "locations": "oslo", "until": "2027-01-31", "colour": "red", "assistants": B}


@pytest.mark.parametrize(("name", "value"), NOT_PINNED.items())
async def test_what_cannot_be_pinned_is_refused_with_what_to_do(tmp_path: Path, name: str, value: str) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        before = await w.changes()

        with pytest.raises(Refused):
            await w.pin(A, name, value)

        assert before == await w.changes()


async def test_saying_the_same_twice_changes_nothing_the_second_time(tmp_path: Path) -> None:
    async with World(tmp_path) as w:
        await w.push("okta", "ann", email=A)
        await w.pin(A, "title", "Chef")
        before = await w.changes()

        await w.pin(A, "title", "Chef")

        assert before == await w.changes()
