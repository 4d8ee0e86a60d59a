"""What a mapper has to be: pure, deterministic, and true to what it declares. Start at `MapperContract`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from dirsync_core.api import AttributeKind, Claims, Mapper, MapperType, Record, RecordId, Set
from dirsync_core.engine.mapping import map_record
from dirsync_core.engine.rules import CompiledMapper, ProviderRules
from dirsync_core.host.settings import structure
from dirsync_core.model.people import Json
from dirsync_core.testing.clock import START
from dirsync_core.testing.contract import missing
from dirsync_core.testing.scratch import plugins_of
from dirsync_core.testing.typed import SettingsContract
from dirsync_core.testing.watching import OUTSIDE, watched

ODD: Sequence[Json] = (None, 0, 17, True, "", " ", "text", [], [None], ["text"], [[]], {}, {"value": None}, [{}])
_BEFORE: Claims = {"email": Set("before@halden.example")}


class MapperContract(SettingsContract):
    """What a mapper has to be. `mapper_type` is its name; the fixture `bodies` gives bodies as its source sends them.

    A mapper with settings has the fixture `settings` too; one that goes on from what mappers before it claimed, the
    fixture `before`.
    """

    mapper_type: str = ""

    @pytest.fixture
    def settings(self) -> Mapping[str, Any]:
        """The mapper's settings, as a table."""
        return {}

    @pytest.fixture
    def bodies(self) -> Sequence[Mapping[str, Json]]:
        """Bodies of records, as the source sends them."""
        raise NotImplementedError(missing(self, "bodies", 'return [{"mail": "ann@halden.example", "town": "Oslo"}]'))

    @pytest.fixture
    def before(self) -> Claims:
        """What mappers before it claimed; nothing, for one that only reads the record."""
        return {}

    @pytest.fixture(autouse=True)
    def _told_settings(self, settings: Mapping[str, Any]) -> None:
        self._table = settings

    @pytest.fixture
    def mapper(self) -> Mapper:
        """The mapper, made as the core makes it."""
        kind = self._kind()
        return kind.create(structure(self._table, kind.settings, "settings") if kind.settings is not None else None)

    @pytest.fixture
    def declared(self) -> Mapping[str, AttributeKind]:
        """The attributes that it may set, with their kinds."""
        return {attribute.name: attribute.kind for attribute in self._kind().attributes}

    # --- the standard tests ------------------------------------------------------------------------------------------

    def test_it_sets_only_what_it_declares_and_of_that_kind(
        self,
        mapper: Mapper,
        declared: Mapping[str, AttributeKind],
        bodies: Sequence[Mapping[str, Json]],
        before: Claims,
    ) -> None:
        """Else the record is `errored`, and nothing of it counts."""
        for body in bodies:
            mapped = _through(lambda record, _: mapper(record, before), declared, record_of(body))
            assert mapped is None, (
                f"{mapped}. Declare the attribute in MapperType.attributes, or leave it out. {_of(body)}"
            )

    def test_it_says_something_of_its_own_source(
        self, mapper: Mapper, bodies: Sequence[Mapping[str, Json]], before: Claims
    ) -> None:
        """Bodies of which it says nothing prove nothing."""
        assert bodies, "The fixture bodies gives none; give some as the source sends them"
        for body in bodies:
            assert mapper(record_of(body), before), f"It claims nothing. Is this a body of its source? {_of(body)}"

    def test_the_same_gives_the_same(
        self, mapper: Mapper, bodies: Sequence[Mapping[str, Json]], before: Claims
    ) -> None:
        """Mapping is done again and again, and plan, rebuild and explain count on it."""
        claims = {**_BEFORE, **before}
        for body in bodies:
            assert mapper(record_of(body), claims) == mapper(record_of(body), claims), (
                f"The same record gave other claims the second time; no clock, no chance, no memory. {_of(body)}"
            )

    def test_the_order_within_a_body_does_not_matter(
        self, mapper: Mapper, bodies: Sequence[Mapping[str, Json]], before: Claims
    ) -> None:
        """JSON objects have no order."""
        for body in bodies:
            turned = dict(reversed([*body.items()]))
            assert mapper(record_of(body), before) == mapper(record_of(turned), before), (
                f"The claims depend on the order of the names in the body. {_of(body)}"
            )

    def test_it_changes_neither_record_nor_claims(
        self, mapper: Mapper, bodies: Sequence[Mapping[str, Json]], before: Claims
    ) -> None:
        """What it is given belongs to others too."""
        given = {**_BEFORE, **before}
        for body in bodies:
            record, claims = record_of(body), dict(given)
            mapper(record, claims)
            assert record.content == json.loads(record.body), f"It changed record.content; copy it first. {_of(body)}"
            assert claims == given, f"It changed the claims that it was given; give a mapping of its own. {_of(body)}"

    def test_it_looks_at_nothing_outside(
        self, mapper: Mapper, bodies: Sequence[Mapping[str, Json]], before: Claims
    ) -> None:
        """No file, no network, no waiting: what it needs from outside belongs in its settings."""
        for body in bodies:
            mapper(record_of(body), before)
            with watched(OUTSIDE) as seen:
                mapper(record_of(body), before)
            assert not seen, f"It does {', '.join(seen)}; a mapper is pure. Read that once, in `create`"

    def test_it_says_nothing_rather_than_raise(
        self, mapper: Mapper, declared: Mapping[str, AttributeKind], bodies: Sequence[Mapping[str, Json]]
    ) -> None:
        """A value that is missing or odd is no opinion; one that raises takes the whole record out of the directory."""
        for body in [{}, *(odd for each in bodies for odd in _oddities(each))]:
            try:
                claims = mapper(record_of(body), {})
            except Exception as error:
                raise AssertionError(f"It raised {error!r}; leave the attribute out instead. {_of(body)}") from error
            problem = _through(lambda record, before, said=claims: said, declared, record_of(body))
            assert problem is None, f"{problem}. {_of(body)}"

    # --- what the suite goes on from ---------------------------------------------------------------------------------

    def _kind(self) -> MapperType:
        mappers = plugins_of(self._module()).mappers
        assert self.mapper_type in mappers, (
            f"{self.plugin} declares no mapper “{self.mapper_type}”; there are {', '.join(sorted(mappers))}. Set"
            " mapper_type to the name that your MapperType has"
        )
        return mappers[self.mapper_type]

    def _settings_class(self) -> type[Any] | None:
        return self._kind().settings

    def _good(self) -> Mapping[str, Any]:
        return self._table


def record_of(body: Mapping[str, Json]) -> Record:
    """Give a record with that body, as a mapper is given it."""
    stored = json.dumps(body).encode()
    return Record(RecordId("record"), "source", "user", "key", None, stored, True, 1, START, START)


def _through(mapper: Mapper, declared: Mapping[str, AttributeKind], record: Record) -> str | None:
    """Map as the engine does; gives what it says is wrong."""
    compiled = CompiledMapper("under test", mapper, declared)
    return map_record(record, (), ProviderRules("source", "Source", False, (compiled,))).error


def _oddities(body: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """Give the body without each of its names in turn, and with something odd under each."""
    for name in body:
        yield {other: value for other, value in body.items() if other != name}
        yield from ({**body, name: odd} for odd in ODD)


def _of(body: Mapping[str, Json]) -> str:
    return f"The body: {json.dumps(body, ensure_ascii=False)[:300]}"
