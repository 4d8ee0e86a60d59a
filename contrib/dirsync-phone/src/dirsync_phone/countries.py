"""Countries as sources write them: `NO`, `Norway`, `Norge`. The names, in many languages, are in `names.json`.

They are those of phonenumbers.geodata, which is half a second of loading: too much for every command.
"""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files

_OTHER_NAMES = {"UK": "GB", "USA": "US"}

Countries = Mapping[str, str]
"""Code or name, without capitals → the region whose numbers are dialled there."""


def read_countries() -> Countries:
    """Give all codes and names. One that several countries have is not among them."""
    return {name.casefold(): region for name, region in _names()}


def region_of(country: str, countries: Countries) -> str | None:
    """Give the region of a country; None for one that is not known."""
    return countries.get(country.strip().casefold())


def _names() -> Iterator[tuple[str, str]]:
    yield from _OTHER_NAMES.items()
    regions: Mapping[str, list[str]] = json.loads((files(__package__) / "names.json").read_text(encoding="utf-8"))
    for region, names in regions.items():
        yield region, region
        yield from ((name, region) for name in names)
