"""Phone numbers in one form, and none lost."""

from collections.abc import Mapping, Sequence
from typing import Any

import phonenumbers
import pytest
from phonenumbers import geocoder

from dirsync_core.api import Claims, Clear, Json, Set
from dirsync_core.testing import MapperContract, Scratch, plugins_of
from dirsync_phone.countries import read_countries, region_of
from dirsync_phone.mapper import PhoneSettings, phone_mapper
from dirsync_phone.numbers import one_form


class TestPhone(MapperContract):
    plugin = "dirsync_phone"
    mapper_type = "phone-e164"
    bad_settings = ({"region": "Norway"}, {"region": "no"}, {"region": 47})

    @pytest.fixture
    def settings(self) -> Mapping[str, Any]:
        return {"region": "NO"}

    @pytest.fixture
    def bodies(self) -> Sequence[Mapping[str, Json]]:
        return [{"userName": "ann@x.example"}]

    @pytest.fixture
    def before(self) -> Claims:
        return {"phone": Set("900 11 222"), "country": Set("Norway")}


@pytest.mark.parametrize(
    ("written", "region", "formed"),
    [
        ("+47 900 11 222", None, "+4790011222"),
        ("900 11 222", "NO", "+4790011222"),
        ("0047 900 11 222", "NO", "+4790011222"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("+44 (0)20 7946 0958", "NO", "+442079460958"),
        ("(020) 7946-0958", "GB", "+442079460958"),
        ("06 698 12345", "IT", "+390669812345"),
        ("tel:+1-201-555-0123", None, "+12015550123"),
        ("٠٢٠٧٩٤٦٠٩٥٨", "GB", "+442079460958"),
    ],
)
def test_a_number_that_can_be_read_is_written_in_one_form(written: str, region: str | None, formed: str) -> None:
    assert formed == one_form(written, region)


@pytest.mark.parametrize(
    "written", ["+44 20 7946 0958 ext. 12", "tel:+44-20-7946-0958;ext=12", "+442079460958 x12", "+44 20 79460958 #12"]
)
def test_an_extension_is_kept(written: str) -> None:
    assert "+442079460958;ext=12" == one_form(written, None)


@pytest.mark.parametrize(
    ("written", "region"),
    [
        ("900 11 222", None),
        ("12", "NO"),
        ("1234567890123", "NO"),
        ("ask at the desk", "NO"),
        ("900 11 222 (mornings)", "NO"),
        ("900 11 222 / 900 33 444", "NO"),
        ("900 11 222 / x 900 33 444", "NO"),
        ("1-800-FLOWERS", "US"),
        ("tel:90011222;phone-context=+47", "NO"),
        ("+999 12345678", None),
        ("", "NO"),
        ("+" + "1" * 300, None),
    ],
)
def test_what_is_not_one_number_for_certain_is_left_alone(written: str, region: str | None) -> None:
    assert one_form(written, region) is None


def test_an_example_of_every_region_is_read_and_the_same_again() -> None:
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        number = phonenumbers.example_number(region)
        national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        formed = one_form(national, region)

        assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == formed, region
        assert formed == one_form(formed, None), region


@pytest.mark.parametrize(
    ("country", "region"),
    [("NO", "NO"), (" no ", "NO"), ("Norway", "NO"), ("NORGE", "NO"), ("Deutschland", "DE"), ("UK", "GB"),
     ("USA", "US"), ("Atlantis", None), ("", None)],
)  # fmt: skip
def test_countries_are_known_by_code_and_by_name(country: str, region: str | None) -> None:
    assert region == region_of(country, read_countries())


def test_every_country_whose_numbers_are_known_is_known_by_its_english_name() -> None:
    countries = read_countries()
    for region in phonenumbers.SUPPORTED_REGIONS - {"AC", "TA"}:  # islands for which the library has no name
        english = geocoder.country_name_for_number(phonenumbers.example_number(region), "en")

        assert region == region_of(english, countries) or not english, region


def mapped(record: Any, claims: Claims, region: str | None = None) -> Claims:
    return phone_mapper(PhoneSettings(region))(record, claims)


def test_the_country_decides_and_the_setting_where_there_is_none() -> None:
    number = Set("020 7946 0958")

    assert {"phone": Set("+442079460958")} == mapped(None, {"phone": number, "country": Set("GB")}, "NO")
    assert {"phone": Set("+442079460958")} == mapped(None, {"phone": number}, "GB")
    assert {} == mapped(None, {"phone": number, "country": Set("Atlantis")}, "GB")
    assert {} == mapped(None, {"phone": number})


def test_no_phone_and_a_phone_that_was_cleared_stay_so() -> None:
    assert {} == mapped(None, {}, "NO")
    assert {} == mapped(None, {"phone": Clear()}, "NO")


async def test_it_stands_behind_another_mapper(tmp_path: Any) -> None:
    settings = {"mapper_settings": {"phone-e164": {"region": "NO"}}}
    source = {"plugin": "csv", "file": "hr.csv", "key": "id", "mappers": ["csv", "phone-e164"], **settings}
    (tmp_path / "hr.csv").write_text("id,email,phone\n1,ann@x.example,900 11 222\n2,bo@x.example,at the desk\n")

    async with Scratch(tmp_path, {"providers": {"hr": source}}, plugins_of("dirsync_phone")) as scratch:
        await scratch.pull("hr")

        phones = {person.email: person.values["phone"] for person in await scratch.people()}
    assert {"ann@x.example": "+4790011222", "bo@x.example": "at the desk"} == phones
