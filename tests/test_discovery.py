"""Servers that announce themselves in the network, by zeroconf."""

from ipaddress import ip_address
from socket import AF_INET
from ssl import SSLContext
from typing import Any

from aiohttp import web
from aiohttp.abc import ResolveResult
from aiohttp.resolver import AsyncResolver
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_butler.const import DOMAIN
from homeassistant.config_entries import (
    SOURCE_IGNORE,
    SOURCE_USER,
    SOURCE_ZEROCONF,
    ConfigEntryDisabler,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from .common import FAULTS, Clock, submit
from .simulator import PlexSimulator, faults
from .simulator.front import secure_only
from .test_plex_integration import add_plex_entry, plex_data

TYPE = "_plexmediasvr._tcp.local."


async def _announce(
    hass: HomeAssistant, port: int | None, **changes: Any
) -> ConfigFlowResult:
    """Let a server announce itself."""
    address = ip_address(changes.pop("address", "127.0.0.1"))
    info: dict[str, Any] = {
        "ip_address": address,
        "ip_addresses": [address],
        "port": port,
        "hostname": "tower.local.",
        "type": TYPE,
        "name": f"Tower.{TYPE}",
        "properties": {},
    }
    result = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_ZEROCONF},
        data=ZeroconfServiceInfo(**(info | changes)),
    )
    await hass.async_block_till_done()
    return result


async def test_a_new_server(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """A card shows the server by its name; all that it asks for is the token."""
    form = await _announce(hass, simulator.port)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "token"
    assert form["data_schema"] is not None
    assert [str(field) for field in form["data_schema"].schema] == [CONF_TOKEN]
    assert form["description_placeholders"] is not None
    assert form["description_placeholders"]["server"] == "Tower"
    assert form["description_placeholders"]["url"] == simulator.url
    (card,) = hass.config_entries.flow.async_progress()
    assert card["context"]["title_placeholders"] == {"name": "Tower"}
    assert [request.path for request in simulator.requests] == ["/identity"]
    assert "X-Plex-Token" not in simulator.requests[0].headers
    result = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Tower"
    assert result["data"] == entry_data
    assert result["result"].unique_id == simulator.machine_identifier


@pytest.mark.parametrize(("fault", "errors"), FAULTS)
async def test_errors(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    fault: faults.Handler,
    errors: dict[str, str],
) -> None:
    """What is wrong can be mended in the same form."""
    form = await _announce(hass, simulator.port)
    simulator.inject(fault)
    form = await submit(hass, form, {CONF_TOKEN: "typed"})
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == errors
    assert "typed" not in repr(form)
    simulator.heal()
    result = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_guest(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """A guest's token is not enough here either."""
    form = await _announce(hass, simulator.port)
    form = await submit(hass, form, {CONF_TOKEN: simulator.guest_token})
    assert form["errors"] == {CONF_TOKEN: "not_owner"}


async def test_another_server_takes_its_place(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """What was announced is what is added, or nothing."""
    form = await _announce(hass, simulator.port)
    simulator.machine_identifier = "another"
    simulator.requests.clear()
    form = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == {"base": "other_server"}
    assert [request.path for request in simulator.requests] == ["/identity"]
    assert "X-Plex-Token" not in simulator.requests[0].headers


@pytest.mark.usefixtures("socket_enabled")
async def test_a_server_that_requires_secure_connections(
    hass: HomeAssistant, server_ssl_context: SSLContext
) -> None:
    """Such a server is added with an address that works, as its certificate can't fit."""
    async with (
        PlexSimulator(ssl_context=server_ssl_context) as simulator,
        secure_only(simulator.port) as port,
    ):
        form = await _announce(hass, port)
        result = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["data"] == {
            CONF_URL: f"https://127.0.0.1:{port}",
            CONF_TOKEN: simulator.owner_token,
            CONF_VERIFY_SSL: False,
        }
        await hass.config_entries.async_unload(result["result"].entry_id)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.cut_off(), id="cut off"),
        pytest.param(faults.starting_up(), id="starting up"),
        pytest.param(faults.body(b"<html/>"), id="something else"),
    ],
)
async def test_nothing_of_plex_there(
    hass: HomeAssistant, simulator: PlexSimulator, fault: faults.Handler
) -> None:
    """What doesn't say which server it is, shows no card."""
    simulator.inject(fault)
    result = await _announce(hass, simulator.port)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_server_there"


async def test_no_port(
    hass: HomeAssistant, simulator: PlexSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a port, Plex's own is meant."""
    monkeypatch.setattr(
        "custom_components.plex_butler.config_flow.DEFAULT_PORT", simulator.port
    )
    assert (await _announce(hass, None))["step_id"] == "token"


async def test_nothing_listens(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """Where nothing listens, there is no card."""
    await simulator.stop()
    result = await _announce(hass, simulator.port)
    assert result["reason"] == "no_server_there"


async def test_one_card(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """A server that announces itself twice shows one card."""
    await _announce(hass, simulator.port)
    result = await _announce(hass, simulator.port)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_in_progress"
    assert len(hass.config_entries.flow.async_progress()) == 1


async def test_ignored(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """A server that was ignored stays so."""
    form = await _announce(hass, simulator.port)
    await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_IGNORE},
        data={"unique_id": simulator.machine_identifier, "title": "Tower"},
    )
    assert hass.config_entries.flow.async_progress() == []
    result = await _announce(hass, simulator.port)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert form["flow_id"] != result["flow_id"]


async def test_the_plex_integration_has_a_token(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """The token that Home Assistant has already is offered."""
    add_plex_entry(hass, plex_data(simulator))
    menu = await _announce(hass, simulator.port)
    assert menu["type"] is FlowResultType.MENU
    assert menu["step_id"] == "discovered"
    assert menu["menu_options"] == ["known_token", "token"]
    assert menu["description_placeholders"] == {"server": "Tower"}
    assert simulator.owner_token not in repr(menu)
    result = await submit(hass, menu, {"next_step_id": "known_token"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == entry_data


async def test_another_token_than_the_plex_integrations(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """Nobody has to take the token that is offered."""
    add_plex_entry(hass, plex_data(simulator, token="old"))
    menu = await _announce(hass, simulator.port)
    form = await submit(hass, menu, {"next_step_id": "token"})
    assert form["step_id"] == "token"
    result = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
    assert result["data"] == entry_data


async def test_the_plex_integration_has_an_old_address(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """Where the server has moved on since, its token is used where it is now."""
    add_plex_entry(hass, plex_data(simulator, url="http://127.0.0.1:9"))
    menu = await _announce(hass, simulator.port)
    result = await submit(hass, menu, {"next_step_id": "known_token"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == entry_data


async def test_a_known_token_is_not_shown_to_just_anyone(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """A secure address that doesn't answer isn't given up for one that anyone announces."""
    add_plex_entry(hass, plex_data(simulator, url="https://127.0.0.1:9"))
    menu = await _announce(hass, simulator.port)
    form = await submit(hass, menu, {"next_step_id": "known_token"})
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "token"
    assert form["errors"] == {"base": "cannot_connect"}
    for request in simulator.requests:
        assert "X-Plex-Token" not in request.headers


async def test_a_known_token_is_not_shown_to_another_server(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """Who has the announced address by now has to be the server that announced it."""
    add_plex_entry(hass, plex_data(simulator, url="http://127.0.0.1:9"))
    menu = await _announce(hass, simulator.port)
    simulator.machine_identifier = "another"
    form = await submit(hass, menu, {"next_step_id": "known_token"})
    assert form["errors"] == {"base": "cannot_connect"}
    for request in simulator.requests:
        assert "X-Plex-Token" not in request.headers


async def test_the_plex_integrations_token_does_not_work(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """A token that isn't the owner's is asked for anew."""
    add_plex_entry(hass, plex_data(simulator, token=simulator.guest_token))
    menu = await _announce(hass, simulator.port)
    form = await submit(hass, menu, {"next_step_id": "known_token"})
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "token"
    assert form["errors"] == {CONF_TOKEN: "not_owner"}
    result = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_the_plex_integration_has_another_server(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """A token of another server's is not offered."""
    add_plex_entry(hass, plex_data(simulator) | {"server_id": "another"})
    assert (await _announce(hass, simulator.port))["step_id"] == "token"


async def test_a_server_that_is_set_up(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """A server that is where we know it shows no card, and nothing changes."""
    before = dict(setup_entry.data)
    result = await _announce(hass, simulator.port)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert setup_entry.data == before


async def test_a_server_that_moved(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A server that answers no longer where it was, but does there, is followed."""
    await simulator.stop()
    await clock.next_poll()
    async with PlexSimulator() as moved:
        result = await _announce(hass, moved.port)
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == "already_configured"
        assert setup_entry.data == {
            CONF_URL: moved.url,
            CONF_TOKEN: simulator.owner_token,
            CONF_VERIFY_SSL: True,
        }
        assert setup_entry.state is ConfigEntryState.LOADED
        before_token = [
            request.path
            for request in moved.requests
            if "X-Plex-Token" not in request.headers
        ]
        assert set(before_token) == {"/identity"}
        await hass.config_entries.async_unload(setup_entry.entry_id)


async def test_another_server_has_the_old_address(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """A server whose address another one got now is followed."""
    machine_identifier = simulator.machine_identifier
    simulator.machine_identifier = "another"
    async with PlexSimulator() as moved:
        moved.machine_identifier = machine_identifier
        await _announce(hass, moved.port)
        assert setup_entry.data[CONF_URL] == moved.url
        await hass.config_entries.async_unload(setup_entry.entry_id)


async def test_a_server_that_moved_and_was_given_up(
    hass: HomeAssistant, config_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """A server whose old address refuses its token is set up as it is found again."""
    machine_identifier = simulator.machine_identifier
    simulator.machine_identifier, simulator.owner_token = "another", "another"
    assert not await hass.config_entries.async_setup(config_entry.entry_id)
    await hass.async_block_till_done()
    assert config_entry.state is ConfigEntryState.SETUP_ERROR
    async with PlexSimulator() as moved:
        moved.machine_identifier = machine_identifier
        await _announce(hass, moved.port)
        assert config_entry.data[CONF_URL] == moved.url
        assert config_entry.state is ConfigEntryState.LOADED
        assert hass.config_entries.flow.async_progress() == []
        await hass.config_entries.async_unload(config_entry.entry_id)


async def test_a_server_that_moved_while_disabled(
    hass: HomeAssistant, config_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """A server that is disabled is followed, and stays disabled."""
    await hass.config_entries.async_set_disabled_by(
        config_entry.entry_id, ConfigEntryDisabler.USER
    )
    await simulator.stop()
    async with PlexSimulator() as moved:
        await _announce(hass, moved.port)
        assert config_entry.data[CONF_URL] == moved.url
        assert config_entry.state is ConfigEntryState.NOT_LOADED


async def test_a_person_is_faster(
    hass: HomeAssistant, config_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """An address that is entered while we look for the server is not overwritten."""
    entered = {**config_entry.data, CONF_URL: "https://tower.example:32400"}

    async def enter(request: web.Request) -> web.StreamResponse:
        hass.config_entries.async_update_entry(config_entry, data=entered)
        another = faults.body(b'{"MediaContainer": {"machineIdentifier": "another"}}')
        return await another(request)

    simulator.inject(enter, path="/identity")
    async with PlexSimulator() as moved:
        await _announce(hass, moved.port)
    assert config_entry.data == entered


async def test_a_second_address(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """A server that answers where we know it is left there, wherever else it is."""
    async with PlexSimulator() as also_there:
        await _announce(hass, also_there.port)
    assert setup_entry.data[CONF_URL] == simulator.url


async def test_a_server_that_is_busy(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """A server that is starting up has not moved by that."""
    simulator.inject(faults.starting_up())
    async with PlexSimulator() as also_there:
        await _announce(hass, also_there.port)
    assert setup_entry.data[CONF_URL] == simulator.url


async def test_a_secure_address_stays_secure(
    hass: HomeAssistant, config_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """The token is not sent in the clear because someone says that the server moved."""
    data = {**config_entry.data, CONF_URL: "https://127.0.0.1:9"}
    hass.config_entries.async_update_entry(config_entry, data=data)
    result = await _announce(hass, simulator.port)
    assert result["reason"] == "already_configured"
    assert config_entry.data == data


async def test_a_server_that_is_secure_and_moved(
    hass: HomeAssistant, config_entry: MockConfigEntry, server_ssl_context: SSLContext
) -> None:
    """A secure address without verifying is followed to one of the same kind."""
    hass.config_entries.async_update_entry(
        config_entry,
        data={
            **config_entry.data,
            CONF_URL: "https://127.0.0.1:9",
            CONF_VERIFY_SSL: False,
        },
    )
    async with (
        PlexSimulator(ssl_context=server_ssl_context) as moved,
        secure_only(moved.port) as port,
    ):
        await _announce(hass, port)
        assert config_entry.data[CONF_URL] == f"https://127.0.0.1:{port}"
        assert config_entry.data[CONF_VERIFY_SSL] is False


async def test_a_certified_name_moves_along(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    server_ssl_context: SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Plex's certificates are for names with the address in them, so the name follows."""

    async def resolve(
        _: AsyncResolver, host: str, port: int = 0, family: int = 0
    ) -> list[ResolveResult]:
        if host != "127-0-0-1.hash.plex.direct":
            raise OSError("no such name")
        return [
            ResolveResult(
                hostname=host,
                host="127.0.0.1",
                port=port,
                family=AF_INET,
                proto=0,
                flags=0,
            )
        ]

    monkeypatch.setattr(AsyncResolver, "resolve", resolve)
    hass.config_entries.async_update_entry(
        config_entry,
        data={
            **config_entry.data,
            CONF_URL: "https://10-0-0-9.hash.plex.direct:32400",
            CONF_VERIFY_SSL: False,
        },
    )
    async with (
        PlexSimulator(ssl_context=server_ssl_context) as moved,
        secure_only(moved.port) as port,
    ):
        await _announce(hass, port)
    url = f"https://127-0-0-1.hash.plex.direct:{port}"
    assert config_entry.data[CONF_URL] == url


async def test_a_server_that_is_found_again(
    hass: HomeAssistant, config_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """A server that was off when Home Assistant started is set up as it announces itself."""
    simulator.inject(faults.cut_off())
    assert not await hass.config_entries.async_setup(config_entry.entry_id)
    simulator.heal()
    await _announce(hass, simulator.port)
    assert config_entry.state is ConfigEntryState.LOADED


async def test_a_card_goes_when_its_server_is_added(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """A server that is added by hand needs no card any more."""
    await _announce(hass, simulator.port)
    menu = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    form = await submit(hass, menu, {"next_step_id": "manual"})
    result = await submit(hass, form, entry_data)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert hass.config_entries.flow.async_progress() == []
