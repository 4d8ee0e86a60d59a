"""Sources that are asked: what a session writes, withdraws, keeps, and how it ends."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from dirsync_core.api import Complete, Delete, Provider, ProviderType, Pulled, Upsert
from dirsync_core.host.acts.erasing import erase
from dirsync_core.host.asked import enumerating
from dirsync_core.host.asked.pull_trials import try_pull
from dirsync_core.host.asked.pulling import CLAIM, AlreadyPulling, pull
from dirsync_core.host.host import Host
from dirsync_core.model.errors import NotFound, Refused
from dirsync_core.model.moments import Moment
from dirsync_core.query.pulls import seen_at
from dirsync_core.store.contract import PullCounts, PullOutcome, PullSession, PullState
from dirsync_core.store.sqlite.store import open_sqlite
from tests.core.asked import Asked, AskedSettings, everybody, people
from tests.core.world import World

HR = {
    "directory": {"precedence": ["hr", "okta"]},
    "providers": {"hr": {"plugin": "asked"}, "okta": {"plugin": "flat"}, "contractors": {"plugin": "manual"}},
}


def source(w: World) -> Asked:
    provider = w.host.providers["hr"]
    assert isinstance(provider, Asked)
    return provider


async def ask(w: World, *says: Pulled | BaseException, again: bool = False) -> PullState:
    w.by()
    source(w).says = list(says)
    return await pull(w.host, "hr", again=again)


async def session(w: World, *says: Pulled | BaseException, again: bool = False) -> PullSession:
    found = (await ask(w, *says, again=again)).session
    assert found is not None
    return found


async def events(w: World) -> int:
    return len(await w.look(lambda tx: list(tx.events.every())))


async def cases(w: World) -> list[str]:
    found = await w.look(lambda tx: tx.cases.cases(open_only=False, limit=10))
    return [case.state.value for case in found]


async def test_everybody_who_is_yielded_is_in_the_directory(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        done = await session(w, *everybody("ann", "bo"))

        assert {"ann@x.example", "bo@x.example"} == await w.active()
        assert (PullOutcome.DONE, PullCounts(read=2, created=2)) == (done.outcome, done.counts)


async def test_all_of_a_session_is_one_request_of_its_own_author(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        done = await session(w, *everybody(*(f"p{n}" for n in range(2 * enumerating.BATCH + 1))))

        causes = {(change.cause.provider, change.cause.request, change.cause.by) for change in await w.changes()}
        assert {("hr", done.request, "pull:hr")} == causes


async def test_the_same_again_leaves_no_trace(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        await ask(w, *everybody("ann", "bo", city="Oslo"))
        before = (await events(w), await w.changes())

        again = await session(w, *everybody("bo", "ann", city="Oslo"))

        assert before == (await events(w), await w.changes())
        assert PullCounts(read=2, unchanged=2) == again.counts


async def test_who_is_not_named_by_a_complete_enumeration_is_gone(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        await ask(w, *everybody("ann", "bo", "cy"))

        done = await session(w, *everybody("cy", "ann"))

        assert {"ann@x.example", "cy@x.example"} == await w.active()
        assert PullCounts(read=2, unchanged=2, withdrawn=1) == done.counts
        assert "deleted" == (await w.person("bo@x.example")).status


async def test_who_comes_back_is_the_same_person(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        await ask(w, *everybody("ann", "bo"))
        before = await w.id("bo@x.example")
        await ask(w, *everybody("ann"))

        await ask(w, *everybody("ann", "bo"))

        assert before == await w.id("bo@x.example")


async def test_an_inactive_record_is_deactivated(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        await ask(w, *everybody("ann", "bo"))

        await ask(w, *people("ann"), Upsert("bo", {"email": "bo@x.example"}, active=False), Complete())

        assert "deactivated" == (await w.person("bo@x.example")).status


@pytest.mark.parametrize("end", [[], [OSError("the wire was cut")], [Complete(full=False)]])
async def test_nothing_but_a_full_complete_withdraws(tmp_path: Path, end: list[Pulled | BaseException]) -> None:
    async with World(tmp_path, HR) as w:
        await ask(w, *everybody("ann", "bo"))

        await ask(w, *people("cy"), *end)

        assert {"ann@x.example", "bo@x.example"} <= await w.active()


async def test_a_pull_that_goes_on_from_a_cursor_withdraws_only_what_it_deletes(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        await ask(w, *people("ann", "bo", "cy"), Complete("c1"))

        done = await session(w, Delete("BO"), Delete("unknown"), *people("di"), Complete("c2", full=True))

        assert [None, "c1"] == source(w).given
        assert {"ann@x.example", "cy@x.example", "di@x.example"} == await w.active()
        assert PullCounts(read=3, created=1, unchanged=1, withdrawn=1) == done.counts


async def test_a_cursor_is_kept_only_with_all_that_it_covers(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        await ask(w, *people("ann"), Complete("c1"))
        await ask(w, *people("bo"), OSError("cut"))
        await ask(w, *people("bo"))

        await ask(w, *people("bo"), Complete("c2"))
        await ask(w, Complete())

        assert [None, "c1", "c1", "c1", "c2"] == source(w).given
        assert (await w.look(lambda tx: tx.pulls.get("hr"))).cursor is None


async def test_asked_again_from_the_start_a_source_is_given_no_cursor(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        await ask(w, *people("ann", "bo"), Complete("c1"))

        await ask(w, *people("ann"), Complete("c2"), again=True)

        assert [None, None] == source(w).given
        assert {"ann@x.example"} == await w.active()


async def test_an_exception_ends_a_session_with_its_words(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        await ask(w, *everybody("ann"))

        failed = await ask(w, *people("bo"), OSError("the wire was cut"))

        assert failed.session is not None
        assert (PullOutcome.FAILED, "the wire was cut") == (failed.session.outcome, failed.session.because)
        assert ("the wire was cut", 1, 0) == (failed.last_error, failed.failures, source(w).opened)
        after = await ask(w, *everybody("ann"))
        assert ("the wire was cut", 0) == (after.last_error, after.failures)


async def test_a_provider_that_can_not_be_opened_fails_its_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(self: Asked) -> None:
        self.opened += 1
        raise OSError("the door is locked")

    async with World(tmp_path, HR) as w:
        monkeypatch.setattr(Asked, "open", locked)

        failed = await session(w, *everybody("ann"))

        assert (PullOutcome.FAILED, "the door is locked") == (failed.outcome, failed.because)
        assert 0 == source(w).opened


async def test_an_end_without_complete_is_a_failure(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        failed = await session(w, *people("ann"))

        assert PullOutcome.FAILED == failed.outcome
        assert "without Complete" in str(failed.because)


async def test_an_enumeration_of_nobody_is_held_and_the_next_one_begins_anew(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        await ask(w, *people("ann", "bo"), Complete("c1"))

        held = await ask(w, Complete("c2"), again=True)

        assert {"ann@x.example", "bo@x.example"} == await w.active()
        assert held.session is not None
        assert (PullOutcome.HELD, None) == (held.session.outcome, held.cursor)
        assert PullCounts(withdrawn=2, held=2) == held.session.counts
        assert "brought nobody where there was somebody" in str(held.last_error)
        assert ["open"] == await cases(w)


async def test_a_source_that_was_empty_and_is_mended_finds_the_same_people(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        await ask(w, *everybody("ann", "bo"))
        before = [await w.person("ann@x.example"), await w.person("bo@x.example")]
        await ask(w, Complete())

        done = await session(w, *everybody("ann", "bo"))

        after = [await w.person("ann@x.example"), await w.person("bo@x.example")]
        assert PullOutcome.DONE == done.outcome
        assert [(p.id, p.status, p.values) for p in before] == [(p.id, p.status, p.values) for p in after]
        assert ["dissolved"] == await cases(w)


async def test_an_enumeration_that_shrank_too_much_is_held_by_the_guard(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        keys = [f"p{n}" for n in range(40)]
        await ask(w, *everybody(*keys))

        done = await session(w, *everybody(*keys[:10]))

        assert (PullOutcome.DONE, 30, 25) == (done.outcome, done.counts.withdrawn, done.counts.held)
        assert 35 == len(await w.active())
        assert ["open"] == await cases(w)


async def test_who_was_erased_on_request_is_left_out_and_the_rest_goes_on(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        await ask(w, *everybody("ann", "bo"))
        at, by = w.now, w.by("sofie")
        await w.host.store.write(lambda tx: erase(tx, w.host.rules(tx), Moment(at, by), "ann@x.example"))

        done = await session(w, *everybody("ann", "bo", "cy"))

        assert (PullOutcome.DONE, PullCounts(read=3, created=1, unchanged=1, refused=1)) == (done.outcome, done.counts)
        assert {"bo@x.example", "cy@x.example"} == await w.active()


async def test_a_first_enumeration_of_nobody_is_done(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        assert PullOutcome.DONE == (await session(w, Complete())).outcome


async def test_a_key_that_comes_twice_ends_the_session_and_is_named(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        await ask(w, *everybody("ann", "bo"))

        failed = await session(w, *people("cy", "di", "CY"), Complete())

        assert "“CY” came twice, as number 1 and number 3" in str(failed.because)
        assert {"ann@x.example", "bo@x.example"} <= await w.active()


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"key": "ann"}, "Number 1 is a dict"),
        (None, "Number 1 is a NoneType"),
        (Upsert(" ", {}), "Number 1 has the key ' '"),
        (Upsert("ann", {}, kind="robot"), "“ann”, is of kind 'robot'"),  # type: ignore[arg-type]
        (Upsert("ann", {"at": timedelta}), "“ann” can't be stored"),  # type: ignore[dict-item]
    ],
)
async def test_what_is_no_record_is_refused(tmp_path: Path, item: Pulled, words: str) -> None:
    async with World(tmp_path, HR) as w:
        failed = await session(w, item, Complete())

        assert words in str(failed.because)
        assert set() == await w.active()


async def test_a_source_that_says_nothing_for_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(self: Asked, cursor: str | None) -> AsyncIterator[Pulled]:
        yield Upsert("ann", {"email": "ann@x.example"})
        await asyncio.Event().wait()

    async with World(tmp_path, HR) as w:
        monkeypatch.setattr(Asked, "pull", silent)
        monkeypatch.setattr(enumerating, "SILENCE", 0.0)

        assert "It said nothing for 0 s." == (await session(w)).because


async def test_a_session_that_is_cancelled_lets_go_of_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def slow(self: Asked, cursor: str | None) -> AsyncIterator[Pulled]:
        begun.set()
        await asyncio.Event().wait()
        yield Complete()

    async with World(tmp_path, HR) as w:
        await ask(w, *everybody("ann"))
        with monkeypatch.context() as patched:
            patched.setattr(Asked, "pull", slow)
            task = asyncio.create_task(pull(w.host, "hr"))
            await begun.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        state = await w.look(lambda tx: tx.pulls.get("hr"))
        assert (PullOutcome.INTERRUPTED, 0, 0) == (state.session.outcome, state.failures, source(w).opened)
        assert PullOutcome.DONE == (await session(w, *everybody("ann"))).outcome


async def test_a_source_is_asked_once_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def greedy(self: Asked, cursor: str | None) -> AsyncIterator[Pulled]:
        other = Host(w.settings, w.host.plugins, open_sqlite(w.settings.store_path), lambda: w.now)
        with pytest.raises(AlreadyPulling, match="is being asked already"):
            await pull(other, "hr")
        await other.close()
        yield Complete()

    async with World(tmp_path, HR) as w:
        monkeypatch.setattr(Asked, "pull", greedy)

        assert PullOutcome.DONE == (await session(w)).outcome


async def test_a_session_whose_process_is_gone_is_shown_as_interrupted(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        running = PullSession("r1", "pull:hr", w.now, claimed_until=w.now + CLAIM)

        shown = [seen_at(running, w.now + passed) for passed in (CLAIM / 2, CLAIM)]

        assert ["running", "interrupted"] == [each.outcome for each in shown]
        assert "The process that asked is gone" in str(shown[1].because)


async def test_a_source_s_generator_ends_with_the_session_that_breaks_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = []

    async def telling(self: Asked, cursor: str | None) -> AsyncIterator[Pulled]:
        try:
            for n in range(2 * enumerating.BATCH):
                yield Upsert(f"p{n}", {"email": f"p{n}@x.example"})
        finally:
            ended.append(self.opened)

    def fail(counts: PullCounts) -> None:
        raise OSError("the pipe is broken")

    async with World(tmp_path, HR) as w:
        monkeypatch.setattr(Asked, "pull", telling)

        failed = await pull(w.host, "hr", told=fail)

        assert ("the pipe is broken", [1]) == (failed.last_error, ended)


async def test_a_claim_that_expired_is_taken_over_and_the_slow_one_withdraws_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with World(tmp_path, HR) as w:
        await ask(w, *everybody("ann", "bo"))

        async def slow(self: Asked, cursor: str | None) -> AsyncIterator[Pulled]:
            w.now += CLAIM
            monkeypatch.undo()
            self.opened -= 1
            await ask(w, *everybody("ann", "bo", "cy"))
            self.opened += 1
            yield Complete()

        monkeypatch.setattr(Asked, "pull", slow)
        with pytest.raises(Refused, match="Somebody else has begun"):
            await pull(w.host, "hr")

        assert {"ann@x.example", "bo@x.example", "cy@x.example"} == await w.active()


async def test_groups_are_written_with_their_members_wherever_they_come(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        interns = Upsert("Interns", {"displayName": "Interns"}, kind="group", members=["bo", "ann", "nobody"])

        done = await session(w, interns, *everybody("ann", "bo"))
        again = await session(w, interns, *everybody("ann", "bo"))

        assert ["Interns"] == (await w.person("ann@x.example")).values["groups"]
        assert (PullCounts(read=3, created=3), PullCounts(read=3, unchanged=3)) == (done.counts, again.counts)


async def test_groups_lose_members_and_go(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        interns = Upsert("Interns", {"displayName": "Interns"}, kind="group", members=["ann", "bo"])
        await ask(w, interns, *everybody("ann", "bo"))

        fewer = Upsert("Interns", {"displayName": "Interns"}, kind="group", members=["ann"])
        changed = await session(w, fewer, *everybody("ann", "bo"))
        assert not (await w.person("bo@x.example")).values.get("groups")
        gone = await session(w, *everybody("ann", "bo"))

        assert not (await w.person("ann@x.example")).values.get("groups")
        assert (1, 1) == (changed.counts.changed, gone.counts.withdrawn)


async def test_a_pull_touches_no_record_of_another_source(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        await w.push("okta", "di", email="di@x.example")
        await w.add("eva@x.example")

        await ask(w, *everybody("ann"))
        await ask(w, *everybody("bo"))

        assert {"di@x.example", "eva@x.example", "bo@x.example"} == await w.active()


async def test_a_trial_says_what_a_session_would_do_and_does_nothing(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        await ask(w, *everybody("ann", "bo"))
        before = (await events(w), await w.changes(), await w.look(lambda tx: tx.pulls.get("hr")))
        source(w).says = [*people("ann", city="Oslo"), *everybody("cy")]

        plan = await try_pull(w.host, "hr")

        told = [(effect.kind.value, effect.email, effect.name) for effect in plan.effects]
        assert [
            ("joins", "cy@x.example", "status"),
            ("leaves", "bo@x.example", "status"),
            ("changes", "ann@x.example", "city"),
        ] == told
        assert PullCounts(read=2, created=1, changed=1, withdrawn=1) == plan.counts
        assert before == (await events(w), await w.changes(), await w.look(lambda tx: tx.pulls.get("hr")))


async def test_a_trial_of_a_source_that_fails_is_refused(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        source(w).says = [OSError("cut")]

        with pytest.raises(Refused, match="hr could not be read: cut"):
            await try_pull(w.host, "hr")


async def test_only_what_can_be_asked_is_asked(tmp_path: Path) -> None:
    async with World(tmp_path, HR) as w:
        with pytest.raises(Refused, match="okta is not a source that is asked"):
            await pull(w.host, "okta")
        with pytest.raises(NotFound, match="no provider “ldap”"):
            await pull(w.host, "ldap")


def test_a_type_knows_from_its_class_whether_it_is_asked_and_is_told_otherwise() -> None:
    types = [
        ProviderType("a", AskedSettings, Asked),
        ProviderType("b", AskedSettings, Provider),
        ProviderType("c", AskedSettings, lambda settings, context: Asked(settings, context)),
        ProviderType("d", AskedSettings, lambda settings, context: Asked(settings, context), pulls=True),
    ]

    assert [True, False, False, True] == [kind.pulls for kind in types]
