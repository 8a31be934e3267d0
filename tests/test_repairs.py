"""What the Repairs page shows, how it is mended there, and that it goes by itself."""

import asyncio
from http import HTTPStatus
from typing import Any

from aiohttp import web
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_butler.const import DOMAIN
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntryDisabler,
    ConfigEntryState,
)
from homeassistant.const import (
    ATTR_ENTITY_ID,
    CONF_TOKEN,
    CONF_URL,
    CONF_VERIFY_SSL,
    STATE_OFF,
    STATE_UNAVAILABLE,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component

from .common import STATUS, Clock
from .simulator import PREFERENCES, PlexSimulator, faults

SCHEDULED = "switch.tower_backup_database_scheduled"

BACKUPS = "ButlerTaskBackupDatabase"

FLOWS = "/api/repairs/issues/fix"


def _issues(hass: HomeAssistant) -> set[str | None]:
    """Return the texts of the issues that are shown."""
    return {
        issue.translation_key
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN and issue.active and not issue.dismissed_version
    }


class Page:
    """The Repairs page, as the web page talks to it."""

    def __init__(self, hass: HomeAssistant, client: ClientSessionGenerator) -> None:
        """Open it."""
        self._hass = hass
        self._client = client

    async def open(self, key: str) -> dict[str, Any]:
        """Open an issue."""
        issue_id = next(
            issue.issue_id
            for issue in ir.async_get(self._hass).issues.values()
            if issue.translation_key == key
        )
        return await self._post(FLOWS, {"handler": DOMAIN, "issue_id": issue_id})

    async def go_on(self, flow: dict[str, Any], **data: Any) -> dict[str, Any]:
        """Submit a step."""
        answer = await self._post(f"{FLOWS}/{flow['flow_id']}", data)
        await self._hass.async_block_till_done()
        return answer

    async def _post(self, path: str, data: dict[str, Any]) -> dict[str, Any]:
        client = await self._client()
        response = await client.post(path, json=data)
        assert response.status == HTTPStatus.OK
        answer: dict[str, Any] = await response.json()
        return answer


@pytest.fixture
async def page(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> Page:
    """Return the Repairs page."""
    assert await async_setup_component(hass, "repairs", {})
    return Page(hass, hass_client)


@pytest.fixture
async def backups_off(
    setup_entry: MockConfigEntry, simulator: PlexSimulator, clock: Clock
) -> None:
    """Switch the backups off on the server's own page, and let that be noticed."""
    simulator.settings[BACKUPS] = False
    await clock.next_poll()


@pytest.mark.usefixtures("setup_entry")
async def test_backups_off(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, page: Page
) -> None:
    """Backups that are switched off are switched on from the Repairs page."""
    assert _issues(hass) == set()
    simulator.settings[BACKUPS] = False
    await clock.next_poll()
    assert _issues(hass) == {"backups_off"}
    menu = await page.open("backups_off")
    assert menu["menu_options"] == ["switch_on", "ignore"]
    assert menu["description_placeholders"] == {"server": "Tower"}
    result = await page.go_on(menu, next_step_id="switch_on")
    assert result["type"] == "create_entry"
    assert simulator.settings[BACKUPS] is True
    assert _issues(hass) == set()
    await clock.next_poll()
    assert _issues(hass) == set()


@pytest.mark.usefixtures("backups_off")
async def test_backups_off_is_ignored(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    page: Page,
) -> None:
    """Who wants no backups is not asked again, neither by a poll nor a reload."""
    result = await page.go_on(await page.open("backups_off"), next_step_id="ignore")
    assert result["type"] == "abort"
    assert result["reason"] == "ignored"
    assert _issues(hass) == set()
    await clock.next_poll()
    assert await hass.config_entries.async_reload(setup_entry.entry_id)
    await hass.async_block_till_done()
    assert _issues(hass) == set()
    assert simulator.settings[BACKUPS] is False


@pytest.mark.usefixtures("backups_off", "setup_entry")
async def test_backups_come_back_by_themselves(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """What is mended on the server's own page is no issue any more."""
    assert _issues(hass) == {"backups_off"}
    simulator.settings[BACKUPS] = True
    await clock.next_poll()
    assert _issues(hass) == set()


@pytest.mark.usefixtures("backups_off", "setup_entry")
async def test_backups_can_not_be_switched_on(
    hass: HomeAssistant, simulator: PlexSimulator, page: Page
) -> None:
    """A server that doesn't take it is named, and the issue stays."""
    menu = await page.open("backups_off")
    simulator.inject(faults.body(b""), path=PREFERENCES, method="PUT")
    result = await page.go_on(menu, next_step_id="switch_on")
    assert result["type"] == "abort"
    assert result["reason"] == "failed"
    assert result["description_placeholders"] == {"server": "Tower"}
    assert _issues(hass) == {"backups_off"}


@pytest.mark.usefixtures("setup_entry")
async def test_backups_of_a_server_without_the_setting(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, page: Page
) -> None:
    """Where the setting isn't told, the task tells; it is mended on Plex's own page."""
    del simulator.settings.all[BACKUPS]
    simulator.butler.tasks["BackupDatabase"].enabled = False
    await clock.next_poll()
    assert _issues(hass) == {"backups_off"}
    result = await page.go_on(await page.open("backups_off"), next_step_id="switch_on")
    assert result["reason"] == "no_switch"
    del simulator.butler.tasks["BackupDatabase"]
    await clock.next_poll()
    assert _issues(hass) == set()


@pytest.mark.usefixtures("backups_off")
async def test_backups_of_a_server_that_is_away(
    hass: HomeAssistant, setup_entry: MockConfigEntry, page: Page
) -> None:
    """A server that isn't set up at the moment can't be changed."""
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    result = await page.go_on(await page.open("backups_off"), next_step_id="switch_on")
    assert result["reason"] == "not_loaded"


@pytest.mark.usefixtures("backups_off")
async def test_backups_are_off_as_far_as_is_known(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    page: Page,
) -> None:
    """What was ignored stays so, while settings can't be had and while disabled."""
    await page.go_on(await page.open("backups_off"), next_step_id="ignore")
    simulator.inject(faults.status(500), path=PREFERENCES)
    await clock.next_poll()
    simulator.heal()
    await clock.next_poll()
    assert _issues(hass) == set()
    for disabler in (ConfigEntryDisabler.USER, None):
        await hass.config_entries.async_set_disabled_by(setup_entry.entry_id, disabler)
        await hass.async_block_till_done()
    assert _issues(hass) == set()
    assert hass.states.is_state(SCHEDULED, STATE_OFF)


@pytest.mark.usefixtures("backups_off", "setup_entry")
async def test_backups_are_mended_elsewhere_meanwhile(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, page: Page
) -> None:
    """Who leaves backups off that are on by now has nothing more to do."""
    menu = await page.open("backups_off")
    simulator.settings[BACKUPS] = True
    await clock.next_poll()
    result = await page.go_on(menu, next_step_id="ignore")
    assert result["type"] == "create_entry"
    assert _issues(hass) == set()


@pytest.mark.usefixtures("backups_off", "setup_entry")
async def test_backups_of_another_server(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, page: Page
) -> None:
    """Nothing is switched on at a server that is not ours."""
    menu = await page.open("backups_off")
    simulator.machine_identifier = "another"
    await simulator.notifications.close()
    await clock.next_poll()
    result = await page.go_on(menu, next_step_id="switch_on")
    assert result["reason"] == "failed"
    assert simulator.commands() == []
    assert _issues(hass) == {"backups_off"}


async def test_a_change_outlives_its_server(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A change that is under way when its server is removed leaves no issue behind."""
    asked, released = asyncio.Event(), asyncio.Event()

    async def late(request: web.Request) -> web.StreamResponse:
        asked.set()
        return await faults.delay(released)(request)

    simulator.inject(late, path=PREFERENCES, method="PUT")
    simulator.settings[BACKUPS] = False
    change = hass.async_create_task(
        hass.services.async_call(
            "switch", "turn_off", {ATTR_ENTITY_ID: SCHEDULED}, blocking=True
        )
    )
    await asked.wait()
    await hass.config_entries.async_remove(setup_entry.entry_id)
    released.set()
    await asyncio.wait([change])
    await clock.settle()
    assert _issues(hass) == set()


@pytest.mark.usefixtures("setup_entry")
async def test_not_owner(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, page: Page
) -> None:
    """A token that is no longer the owner's is renewed from the Repairs page."""
    simulator.owner_token, simulator.guest_token = "new", simulator.owner_token
    await clock.next_poll()
    assert _issues(hass) == {"not_owner"}
    step = await page.open("not_owner")
    assert step["step_id"] == "explain"
    assert step["description_placeholders"] == {"server": "Tower"}
    result = await page.go_on(step)
    assert result["type"] == "abort"
    assert result["reason"] == "continued"
    kind, flow_id = result["next_flow"]
    assert kind == "config_flow"
    (reauth,) = hass.config_entries.flow.async_progress()
    assert reauth["flow_id"] == flow_id
    assert reauth["context"]["source"] == SOURCE_REAUTH
    done = await hass.config_entries.flow.async_configure(flow_id, {CONF_TOKEN: "new"})
    await hass.async_block_till_done()
    assert done["reason"] == "reauth_successful"
    assert _issues(hass) == set()
    assert hass.config_entries.flow.async_progress() == []


async def test_certificate(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    page: Page,
) -> None:
    """An address that the certificate doesn't fit is changed from the Repairs page."""
    secure = simulator.url.replace("http:", "https:")
    hass.config_entries.async_update_entry(
        config_entry, data={**config_entry.data, CONF_URL: secure}
    )
    assert not await hass.config_entries.async_setup(config_entry.entry_id)
    await hass.async_block_till_done()
    assert config_entry.state is ConfigEntryState.SETUP_RETRY
    assert _issues(hass) == {"ssl_error"}
    result = await page.go_on(await page.open("ssl_error"))
    assert result["reason"] == "continued"
    _, flow_id = result["next_flow"]
    (dialog,) = hass.config_entries.flow.async_progress()
    assert dialog["context"]["source"] == SOURCE_RECONFIGURE
    done = await hass.config_entries.flow.async_configure(
        flow_id, {CONF_URL: simulator.url, CONF_VERIFY_SSL: True}
    )
    await hass.async_block_till_done()
    assert done["reason"] == "reconfigure_successful"
    assert _issues(hass) == set()


async def test_certificate_is_mended_meanwhile(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    page: Page,
) -> None:
    """The dialog asks before it changes anything, though the address works by now."""
    data = dict(config_entry.data)
    secure = simulator.url.replace("http:", "https:")
    hass.config_entries.async_update_entry(
        config_entry, data={**data, CONF_URL: secure}
    )
    assert not await hass.config_entries.async_setup(config_entry.entry_id)
    step = await page.open("ssl_error")
    hass.config_entries.async_update_entry(config_entry, data=data)
    result = await page.go_on(step)
    _, flow_id = result["next_flow"]
    (dialog,) = hass.config_entries.flow.async_progress()
    assert dialog["flow_id"] == flow_id
    assert config_entry.data == data


@pytest.mark.parametrize(
    "answer",
    [
        faults.status(401),
        faults.status(403),
        faults.body(b'{"ButlerTasks": {"ButlerTask": [{"name": "New"}]}}'),
    ],
)
async def test_a_poll_outlives_its_server(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    device_registry: dr.DeviceRegistry,
    answer: faults.Handler,
) -> None:
    """A poll that ends after its server was removed leaves no issue, flow or device."""
    assert await async_setup_component(hass, "homeassistant", {})
    asked, released = asyncio.Event(), asyncio.Event()

    async def late(request: web.Request) -> web.StreamResponse:
        asked.set()
        await released.wait()
        return await answer(request)

    # The second of two polls on request comes by a timer, which isn't the entry's.
    for _ in range(2):
        await hass.services.async_call(
            "homeassistant", "update_entity", {ATTR_ENTITY_ID: STATUS}, blocking=True
        )
    simulator.inject(late, path="/butler")
    passing = asyncio.ensure_future(clock.tick(2))
    await asked.wait()
    await hass.config_entries.async_remove(setup_entry.entry_id)
    released.set()
    await passing
    await clock.settle()
    assert _issues(hass) == set()
    assert hass.config_entries.flow.async_progress() == []
    assert not dr.async_entries_for_config_entry(device_registry, setup_entry.entry_id)


@pytest.mark.parametrize(
    ("fault", "issues"),
    [
        pytest.param(faults.cut_off(), {"not_owner"}, id="away"),
        pytest.param(faults.starting_up(), {"not_owner"}, id="starting up"),
        pytest.param(faults.status(500), {"not_owner"}, id="out of order"),
        pytest.param(faults.status(401), set[str](), id="another trouble"),
    ],
)
async def test_an_issue_stays_while_nothing_else_is_known(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    fault: faults.Handler,
    issues: set[str],
) -> None:
    """A server that says nothing of the token has not been given a better one by that."""
    simulator.inject(faults.status(403), path="/butler")
    await clock.next_poll()
    assert _issues(hass) == {"not_owner"}
    simulator.inject(fault, path="/butler")
    await hass.config_entries.async_reload(setup_entry.entry_id)
    assert _issues(hass) == issues


@pytest.mark.parametrize("fault", [faults.status(401), faults.status(403)])
@pytest.mark.usefixtures("setup_entry")
async def test_a_server_thinks_better_of_it(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, fault: faults.Handler
) -> None:
    """A server that refused the token is asked again, seldom; then nobody else is."""
    simulator.inject(fault, path="/butler")
    await clock.next_poll()
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    assert len(hass.config_entries.flow.async_progress()) == 1
    simulator.heal()
    await clock.tick(1200)
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    await clock.tick(700)
    await clock.tick(2)
    assert hass.states.is_state(STATUS, "idle")
    assert _issues(hass) == set()
    assert hass.config_entries.flow.async_progress() == []


@pytest.mark.usefixtures("setup_entry")
async def test_a_token_that_stays_bad(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A server that refuses the token is not bothered with it."""
    simulator.inject(faults.status(401))
    await clock.next_poll()
    simulator.requests.clear()
    for _ in range(60):
        await clock.tick(60)
    asked = [request for request in simulator.requests if request.path == "/"]
    assert len(asked) == 2
    assert len(hass.config_entries.flow.async_progress()) == 1


@pytest.mark.parametrize("loaded", [True, False])
@pytest.mark.parametrize("gone", ["disabled", "removed"])
@pytest.mark.usefixtures("backups_off")
async def test_issues_go_with_their_server(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    loaded: bool,
    gone: str,
) -> None:
    """A server that is gone has no issues, whatever state it was in."""
    simulator.inject(faults.status(403), path="/butler")
    await clock.next_poll()
    if not loaded:
        await hass.config_entries.async_reload(setup_entry.entry_id)
    assert _issues(hass) == {"backups_off", "not_owner"}
    if gone == "removed":
        await hass.config_entries.async_remove(setup_entry.entry_id)
    else:
        await hass.config_entries.async_set_disabled_by(
            setup_entry.entry_id, ConfigEntryDisabler.USER
        )
    await hass.async_block_till_done()
    assert _issues(hass) == set()
