"""The invariants 1, 2, 5, 6, 7, 10, 11 and 13, held against histories that nobody thought of.

More of them, and others in each run: `DIRSYNC_EXAMPLES=5000 pytest tests/core/invariants`.
"""

import pytest
from hypothesis import given

from tests.core.invariants.machine import examples, run
from tests.core.invariants.steps import ADDRESSES, Add, Apply, Push, Restart, Step, histories

A, B = ADDRESSES[:2]


@given(histories())
@examples(120)
def test_every_law_holds_after_every_step(history: list[Step]) -> None:
    run(history)


BOTH = [Push("okta", "1", A), Push("hr", "1", A)]
BOTH_AWAY = [*BOTH, Push("okta", "1", A, active=False), Push("hr", "1", A, active=False)]


@pytest.mark.parametrize(
    "history",
    [
        pytest.param([Push("okta", "1", A), Push("okta", "1", None), Push("okta", "1", A)], id="an address comes back"),
        pytest.param(
            [*BOTH_AWAY, Push("lab", "1", A), Push("hr", "1", B)],
            id="who keeps an address away becomes active elsewhere",
        ),
        pytest.param(
            [*BOTH_AWAY, Push("lab", "1", B), Push("okta", "1", B), Push("hr", "1", A)],
            id="the second of two addresses is free",
        ),
        pytest.param([Add(A), Push("okta", "1", A), Apply("adopting")], id="rules that hand over at once"),
        pytest.param([Push("okta", "1", None), Restart("flat"), Restart()], id="a plugin goes and comes back"),
        pytest.param(
            [Add(A, until="2026-11-24"), Push("okta", "1", A), Restart("manual")], id="by hand without a plugin"
        ),
    ],
)
def test_histories_that_once_broke_a_law(history: list[Step]) -> None:
    run(history)
