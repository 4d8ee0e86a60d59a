"""What the distribution declares, and its guide."""

import click

from dirsync_core.api import Context, Provider
from dirsync_okta import plugin
from dirsync_okta.guide import OKTA_GUIDE
from dirsync_okta.provider import OktaSettings
from tests.okta.conversation import DIRSYNC


def test_the_provider_type_says_that_okta_pushes(records):
    (declared,) = plugin.dirsync_providers()

    provider = declared.create(declared.settings(), Context("okta", records, "https://x.example/providers/okta"))

    assert (declared.name, declared.title, declared.pushes, declared.by_hand) == ("okta", "Okta", True, False)
    assert declared.settings is OktaSettings
    assert isinstance(provider, Provider)


def test_its_default_mapper_is_the_one_that_it_brings():
    (declared,) = plugin.dirsync_providers()

    assert declared.mappers == tuple(mapper.name for mapper in plugin.dirsync_mappers()) == ("okta",)


def test_the_command_okta_can_rehearse():
    cli = click.Group()

    plugin.dirsync_commands(cli)

    okta = cli.commands["okta"]
    assert isinstance(okta, click.Group)
    assert list(okta.commands) == ["rehearse"]


def test_both_ways_to_connect_have_six_steps_with_address_token_and_namespace():
    for tab in OKTA_GUIDE.tabs:
        values = {field.value for step in tab.steps for field in step.fields}

        assert len(tab.steps) == 6
        assert "{base_url}/scim/v2" in values
        assert any("{token}" in value for value in values)
        assert DIRSYNC in values


def test_the_guide_is_in_the_order_of_the_two_kinds_of_application():
    assert [tab.key for tab in OKTA_GUIDE.tabs] == ["catalogue", "wizard"]


def test_every_step_that_the_server_can_see_says_what_it_waits_for():
    seen = {step.seen for tab in OKTA_GUIDE.tabs for step in tab.steps}

    assert {"call", "people", "references", "groups"} <= seen
