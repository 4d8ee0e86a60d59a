"""`tolerate` and `strict`: which tolerances they leave on, and what of them can't be used."""

import pytest

from dirsync_core.api import Dialect, ProviderType, SettingsError
from dirsync_core.host.dialects import tolerations
from dirsync_core.host.settings import ProviderSettings

ALWAYS = Dialect("by-the-book", "what the standard asks for", always=True)
SLASH = Dialect("double-slash", "a slash too many")
PUSHES = ProviderType("flat", object, lambda settings, context: None, pushes=True, dialects=(ALWAYS, SLASH))  # type: ignore[arg-type, return-value]  # never made
PULLS = ProviderType("csv", object, lambda settings, context: None)  # type: ignore[arg-type, return-value]  # never made


def on(**settings: object) -> set[str]:
    configured = ProviderSettings("flat", **settings)  # type: ignore[arg-type]  # as a file says it
    return {each.dialect.name for each in tolerations(PUSHES, "okta", configured) if each.on}


def problems(kind: ProviderType, **settings: object) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        tolerations(kind, "okta", ProviderSettings("flat", **settings))  # type: ignore[arg-type]
    return caught.value.problems


def test_without_a_word_all_are_on() -> None:
    assert {"by-the-book", "double-slash", "token-without-bearer"} == on()


def test_tolerate_leaves_on_what_it_names_and_what_the_standard_asks_for() -> None:
    assert {"by-the-book", "double-slash"} == on(tolerate=("double-slash",))


@pytest.mark.parametrize("settings", [{"strict": True}, {"tolerate": ()}])
def test_strict_and_an_empty_list_leave_on_what_the_standard_asks_for(settings: dict[str, object]) -> None:
    assert {"by-the-book"} == on(**settings)


def test_a_name_that_there_is_not_is_told_with_the_nearest() -> None:
    assert ["providers.okta.tolerate[1]: “duble-slash” is no tolerance; did you mean double-slash?"] == problems(
        PUSHES, tolerate=("by-the-book", "duble-slash")
    )


def test_a_name_like_no_other_is_told_with_all_that_there_are() -> None:
    (problem,) = problems(PUSHES, tolerate=("xyz",))

    assert problem.endswith("known here: by-the-book, double-slash, token-without-bearer")


def test_who_does_not_push_tolerates_nothing() -> None:
    assert ["providers.okta.tolerate[0]: “double-slash” is no tolerance; known here: none"] == problems(
        PULLS, tolerate=("double-slash",)
    )


def test_strict_does_not_stand_beside_tolerate() -> None:
    (problem,) = problems(PUSHES, strict=True, tolerate=("double-slash",))

    assert "leave one of them out" in problem
