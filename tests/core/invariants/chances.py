"""Strategies: histories that nobody thought of, with small names and few addresses, so that they collide often."""

from typing import Any

from hypothesis import strategies as st

from tests.core.invariants.acts import (
    Add,
    Adopt,
    Decide,
    Edit,
    Erase,
    Lift,
    Place,
    Release,
    Remove,
    Retire,
    Say,
    Undo,
)
from tests.core.invariants.steps import Apply, Clock, Delete, Done, Group, Pull, Push, Pushed, Restart, Step
from tests.core.invariants.tables import TABLES, TENANTS

KEYS = ("1", "2", "3")
ADDRESSES = ("a@x.example", "b@x.example", "c@x.example", "d@y.example")
GROUPS = ("Team", "Interns")
PULLED = {"a": "a@x.example", "e": "e@x.example", "f": "f@x.example"}
OWN = {(tenant, key): ADDRESSES[(place + int(key) - 1) % 4] for place, tenant in enumerate(TENANTS) for key in KEYS}

providers, keys, addresses = st.sampled_from(TENANTS), st.sampled_from(KEYS), st.sampled_from(ADDRESSES)
names = st.lists(addresses, max_size=2, unique=True)
details: dict[str, st.SearchStrategy[Any]] = {
    "title": st.sampled_from(("Chef", "boom", "")),
    "city": st.sampled_from(("Oslo", "Bergen")),
    "assistants": names,
    "manager": addresses,
}
mostly = st.sampled_from((True, True, True, False))


def weighted(*choices: tuple[int, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """Choose among strategies, each so many times as often. (`one_of` counts one that is given twice once.)"""
    return st.sampled_from([choice for weight, choice in choices for _ in range(weight)]).flatmap(lambda found: found)


# --- what sources write ----------------------------------------------------------------------------------------------

who = st.tuples(providers, keys)
said = st.fixed_dictionaries({}, optional=details)
strangely = st.builds(
    lambda who, email, active, said: Push(*who, email, active, said), who, addresses | st.none(), mostly, said
)
as_usual = st.builds(lambda who, active, said: Push(*who, OWN[who], active, said), who, mostly, said)
pushes: st.SearchStrategy[Push] = strangely | as_usual
deletes = st.builds(Delete, providers, keys)
groups = st.builds(
    Group,
    providers,
    st.sampled_from(GROUPS),
    st.lists(keys, max_size=2, unique=True).map(tuple),
    st.sampled_from((*GROUPS, None)),
)
pulled = st.fixed_dictionaries(
    {},
    optional={key: st.fixed_dictionaries({"email": st.just(email)}, optional=details) for key, email in PULLED.items()},
)
pulls = st.builds(Pull, pulled, st.sampled_from(("complete", "complete", "raised", "cut", "nonsense")))
pushed: st.SearchStrategy[Pushed] = weighted((7, pushes), (1, deletes), (2, groups), (2, pulls))

# --- what people do --------------------------------------------------------------------------------------------------

ends = st.sampled_from(("2026-11-24", "2026-11-25", "2026-11-27"))
by_hand = (
    st.builds(
        Add,
        addresses,
        until=st.none() | ends,
        locations=st.sampled_from(((), ("oslo",))),
        assistants=names.map(", ".join),
    )
    | st.builds(
        Edit,
        addresses,
        st.fixed_dictionaries(
            {}, optional={"email": addresses, "title": st.sampled_from(("Nurse", "")), "until": ends | st.just("")}
        ),
    )
    | st.builds(Remove, addresses)
    | st.builds(Place, addresses, st.sampled_from(("oslo", "team")), st.sampled_from(("add", "mask", "clear")))
)
words: st.SearchStrategy[Say] = (
    st.builds(Say, st.just("pin"), addresses, st.just("title"), st.sampled_from(("Boss", None)))
    | st.builds(Say, st.sampled_from(("add", "mask")), addresses, st.just("assistants"), addresses)
    | st.builds(Say, st.just("clear"), addresses, st.sampled_from(("title", "assistants")), st.none())
)
handing_over = st.builds(Adopt, addresses, st.none() | st.tuples(providers, keys)) | st.builds(Release, addresses)
decisions = st.builds(
    Decide,
    st.sampled_from(("approve", "keep")),
    st.sampled_from(("guard", "guard", "rehire", "address")),
    st.integers(0, 2),
    st.booleans(),
)
undone = st.builds(Undo, st.sampled_from((0, 0, 0, 1, 2)))
forgetting = st.builds(Erase, addresses) | st.builds(Lift, addresses)
retiring = st.builds(Retire, st.just("lab"), st.sampled_from(("freeze", "leave", "to")))
done: st.SearchStrategy[Done] = weighted(
    (4, by_hand), (2, handing_over), (3, words), (3, decisions), (1, undone), (1, forgetting | retiring)
)

# --- everything ------------------------------------------------------------------------------------------------------

others: st.SearchStrategy[Step] = weighted(
    (2, st.builds(Apply, st.sampled_from((*TABLES, "without lab", "guarded", "guarded")))),
    (1, st.builds(Clock, days=st.integers(1, 3))),
    (1, st.builds(Clock, hours=st.integers(1, 14))),
    (1, st.builds(Restart, st.sampled_from((None, None, "flat", "manual", "asked")))),
)
steps: st.SearchStrategy[Step] = weighted((7, pushed), (4, done), (1, others))


def histories(*, least: int = 1, most: int = 20) -> st.SearchStrategy[list[Step]]:
    """Give lists of steps, long ones as often as short ones."""
    return st.integers(least, most).flatmap(lambda n: st.lists(steps, min_size=n, max_size=n))


CROWD = (
    *(Push("okta", key, OWN["okta", key], more={"city": "Oslo", "title": "Chef"}) for key in KEYS),
    Push("hr", "3", OWN["hr", "3"], more={"city": "Oslo"}),
    Pull({key: {"email": email, "city": "Oslo"} for key, email in PULLED.items()}),
)
long_histories = histories(least=26, most=40).map(lambda history: [*CROWD, *history])
"""Begin with a directory that has somebody to lose, and go on for long."""
