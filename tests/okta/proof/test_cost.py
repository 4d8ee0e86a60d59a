"""What a request about a group costs the real store: counted in SQLite, at 100 and at 50,000 members, and the same."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest

from dirsync_core.api import Member, RecordId
from tests.okta.proof.installation import Answer, Installation, served

SMALL, LARGE = 100, 50_000


@attrs.define
class Cost:
    """What was done: statements, rows written, and steps of SQLite's machine, one or more for each row that is read."""

    statements: int = 0
    written: int = 0
    steps: int = 0


@attrs.define
class Meter:
    """Counts on every connection that is opened."""

    connections: list[sqlite3.Connection] = attrs.field(factory=list)

    @contextmanager
    def counting(self) -> Iterator[Cost]:
        """Count until the end of the block."""
        self.connections = [each for each in self.connections if _is_open(each)]
        cost, before = Cost(), self._changes()

        def statement(_: str) -> None:
            cost.statements += 1

        def step() -> None:
            cost.steps += 1

        self._listen(statement, step)
        yield cost
        self._listen(None, None)
        cost.written = self._changes() - before

    def _listen(self, statement: Callable[[str], None] | None, step: Callable[[], None] | None) -> None:
        for each in self.connections:
            each.set_trace_callback(statement)
            each.set_progress_handler(step, 1)

    def _changes(self) -> int:
        return sum(each.total_changes for each in self.connections)


def _is_open(connection: sqlite3.Connection) -> bool:
    try:
        return connection.total_changes >= 0
    except sqlite3.ProgrammingError:
        return False


@pytest.fixture
def meter(monkeypatch: pytest.MonkeyPatch) -> Meter:
    meter, connect = Meter(), sqlite3.connect

    def connected(*args: Any, **more: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **more)
        if more.get("isolation_level", "") is None:  # a connection of the store, which begins by itself
            meter.connections.append(connection)
        return connection

    monkeypatch.setattr(sqlite3, "connect", connected)
    # One reader, who is there before anything is counted: another would come with a connection that nobody counts on.
    monkeypatch.setattr("dirsync_core.store.sqlite.store._READERS", 1)
    for pause in ("web.calls._PAUSE_SECONDS", "host.watching._PAUSE_SECONDS", "web.server._CLOCK_SECONDS"):
        monkeypatch.setattr(f"dirsync_core.{pause}", 3600.0)  # what looks at the store by itself
    return meter


@pytest.fixture
async def there(tmp_path: Path, meter: Meter) -> AsyncIterator[Installation]:
    async with served(tmp_path) as installation:
        yield installation


async def group_of(there: Installation, size: int, *users: str) -> str:
    """Have a group with so many members and some users; the members are nobody's ids, and lie in the store at once."""
    group = await there.okta.group(f"Group of {size}", *users)
    members = [Member(f"member{n:06}") for n in range(size)]
    await there.host.store.write(lambda tx: tx.records.add_members(RecordId(group), members))
    return group


Ask = Callable[[Installation, str, str], Any]


def patch(operation: Callable[[str], Any]) -> Ask:
    return lambda there, group, user: there.okta.patch(f"/Groups/{group}", operation(user))


REQUESTS: dict[str, Ask] = {
    "add a user": patch(lambda user: {"op": "add", "path": "members", "value": [{"value": user}]}),
    "add nobodies": patch(lambda _: {"op": "add", "path": "members", "value": [{"value": f"n{n}"} for n in range(5)]}),
    "add who is there": patch(lambda _: {"op": "add", "path": "members", "value": [{"value": "member000007"}]}),
    "remove by a filter": patch(lambda _: {"op": "remove", "path": 'members[value eq "member000008"]'}),
    "remove by a list": patch(lambda _: {"op": "remove", "path": "members", "value": [{"value": "member000009"}]}),
    "remove who is not there": patch(lambda _: {"op": "remove", "path": 'members[value eq "nobody"]'}),
    "say its name again": patch(lambda _: {"op": "replace", "value": {"externalId": "x"}}),
    "read it without members": lambda there, group, _: there.okta.ask(
        "GET", f"/Groups/{group}?excludedAttributes=members"
    ),
    "look for a member": lambda there, group, _: there.okta.ask(
        "GET", f"/Groups?filter=id%20eq%20%22{group}%22%20and%20members.value%20eq%20%22member000010%22&attributes=id"
    ),
    "read a member": lambda there, group, user: there.okta.ask("GET", f"/Users/{user}"),
}


async def test_a_request_costs_what_it_names_however_large_the_group_is(there: Installation, meter: Meter) -> None:
    users = [await there.okta.user(f"p{n}") for n in range(4)]
    small, large = await group_of(there, SMALL, users[0]), await group_of(there, LARGE, users[1])

    for name, ask in REQUESTS.items():
        at_small = await _cost(there, meter, lambda ask=ask: ask(there, small, users[2]))
        at_large = await _cost(there, meter, lambda ask=ask: ask(there, large, users[3]))

        assert (name, at_small.statements, at_small.written) == (name, at_large.statements, at_large.written)
        assert 0 < at_large.steps < at_small.steps * 1.1 + 50, name


async def _cost(there: Installation, meter: Meter, ask: Callable[[], Any]) -> Cost:
    await there.okta.ask("GET", "/Groups?count=0")  # so that what the request before it left is settled
    with meter.counting() as cost:
        answer: Answer = await ask()
    assert answer.status in (200, 204), answer.body
    return cost


async def test_the_meter_sees_when_all_members_are_read(there: Installation, meter: Meter) -> None:
    group = await group_of(there, SMALL)
    await there.okta.ask("GET", f"/Groups/{group}?excludedAttributes=members")

    with meter.counting() as without:
        await there.okta.ask("GET", f"/Groups/{group}?excludedAttributes=members")
    with meter.counting() as whole:
        await there.okta.ask("GET", f"/Groups/{group}")

    assert whole.steps > without.steps + SMALL
