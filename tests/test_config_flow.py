"""Tests of the config flow: manual step, reauthentication and reconfiguration."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .common import FAULTS, choose_option, open_user_menu, submit
from .simulator import PlexSimulator, faults
from .simulator.server import OWNER_TOKEN


async def _open_manual_form(hass: HomeAssistant) -> ConfigFlowResult:
    """Open the form of the manual step."""
    menu = await open_user_menu(hass)
    assert menu["menu_options"] == ["sign_in", "manual"]
    return await choose_option(hass, menu, "manual")


def _suggested_values(form: ConfigFlowResult) -> dict[str, Any]:
    """Return the suggested values of a form's fields."""
    assert form["data_schema"] is not None
    return {
        str(field): (field.description or {}).get("suggested_value")
        for field in form["data_schema"].schema
    }


async def test_manual(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """A server is added by its URL and token."""
    form = await _open_manual_form(hass)
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
    "url",
    [
        pytest.param("{host}:{port}", id="no scheme"),
        pytest.param(" http://{host}:{port}/ ", id="spaces"),
        pytest.param(
            "http://{host}:{port}/web/index.html?X-Plex-Token=secret#!/settings",
            id="web app",
        ),
    ],
)
async def test_url_formats(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entry_data: dict[str, Any],
    url: str,
) -> None:
    """Only the root of the URL is kept, and spaces around the token are removed."""
    host, _, port = simulator.url.removeprefix("http://").partition(":")
    user_input = {
        CONF_URL: url.format(host=host, port=port),
        CONF_TOKEN: f" {simulator.owner_token}\n",
        CONF_VERIFY_SSL: True,
    }
    result = await submit(hass, await _open_manual_form(hass), user_input)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == entry_data


async def test_server_without_name(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """The entry of a server without a name gets a default title."""
    simulator.friendly_name = ""
    result = await submit(hass, await _open_manual_form(hass), entry_data)
    assert result["title"] == "Plex Media Server"


@pytest.mark.parametrize(("fault", "errors"), FAULTS)
async def test_manual_errors(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entry_data: dict[str, Any],
    fault: faults.Handler,
    errors: dict[str, str],
) -> None:
    """The form shows the error and keeps everything but the token for another attempt."""
    simulator.inject(fault)
    form = await submit(hass, await _open_manual_form(hass), entry_data)
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == errors
    assert _suggested_values(form) == {
        CONF_URL: simulator.url,
        CONF_TOKEN: None,
        CONF_VERIFY_SSL: True,
    }
    simulator.heal()
    result = await submit(hass, form, entry_data)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.usefixtures("simulator")
async def test_invalid_url(hass: HomeAssistant, entry_data: dict[str, Any]) -> None:
    """An invalid URL is shown again, without a token in its query."""
    user_input = {**entry_data, CONF_URL: "htp://tower?X-Plex-Token=secret"}
    form = await submit(hass, await _open_manual_form(hass), user_input)
    assert form["errors"] == {CONF_URL: "invalid_url"}
    assert _suggested_values(form)[CONF_URL] == "htp://tower"
    result = await submit(hass, form, entry_data)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_not_owner(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """The token of a user the server is shared with isn't accepted."""
    user_input = {**entry_data, CONF_TOKEN: simulator.guest_token}
    form = await submit(hass, await _open_manual_form(hass), user_input)
    assert form["errors"] == {CONF_TOKEN: "not_owner"}
    result = await submit(hass, form, entry_data)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_ssl_error(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """An https URL of a server without HTTPS shows an SSL error."""
    user_input = {**entry_data, CONF_URL: simulator.url.replace("http:", "https:")}
    form = await submit(hass, await _open_manual_form(hass), user_input)
    assert form["errors"] == {"base": "ssl_error"}
    result = await submit(hass, form, entry_data)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.usefixtures("setup_entry")
async def test_already_configured(
    hass: HomeAssistant, entry_data: dict[str, Any]
) -> None:
    """A server that is already set up isn't added again."""
    result = await submit(hass, await _open_manual_form(hass), entry_data)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_reauth(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """The new token replaces the old one, and the entry is reloaded."""
    simulator.owner_token = "new"
    form = await setup_entry.start_reauth_flow(hass)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "reauth_confirm"
    assert form["description_placeholders"]
    assert form["description_placeholders"]["server"] == "Tower"
    assert _suggested_values(form) == {CONF_TOKEN: None}
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
    """The form shows the error, and the entry keeps its token until one is accepted."""
    form = await setup_entry.start_reauth_flow(hass)
    simulator.inject(fault)
    form = await submit(hass, form, {CONF_TOKEN: "new"})
    assert form["errors"] == errors
    assert _suggested_values(form) == {CONF_TOKEN: None}
    assert setup_entry.data[CONF_TOKEN] == simulator.owner_token
    simulator.heal()
    result = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
    assert result["reason"] == "reauth_successful"


async def test_reauth_wrong_server(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """Reauthentication is aborted if another server accepts the token."""
    form = await setup_entry.start_reauth_flow(hass)
    simulator.machine_identifier = "another"
    result = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_server"


async def test_reconfigure(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """The URL and the certificate setting are updated, and the token is kept."""
    form = await setup_entry.start_reconfigure_flow(hass)
    assert form["step_id"] == "reconfigure"
    assert _suggested_values(form) == {
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


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        pytest.param("new", "new", id="new token"),
        pytest.param("", OWNER_TOKEN, id="empty"),
    ],
)
async def test_reconfigure_token(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    token: str,
    expected: str,
) -> None:
    """An entered token replaces the current one, an empty field keeps it."""
    form = await setup_entry.start_reconfigure_flow(hass)
    simulator.owner_token = expected
    result = await submit(
        hass,
        form,
        {CONF_URL: simulator.url, CONF_TOKEN: token, CONF_VERIFY_SSL: True},
    )
    assert result["reason"] == "reconfigure_successful"
    assert setup_entry.data[CONF_TOKEN] == expected


@pytest.mark.parametrize(("fault", "errors"), FAULTS)
async def test_reconfigure_errors(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    fault: faults.Handler,
    errors: dict[str, str],
) -> None:
    """The form shows the error, and the entry is unchanged until the values work."""
    form = await setup_entry.start_reconfigure_flow(hass)
    simulator.inject(fault)
    user_input = {CONF_URL: simulator.url, CONF_VERIFY_SSL: False}
    form = await submit(hass, form, user_input)
    assert form["errors"] == errors
    assert _suggested_values(form) == {**user_input, CONF_TOKEN: None}
    assert setup_entry.data[CONF_VERIFY_SSL] is True
    simulator.heal()
    result = await submit(hass, form, user_input)
    assert result["reason"] == "reconfigure_successful"


async def test_reconfigure_wrong_server(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """Reconfiguration is aborted if another server is at the URL."""
    form = await setup_entry.start_reconfigure_flow(hass)
    async with PlexSimulator() as other:
        other.machine_identifier = "another"
        result = await submit(hass, form, {CONF_URL: other.url, CONF_VERIFY_SSL: True})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_server"
    assert setup_entry.data[CONF_URL] == simulator.url
