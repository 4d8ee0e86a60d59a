"""Countries as sources write them: `NO`, `Norway`, `Norge`. The names are those that the library knows."""

from collections.abc import Iterator, Mapping

from phonenumbers import SUPPORTED_REGIONS
from phonenumbers.geodata.locale import LOCALE_DATA

_OTHER_NAMES = {"UK": "GB", "USA": "US"}


def region_of(country: str) -> str | None:
    """Give the region whose numbers are dialled in a country; None for one that is not known, or not only one."""
    return _REGIONS.get(country.strip().casefold())


def _names() -> Iterator[tuple[str, str]]:
    yield from _OTHER_NAMES.items()
    for region in SUPPORTED_REGIONS:
        yield region, region
        for name in LOCALE_DATA.get(region, {}).values():
            if not name.startswith("*"):  # a reference to another language's name
                yield name, region


def _by_name() -> Mapping[str, str]:
    found: dict[str, set[str]] = {}
    for name, region in _names():
        found.setdefault(name.casefold(), set()).add(region)
    return {name: next(iter(regions)) for name, regions in found.items() if len(regions) == 1}


_REGIONS = _by_name()
