"""4: delivering the same write twice leaves every table as delivering it once; a refusal leaves nothing."""

from hypothesis import given

from tests.core.invariants.acts import Decide, Edit, Erase, Lift, Retire, Undo
from tests.core.invariants.chances import histories
from tests.core.invariants.machine import all_tables, examples, finish, fresh
from tests.core.invariants.steps import Clock, Group, Restart, Step, happen


def is_the_same_again(step: Step) -> bool:
    """Whether the step means the same when it happens again: names mean whom they meant, and no time passes."""
    match step:
        case Clock() | Restart() | Decide() | Undo() | Erase() | Lift() | Retire():
            return False
        case Group(name=name, name_after=after):
            return name == after
        case Edit(values=values):
            return "email" not in values
        case _:
            return True


async def deliver_twice(history: list[Step]) -> None:
    async with fresh() as w:
        for step in history:
            before = await all_tables(w)
            done = await happen(step, w)
            once = await all_tables(w)
            assert done or once == before or isinstance(step, Restart)
            if done and is_the_same_again(step):
                await happen(step, w)
                assert once == await all_tables(w)


@given(histories())
@examples(60)
def test_a_write_delivered_twice_is_written_once(history: list[Step]) -> None:
    finish(deliver_twice(history))
