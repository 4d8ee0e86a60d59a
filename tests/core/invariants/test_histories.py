"""The invariants 1, 2, 5 to 8, 10, 11, 13, 14 and 17 to 19, held against histories that nobody thought of.

More of them, and others in each run: `DIRSYNC_EXAMPLES=5000 pytest tests/core/invariants`, or `make prove`.
"""

import pytest
from hypothesis import given

from tests.core.invariants.acts import Add, Decide, Place
from tests.core.invariants.chances import ADDRESSES, histories, long_histories
from tests.core.invariants.machine import examples, run
from tests.core.invariants.steps import Apply, Delete, Pull, Push, Restart, Step

A, B, C = ADDRESSES[:3]


@given(histories())
@examples(120)
def test_every_law_holds_after_every_step(history: list[Step]) -> None:
    run(history)


@pytest.mark.parametrize("table", ["everybody", "guarded", "hardly guarded", "oslo"])
@given(long_histories)
@examples(10)
def test_every_law_holds_throughout_a_long_history(table: str, history: list[Step]) -> None:
    run(history, table)


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


OSLO = {"city": "Oslo"}
CREW = Pull({key: {"email": f"{key}@x.example", **OSLO} for key in "aef"})
BOTH_IN_OSLO = [Push("okta", "1", A, more=OSLO), Push("okta", "3", C, more=OSLO)]


@pytest.mark.parametrize(
    "history",
    [
        pytest.param(
            [CREW, Pull({"a": {"email": A}, "f": CREW.people["f"]}), Pull({"a": CREW.people["a"]})],
            id="who is deleted and held is explained",
        ),
        pytest.param(
            [
                *BOTH_IN_OSLO,
                Push("okta", "3", None, active=False),
                Push("okta", "1", None, more={"manager": B}),
                Decide("approve", "guard"),
            ],
            id="whom somebody names who is let go",
        ),
        pytest.param(
            [CREW, Place(A, "oslo", "mask"), Pull({key: CREW.people[key] for key in "ef"}), CREW],
            id="who is hidden from a location comes back",
        ),
        pytest.param(
            [
                *BOTH_IN_OSLO,
                Push("okta", "1", A, more={"city": "Bergen"}),
                Push("okta", "3", C, more={"city": "Bergen"}),
                Apply("owned"),
            ],
            id="the location is gone that the guard has kept",
        ),
        pytest.param(
            [
                Push("hr", "2", C),
                Push("hr", "1", B),
                Delete("hr", "2"),
                Delete("hr", "1"),
                Place(B, "oslo", "add"),
            ],
            id="who is deleted and held is placed",
        ),
        pytest.param(
            [
                Push("okta", "1", A),
                Push("okta", "2", B),
                Delete("okta", "1"),
                Push("okta", "1", B),
                Delete("okta", "2"),
            ],
            id="somebody waits for who is deleted and held",
        ),
    ],
)
def test_guarded_histories_that_once_broke_a_law(history: list[Step]) -> None:
    run(history, "guarded")
