"""Tests of adding a server of Home Assistant's own Plex integration."""

from copy import deepcopy
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_butler.const import DOMAIN
from homeassistant.config_entries import (
    SOURCE_IGNORE,
    ConfigEntryDisabler,
    ConfigFlowResult,
)
from homeassistant.const import CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .common import (
    FAULTS,
    add_plex_entry,
    choose_option,
    form_error_without_field,
    open_user_menu,
    plex_entry_data,
    submit,
    was_sent_token,
)
from .simulator import PlexSimulator, faults
from .simulator.front import below


async def _choose_plex_integration(hass: HomeAssistant) -> ConfigFlowResult:
    """Choose to add a server of the Plex integration, and return the next step."""
    return await choose_option(hass, await open_user_menu(hass), "plex_integration")


async def test_add_server(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """The server is offered by its name, and added with the entry's URL and token."""
    data = plex_entry_data(simulator)
    add_plex_entry(hass, data)
    before = deepcopy(data)
    menu = await open_user_menu(hass)
    assert menu["menu_options"] == ["plex_integration", "sign_in", "manual"]
    assert menu["description_placeholders"] == {"servers": "Tower"}
    assert simulator.requests == []
    result = await choose_option(hass, menu, "plex_integration")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Tower"
    assert result["data"] == entry_data
    assert result["result"].unique_id == simulator.machine_identifier
    (entry,) = hass.config_entries.async_entries("plex")
    assert entry.data == before
    assert simulator.owner_token not in repr(menu)


async def test_verify_ssl(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """The certificate setting of the Plex integration is used."""
    add_plex_entry(hass, plex_entry_data(simulator, verify_ssl=False))
    result = await _choose_plex_integration(hass)
    assert result["data"][CONF_VERIFY_SSL] is False


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"server_config": None}, id="no config"),
        pytest.param({"server_config": ["url"]}, id="config is a list"),
        pytest.param({"server_config": {}}, id="empty config"),
        pytest.param({"server_config": {"token": "abc"}}, id="no URL"),
        pytest.param({"server_config": {"url": "http://tower:32400"}}, id="no token"),
        pytest.param(
            {"server_config": {"url": "http://tower:32400", "token": ""}},
            id="empty token",
        ),
        pytest.param(
            {"server_config": {"url": 5, "token": "abc"}}, id="URL is a number"
        ),
        pytest.param(
            {"server_config": {"url": "tower", "token": "abc"}}, id="incomplete URL"
        ),
        pytest.param({"server_id": None}, id="no identifier"),
        pytest.param({"server_id": ""}, id="empty identifier"),
        pytest.param({"server_id": 5}, id="identifier is a number"),
    ],
)
async def test_unusable_entry(
    hass: HomeAssistant, simulator: PlexSimulator, changes: dict[str, Any]
) -> None:
    """An entry without the required data is ignored."""
    add_plex_entry(hass, plex_entry_data(simulator) | changes)
    menu = await open_user_menu(hass)
    assert menu["menu_options"] == ["sign_in", "manual"]


async def test_entry_without_name(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """The title of the entry is shown if its data doesn't have the server's name."""
    data = plex_entry_data(simulator)
    del data["server"]
    add_plex_entry(hass, data)
    assert (await open_user_menu(hass))["description_placeholders"] == {
        "servers": "A title"
    }


async def test_ignored_and_disabled_entries(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """The server of a disabled entry is offered, but an ignored entry has none."""
    add_plex_entry(hass, {}, source=SOURCE_IGNORE, unique_id="ignored")
    assert (await open_user_menu(hass))["menu_options"] == ["sign_in", "manual"]
    add_plex_entry(
        hass, plex_entry_data(simulator), disabled_by=ConfigEntryDisabler.USER
    )
    result = await _choose_plex_integration(hass)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.usefixtures("setup_entry")
async def test_already_configured(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """A server that is already set up isn't offered."""
    add_plex_entry(hass, plex_entry_data(simulator))
    assert (await open_user_menu(hass))["menu_options"] == ["sign_in", "manual"]


async def test_ignored_server(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """A server that was ignored when it was discovered can be added."""
    MockConfigEntry(
        domain=DOMAIN, source=SOURCE_IGNORE, unique_id=simulator.machine_identifier
    ).add_to_hass(hass)
    add_plex_entry(hass, plex_entry_data(simulator))
    result = await _choose_plex_integration(hass)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_server_added_by_another_flow(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """A server that another flow has added meanwhile isn't added again."""
    add_plex_entry(hass, plex_entry_data(simulator))
    menu = await open_user_menu(hass)
    result = await _choose_plex_integration(hass)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    result = await choose_option(hass, menu, "plex_integration")
    assert result["type"] is FlowResultType.MENU
    assert result["step_id"] == "no_servers"
    assert result["menu_options"] == ["sign_in", "manual"]


async def test_pick_server(
    hass: HomeAssistant, simulator: PlexSimulator, attic: PlexSimulator
) -> None:
    """One of several servers can be picked."""
    add_plex_entry(hass, plex_entry_data(simulator))
    add_plex_entry(hass, plex_entry_data(attic))
    menu = await open_user_menu(hass)
    assert menu["description_placeholders"] == {"servers": "Tower, Attic"}
    form = await choose_option(hass, menu, "plex_integration")
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "pick_server"
    assert form["errors"] == {}
    result = await submit(hass, form, {"server": "attic"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Attic"
    assert result["data"][CONF_URL] == attic.url


@pytest.mark.parametrize(("fault", "errors"), FAULTS)
async def test_pick_server_errors(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    fault: faults.Handler,
    errors: dict[str, str],
) -> None:
    """The form to pick a server shows the error, and can be submitted again."""
    add_plex_entry(hass, plex_entry_data(simulator))
    simulator.inject(fault)
    form = await _choose_plex_integration(hass)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "pick_server"
    assert form["errors"] == form_error_without_field(errors)
    assert simulator.owner_token not in repr(form)
    simulator.heal()
    result = await submit(hass, form, {"server": simulator.machine_identifier})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_ssl_error(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """An https URL of a server without HTTPS shows an SSL error."""
    secure = simulator.url.replace("http:", "https:")
    add_plex_entry(hass, plex_entry_data(simulator, url=secure))
    form = await _choose_plex_integration(hass)
    assert form["errors"] == {"base": "ssl_error"}


async def test_other_server(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """Another server at the URL isn't added, and no token is sent to it."""
    add_plex_entry(hass, plex_entry_data(simulator))
    menu = await open_user_menu(hass)
    simulator.machine_identifier = "another"
    form = await choose_option(hass, menu, "plex_integration")
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == {"base": "wrong_server"}
    assert not was_sent_token(simulator)


async def test_identity_requires_token(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """A server that identifies itself only with a token can be added.

    Its address has a path, so a person typed it.
    """
    simulator.base_path = "/plex"
    add_plex_entry(hass, plex_entry_data(simulator))
    simulator.inject(faults.status(401), path="/plex/identity")
    result = await _choose_plex_integration(hass)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_found_address_requires_identity(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """An address that plex.tv may have told gets no token without the identity."""
    add_plex_entry(hass, plex_entry_data(simulator))
    simulator.inject(faults.status(401), path="/identity")
    form = await _choose_plex_integration(hass)
    assert form["errors"] == {"base": "invalid_auth"}
    assert not was_sent_token(simulator)


async def test_other_server_identity_requires_token(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """Another server that identifies itself only with a token isn't added."""
    simulator.base_path = "/plex"
    add_plex_entry(hass, plex_entry_data(simulator))
    menu = await open_user_menu(hass)
    simulator.machine_identifier = "another"
    simulator.inject(faults.status(401), path="/plex/identity")
    form = await choose_option(hass, menu, "plex_integration")
    assert form["errors"] == {"base": "wrong_server"}
    assert "/plex/butler" not in [request.path for request in simulator.requests]


def _options(form: ConfigFlowResult) -> list[str]:
    """Return the values that can be picked in a form."""
    assert form["data_schema"] is not None
    (selector,) = form["data_schema"].schema.values()
    return [option["value"] for option in selector.config["options"]]


@pytest.mark.usefixtures("plex_tv")
async def test_other_ways_after_error(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """After an error, a server can be added in another way."""
    add_plex_entry(hass, plex_entry_data(simulator, url="http://127.0.0.1:9"))
    form = await _choose_plex_integration(hass)
    assert form["errors"] == {"base": "cannot_connect"}
    machine_identifier = simulator.machine_identifier
    assert _options(form) == [machine_identifier, "sign_in", "manual"]
    progress = await submit(hass, form, {"server": "sign_in"})
    assert progress["type"] is FlowResultType.SHOW_PROGRESS
    form = await _choose_plex_integration(hass)
    form = await submit(hass, form, {"server": "manual"})
    assert form["step_id"] == "manual"
    result = await submit(hass, form, entry_data)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    hass.config_entries.flow.async_abort(progress["flow_id"])


async def test_no_other_ways_at_first(
    hass: HomeAssistant, simulator: PlexSimulator, attic: PlexSimulator
) -> None:
    """Before an error, only servers can be picked."""
    for server in (simulator, attic):
        add_plex_entry(hass, plex_entry_data(server))
    form = await _choose_plex_integration(hass)
    assert _options(form) == [simulator.machine_identifier, "attic"]


async def test_path(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """The path in the URL of the Plex integration is kept, since a proxy needs it."""
    async with below("/plex", simulator.port) as port:
        url = f"http://127.0.0.1:{port}/plex"
        add_plex_entry(hass, plex_entry_data(simulator, url=f"{url}/"))
        result = await _choose_plex_integration(hass)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["data"][CONF_URL] == url
        await hass.config_entries.async_unload(result["result"].entry_id)


async def test_name_without_markup(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """The name of a server is no link in the menu."""
    simulator.friendly_name = "[Tower](http://evil.example)"
    add_plex_entry(hass, plex_entry_data(simulator))
    placeholders = (await open_user_menu(hass))["description_placeholders"]
    assert placeholders is not None
    assert "[" not in placeholders["servers"]
    assert "http://e" not in placeholders["servers"]
