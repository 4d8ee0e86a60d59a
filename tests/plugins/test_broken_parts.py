"""The suites for mappers, filters and sources that call find what is wrong, each with words on what to do."""

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
from aiohttp import web

from dirsync_core.api import (
    Attribute,
    Claims,
    FilterType,
    Judgement,
    MapperType,
    Provider,
    ProviderType,
    Record,
    Set,
    Verdict,
    hookimpl,
)
from dirsync_core.testing import FilterContract, MapperContract, PushContract, Scratch, plugins_of
from dirsync_core.testing.providing import SOURCE

HERE = __name__
BODIES: list[dict[str, Any]] = [{"mail": "ann@x.example", "town": "Oslo"}]
EMAIL = (Attribute("email"),)


def undeclared(record: Record, claims: Claims) -> Claims:
    return {"city": Set("Oslo")}


def random_one(record: Record, claims: Claims) -> Claims:
    return {"email": Set(str(random.random()))}


def by_order(record: Record, claims: Claims) -> Claims:
    return {"email": Set(str(next(iter(record.content))))}


def meddling(record: Record, claims: Any) -> Claims:
    claims.clear()
    return {"email": Set("a")}


def reading(record: Record, claims: Claims) -> Claims:
    return {"email": Set(Path(__file__).read_text()[:5])}


def raising(record: Record, claims: Claims) -> Claims:
    return {"email": Set(str(record.content["mail"]))}


def silent(record: Record, claims: Claims) -> Claims:
    return {}


MAPPERS = [undeclared, random_one, by_order, meddling, reading, raising, silent]


@attrs.frozen
class Plain:
    """Settings of a filter."""

    city: str = "Oslo"


@attrs.frozen
class Judge:
    city: str

    def judge(self, values: Mapping[str, object], *, undetermined: object = None) -> Judgement:
        return Judgement(Verdict.IN if values["city"] == self.city else Verdict.OUT, "", "the city")


@attrs.frozen
class TellsSecrets:
    """Settings of a source."""

    api_token: str = ""
    anything: Any = None


class Careless(Provider):
    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes([web.post("/setup", self.add), web.post("/providers/x", self.add)])
        return app

    async def add(self, request: web.Request) -> web.Response:
        return web.json_response((await request.json())["name"])

    def error(self, status: int, detail: str) -> web.Response:
        return web.Response(status=200, text=detail)


@hookimpl
def dirsync_mappers() -> list[MapperType]:
    return [MapperType(each.__name__, EMAIL, lambda settings, each=each: each) for each in MAPPERS]


@hookimpl
def dirsync_filters() -> list[FilterType]:
    return [FilterType("judge", lambda settings, attributes: Judge(settings.city), Plain)]


@hookimpl
def dirsync_providers() -> list[ProviderType]:
    return [ProviderType("careless", TellsSecrets, Careless, pushes=True, mappers=("nowhere",))]


def suite(contract: type[Any], **said: Any) -> Any:
    made = type("TestIt", (contract,), {"plugin": HERE, **said})()
    made._table, made._folder = {}, Path()
    return made


@pytest.mark.parametrize(
    ("mapper", "test", "told"),
    [
        (undeclared, "test_it_sets_only_what_it_declares_and_of_that_kind", "Declare the attribute in MapperType"),
        (random_one, "test_the_same_gives_the_same", "no clock, no chance, no memory"),
        (by_order, "test_the_order_within_a_body_does_not_matter", "depend on the order of the names"),
        (meddling, "test_it_changes_neither_record_nor_claims", "give a mapping of its own"),
        (reading, "test_it_looks_at_nothing_outside", "It does open; a mapper is pure"),
        (raising, "test_it_says_nothing_rather_than_raise", "leave the attribute out instead"),
        (silent, "test_it_says_something_of_its_own_source", "Is this a body of its source?"),
    ],
)
def test_what_is_wrong_with_a_mapper_is_told(mapper: Any, test: str, told: str) -> None:
    made = suite(MapperContract, mapper_type=mapper.__name__)
    declared = {"email": EMAIL[0].kind}
    offered = {"mapper": mapper, "declared": declared, "bodies": BODIES, "before": {}}
    run = getattr(made, test)
    wanted = run.__code__.co_varnames[1 : run.__code__.co_argcount]

    with pytest.raises(AssertionError, match=told.replace("?", r"\?")):
        run(**{name: offered[name] for name in wanted})


@pytest.mark.parametrize(
    ("test", "told"),
    [
        ("test_it_judges_as_the_examples_say", "is judged Verdict.OUT|has nobody whom the filter leaves out|is judged"),
        ("test_it_says_why", "the judgement has no term"),
        ("test_somebody_without_values_is_judged_too", r"Ask with values\.get\(name\)"),
    ],
)
def test_what_is_wrong_with_a_filter_is_told(test: str, told: str) -> None:
    made = suite(FilterContract, filter_type="judge")
    examples = [({"city": "Rome"}, Verdict.IN), ({"city": "Oslo"}, Verdict.OUT)]

    with pytest.raises(AssertionError, match=told):
        getattr(made, test)(Judge("Oslo"), examples)


@pytest.mark.parametrize(
    ("test", "told"),
    [
        ("test_settings_are_an_attrs_class_whose_fields_have_types", "takes anything for anything; give each field"),
        ("test_what_is_secret_is_kept_as_a_secret", "api_token looks like a secret"),
    ],
)
def test_what_is_wrong_with_settings_is_told(test: str, told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        getattr(suite(PushContract, provider_type="careless"), test)()


def test_a_name_that_is_not_declared_is_told_with_those_that_are() -> None:
    with pytest.raises(AssertionError, match=r"declares no provider type “carless”; there are .*careless"):
        suite(PushContract, provider_type="carless")._settings_class()
    with pytest.raises(AssertionError, match="does not say which plugin it is about"):
        suite(PushContract, plugin="")._settings_class()


def test_a_mapper_that_nothing_brings_is_told() -> None:
    with pytest.raises(AssertionError, match="names the mapper nowhere, which nothing brings"):
        suite(PushContract, provider_type="careless").test_the_mappers_it_names_are_there(plugins_of(HERE))


@attrs.define
class Standing:
    """What a provider's routes are asked of."""

    made: Provider

    def provider(self, name: str) -> Provider:
        assert SOURCE == name
        return self.made


@pytest.fixture
async def careless(tmp_path: Path) -> Any:
    table = {"providers": {SOURCE: {"plugin": "careless"}}}
    scratch = Scratch(tmp_path, table, plugins_of(HERE))
    yield Standing(scratch.provider(SOURCE))
    await scratch.host.close()


async def test_what_is_wrong_with_routes_is_told(careless: Any) -> None:
    made = suite(PushContract, provider_type="careless")

    with pytest.raises(AssertionError, match=r"is a page of dirsync's and is never asked of you|begin at the provider"):
        await made.test_its_routes_stay_under_their_prefix(careless)
    with pytest.raises(AssertionError, match=r"error\(401, …\) gave"):
        await made.test_errors_of_the_server_have_the_form_of_the_source(careless)
