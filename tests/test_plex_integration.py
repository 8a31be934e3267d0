"""Adding a server that Home Assistant's own Plex integration has, with one click."""

from copy import deepcopy
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_butler.const import DOMAIN
from homeassistant.config_entries import (
    SOURCE_IGNORE,
    SOURCE_USER,
    ConfigEntryDisabler,
    ConfigFlowResult,
)
from homeassistant.const import CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .common import FAULTS, submit
from .simulator import PlexSimulator, faults


def plex_data(server: PlexSimulator, **config: Any) -> dict[str, Any]:
    """Return what an entry of the own integration holds, as of Home Assistant 2026.10."""
    return {
        "server": server.friendly_name,
        "server_id": server.machine_identifier,
        "server_config": {
            "url": server.url,
            "token": server.owner_token,
            "client_id": "client-of-home-assistant",
            **config,
        },
    }


def add_plex_entry(hass: HomeAssistant, data: dict[str, Any], **entry: Any) -> None:
    """Set up the own integration, as far as its entry goes."""
    MockConfigEntry(domain="plex", title="A title", data=data, **entry).add_to_hass(
        hass
    )


async def _open(hass: HomeAssistant) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )


async def _choose(hass: HomeAssistant, menu: ConfigFlowResult) -> ConfigFlowResult:
    return await submit(hass, menu, {"next_step_id": "plex_integration"})


async def test_one_click(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """The server is offered by its name, and added with all that is known of it."""
    data = plex_data(simulator)
    add_plex_entry(hass, data)
    before = deepcopy(data)
    menu = await _open(hass)
    assert menu["type"] is FlowResultType.MENU
    assert menu["menu_options"] == ["plex_integration", "sign_in", "manual"]
    assert menu["description_placeholders"] == {"servers": "Tower"}
    assert simulator.requests == []
    result = await _choose(hass, menu)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Tower"
    assert result["data"] == entry_data
    assert result["result"].unique_id == simulator.machine_identifier
    (entry,) = hass.config_entries.async_entries("plex")
    assert entry.data == before
    assert simulator.owner_token not in repr(menu)


async def test_certificate_setting(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """Who told the one integration not to verify has told the other."""
    add_plex_entry(hass, plex_data(simulator, verify_ssl=False))
    result = await _choose(hass, await _open(hass))
    assert result["data"][CONF_VERIFY_SSL] is False


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"server_config": None}, id="no config"),
        pytest.param({"server_config": ["url"]}, id="config of another kind"),
        pytest.param({"server_config": {}}, id="empty config"),
        pytest.param({"server_config": {"token": "abc"}}, id="no address"),
        pytest.param({"server_config": {"url": "http://tower:32400"}}, id="no token"),
        pytest.param(
            {"server_config": {"url": "http://tower:32400", "token": ""}},
            id="empty token",
        ),
        pytest.param(
            {"server_config": {"url": 5, "token": "abc"}}, id="address is a number"
        ),
        pytest.param(
            {"server_config": {"url": "tower", "token": "abc"}}, id="no whole address"
        ),
        pytest.param({"server_id": None}, id="no identifier"),
        pytest.param({"server_id": ""}, id="empty identifier"),
        pytest.param({"server_id": 5}, id="identifier is a number"),
    ],
)
async def test_shapes_without_use(
    hass: HomeAssistant, simulator: PlexSimulator, changes: dict[str, Any]
) -> None:
    """An entry that doesn't hold all that is needed is passed over."""
    add_plex_entry(hass, plex_data(simulator) | changes)
    menu = await _open(hass)
    assert menu["menu_options"] == ["sign_in", "manual"]


async def test_entry_without_name(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """An entry that doesn't tell the server's name has a title."""
    data = plex_data(simulator)
    del data["server"]
    add_plex_entry(hass, data)
    assert (await _open(hass))["description_placeholders"] == {"servers": "A title"}


async def test_ignored_and_disabled_entries(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """An entry that was ignored holds nothing; one that is disabled all the same."""
    add_plex_entry(hass, {}, source=SOURCE_IGNORE, unique_id="ignored")
    assert (await _open(hass))["menu_options"] == ["sign_in", "manual"]
    add_plex_entry(hass, plex_data(simulator), disabled_by=ConfigEntryDisabler.USER)
    result = await _choose(hass, await _open(hass))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.usefixtures("setup_entry")
async def test_server_that_is_set_up(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """A server that we have is not offered."""
    add_plex_entry(hass, plex_data(simulator))
    assert (await _open(hass))["menu_options"] == ["sign_in", "manual"]


async def test_server_that_was_ignored(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """Who ignored a discovered server can still add it."""
    MockConfigEntry(
        domain=DOMAIN, source=SOURCE_IGNORE, unique_id=simulator.machine_identifier
    ).add_to_hass(hass)
    add_plex_entry(hass, plex_data(simulator))
    result = await _choose(hass, await _open(hass))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.usefixtures("entry_data")
async def test_server_that_is_added_meanwhile(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """Two dialogs don't add a server twice."""
    add_plex_entry(hass, plex_data(simulator))
    menu = await _open(hass)
    assert (await _choose(hass, await _open(hass)))["type"] is (
        FlowResultType.CREATE_ENTRY
    )
    result = await _choose(hass, menu)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_servers"


async def test_several_servers(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """Of several servers one is picked."""
    async with PlexSimulator() as attic:
        attic.friendly_name, attic.machine_identifier = "Attic", "attic"
        add_plex_entry(hass, plex_data(simulator))
        add_plex_entry(hass, plex_data(attic))
        menu = await _open(hass)
        assert menu["description_placeholders"] == {"servers": "Tower, Attic"}
        form = await _choose(hass, menu)
        assert form["type"] is FlowResultType.FORM
        assert form["step_id"] == "pick_server"
        assert form["errors"] == {}
        result = await submit(hass, form, {"server": "attic"})
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["title"] == "Attic"
        assert result["data"][CONF_URL] == attic.url


@pytest.mark.parametrize(("fault", "errors"), FAULTS)
async def test_errors(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    fault: faults.Handler,
    errors: dict[str, str],
) -> None:
    """What keeps us from adding it is said, and can be tried again."""
    add_plex_entry(hass, plex_data(simulator))
    simulator.inject(fault)
    form = await _choose(hass, await _open(hass))
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "pick_server"
    assert form["errors"] == {"base": next(iter(errors.values()))}
    assert simulator.owner_token not in repr(form)
    simulator.heal()
    result = await submit(hass, form, {"server": simulator.machine_identifier})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_certificate(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """An address without a secure connection behind it says so."""
    secure = simulator.url.replace("http:", "https:")
    add_plex_entry(hass, plex_data(simulator, url=secure))
    form = await _choose(hass, await _open(hass))
    assert form["errors"] == {"base": "ssl_error"}


async def test_another_server_answers(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """What is offered is what is added, or nothing."""
    add_plex_entry(hass, plex_data(simulator))
    menu = await _open(hass)
    simulator.machine_identifier = "another"
    form = await _choose(hass, menu)
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == {"base": "other_server"}
    for request in simulator.requests:
        assert "X-Plex-Token" not in request.headers


async def test_a_server_that_says_nothing_without_a_token(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """A server that is called by a name of one's own is taken by its word for the token."""
    add_plex_entry(hass, plex_data(simulator))
    simulator.inject(faults.status(401), path="/identity")
    result = await _choose(hass, await _open(hass))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_another_server_says_nothing_without_a_token(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """What is offered is what is added, however late the difference shows."""
    add_plex_entry(hass, plex_data(simulator))
    menu = await _open(hass)
    simulator.machine_identifier = "another"
    simulator.inject(faults.status(401), path="/identity")
    form = await _choose(hass, menu)
    assert form["errors"] == {"base": "other_server"}
