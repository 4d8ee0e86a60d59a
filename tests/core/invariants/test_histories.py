"""The invariants, held against histories that nobody thought of."""

from hypothesis import given

from tests.core.invariants.machine import examples, run
from tests.core.invariants.steps import Step, histories


@given(histories())
@examples(150)
def test_every_law_holds_after_every_step(history: list[Step]) -> None:
    run(history)
