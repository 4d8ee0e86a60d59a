"""What a source that calls us has to be. Start at `PushContract`; `Caller` is what its author writes for it."""

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress

import pytest
import pytest_asyncio
from aiohttp import web

from dirsync_core.testing.contract import asynchronous, missing
from dirsync_core.testing.people import Employee
from dirsync_core.testing.providing import SOURCE, ProviderContract, Start, see_that_nothing_runs
from dirsync_core.testing.pulling import PEOPLE, picture, shown, theirs, with_neighbours
from dirsync_core.testing.scratch import Door, Scratch, Server

GARBAGE = (b"", b"{", b"[]", b"null", b'"text"', b'{"a": {"b": [1, null]}}', b"\xff\xfe")
_PAGES = ("/setup",)
_WRITING = ("POST", "PUT", "PATCH")


class Caller(ABC):
    """What calls as the real source would."""

    @abstractmethod
    async def send(self, door: Door, people: Sequence[Employee]) -> None:
        """Make sure that these people are there as they are here: new ones made, others brought up to date."""

    @abstractmethod
    async def withdraw(self, door: Door, person: Employee) -> None:
        """Say that somebody is gone, as the source says it: deleted, or not active any more."""


class PushContract(ProviderContract):
    """What a source that calls us has to be. Besides those of `ProviderContract` it needs the fixture `caller`."""

    @pytest.fixture
    def caller(self) -> Caller:
        """What calls as the real source would."""
        raise NotImplementedError(missing(self, "caller", "return an object derived from dirsync_core.testing.Caller"))

    @pytest_asyncio.fixture
    async def server(self, scratch: Scratch) -> AsyncIterator[Server]:
        """A running server."""
        async with scratch.serving() as server:
            yield server

    @pytest_asyncio.fixture
    async def door(self, server: Server) -> Door:
        """The provider's own address, with its token."""
        return await server.door(SOURCE)

    # --- who comes and goes ------------------------------------------------------------------------------------------

    @asynchronous
    async def test_who_is_sent_is_in_the_directory(self, scratch: Scratch, door: Door, caller: Caller) -> None:
        """Everybody, under the address that the source has of them."""
        await caller.send(door, PEOPLE)

        assert {person.email for person in PEOPLE} == await scratch.active(), (
            "Not exactly those are in the directory who were sent. Does the application write a record for each, and"
            " does the mapper set email?"
        )

    @asynchronous
    async def test_who_is_withdrawn_leaves(self, scratch: Scratch, door: Door, caller: Caller) -> None:
        """By `Edit.delete`, or by a record that is not active."""
        await caller.send(door, PEOPLE)
        await caller.withdraw(door, PEOPLE[0])

        assert {person.email for person in PEOPLE[1:]} == await scratch.active(), (
            "Who was withdrawn is still in the directory, or somebody else left. Call edit.delete(id), or"
            " edit.replace(…, active=False)"
        )

    @asynchronous
    async def test_sending_the_same_again_changes_nothing(self, scratch: Scratch, door: Door, caller: Caller) -> None:
        """No version, no event, no change: sources repeat themselves."""
        await caller.send(door, PEOPLE)
        before = await picture(scratch)

        await caller.send(door, PEOPLE)

        assert before == await picture(scratch), (
            "The same again changed something. A body must not hold what differs from time to time, such as when it"
            " came; and who is there already is found with edit.find, not made anew"
        )

    @asynchronous
    async def test_the_order_of_sending_does_not_matter(self, start: Start, caller: Caller) -> None:
        """Calls may overtake each other."""
        found = []
        for people in (PEOPLE, PEOPLE[::-1]):
            scratch = await start()
            async with scratch.serving() as server:
                await caller.send(await server.door(SOURCE), people)
            found.append(await shown(scratch))

        assert found[0] == found[1], "What is published depends on the order in which people were sent"

    @asynchronous
    async def test_another_provider_and_who_is_kept_by_hand_are_left_alone(
        self, scratch: Scratch, door: Door, caller: Caller
    ) -> None:
        """Also where they have an address that the source has too."""
        await with_neighbours(scratch)
        before = await theirs(scratch)

        await caller.send(door, PEOPLE)
        await caller.withdraw(door, PEOPLE[0])

        assert before == await theirs(scratch), "What belongs to others was changed; write through self.records only"

    @asynchronous
    async def test_an_address_that_is_taken_is_no_error(self, scratch: Scratch, door: Door, caller: Caller) -> None:
        """The record is stored and contested; a source that is told an error stops sending, or asks for ever."""
        await with_neighbours(scratch)
        await caller.send(door, PEOPLE)

        assert len(PEOPLE) == len(await scratch.records(SOURCE)), (
            "A person whose address belongs to somebody else was refused; store the record, and answer as ever"
        )

    # --- routes ------------------------------------------------------------------------------------------------------

    def test_it_has_an_application(self, scratch: Scratch) -> None:
        """A source that pushes calls something."""
        app = scratch.provider(SOURCE).app()
        assert isinstance(app, web.Application), f"app() gave {app!r}; a type with pushes=True gives an application"
        assert app is not scratch.provider(SOURCE).app(), "app() gave the same application twice; make a new one"

    @asynchronous
    async def test_its_routes_stay_under_their_prefix(self, scratch: Scratch) -> None:
        """Paths begin at the provider's own root; the server mounts them under `/providers/NAME`."""
        for method, path in _routes(scratch):
            assert path.startswith("/"), f"The path “{path}” does not begin with a slash"
            assert not path.startswith("/providers/"), (
                f"{method} {path} would be served under /providers/NAME{path}; paths begin at the provider's own root"
            )
            assert path not in _PAGES, f"{path} is a page of dirsync's and is never asked of you; take another path"

    @asynchronous
    async def test_every_route_is_closed_without_a_token(self, scratch: Scratch, server: Server) -> None:
        """The server sees to that; an application that is mounted some other way would not have it."""
        for method, path in _routes(scratch):
            async with server.client.request(method, f"/providers/{SOURCE}{_filled(path)}") as response:
                assert response.status == 401, f"{method} {path} answered {response.status} without a token"

    @asynchronous
    async def test_garbage_is_refused_and_is_no_crash(self, scratch: Scratch, door: Door) -> None:
        """What can't be understood is 4xx, with words for whoever set the source up."""
        for method, path in _routes(scratch):
            for body in GARBAGE if method in _WRITING else ():
                headers = {"Content-Type": "application/json"}
                response = await door.request(method, _filled(path), data=body, headers=headers)
                assert response.status != 500, (
                    f"{method} {path} crashed on the body {body!r}; check what came, and answer 400 with what is wrong"
                )
        assert not await scratch.active(), "Garbage made somebody appear in the directory"

    @asynchronous
    async def test_an_unknown_id_is_not_found_and_no_crash(self, scratch: Scratch, door: Door) -> None:
        """An id that is nobody's, in each route that takes one."""
        for method, path in _routes(scratch):
            if "{" in path and method not in _WRITING:
                response = await door.request(method, _filled(path))
                assert response.status != 500, f"{method} {path} crashed on an id that is nobody's; answer 404"

    # --- how it behaves in the server --------------------------------------------------------------------------------

    @asynchronous
    async def test_errors_of_the_server_have_the_form_of_the_source(self, scratch: Scratch) -> None:
        """`error` gives a response of that status, or None for the server's own form."""
        for status in (401, 404, 413, 500, 503):
            response = scratch.provider(SOURCE).error(status, "What happened, and what to do.")
            assert response is None or response.status == status, f"error({status}, …) gave {response!r}"
            assert response is None or "What happened" in (response.text or ""), "error() leaves its detail out"

    @asynchronous
    async def test_no_secret_is_logged_or_told(
        self,
        scratch: Scratch,
        door: Door,
        caller: Caller,
        caplog: pytest.LogCaptureFixture,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """The token that opens its address, and those of its settings."""
        caplog.set_level(0)
        await caller.send(door, PEOPLE)
        printed = capsys.readouterr()
        said = "\n".join([caplog.text, printed.out, printed.err])

        for secret in [*self._secrets(scratch), door.headers["Authorization"].removeprefix("Bearer ")]:
            assert secret not in said, "A secret was logged; leave headers and settings out of what you log"

    @asynchronous
    async def test_a_call_that_is_cancelled_leaves_no_task(self, scratch: Scratch, caller: Caller) -> None:
        """Whoever calls hangs up in the middle; the server goes down then."""
        before = asyncio.all_tasks()
        async with scratch.serving() as server:
            task = asyncio.create_task(caller.send(await server.door(SOURCE), PEOPLE))
            await asyncio.sleep(0)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

        await see_that_nothing_runs(before, "the server's end")


def _routes(scratch: Scratch) -> Iterator[tuple[str, str]]:
    app = scratch.provider(SOURCE).app()
    assert app is not None, "app() gave None; a type with pushes=True gives an application"
    for route in app.router.routes():
        resource = route.resource
        if resource is not None:
            yield ("POST" if route.method == "*" else route.method), resource.canonical


def _filled(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "nobody", path)
