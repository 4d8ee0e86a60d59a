"""Invariant 17: a pull that raises, is cut, or is empty where there was something changes nobody's status."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from dirsync_core.api import Complete, Pulled, Upsert
from dirsync_core.host.asked.pulling import pull
from tests.core.asked import Asked, everybody
from tests.core.invariants.machine import examples, finish
from tests.core.world import World

HR = {"providers": {"hr": {"plugin": "asked"}, "contractors": {"plugin": "manual"}}}
KEYS = st.lists(st.sampled_from("abcdefgh"), min_size=1, unique=True)
CITIES = st.sampled_from(["Oslo", "Bergen", ""])
ENDS = st.sampled_from(["raised", "cut", "twice", "nonsense", "empty"])


def broken(end: str, keys: list[str], city: str) -> list[Pulled | BaseException]:
    """Part of an enumeration, and an end that is none; or one that names nobody."""
    part: list[Pulled | BaseException] = [Upsert(key, {"email": f"{key}@x.example", "city": city}) for key in keys]
    match end:
        case "raised":
            return [*part, RuntimeError("cut")]
        case "cut":
            return part
        case "twice":
            return [*part, part[0], Complete()]  # type: ignore[list-item]
        case "nonsense":
            return [*part, "end"]  # type: ignore[list-item]
        case _:
            return [Complete()]


async def statuses(w: World) -> dict[str, str]:
    people = await w.look(lambda tx: [tx.people.get(person) for person in tx.facts.everybody()])
    return {person.id: person.status for person in people}


async def change_nobody(there: list[str], named: list[str], end: str, city: str, again: bool) -> None:
    with TemporaryDirectory() as folder:
        async with World(Path(folder), HR) as w:
            source = w.host.providers["hr"]
            assert isinstance(source, Asked)
            source.says = [*everybody(*there)]
            await pull(w.host, "hr")
            before = await statuses(w)

            w.by()
            source.says = broken(end, named, city)
            await pull(w.host, "hr", again=again)

            assert before.items() <= (await statuses(w)).items()


@given(KEYS, KEYS, ENDS, CITIES, st.booleans())
@examples(40)
def test_a_pull_that_breaks_off_changes_nobody_s_status(
    there: list[str], named: list[str], end: str, city: str, again: bool
) -> None:
    finish(change_nobody(there, named, end, city, again))
