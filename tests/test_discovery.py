"""Tests of the config flow for servers that are discovered by zeroconf."""

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
    SOURCE_ZEROCONF,
    ConfigEntryDisabler,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from .common import (
    FAULTS,
    Clock,
    add_plex_entry,
    choose_option,
    open_user_menu,
    plex_entry_data,
    submit,
    was_sent_token,
)
from .simulator import PlexSimulator, faults
from .simulator.front import secure_only

TYPE = "_plexmediasvr._tcp.local."


async def _discover(hass: HomeAssistant, port: int | None) -> ConfigFlowResult:
    """Let zeroconf discover a server at a port, and return the step of its flow."""
    address = ip_address("127.0.0.1")
    result = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_ZEROCONF},
        data=ZeroconfServiceInfo(
            ip_address=address,
            ip_addresses=[address],
            port=port,
            hostname="tower.local.",
            type=TYPE,
            name=f"Tower.{TYPE}",
            properties={},
        ),
    )
    await hass.async_block_till_done()
    return result


async def test_zeroconf_flow(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """A discovered server is shown by its name, and its form asks only for the token."""
    form = await _discover(hass, simulator.port)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "token"
    assert form["data_schema"] is not None
    assert [str(field) for field in form["data_schema"].schema] == [CONF_TOKEN]
    assert form["description_placeholders"] is not None
    assert form["description_placeholders"]["server"] == "Tower"
    assert form["description_placeholders"]["url"] == simulator.url
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["title_placeholders"] == {"name": "Tower"}
    assert [request.path for request in simulator.requests] == ["/identity"]
    assert not was_sent_token(simulator)
    result = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Tower"
    assert result["data"] == entry_data
    assert result["result"].unique_id == simulator.machine_identifier


@pytest.mark.parametrize(("fault", "errors"), FAULTS)
async def test_token_errors(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    fault: faults.Handler,
    errors: dict[str, str],
) -> None:
    """The form shows the error but not the token, and can be submitted again."""
    form = await _discover(hass, simulator.port)
    simulator.inject(fault)
    form = await submit(hass, form, {CONF_TOKEN: "entered"})
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == errors
    assert "entered" not in repr(form)
    simulator.heal()
    result = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_token_not_owner(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """The token of a user the server is shared with isn't accepted."""
    form = await _discover(hass, simulator.port)
    form = await submit(hass, form, {CONF_TOKEN: simulator.guest_token})
    assert form["errors"] == {CONF_TOKEN: "not_owner"}


async def test_token_other_server(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """Another server at the address isn't added, and no token is sent to it."""
    form = await _discover(hass, simulator.port)
    simulator.machine_identifier = "another"
    simulator.requests.clear()
    form = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == {"base": "other_server"}
    assert [request.path for request in simulator.requests] == ["/identity"]
    assert not was_sent_token(simulator)


@pytest.mark.usefixtures("socket_enabled")
async def test_secure_connections_required(
    hass: HomeAssistant, server_ssl_context: SSLContext
) -> None:
    """A server that requires HTTPS is added without certificate verification.

    Its certificate can't be valid for an IP address.
    """
    async with (
        PlexSimulator(ssl_context=server_ssl_context) as simulator,
        secure_only(simulator.port) as port,
    ):
        form = await _discover(hass, port)
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
        pytest.param(faults.body(b"<html/>"), id="web page"),
    ],
)
async def test_no_server_there(
    hass: HomeAssistant, simulator: PlexSimulator, fault: faults.Handler
) -> None:
    """The flow is aborted if no server identifies itself at the address."""
    simulator.inject(fault)
    result = await _discover(hass, simulator.port)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_server_there"


async def test_default_port(
    hass: HomeAssistant, simulator: PlexSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plex's default port is used if the service has no port."""
    monkeypatch.setattr(
        "custom_components.plex_butler.config_flow.DEFAULT_PORT", simulator.port
    )
    assert (await _discover(hass, None))["step_id"] == "token"


async def test_connection_refused(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """The flow is aborted if the connection is refused."""
    await simulator.stop()
    result = await _discover(hass, simulator.port)
    assert result["reason"] == "no_server_there"


async def test_already_in_progress(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """A server that is discovered twice has one flow."""
    await _discover(hass, simulator.port)
    result = await _discover(hass, simulator.port)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_in_progress"
    assert len(hass.config_entries.flow.async_progress()) == 1


async def test_ignored(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """An ignored server isn't shown when it is discovered again."""
    form = await _discover(hass, simulator.port)
    await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_IGNORE},
        data={"unique_id": simulator.machine_identifier, "title": "Tower"},
    )
    assert hass.config_entries.flow.async_progress() == []
    result = await _discover(hass, simulator.port)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert form["flow_id"] != result["flow_id"]


async def test_known_token(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """A server of the Plex integration can be added with the token from there."""
    add_plex_entry(hass, plex_entry_data(simulator))
    menu = await _discover(hass, simulator.port)
    assert menu["type"] is FlowResultType.MENU
    assert menu["step_id"] == "discovered"
    assert menu["menu_options"] == ["known_token", "token"]
    assert menu["description_placeholders"] == {"server": "Tower"}
    assert simulator.owner_token not in repr(menu)
    result = await choose_option(hass, menu, "known_token")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == entry_data


async def test_enter_token_instead_of_known_token(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """A token can be entered instead of the one of the Plex integration."""
    add_plex_entry(hass, plex_entry_data(simulator, token="old"))
    menu = await _discover(hass, simulator.port)
    form = await choose_option(hass, menu, "token")
    assert form["step_id"] == "token"
    result = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
    assert result["data"] == entry_data


async def test_known_token_moved_server(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """The token of the Plex integration is used at the discovered URL after a move."""
    add_plex_entry(hass, plex_entry_data(simulator, url="http://127.0.0.1:9"))
    menu = await _discover(hass, simulator.port)
    result = await choose_option(hass, menu, "known_token")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == entry_data


async def test_known_token_not_sent_over_http(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """The token from an https URL of the Plex integration isn't sent over http."""
    add_plex_entry(hass, plex_entry_data(simulator, url="https://127.0.0.1:9"))
    menu = await _discover(hass, simulator.port)
    form = await choose_option(hass, menu, "known_token")
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "token"
    assert form["errors"] == {"base": "cannot_connect"}
    assert not was_sent_token(simulator)


async def test_known_token_other_server(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """The token of the Plex integration isn't sent to another server at the address."""
    add_plex_entry(hass, plex_entry_data(simulator, url="http://127.0.0.1:9"))
    menu = await _discover(hass, simulator.port)
    simulator.machine_identifier = "another"
    form = await choose_option(hass, menu, "known_token")
    assert form["errors"] == {"base": "cannot_connect"}
    assert not was_sent_token(simulator)


async def test_known_token_not_owner(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """A token can be entered if the one of the Plex integration isn't the owner's."""
    add_plex_entry(hass, plex_entry_data(simulator, token=simulator.guest_token))
    menu = await _discover(hass, simulator.port)
    form = await choose_option(hass, menu, "known_token")
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "token"
    assert form["errors"] == {CONF_TOKEN: "not_owner"}
    result = await submit(hass, form, {CONF_TOKEN: simulator.owner_token})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_no_known_token(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """The token of another server isn't offered."""
    add_plex_entry(hass, plex_entry_data(simulator) | {"server_id": "another"})
    assert (await _discover(hass, simulator.port))["step_id"] == "token"


async def test_already_configured(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """The entry of a server that is already set up isn't changed, and no form is shown."""
    before = dict(setup_entry.data)
    result = await _discover(hass, simulator.port)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert setup_entry.data == before


async def test_moved_server(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """The URL of a server is updated if it answers only at the discovered address.

    The server has to identify itself there without a token.
    """
    await simulator.stop()
    await clock.next_poll()
    async with PlexSimulator() as moved:
        result = await _discover(hass, moved.port)
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == "already_configured"
        assert setup_entry.data == {
            CONF_URL: moved.url,
            CONF_TOKEN: simulator.owner_token,
            CONF_VERIFY_SSL: True,
        }
        assert setup_entry.state is ConfigEntryState.LOADED
        paths_without_token = {
            request.path
            for request in moved.requests
            if "X-Plex-Token" not in request.headers
        }
        assert paths_without_token == {"/identity"}
        await hass.config_entries.async_unload(setup_entry.entry_id)


async def test_moved_server_old_address_reused(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """The URL is updated if another server is at the old address."""
    machine_identifier = simulator.machine_identifier
    simulator.machine_identifier = "another"
    async with PlexSimulator() as moved:
        moved.machine_identifier = machine_identifier
        await _discover(hass, moved.port)
        assert setup_entry.data[CONF_URL] == moved.url
        await hass.config_entries.async_unload(setup_entry.entry_id)


async def test_moved_server_setup_error(
    hass: HomeAssistant, config_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """A server is set up at its new address after the old one refused the token.

    The reauthentication that was started is aborted.
    """
    machine_identifier = simulator.machine_identifier
    simulator.machine_identifier, simulator.owner_token = "another", "another"
    assert not await hass.config_entries.async_setup(config_entry.entry_id)
    await hass.async_block_till_done()
    assert config_entry.state is ConfigEntryState.SETUP_ERROR
    async with PlexSimulator() as moved:
        moved.machine_identifier = machine_identifier
        await _discover(hass, moved.port)
        assert config_entry.data[CONF_URL] == moved.url
        assert config_entry.state is ConfigEntryState.LOADED
        assert hass.config_entries.flow.async_progress() == []
        await hass.config_entries.async_unload(config_entry.entry_id)


async def test_moved_server_disabled(
    hass: HomeAssistant, config_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """The URL of a disabled entry is updated, and the entry stays disabled."""
    await hass.config_entries.async_set_disabled_by(
        config_entry.entry_id, ConfigEntryDisabler.USER
    )
    await simulator.stop()
    async with PlexSimulator() as moved:
        await _discover(hass, moved.port)
        assert config_entry.data[CONF_URL] == moved.url
        assert config_entry.state is ConfigEntryState.NOT_LOADED


async def test_moved_server_reconfigured_meanwhile(
    hass: HomeAssistant, config_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """A URL that is entered while the old address is probed isn't overwritten."""
    new_data = {**config_entry.data, CONF_URL: "https://tower.example:32400"}

    async def update_entry(request: web.Request) -> web.StreamResponse:
        hass.config_entries.async_update_entry(config_entry, data=new_data)
        another = faults.body(b'{"MediaContainer": {"machineIdentifier": "another"}}')
        return await another(request)

    simulator.inject(update_entry, path="/identity")
    async with PlexSimulator() as moved:
        await _discover(hass, moved.port)
    assert config_entry.data == new_data


async def test_second_address(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """The URL isn't changed while the server still answers there."""
    async with PlexSimulator() as second:
        await _discover(hass, second.port)
    assert setup_entry.data[CONF_URL] == simulator.url


async def test_second_address_while_starting_up(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """The URL isn't changed while the server there is starting up."""
    simulator.inject(faults.starting_up())
    async with PlexSimulator() as second:
        await _discover(hass, second.port)
    assert setup_entry.data[CONF_URL] == simulator.url


async def test_https_not_replaced_by_http(
    hass: HomeAssistant, config_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """An https URL isn't replaced by a discovered http URL."""
    data = {**config_entry.data, CONF_URL: "https://127.0.0.1:9"}
    hass.config_entries.async_update_entry(config_entry, data=data)
    result = await _discover(hass, simulator.port)
    assert result["reason"] == "already_configured"
    assert config_entry.data == data


async def test_moved_server_https(
    hass: HomeAssistant, config_entry: MockConfigEntry, server_ssl_context: SSLContext
) -> None:
    """An https URL without certificate verification is replaced by a new https URL."""
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
        await _discover(hass, port)
        assert config_entry.data[CONF_URL] == f"https://127.0.0.1:{port}"
        assert config_entry.data[CONF_VERIFY_SSL] is False


async def test_moved_server_plex_direct(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    server_ssl_context: SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The new URL has the name on the server's certificate if the old one had it.

    The names on Plex's certificates contain the IP address.
    """

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
        await _discover(hass, port)
    url = f"https://127-0-0-1.hash.plex.direct:{port}"
    assert config_entry.data[CONF_URL] == url


async def test_setup_retry(
    hass: HomeAssistant, config_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """A server that couldn't be reached during setup is set up when it is discovered."""
    simulator.inject(faults.cut_off())
    assert not await hass.config_entries.async_setup(config_entry.entry_id)
    simulator.heal()
    await _discover(hass, simulator.port)
    assert config_entry.state is ConfigEntryState.LOADED


async def test_discovered_server_added_manually(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """The flow of a discovered server ends when the server is added manually."""
    await _discover(hass, simulator.port)
    form = await choose_option(hass, await open_user_menu(hass), "manual")
    result = await submit(hass, form, entry_data)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert hass.config_entries.flow.async_progress() == []
