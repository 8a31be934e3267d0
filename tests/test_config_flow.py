"""The dialogs: adding a server, renewing its token, changing its address."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_butler.const import DOMAIN
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState, ConfigFlowResult
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .common import FAULTS, submit
from .simulator import PlexSimulator, faults


async def open_form(hass: HomeAssistant) -> ConfigFlowResult:
    """Open the form to enter everything by hand."""
    menu = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert menu["type"] is FlowResultType.MENU
    assert menu["menu_options"] == ["sign_in", "manual"]
    return await submit(hass, menu, {"next_step_id": "manual"})


def _suggested(form: ConfigFlowResult) -> dict[str, Any]:
    """Return what the form's fields are filled with."""
    assert form["data_schema"] is not None
    return {
        str(field): (field.description or {}).get("suggested_value")
        for field in form["data_schema"].schema
    }


async def test_by_hand(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """A server is added by its address and token."""
    form = await open_form(hass)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "manual"
    assert form["errors"] == {}
    result = await submit(hass, form, entry_data)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Tower"
    assert result["data"] == entry_data
    assert result["result"].unique_id == simulator.machine_identifier
    assert result["result"].state is ConfigEntryState.LOADED


@pytest.mark.parametrize(
    "address",
    [
        "{host}:{port}",
        " http://{host}:{port}/ ",
        "http://{host}:{port}/web/index.html?X-Plex-Token=secret#!/settings",
    ],
)
async def test_address_as_people_write_it(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entry_data: dict[str, Any],
    address: str,
) -> None:
    """An address is kept as the server's root, a token without what came along."""
    host, _, port = simulator.url.removeprefix("http://").partition(":")
    typed = {
        CONF_URL: address.format(host=host, port=port),
        CONF_TOKEN: f" {simulator.owner_token}\n",
        CONF_VERIFY_SSL: True,
    }
    result = await submit(hass, await open_form(hass), typed)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == entry_data


async def test_server_without_name(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """A server that doesn't tell its name has one all the same."""
    simulator.friendly_name = ""
    result = await submit(hass, await open_form(hass), entry_data)
    assert result["title"] == "Plex Media Server"


@pytest.mark.parametrize(("fault", "errors"), FAULTS)
async def test_by_hand_errors(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entry_data: dict[str, Any],
    fault: faults.Handler,
    errors: dict[str, str],
) -> None:
    """Each cause has a message of its own, and can be mended in the same form."""
    simulator.inject(fault)
    form = await submit(hass, await open_form(hass), entry_data)
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == errors
    assert _suggested(form) == {
        CONF_URL: simulator.url,
        CONF_TOKEN: None,
        CONF_VERIFY_SSL: True,
    }
    simulator.heal()
    result = await submit(hass, form, entry_data)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.usefixtures("simulator")
async def test_no_address(hass: HomeAssistant, entry_data: dict[str, Any]) -> None:
    """What is no address comes back to be mended, without a token in it."""
    typed = {**entry_data, CONF_URL: "htp://tower?X-Plex-Token=secret"}
    form = await submit(hass, await open_form(hass), typed)
    assert form["errors"] == {CONF_URL: "invalid_url"}
    assert _suggested(form)[CONF_URL] == "htp://tower"
    result = await submit(hass, form, entry_data)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_guest(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """A guest's token opens the server, which isn't enough."""
    typed = {**entry_data, CONF_TOKEN: simulator.guest_token}
    form = await submit(hass, await open_form(hass), typed)
    assert form["errors"] == {CONF_TOKEN: "not_owner"}
    result = await submit(hass, form, entry_data)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_certificate(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """An address without a secure connection behind it says so."""
    typed = {**entry_data, CONF_URL: simulator.url.replace("http:", "https:")}
    form = await submit(hass, await open_form(hass), typed)
    assert form["errors"] == {"base": "ssl_error"}
    result = await submit(hass, form, entry_data)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.usefixtures("setup_entry")
async def test_already_configured(
    hass: HomeAssistant, entry_data: dict[str, Any]
) -> None:
    """A server is set up once, whatever address it is given by."""
    result = await submit(hass, await open_form(hass), entry_data)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_reauth(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """A new token takes the old one's place, and is in use at once."""
    simulator.owner_token = "new"
    form = await setup_entry.start_reauth_flow(hass)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "reauth_confirm"
    assert form["description_placeholders"]
    assert form["description_placeholders"]["server"] == "Tower"
    assert _suggested(form) == {CONF_TOKEN: None}
    result = await submit(hass, form, {CONF_TOKEN: "new"})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert setup_entry.data == {
        CONF_URL: simulator.url,
        CONF_TOKEN: "new",
        CONF_VERIFY_SSL: True,
    }
    assert setup_entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize(("fault", "errors"), FAULTS)
async def test_reauth_errors(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    fault: faults.Handler,
    errors: dict[str, str],
) -> None:
    """A token that doesn't work can be mended in the same form."""
    form = await setup_entry.start_reauth_flow(hass)
    simulator.inject(fault)
    form = await submit(hass, form, {CONF_TOKEN: "typed"})
    assert form["errors"] == errors
    assert _suggested(form) == {CONF_TOKEN: None}
    assert setup_entry.data[CONF_TOKEN] == simulator.owner_token
    simulator.heal()
    result = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
    assert result["reason"] == "reauth_successful"


async def test_reauth_refuses_another_server(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """A token that works at another server isn't this one's."""
    form = await setup_entry.start_reauth_flow(hass)
    simulator.machine_identifier = "another"
    result = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_server"


async def test_reconfigure(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """A server that moved gets its new address, and keeps its token."""
    form = await setup_entry.start_reconfigure_flow(hass)
    assert form["step_id"] == "reconfigure"
    assert _suggested(form) == {
        CONF_URL: simulator.url,
        CONF_TOKEN: None,
        CONF_VERIFY_SSL: True,
    }
    async with PlexSimulator() as moved:
        result = await submit(
            hass, form, {CONF_URL: f"{moved.url}/web", CONF_VERIFY_SSL: False}
        )
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == "reconfigure_successful"
        assert setup_entry.data == {
            CONF_URL: moved.url,
            CONF_TOKEN: simulator.owner_token,
            CONF_VERIFY_SSL: False,
        }
        assert setup_entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize(("typed", "kept"), [("new", "new"), ("", "old")])
async def test_reconfigure_token(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    typed: str,
    kept: str,
) -> None:
    """A token that is given is taken, one left empty is kept."""
    form = await setup_entry.start_reconfigure_flow(hass)
    simulator.owner_token = typed or simulator.owner_token
    result = await submit(
        hass,
        form,
        {CONF_URL: simulator.url, CONF_TOKEN: typed, CONF_VERIFY_SSL: True},
    )
    assert result["reason"] == "reconfigure_successful"
    assert setup_entry.data[CONF_TOKEN] == simulator.owner_token
    assert (setup_entry.data[CONF_TOKEN] == "new") is (kept == "new")


@pytest.mark.parametrize(("fault", "errors"), FAULTS)
async def test_reconfigure_errors(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    fault: faults.Handler,
    errors: dict[str, str],
) -> None:
    """What doesn't work can be mended in the same form."""
    form = await setup_entry.start_reconfigure_flow(hass)
    simulator.inject(fault)
    typed = {CONF_URL: simulator.url, CONF_VERIFY_SSL: False}
    form = await submit(hass, form, typed)
    assert form["errors"] == errors
    assert _suggested(form) == {**typed, CONF_TOKEN: None}
    assert setup_entry.data[CONF_VERIFY_SSL] is True
    simulator.heal()
    result = await submit(hass, form, typed)
    assert result["reason"] == "reconfigure_successful"


async def test_reconfigure_refuses_another_server(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """An entry stays with its server."""
    form = await setup_entry.start_reconfigure_flow(hass)
    async with PlexSimulator() as other:
        other.machine_identifier = "another"
        result = await submit(hass, form, {CONF_URL: other.url, CONF_VERIFY_SSL: True})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_server"
    assert setup_entry.data[CONF_URL] == simulator.url
