"""Tests of the config flow for servers that are discovered by zeroconf."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from ipaddress import ip_address
import re
from socket import socket
from ssl import SSLContext
from typing import Any

import aiohappyeyeballs
from aiohttp import web
from freezegun.api import FrozenDateTimeFactory
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
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.issue_registry import IssueSeverity
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from .common import (
    FAULTS,
    Clock,
    add_plex_entry,
    choose_option,
    open_user_menu,
    plex_entry_data,
    redirect_hosts,
    shown_issues,
    submit,
    was_sent_token,
)
from .simulator import PlexSimulator, faults
from .simulator.front import secure_only

TYPE = "_plexmediasvr._tcp.local."


async def _discover(
    hass: HomeAssistant,
    port: int | None,
    *,
    host: str = "127.0.0.1",
    name: str = "Tower",
) -> ConfigFlowResult:
    """Let zeroconf discover a server at a port, and return the step of its flow."""
    address = ip_address(host)
    result = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_ZEROCONF},
        data=ZeroconfServiceInfo(
            ip_address=address,
            ip_addresses=[address],
            port=port,
            hostname="tower.local.",
            type=TYPE,
            name=f"{name}.{TYPE}",
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
    assert form["errors"] == {"base": "wrong_server"}
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


async def test_known_token_stays_at_its_address(
    hass: HomeAssistant, simulator: PlexSimulator, entry_data: dict[str, Any]
) -> None:
    """The token of the Plex integration is used at the URL there, not as announced."""
    add_plex_entry(hass, plex_entry_data(simulator))
    async with PlexSimulator() as forger:
        menu = await _discover(hass, forger.port)
        result = await choose_option(hass, menu, "known_token")
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["data"] == entry_data
        assert not was_sent_token(forger)


async def test_known_token_not_sent_to_announced_address(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """If the server is gone from the URL of the Plex integration, that is said."""
    known_url = simulator.url
    add_plex_entry(hass, plex_entry_data(simulator))
    await simulator.stop()
    async with PlexSimulator() as forger:
        menu = await _discover(hass, forger.port)
        form = await choose_option(hass, menu, "known_token")
        assert form["type"] is FlowResultType.FORM
        assert form["step_id"] == "token"
        assert form["errors"] == {"base": "cannot_connect"}
        placeholders = form["description_placeholders"]
        assert placeholders is not None
        assert placeholders["address"] == known_url
        assert placeholders["url"] == forger.url
        # An empty field isn't the token of the Plex integration either.
        form = await submit(hass, form, {})
        assert form["errors"] == {CONF_TOKEN: "token_required"}
        assert not was_sent_token(forger)


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


def _move(hass: HomeAssistant) -> tuple[str, str] | None:
    """Return the old and the new URL in the issue that a server may have moved."""
    if (issue := shown_issues(hass).get("server_moved")) is None:
        return None
    assert issue.severity is IssueSeverity.WARNING
    assert issue.is_fixable
    placeholders = issue.translation_placeholders
    assert placeholders is not None
    assert placeholders.keys() == {"server", "old_url", "new_url"}
    assert placeholders["server"] == "Tower"
    return placeholders["old_url"], placeholders["new_url"]


@pytest.fixture
async def forger(socket_enabled: None) -> AsyncGenerator[PlexSimulator]:
    """Serve something that repeats the machine identifier of the simulated server."""
    async with PlexSimulator() as server:
        yield server


async def test_forged_announcement(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    forger: PlexSimulator,
) -> None:
    """While its server is off, an announcement neither moves an entry nor gets its token.

    An issue shows both addresses.
    """
    before = dict(setup_entry.data)
    await simulator.stop()
    await clock.next_poll()
    result = await _discover(hass, forger.port)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    await clock.next_poll()
    assert setup_entry.data == before
    assert _move(hass) == (simulator.url, forger.url)
    assert {request.path for request in forger.requests} == {"/identity"}
    assert not was_sent_token(forger)


async def test_forged_announcement_setup_retry(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    forger: PlexSimulator,
) -> None:
    """An entry that is waiting for its server isn't moved either."""
    before = dict(config_entry.data)
    await simulator.stop()
    assert not await hass.config_entries.async_setup(config_entry.entry_id)
    await _discover(hass, forger.port)
    assert config_entry.state is ConfigEntryState.SETUP_RETRY
    assert config_entry.data == before
    assert _move(hass) == (simulator.url, forger.url)
    assert not was_sent_token(forger)


async def test_moved_server_old_address_reused(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """There is an issue too if another server is at the old address."""
    machine_identifier = simulator.machine_identifier
    simulator.machine_identifier = "another"
    async with PlexSimulator() as moved:
        moved.machine_identifier = machine_identifier
        await _discover(hass, moved.port)
        assert setup_entry.data[CONF_URL] == simulator.url
        assert _move(hass) == (simulator.url, moved.url)
        assert not was_sent_token(moved)


async def test_moved_server_disabled(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    forger: PlexSimulator,
) -> None:
    """A disabled entry is left alone."""
    before = dict(config_entry.data)
    await hass.config_entries.async_set_disabled_by(
        config_entry.entry_id, ConfigEntryDisabler.USER
    )
    await simulator.stop()
    await _discover(hass, forger.port)
    assert config_entry.data == before
    assert _move(hass) is None


@pytest.mark.usefixtures("setup_entry")
async def test_newest_announcement(
    hass: HomeAssistant, simulator: PlexSimulator, forger: PlexSimulator
) -> None:
    """Of several announcements the newest counts, also if an earlier one was ignored."""
    await simulator.stop()
    await _discover(hass, forger.port)
    issue = shown_issues(hass)["server_moved"]
    ir.async_ignore_issue(hass, DOMAIN, issue.issue_id, True)
    await _discover(hass, forger.port)
    assert _move(hass) is None
    async with PlexSimulator() as moved:
        await _discover(hass, moved.port)
        assert _move(hass) == (simulator.url, moved.url)
    await _discover(hass, forger.port)
    assert _move(hass) == (simulator.url, forger.url)


@pytest.mark.usefixtures("setup_entry")
async def test_slow_earlier_announcement(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    freezer: FrozenDateTimeFactory,
    forger: PlexSimulator,
) -> None:
    """An earlier announcement that is answered late doesn't replace the newest."""
    await simulator.stop()
    asked, released = asyncio.Event(), asyncio.Event()

    async def identity(request: web.Request) -> web.StreamResponse:
        asked.set()
        await released.wait()
        body = {"MediaContainer": {"machineIdentifier": forger.machine_identifier}}
        return web.json_response(body)

    forger.inject(identity, path="/identity")
    earlier = asyncio.create_task(_discover(hass, forger.port))
    await asked.wait()
    freezer.tick(timedelta(seconds=1))
    async with PlexSimulator() as moved:
        await _discover(hass, moved.port)
        assert _move(hass) == (simulator.url, moved.url)
        released.set()
        await earlier
        assert _move(hass) == (simulator.url, moved.url)


@pytest.mark.usefixtures("setup_entry")
async def test_move_resolved_by_old_address(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    forger: PlexSimulator,
) -> None:
    """The issue is deleted when the server answers at the old address again."""
    await simulator.stop()
    await clock.next_poll()
    await _discover(hass, forger.port)
    assert _move(hass)
    await clock.next_poll()
    assert _move(hass)
    await simulator.start()
    await clock.next_poll()
    assert _move(hass) is None


@pytest.mark.parametrize("change", ["renamed", "reconfigured", "disabled", "removed"])
async def test_move_resolved_by_a_person(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    forger: PlexSimulator,
    change: str,
) -> None:
    """The issue is deleted when the entry gets another URL, is disabled, or removed."""
    await simulator.stop()
    assert not await hass.config_entries.async_setup(config_entry.entry_id)
    await _discover(hass, forger.port)
    assert _move(hass)
    entries = hass.config_entries
    match change:
        case "renamed":
            entries.async_update_entry(config_entry, title="Attic")
        case "reconfigured":
            data = {**config_entry.data, CONF_URL: "http://127.0.0.1:9"}
            entries.async_update_entry(config_entry, data=data)
        case "disabled":
            await entries.async_set_disabled_by(
                config_entry.entry_id, ConfigEntryDisabler.USER
            )
        case "removed":
            await entries.async_remove(config_entry.entry_id)
    await hass.async_block_till_done()
    assert (_move(hass) is not None) is (change == "renamed")


async def test_removed_during_announcement(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    forger: PlexSimulator,
) -> None:
    """There is no issue of an entry that is removed meanwhile."""
    await simulator.stop()
    requests = 0

    async def identity(request: web.Request) -> web.StreamResponse:
        nonlocal requests
        requests += 1
        if requests == 2:
            await hass.config_entries.async_remove(config_entry.entry_id)
        body = {"MediaContainer": {"machineIdentifier": forger.machine_identifier}}
        return web.json_response(body)

    forger.inject(identity, path="/identity")
    form = await _discover(hass, forger.port)
    assert form["step_id"] == "token"
    assert _move(hass) is None


@pytest.fixture
def public_address(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a public address at which connections lead to this machine."""
    address = "93.184.216.34"
    start_connection = aiohappyeyeballs.start_connection

    async def start(addr_infos: list[Any], **options: Any) -> socket:
        local = [
            (*info[:4], ("127.0.0.1", info[4][1])) if info[4][0] == address else info
            for info in addr_infos
        ]
        return await start_connection(local, **options)

    monkeypatch.setattr(aiohappyeyeballs, "start_connection", start)
    return address


async def test_public_address(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    forger: PlexSimulator,
    public_address: str,
) -> None:
    """An announcement of a public address is ignored: nothing is even asked there."""
    before = dict(setup_entry.data)
    await simulator.stop()
    result = await _discover(hass, forger.port, host=public_address)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_server_there"
    assert setup_entry.data == before
    assert _move(hass) is None
    assert forger.requests == []


async def test_new_server_at_public_address(
    hass: HomeAssistant, simulator: PlexSimulator, public_address: str
) -> None:
    """A server isn't offered at a public address."""
    add_plex_entry(hass, plex_entry_data(simulator))
    result = await _discover(hass, simulator.port, host=public_address)
    assert result["reason"] == "no_server_there"
    assert simulator.requests == []


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("[Tower](http://evil.example)", id="link"),
        pytest.param("![Tower](http://evil.example/a.png)", id="image"),
        pytest.param("<a href=//evil.example>Tower</a>", id="HTML"),
        pytest.param("http://evil.example", id="address"),
        pytest.param("www.evil.example", id="address without scheme"),
        pytest.param("owner@evil.example", id="e-mail address"),
        pytest.param("**Tower** _is_ `here` ~~not~~", id="emphasis"),
        pytest.param("# Tower\n\n> here", id="heading"),
        pytest.param("&#91;Tower&#93;(&#104;ttp:)", id="entities"),
        pytest.param("Tower\\", id="backslash"),
        pytest.param("Tower \u202eelpmaxe.live", id="right to left"),
    ],
)
async def test_announced_name_without_markup(
    hass: HomeAssistant, simulator: PlexSimulator, name: str
) -> None:
    """The name in an announcement is plain text, in descriptions and titles."""
    form = await _discover(hass, simulator.port, name=name)
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["title_placeholders"] == {"name": placeholders["server"]}
    shown = placeholders["server"]
    assert (
        re.search(r"[\[\]<>*~`\\\n\u202e]|&#|_i|is_|://\w|www\.|@\w|^#", shown) is None
    )
    assert shown


@pytest.mark.parametrize(
    "name", ["Tower", "my_server", "Mom & Dad's #1", "Tower (attic)", "10.0.0.1"]
)
async def test_announced_name(
    hass: HomeAssistant, simulator: PlexSimulator, name: str
) -> None:
    """An ordinary name is shown as it is."""
    form = await _discover(hass, simulator.port, name=name)
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    assert placeholders["server"] == name


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
    """There isn't even an issue if an https URL would become an http one."""
    data = {**config_entry.data, CONF_URL: "https://127.0.0.1:9"}
    hass.config_entries.async_update_entry(config_entry, data=data)
    result = await _discover(hass, simulator.port)
    assert result["reason"] == "already_configured"
    assert config_entry.data == data
    assert _move(hass) is None


@pytest.fixture
def _refused_handshakes(hass: HomeAssistant) -> None:
    """Expect what asyncio reports of a server when a client refuses its certificate."""
    hass.loop.set_exception_handler(None)


@pytest.mark.parametrize(
    "old_url",
    [
        pytest.param("https://127.0.0.1:9", id="IP address"),
        pytest.param("https://10-0-0-9.hash.plex.direct:32400", id="plex.direct"),
    ],
)
@pytest.mark.usefixtures("_refused_handshakes")
async def test_verified_not_replaced_by_unverified(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    server_ssl_context: SSLContext,
    monkeypatch: pytest.MonkeyPatch,
    old_url: str,
) -> None:
    """There isn't even an issue if the certificate at the new address isn't valid."""
    data = {**config_entry.data, CONF_URL: old_url}
    hass.config_entries.async_update_entry(config_entry, data=data)
    async with (
        PlexSimulator(ssl_context=server_ssl_context) as forger,
        secure_only(forger.port) as port,
    ):
        redirect_hosts(monkeypatch, {("127-0-0-1.hash.plex.direct", port): port})
        result = await _discover(hass, port)
        assert not was_sent_token(forger)
    assert result["reason"] == "already_configured"
    assert config_entry.data == data
    assert _move(hass) is None


@pytest.mark.parametrize(
    ("old_url", "new_url"),
    [
        pytest.param("https://127.0.0.1:9", "https://127.0.0.1:{}", id="IP address"),
        pytest.param(
            "https://10-0-0-9.hash.plex.direct:32400",
            "https://127-0-0-1.hash.plex.direct:{}",
            id="plex.direct",
        ),
        pytest.param(
            "https://hash.plex.direct:32400", "https://127.0.0.1:{}", id="no IP address"
        ),
    ],
)
async def test_moved_server_unverified(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    server_ssl_context: SSLContext,
    monkeypatch: pytest.MonkeyPatch,
    old_url: str,
    new_url: str,
) -> None:
    """Without certificate verification, a person is asked.

    The new URL has the name on the server's certificate if the old one had it. Such a
    name begins with the IP address.
    """
    data = {**config_entry.data, CONF_URL: old_url, CONF_VERIFY_SSL: False}
    hass.config_entries.async_update_entry(config_entry, data=data)
    async with (
        PlexSimulator(ssl_context=server_ssl_context) as moved,
        secure_only(moved.port) as port,
    ):
        redirect_hosts(monkeypatch, {("127-0-0-1.hash.plex.direct", port): port})
        await _discover(hass, port)
        assert not was_sent_token(moved)
    assert config_entry.data == data
    assert _move(hass) == (old_url, new_url.format(port))


async def test_moved_server_certified(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    trusted_ssl_context: SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The entry is updated if the certificate for the same hash proves the server."""
    data = {
        **config_entry.data,
        CONF_URL: "https://10-0-0-9.trusted.plex.direct:32400",
    }
    hass.config_entries.async_update_entry(config_entry, data=data)
    async with (
        PlexSimulator(ssl_context=trusted_ssl_context) as moved,
        secure_only(moved.port) as port,
    ):
        redirect_hosts(monkeypatch, {("127-0-0-1.trusted.plex.direct", port): port})
        result = await _discover(hass, port)
        assert result["reason"] == "already_configured"
        new_url = f"https://127-0-0-1.trusted.plex.direct:{port}"
        assert config_entry.data == {**data, CONF_URL: new_url}
        assert config_entry.state is ConfigEntryState.LOADED
        assert _move(hass) is None
        await hass.config_entries.async_unload(config_entry.entry_id)


@pytest.mark.usefixtures("_refused_handshakes")
async def test_moved_server_other_hash(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    trusted_ssl_context: SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A valid certificate for another hash proves nothing: no issue, and no token."""
    data = {**config_entry.data, CONF_URL: "https://10-0-0-9.hash.plex.direct:32400"}
    hass.config_entries.async_update_entry(config_entry, data=data)
    async with (
        PlexSimulator(ssl_context=trusted_ssl_context) as forger,
        secure_only(forger.port) as port,
    ):
        redirect_hosts(monkeypatch, {("127-0-0-1.hash.plex.direct", port): port})
        await _discover(hass, port)
        assert not was_sent_token(forger)
    assert config_entry.data == data
    assert _move(hass) is None


async def test_known_token_certified(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    trusted_ssl_context: SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The token of the Plex integration is sent where the certificate proves the server."""
    url = "https://10-0-0-9.trusted.plex.direct:32400"
    add_plex_entry(hass, plex_entry_data(simulator, url=url))
    async with (
        PlexSimulator(ssl_context=trusted_ssl_context) as moved,
        secure_only(moved.port) as port,
    ):
        redirect_hosts(monkeypatch, {("127-0-0-1.trusted.plex.direct", port): port})
        menu = await _discover(hass, port)
        result = await choose_option(hass, menu, "known_token")
        assert result["type"] is FlowResultType.CREATE_ENTRY
        new_url = f"https://127-0-0-1.trusted.plex.direct:{port}"
        assert result["data"][CONF_URL] == new_url
        await hass.config_entries.async_unload(result["result"].entry_id)


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
