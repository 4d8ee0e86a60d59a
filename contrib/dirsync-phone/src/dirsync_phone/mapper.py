"""The mapper: it goes on from what mappers before it claimed, and touches `phone` alone.

A number that can't be read for certain is left as the source wrote it: a value is never lost, and never guessed.
"""

import attrs
from phonenumbers import SUPPORTED_REGIONS, PhoneMetadata

from dirsync_core.api import Attribute, AttributeKind, Claims, Mapper, MapperType, Record, Set
from dirsync_phone.countries import read_countries, region_of
from dirsync_phone.numbers import one_form

NAME = "phone-e164"


def _check_region(_: object, __: object, region: str | None) -> None:
    if region is not None and region not in SUPPORTED_REGIONS:
        raise ValueError(f"region: “{region}” is no country's code of two capital letters; for instance NO or GB")


@attrs.frozen
class PhoneSettings:
    """`[providers.NAME.mapper_settings.phone-e164]`: the region of those whose country is not known."""

    region: str | None = attrs.field(default=None, validator=_check_region)


def phone_mapper(settings: PhoneSettings) -> Mapper:
    """Make the mapper, with the plans of all countries in memory: it reads no file later on."""
    PhoneMetadata.load_all()
    countries = read_countries()

    def map_phone(record: Record, claims: Claims) -> Claims:
        written = _text(claims, "phone")
        if written is None:
            return {}
        country = _text(claims, "country")
        formed = one_form(written, region_of(country, countries) if country is not None else settings.region)
        return {"phone": Set(formed)} if formed is not None else {}

    return map_phone


def _text(claims: Claims, name: str) -> str | None:
    claim = claims.get(name)
    return claim.value if isinstance(claim, Set) and isinstance(claim.value, str) else None


PHONE_MAPPER = MapperType(
    NAME,
    (Attribute("phone", AttributeKind.TEXT, "The primary phone number, as +4790011222 where it can be read"),),
    phone_mapper,
    PhoneSettings,
)
