"""Repair issues: when they are created and deleted, and their fix flows."""

import asyncio
from collections.abc import AsyncGenerator
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any

from aiohttp import web
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_butler.const import DOMAIN
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    SOURCE_ZEROCONF,
    ConfigEntryDisabler,
    ConfigEntryState,
)
from homeassistant.const import (
    ATTR_ENTITY_ID,
    CONF_TOKEN,
    CONF_URL,
    CONF_VERIFY_SSL,
    STATE_OFF,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from homeassistant.setup import async_setup_component

from .common import SCHEDULED, STATUS, Clock, shown_issues, was_sent_token
from .simulator import PREFERENCES, PlexSimulator, faults

BACKUP_SETTING = "ButlerTaskBackupDatabase"

FIX_FLOWS_PATH = "/api/repairs/issues/fix"


def _shown_issues(hass: HomeAssistant) -> set[str | None]:
    """Return the translation keys of the issues that the Repairs page shows."""
    return set(shown_issues(hass))


class RepairsClient:
    """Client of the fix flows' HTTP API, which the Repairs page uses."""

    def __init__(self, hass: HomeAssistant, client: ClientSessionGenerator) -> None:
        """Initialize the client."""
        self._hass = hass
        self._client = client

    async def start_fix_flow(self, key: str) -> dict[str, Any]:
        """Start the fix flow of the issue that has the translation key."""
        issue_id = next(
            issue.issue_id
            for issue in ir.async_get(self._hass).issues.values()
            if issue.translation_key == key
        )
        return await self._post(
            FIX_FLOWS_PATH, {"handler": DOMAIN, "issue_id": issue_id}
        )

    async def submit(self, flow: dict[str, Any], **data: Any) -> dict[str, Any]:
        """Submit the current step of a fix flow."""
        result = await self._post(f"{FIX_FLOWS_PATH}/{flow['flow_id']}", data)
        await self._hass.async_block_till_done()
        return result

    async def _post(self, path: str, data: dict[str, Any]) -> dict[str, Any]:
        client = await self._client()
        response = await client.post(path, json=data)
        assert response.status == HTTPStatus.OK
        result: dict[str, Any] = await response.json()
        return result


async def _be_refused(clock: Clock) -> None:
    """Let as many polls be refused as it takes until a person is asked."""
    for _ in range(3):
        await clock.next_poll()


@pytest.fixture
async def repairs(
    hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> RepairsClient:
    """Set up the repairs integration, and return a client of it."""
    assert await async_setup_component(hass, "repairs", {})
    return RepairsClient(hass, hass_client)


@pytest.fixture
async def backups_off(
    setup_entry: MockConfigEntry, simulator: PlexSimulator, clock: Clock
) -> None:
    """Switch backups off on the server, and poll it."""
    simulator.settings[BACKUP_SETTING] = False
    await clock.next_poll()


@pytest.mark.usefixtures("setup_entry")
async def test_fix_backups_off(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, repairs: RepairsClient
) -> None:
    """The fix flow switches backups on, which resolves the issue."""
    assert _shown_issues(hass) == set()
    simulator.settings[BACKUP_SETTING] = False
    await clock.next_poll()
    assert _shown_issues(hass) == {"backups_off"}
    menu = await repairs.start_fix_flow("backups_off")
    assert menu["menu_options"] == ["switch_on", "ignore"]
    assert menu["description_placeholders"] == {"server": "Tower"}
    result = await repairs.submit(menu, next_step_id="switch_on")
    assert result["type"] == "create_entry"
    assert simulator.settings[BACKUP_SETTING] is True
    assert _shown_issues(hass) == set()
    await clock.next_poll()
    assert _shown_issues(hass) == set()


@pytest.mark.usefixtures("backups_off")
async def test_ignore_backups_off(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    repairs: RepairsClient,
) -> None:
    """An issue that was ignored in its fix flow stays so, even after a reload."""
    result = await repairs.submit(
        await repairs.start_fix_flow("backups_off"), next_step_id="ignore"
    )
    assert result["type"] == "abort"
    assert result["reason"] == "ignored"
    assert _shown_issues(hass) == set()
    await clock.next_poll()
    assert await hass.config_entries.async_reload(setup_entry.entry_id)
    await hass.async_block_till_done()
    assert _shown_issues(hass) == set()
    assert simulator.settings[BACKUP_SETTING] is False


@pytest.mark.usefixtures("backups_off", "setup_entry")
async def test_backups_switched_on_elsewhere(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The issue is deleted if backups are switched on in another way."""
    assert _shown_issues(hass) == {"backups_off"}
    simulator.settings[BACKUP_SETTING] = True
    await clock.next_poll()
    assert _shown_issues(hass) == set()


@pytest.mark.usefixtures("backups_off", "setup_entry")
async def test_fix_backups_off_fails(
    hass: HomeAssistant, simulator: PlexSimulator, repairs: RepairsClient
) -> None:
    """If the server doesn't apply the change, the fix flow aborts."""
    menu = await repairs.start_fix_flow("backups_off")
    simulator.inject(faults.body(b""), path=PREFERENCES, method="PUT")
    result = await repairs.submit(menu, next_step_id="switch_on")
    assert result["type"] == "abort"
    assert result["reason"] == "failed"
    assert result["description_placeholders"] == {"server": "Tower"}
    assert _shown_issues(hass) == {"backups_off"}


@pytest.mark.usefixtures("setup_entry")
async def test_backups_off_without_setting(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, repairs: RepairsClient
) -> None:
    """Without the setting, the issue depends on the task, and the fix flow aborts."""
    del simulator.settings.all[BACKUP_SETTING]
    simulator.butler.tasks["BackupDatabase"].enabled = False
    await clock.next_poll()
    assert _shown_issues(hass) == {"backups_off"}
    result = await repairs.submit(
        await repairs.start_fix_flow("backups_off"), next_step_id="switch_on"
    )
    assert result["reason"] == "no_switch"
    del simulator.butler.tasks["BackupDatabase"]
    await clock.next_poll()
    assert _shown_issues(hass) == set()


@pytest.mark.usefixtures("backups_off")
async def test_fix_backups_off_not_loaded(
    hass: HomeAssistant, setup_entry: MockConfigEntry, repairs: RepairsClient
) -> None:
    """The fix flow can't switch backups on while the config entry isn't loaded."""
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    result = await repairs.submit(
        await repairs.start_fix_flow("backups_off"), next_step_id="switch_on"
    )
    assert result["reason"] == "not_loaded"


@pytest.mark.usefixtures("backups_off")
async def test_ignored_backups_off_remains(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    repairs: RepairsClient,
) -> None:
    """An ignored issue stays so without settings, and while the entry is disabled."""
    await repairs.submit(
        await repairs.start_fix_flow("backups_off"), next_step_id="ignore"
    )
    simulator.inject(faults.status(500), path=PREFERENCES)
    await clock.next_poll()
    simulator.heal()
    await clock.next_poll()
    assert _shown_issues(hass) == set()
    for disabler in (ConfigEntryDisabler.USER, None):
        await hass.config_entries.async_set_disabled_by(setup_entry.entry_id, disabler)
        await hass.async_block_till_done()
    assert _shown_issues(hass) == set()
    assert hass.states.is_state(SCHEDULED, STATE_OFF)


@pytest.mark.usefixtures("backups_off", "setup_entry")
async def test_ignore_resolved_backups_off(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, repairs: RepairsClient
) -> None:
    """Ignoring an issue that was resolved meanwhile completes the fix flow."""
    menu = await repairs.start_fix_flow("backups_off")
    simulator.settings[BACKUP_SETTING] = True
    await clock.next_poll()
    result = await repairs.submit(menu, next_step_id="ignore")
    assert result["type"] == "create_entry"
    assert _shown_issues(hass) == set()


@pytest.mark.usefixtures("backups_off", "setup_entry")
async def test_fix_backups_off_of_another_server(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, repairs: RepairsClient
) -> None:
    """The fix flow changes nothing if another server answers at the address."""
    menu = await repairs.start_fix_flow("backups_off")
    simulator.machine_identifier = "another"
    await simulator.notifications.close()
    await clock.next_poll()
    result = await repairs.submit(menu, next_step_id="switch_on")
    assert result["reason"] == "failed"
    assert simulator.commands() == []
    assert _shown_issues(hass) == {"backups_off"}


async def test_remove_entry_during_change(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A change leaves no issue of a config entry that was removed meanwhile."""
    requested, released = asyncio.Event(), asyncio.Event()

    async def respond_late(request: web.Request) -> web.StreamResponse:
        requested.set()
        return await faults.delay(released)(request)

    simulator.inject(respond_late, path=PREFERENCES, method="PUT")
    simulator.settings[BACKUP_SETTING] = False
    change = hass.async_create_task(
        hass.services.async_call(
            "switch", "turn_off", {ATTR_ENTITY_ID: SCHEDULED}, blocking=True
        )
    )
    await requested.wait()
    await hass.config_entries.async_remove(setup_entry.entry_id)
    released.set()
    await asyncio.wait([change])
    await clock.settle()
    assert _shown_issues(hass) == set()


@pytest.mark.usefixtures("setup_entry")
async def test_fix_not_owner(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, repairs: RepairsClient
) -> None:
    """The fix flow opens reauthentication, where the owner's token resolves it."""
    simulator.owner_token, simulator.guest_token = "new", simulator.owner_token
    await _be_refused(clock)
    assert _shown_issues(hass) == {"not_owner"}
    assert hass.config_entries.flow.async_progress() == []
    step = await repairs.start_fix_flow("not_owner")
    assert step["step_id"] == "explain"
    assert step["description_placeholders"] == {"server": "Tower"}
    result = await repairs.submit(step)
    assert result["type"] == "abort"
    assert result["reason"] == "continued"
    flow_type, flow_id = result["next_flow"]
    assert flow_type == "config_flow"
    (reauth,) = hass.config_entries.flow.async_progress()
    assert reauth["flow_id"] == flow_id
    assert reauth["context"]["source"] == SOURCE_REAUTH
    await hass.config_entries.flow.async_configure(
        flow_id, {"next_step_id": "reauth_token"}
    )
    flow_result = await hass.config_entries.flow.async_configure(
        flow_id, {CONF_TOKEN: "new"}
    )
    await hass.async_block_till_done()
    assert flow_result["reason"] == "reauth_successful"
    assert _shown_issues(hass) == set()
    assert hass.config_entries.flow.async_progress() == []


async def test_fix_ssl_error(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    repairs: RepairsClient,
) -> None:
    """The fix flow opens reconfiguration, where another URL resolves it."""
    https_url = simulator.url.replace("http:", "https:")
    hass.config_entries.async_update_entry(
        config_entry, data={**config_entry.data, CONF_URL: https_url}
    )
    assert not await hass.config_entries.async_setup(config_entry.entry_id)
    await hass.async_block_till_done()
    assert config_entry.state is ConfigEntryState.SETUP_RETRY
    assert _shown_issues(hass) == {"ssl_error"}
    result = await repairs.submit(await repairs.start_fix_flow("ssl_error"))
    assert result["reason"] == "continued"
    _, flow_id = result["next_flow"]
    (reconfigure,) = hass.config_entries.flow.async_progress()
    assert reconfigure["context"]["source"] == SOURCE_RECONFIGURE
    flow_result = await hass.config_entries.flow.async_configure(
        flow_id, {CONF_URL: simulator.url, CONF_VERIFY_SSL: True}
    )
    await hass.async_block_till_done()
    assert flow_result["reason"] == "reconfigure_successful"
    assert _shown_issues(hass) == set()


async def test_fix_resolved_ssl_error(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    repairs: RepairsClient,
) -> None:
    """The fix flow opens reconfiguration even if the URL works again."""
    data = dict(config_entry.data)
    https_url = simulator.url.replace("http:", "https:")
    hass.config_entries.async_update_entry(
        config_entry, data={**data, CONF_URL: https_url}
    )
    assert not await hass.config_entries.async_setup(config_entry.entry_id)
    step = await repairs.start_fix_flow("ssl_error")
    hass.config_entries.async_update_entry(config_entry, data=data)
    result = await repairs.submit(step)
    _, flow_id = result["next_flow"]
    (reconfigure,) = hass.config_entries.flow.async_progress()
    assert reconfigure["flow_id"] == flow_id
    assert config_entry.data == data


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(faults.status(401), id="invalid token"),
        pytest.param(faults.status(403), id="not the owner"),
        pytest.param(
            faults.body(b'{"ButlerTasks": {"ButlerTask": [{"name": "New"}]}}'),
            id="new task",
        ),
    ],
)
async def test_remove_entry_during_poll(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    device_registry: dr.DeviceRegistry,
    caplog: pytest.LogCaptureFixture,
    response: faults.Handler,
) -> None:
    """A poll leaves nothing of a config entry that was removed meanwhile."""
    assert await async_setup_component(hass, "homeassistant", {})
    requested, released = asyncio.Event(), asyncio.Event()

    async def respond_late(request: web.Request) -> web.StreamResponse:
        requested.set()
        await released.wait()
        return await response(request)

    # The second refresh is debounced: a timer runs it, in no task of the config entry.
    for _ in range(2):
        await hass.services.async_call(
            "homeassistant", "update_entity", {ATTR_ENTITY_ID: STATUS}, blocking=True
        )
    simulator.inject(respond_late, path="/butler")
    poll = asyncio.ensure_future(clock.tick(2))
    await requested.wait()
    await hass.config_entries.async_remove(setup_entry.entry_id)
    released.set()
    await poll
    await clock.settle()
    assert _shown_issues(hass) == set()
    assert hass.config_entries.flow.async_progress() == []
    assert not dr.async_entries_for_config_entry(device_registry, setup_entry.entry_id)
    assert "Unexpected error" not in caplog.text


@pytest.mark.parametrize(
    ("fault", "issues"),
    [
        pytest.param(faults.cut_off(), {"not_owner"}, id="unreachable"),
        pytest.param(faults.starting_up(), {"not_owner"}, id="starting up"),
        pytest.param(faults.status(500), {"not_owner"}, id="server error"),
        pytest.param(faults.status(401), set[str](), id="invalid token"),
    ],
)
async def test_not_owner_after_another_error(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    fault: faults.Handler,
    issues: set[str],
) -> None:
    """The issue remains after errors that don't prove it resolved."""
    simulator.inject(faults.status(403), path="/butler")
    await _be_refused(clock)
    assert _shown_issues(hass) == {"not_owner"}
    simulator.inject(fault, path="/butler")
    await hass.config_entries.async_reload(setup_entry.entry_id)
    assert _shown_issues(hass) == issues


@pytest.mark.parametrize(
    "loaded", [pytest.param(True, id="loaded"), pytest.param(False, id="not loaded")]
)
@pytest.mark.parametrize("change", ["disabled", "removed"])
@pytest.mark.usefixtures("backups_off")
async def test_issues_deleted_with_entry(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    loaded: bool,
    change: str,
) -> None:
    """The issues are deleted when the config entry is disabled or removed."""
    simulator.inject(faults.status(403), path="/butler")
    await _be_refused(clock)
    if not loaded:
        await hass.config_entries.async_reload(setup_entry.entry_id)
    assert _shown_issues(hass) == {"backups_off", "not_owner"}
    if change == "removed":
        await hass.config_entries.async_remove(setup_entry.entry_id)
    else:
        await hass.config_entries.async_set_disabled_by(
            setup_entry.entry_id, ConfigEntryDisabler.USER
        )
    await hass.async_block_till_done()
    assert _shown_issues(hass) == set()


@pytest.fixture
async def moved(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
) -> AsyncGenerator[PlexSimulator]:
    """Serve the server at a new address, and announce it there."""
    await simulator.stop()
    assert not await hass.config_entries.async_setup(config_entry.entry_id)
    async with PlexSimulator() as server:
        await _announce(hass, server)
        yield server
        await hass.config_entries.async_unload(config_entry.entry_id)


async def _announce(hass: HomeAssistant, server: PlexSimulator) -> None:
    """Let zeroconf discover a server."""
    address = ip_address("127.0.0.1")
    await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_ZEROCONF},
        data=ZeroconfServiceInfo(
            ip_address=address,
            ip_addresses=[address],
            port=server.port,
            hostname="tower.local.",
            type="_plexmediasvr._tcp.local.",
            name="Tower._plexmediasvr._tcp.local.",
            properties={},
        ),
    )
    await hass.async_block_till_done()


async def test_fix_server_moved(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    repairs: RepairsClient,
    moved: PlexSimulator,
) -> None:
    """The fix flow shows both addresses, and updates the entry once a person confirms.

    Until then, the new address gets no token.
    """
    assert _shown_issues(hass) == {"server_moved"}
    before = dict(config_entry.data)
    form = await repairs.start_fix_flow("server_moved")
    assert form["type"] == "form"
    assert form["step_id"] == "confirm"
    assert form["description_placeholders"] == {
        "server": "Tower",
        "old_url": simulator.url,
        "new_url": moved.url,
    }
    assert config_entry.data == before
    assert not was_sent_token(moved)
    moved.requests.clear()
    result = await repairs.submit(form)
    assert result["type"] == "create_entry"
    assert config_entry.data == {**before, CONF_URL: moved.url}
    assert config_entry.state is ConfigEntryState.LOADED
    assert moved.requests[0].path == "/identity"
    assert "X-Plex-Token" not in moved.requests[0].headers
    assert _shown_issues(hass) == set()


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.cut_off(), id="unreachable"),
        pytest.param(faults.status(401), id="no identity"),
        pytest.param(
            faults.body(b'{"MediaContainer": {"machineIdentifier": "another"}}'),
            id="another server",
        ),
    ],
)
async def test_fix_server_moved_not_there(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    repairs: RepairsClient,
    moved: PlexSimulator,
    fault: faults.Handler,
) -> None:
    """The entry stays as it is if the server isn't at the new address on confirmation."""
    before = dict(config_entry.data)
    form = await repairs.start_fix_flow("server_moved")
    moved.inject(fault)
    form = await repairs.submit(form)
    assert form["type"] == "form"
    assert form["errors"] == {"base": "not_there"}
    assert config_entry.data == before
    assert _shown_issues(hass) == {"server_moved"}
    assert not was_sent_token(moved)
    moved.heal()
    result = await repairs.submit(form)
    assert result["type"] == "create_entry"
    assert config_entry.data[CONF_URL] == moved.url


async def test_fix_server_moved_again(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    repairs: RepairsClient,
    moved: PlexSimulator,
) -> None:
    """A newer announcement is shown before it can be confirmed."""
    before = dict(config_entry.data)
    form = await repairs.start_fix_flow("server_moved")
    async with PlexSimulator() as newest:
        await _announce(hass, newest)
        form = await repairs.submit(form)
        assert form["type"] == "form"
        assert not form["errors"]
        assert form["description_placeholders"]["new_url"] == newest.url
        assert config_entry.data == before
        result = await repairs.submit(form)
        assert result["type"] == "create_entry"
        assert config_entry.data[CONF_URL] == newest.url
        await hass.config_entries.async_unload(config_entry.entry_id)
    assert not was_sent_token(moved)


async def test_fix_server_moved_resolved(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    repairs: RepairsClient,
    moved: PlexSimulator,
) -> None:
    """Nothing is changed if the server is back at its old address meanwhile."""
    before = dict(config_entry.data)
    form = await repairs.start_fix_flow("server_moved")
    await simulator.start()
    assert await hass.config_entries.async_reload(config_entry.entry_id)
    assert _shown_issues(hass) == set()
    result = await repairs.submit(form)
    assert result["type"] == "create_entry"
    assert config_entry.data == before
    assert not was_sent_token(moved)


async def test_fix_server_moved_reconfigured(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    repairs: RepairsClient,
    moved: PlexSimulator,
) -> None:
    """A URL that a person enters during the confirmation isn't overwritten."""
    form = await repairs.start_fix_flow("server_moved")
    new_data = {**config_entry.data, CONF_URL: "http://127.0.0.1:9"}

    async def identity(request: web.Request) -> web.StreamResponse:
        hass.config_entries.async_update_entry(config_entry, data=new_data)
        body = {"MediaContainer": {"machineIdentifier": moved.machine_identifier}}
        return web.json_response(body)

    moved.inject(identity, path="/identity")
    result = await repairs.submit(form)
    assert result["type"] == "create_entry"
    assert config_entry.data == new_data
    assert not was_sent_token(moved)


@pytest.mark.usefixtures("setup_entry")
async def test_name_without_markup(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    repairs: RepairsClient,
) -> None:
    """The name of a server is no link in issues and their fix flows."""
    hass.config_entries.async_update_entry(
        setup_entry, title="[Tower](http://evil.example)"
    )
    simulator.settings[BACKUP_SETTING] = False
    await clock.next_poll()
    simulator.inject(faults.status(403), path="/butler")
    for _ in range(3):
        await clock.next_poll()
    assert _shown_issues(hass) == {"backups_off", "not_owner"}
    shown = [
        await repairs.start_fix_flow("backups_off"),
        await repairs.start_fix_flow("not_owner"),
        *[
            {"description_placeholders": issue.translation_placeholders}
            for issue in shown_issues(hass).values()
        ],
    ]
    for step in shown:
        assert "[" not in step["description_placeholders"]["server"]
        assert "http://e" not in step["description_placeholders"]["server"]
