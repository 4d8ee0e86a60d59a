"""Map: what a mapper may claim, and what becomes of a record when it does something else."""

import pytest
from structlog.testing import capture_logs

from dirsync_core.api import Claims, Clear, Record, Set
from dirsync_core.engine.mapping import Mapped, map_record, text_of, values_of
from tests.core.engine.making import mapper, provider, record


def mapped(*claims: object, groups: tuple[str, ...] = ()) -> Mapped:
    return map_record(record(), groups, provider(*(mapper(f"m{n}", each) for n, each in enumerate(claims))))


def test_a_later_mapper_replaces_what_an_earlier_one_claimed_and_leaves_the_rest() -> None:
    result = mapped({"title": Set("Cook"), "email": Set("a@x")}, {"title": Set("Chef")}, {"email": Clear()})

    assert result.claims == {"title": Set("Chef"), "email": Clear(), "groups": Clear()}
    assert result.by == ("m0", "m1", "m2")


def test_a_mapper_sees_the_claims_before_it_and_can_not_change_them() -> None:
    seen: list[Claims] = []

    def look(_: Record, claims: Claims) -> Claims:
        seen.append(dict(claims))
        claims["title"] = Set("changed")  # type: ignore[index]  # what a mapper must not do
        return {}

    assert mapped({"title": Set("Cook")}, look).claims["title"] == Set("Cook")
    assert seen == [{"title": Set("Cook")}]


def test_groups_are_the_core_s_whatever_mappers_are_there() -> None:
    assert mapped(groups=("B", "A")).claims == {"groups": Set(("B", "A"))}
    assert mapped().claims == {"groups": Clear()}


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"shoe": Set("42")}, "it set shoe, which it does not declare (it declares email, title"),
        ({"groups": Set(("A",))}, "it set groups, which it does not declare"),
        ({"titel": Set("Chef")}, "did you mean title?"),
        ({"title": "Chef"}, "title has 'Chef'; a claim is Set(value) or Clear()"),
        ({"title": None}, "title has None"),
        ({"title": Set(("a",))}, "title holds text, and was given ('a',)"),
        ({"title": Set(True)}, "title holds text, and was given True"),
        ({"title": Set(7)}, "title holds text, and was given 7"),
        ({"remote": Set("true")}, "remote holds boolean, and was given 'true'"),
        ({"tags": Set("a")}, "tags holds texts, and was given 'a'"),
        ({"tags": Set(["a"])}, "tags holds texts, and was given ['a']"),
        ({"tags": Set(("a", 7))}, "tags holds texts"),
        ({"manager": Set(("a@x",))}, "manager holds reference, and was given ('a@x',)"),
        ({"assistants": Set("a@x")}, "assistants holds references, and was given 'a@x'"),
        (lambda *_: None, "TypeError: it gave nothing; a mapper gives a dict of claims, {} where it has no opinion"),
        (lambda *_: [], "TypeError: it gave a list; a mapper gives a dict of claims"),
        (lambda *_: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_a_claim_that_does_not_fit_makes_the_record_errored_and_says_why(claims: object, told: str) -> None:
    result = mapped(claims)

    assert result.claims == {}
    assert result.error is not None
    assert result.error.startswith("The mapper m0 failed")
    assert told in result.error


def test_what_is_like_nothing_that_is_declared_is_told_without_a_guess() -> None:
    mute = mapper("mute", {"shoe": Set("42")}, {})

    told = map_record(record(), (), provider(mute)).error
    assert told is not None
    assert told.endswith("it set shoe, which it does not declare (it declares none)")


def test_a_mapper_is_given_the_record() -> None:
    assert mapped(lambda record, _: {"title": Set(record.id)}).claims["title"] == Set("r")


def test_a_mapper_that_fails_is_logged_without_what_the_record_says() -> None:
    def fail(record: Record, _: Claims) -> Claims:
        raise ValueError(f"can't read {record.body!r}")

    with capture_logs() as logs:
        mapped({}, fail)

    assert logs == [
        {"event": "mapper_failed", "mapper": "m1", "record": "r", "error": "ValueError", "log_level": "warning"}
    ]


def test_nothing_of_a_record_is_claimed_when_the_second_of_two_mappers_fails() -> None:
    assert mapped({"title": Set("Chef")}, {"shoe": Set("42")}).claims == {}


@pytest.mark.parametrize(
    "claims",
    [{"remote": Set(False)}, {"tags": Set(())}, {"tags": Clear()}, {"title": Set("")}, {"assistants": Set(("a@x",))}],
)
def test_what_fits_is_claimed(claims: Claims) -> None:
    assert {**claims, "groups": Clear()} == mapped(claims).claims


def test_filters_see_values_and_no_opinion_as_none() -> None:
    claims = {"title": Set("Chef"), "email": Clear(), "remote": Set(False)}

    assert values_of(claims) == {"title": "Chef", "remote": False}
    assert [text_of(claims, name) for name in ("title", "email", "remote", "city")] == ["Chef", None, None, None]
