from collections import Counter

from dirsync_okta.rehearsal.names import plain
from dirsync_okta.rehearsal.people import NOBODY, invent


def test_one_seed_gives_the_same_people_twice() -> None:
    assert invent(300, seed=7) == invent(300, seed=7)


def test_another_seed_gives_other_people() -> None:
    assert invent(50, seed=1).people != invent(50, seed=2).people


def test_a_person_is_the_same_in_a_larger_tenant() -> None:
    small, large = invent(100, seed=1).people, invent(400, seed=1).people

    assert [one.user_name for one in small] == [one.user_name for one in large[:100]]
    assert [one.okta_id for one in small] == [one.okta_id for one in large[:100]]


def test_twelve_thousand_people_have_as_many_logins_and_ids() -> None:
    people = invent(12_000, seed=1).people

    assert len({one.user_name.casefold() for one in people}) == 12_000
    assert len({one.okta_id for one in people}) == 12_000
    assert all(len(one.user_name.partition("@")[0]) <= 64 for one in people)


def test_logins_are_plain_letters_of_the_domain() -> None:
    for one in invent(2_000, seed=3).people:
        local, _, domain = one.user_name.partition("@")
        given, _, family = local.partition(".")

        assert domain == "halden.example"
        assert given == plain(given) != ""
        assert family == plain(family) != ""


def test_okta_ids_have_twenty_characters_and_begin_with_00u() -> None:
    assert all(len(one.okta_id) == 20 and one.okta_id.startswith("00u") for one in invent(50, seed=1).people)


def test_names_come_in_many_alphabets_and_some_are_very_long() -> None:
    names = [f"{one.given_name} {one.family_name}" for one in invent(300, seed=1).people]

    assert any(not name.isascii() for name in names)
    assert any("\u3040" < letter < "\u9fff" for name in names for letter in name)
    assert max(map(len, names)) > 50


def test_attributes_that_okta_may_lack_are_lacking_for_some() -> None:
    people = invent(500, seed=1).people

    for name in ("email_type", "display_name", "title", "office", "locale", "phone"):
        lacking = sum(getattr(one, name) is None for one in people)
        assert 0 < lacking < 250, name


def test_everybody_but_the_first_has_a_manager_who_is_pushed() -> None:
    people = invent(100, seed=1).people
    addresses = {one.email for one in people}

    assert people[0].manager is None
    assert all(one.manager and one.manager.value in addresses - {one.email} for one in people[1:])


def test_assistants_name_later_people_a_future_hire_and_nobody() -> None:
    cast = invent(200, seed=1)
    position = {one.email: index for index, one in enumerate(cast.people)}
    named = [(index, name) for index, one in enumerate(cast.people) for name in one.assistants]

    assert any(position.get(name, -1) > index for index, name in named)
    assert Counter(name for _, name in named)[cast.hire.email] == 1
    assert Counter(name for _, name in named)[NOBODY] == 1
    assert cast.hire.email not in position
    assert NOBODY not in position


def test_one_list_of_assistants_has_blanks_and_capitals() -> None:
    noisy = invent(20, seed=1).people[3].assistants[0]

    assert noisy != noisy.strip()
    assert noisy != noisy.lower()


def test_an_address_that_the_caller_asks_for_is_among_the_people() -> None:
    people = invent(20, seed=1, also=["bo.lee@contractors.example"]).people

    assert len(people) == 21
    assert (
        people[-1].email,
        people[-1].given_name,
        people[-1].family_name,
    ) == ("bo.lee@contractors.example", "Bo", "Lee")


def test_an_address_asked_for_is_not_invented_for_somebody_else() -> None:
    invented = invent(20, seed=1).people[0].email

    addresses = Counter(one.email for one in invent(20, seed=1, also=[invented, invented]).people)

    assert addresses[invented] == 1
