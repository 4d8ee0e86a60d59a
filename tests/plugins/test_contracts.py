"""The contract suites: what breaks a rule is found out, and the author is told what to do about it."""

import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import attrs
import pytest

from dirsync_core.api import (
    Attribute,
    Claims,
    Complete,
    Context,
    MapperType,
    Provider,
    ProviderType,
    Pulled,
    Record,
    Set,
    Upsert,
    hookimpl,
)
from dirsync_core.testing import Contract, MapperContract, PullContract, Scratch, employees, plugins_of
from dirsync_core.testing.watching import OUTSIDE, watched


def test_a_standard_test_that_is_replaced_is_refused() -> None:
    with pytest.raises(TypeError, match="replaces the standard test test_it_opens_and_closes"):
        type("TestAcme", (PullContract,), {"test_it_opens_and_closes": None})


def test_a_standard_test_may_be_marked_with_a_reason() -> None:
    @pytest.mark.xfail(reason="the vendor's library closes by itself")
    def mine(self: Contract) -> None: ...

    @pytest.mark.xfail
    def without_reason(self: Contract) -> None: ...

    assert type("TestAcme", (PullContract,), {"test_it_opens_and_closes": mine})
    with pytest.raises(TypeError, match="say why"):
        type("TestAcme", (PullContract,), {"test_it_opens_and_closes": without_reason})


def test_a_test_of_ones_own_is_no_replacement() -> None:
    assert type("TestAcme", (MapperContract,), {"test_it_knows_the_vendor's_names": lambda self: None})


def test_invented_people_are_the_same_each_time_and_differ_in_number_and_address() -> None:
    assert employees(50) == employees(50) != employees(50, seed=2)
    assert 50 == len({p.number for p in employees(50)}) == len({p.email for p in employees(50)})


def test_watching_tells_what_was_done_outside(tmp_path: Path) -> None:
    with watched(OUTSIDE) as seen:
        (tmp_path / "file").write_text("text")
    (tmp_path / "file").read_text()

    assert ["open"] == seen


# --- broken sources, each of which one standard test finds out -------------------------------------------------------


@attrs.frozen
class NoSettings:
    pass


class Good(Provider):
    """A list in memory, and one thing wrong with it in each of those derived from it."""

    people: Sequence[Mapping[str, str]] = ()
    broken = False

    async def pull(self, cursor: str | None) -> AsyncIterator[Pulled]:
        for place, person in enumerate(type(self).people):
            if type(self).broken and place == 2:
                raise OSError("the line is down")
            yield Upsert(self.key(place, person), {**person, **self.more()})
        yield Complete()

    def key(self, place: int, person: Mapping[str, str]) -> str:
        return person["number"]

    def more(self) -> Mapping[str, str]:
        return {}


class Counting(Good):
    count = 0

    def more(self) -> Mapping[str, str]:
        type(self).count += 1
        return {"read": str(self.count)}


class ByLine(Good):
    def key(self, place: int, person: Mapping[str, str]) -> str:
        return f"{place} {person['number']}"


class Twice(Good):
    def key(self, place: int, person: Mapping[str, str]) -> str:
        return person["number"][:4]


class Swallowing(Good):
    async def pull(self, cursor: str | None) -> AsyncIterator[Pulled]:
        try:
            async for item in super().pull(cursor):
                yield item
        except OSError:
            yield Complete()


class Unclosable(Good):
    async def close(self) -> None:
        await self.session.close()  # type: ignore[attr-defined]


class Greedy(Good):
    def __init__(self, settings: NoSettings, context: Context) -> None:
        super().__init__(settings, context)
        import socket  # noqa: PLC0415

        socket.gethostbyname("localhost")


def map_good(record: Record, claims: Claims) -> Claims:
    return {"email": Set(str(record.content.get("mail", "")))}


KINDS = {kind.__name__: kind for kind in (Good, Counting, ByLine, Twice, Swallowing, Unclosable, Greedy)}


@hookimpl
def dirsync_providers() -> list[ProviderType]:
    return [ProviderType(name, NoSettings, kind, mappers=("good",)) for name, kind in KINDS.items()]


@hookimpl
def dirsync_mappers() -> list[MapperType]:
    return [MapperType("good", (Attribute("email"),), lambda settings: map_good)]


SUITES = """
import pytest
from dirsync_core.testing import PullContract, Source
from tests.plugins.test_contracts import KINDS

class Memory(Source):
    def __init__(self, kind):
        self.kind = kind
    def has(self, people):
        self.kind.broken = False
        self.kind.people = [{"number": p.number, "mail": p.email} for p in people]
    def breaks(self):
        self.kind.broken = True

class Suite:
    plugin = "tests.plugins.test_contracts"

    @pytest.fixture
    def source(self):
        return Memory(KINDS[self.provider_type])
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says of a suite for each of the kinds."""
    folder = tmp_path_factory.mktemp("suites")
    suites = (f'class Test{kind}(Suite, PullContract):\n    provider_type = "{kind}"\n' for kind in KINDS)
    (folder / "test_suites.py").write_text("\n".join([SUITES, *suites]))
    (folder / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short", "--rootdir", str(folder)]
    done = subprocess.run(
        [*command, str(folder)], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    return " ".join(done.stdout.split()).replace(" E ", " ")


@pytest.mark.parametrize(
    ("kind", "test", "told"),
    [
        ("Counting", "test_a_second_sync_changes_nothing", "must not hold what differs from time to time"),
        ("ByLine", "test_keys_are_unique_and_stable", "never a line number"),
        ("Twice", "test_keys_are_unique_and_stable", "take the source's own id"),
        ("Swallowing", "test_an_enumeration_that_is_cut_short_withdraws_nobody", "Let the error out of pull()"),
        ("Unclosable", "test_it_closes_after_open_failed_at_once", "Set in __init__ what open() sets later"),
        ("Greedy", "test_making_it_talks_to_nobody", "do that in open()"),
    ],
)
def test_what_is_wrong_with_a_source_is_found_and_told(found: str, kind: str, test: str, told: str) -> None:
    assert f"Test{kind}::{test}" in found
    assert told in found


def test_a_source_with_nothing_wrong_passes(found: str) -> None:
    assert "TestGood::" not in found


async def test_a_scratch_directory_is_one(tmp_path: Path) -> None:
    Good.people = [{"number": "1", "mail": "ann@x.example"}]
    table = {"providers": {"source": {"plugin": "Good"}}}
    async with Scratch(tmp_path, table, plugins_of("tests.plugins.test_contracts")) as scratch:
        await scratch.pull("source")

        assert {"ann@x.example"} == await scratch.active()
