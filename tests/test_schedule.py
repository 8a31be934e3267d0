"""Tests of the switches and selects for the server's own schedule."""

from typing import Any

from aiohttp import web
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from custom_components.plex_butler.const import DOMAIN
from homeassistant.components.select import (
    ATTR_OPTION,
    ATTR_OPTIONS,
    DOMAIN as SELECT_DOMAIN,
    SERVICE_SELECT_OPTION,
)
from homeassistant.components.switch import DOMAIN as SWITCH_DOMAIN
from homeassistant.const import (
    ATTR_ENTITY_ID,
    SERVICE_TURN_OFF,
    SERVICE_TURN_ON,
    STATE_OFF,
    STATE_ON,
    STATE_UNKNOWN,
    Platform,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er

from .common import SCHEDULED, STATUS, Clock, entities_by_unique_id
from .simulator import PREFERENCES, PlexSimulator, faults

SCHEDULE = "select.tower_music_analysis_schedule"
WINDOW_START = "select.tower_maintenance_window_start"
WINDOW_END = "select.tower_maintenance_window_end"


async def _call_switch(hass: HomeAssistant, entity_id: str, service: str) -> None:
    await hass.services.async_call(
        SWITCH_DOMAIN, service, {ATTR_ENTITY_ID: entity_id}, blocking=True
    )


async def _select_option(hass: HomeAssistant, entity_id: str, option: str) -> None:
    await hass.services.async_call(
        SELECT_DOMAIN,
        SERVICE_SELECT_OPTION,
        {ATTR_ENTITY_ID: entity_id, ATTR_OPTION: option},
        blocking=True,
    )


@pytest.mark.parametrize("domain", [Platform.SELECT, Platform.SWITCH])
async def test_entities(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    snapshot: SnapshotAssertion,
    domain: Platform,
) -> None:
    """Entities are created for the settings that the server has."""
    assert entities_by_unique_id(hass, setup_entry, domain) == snapshot


@pytest.mark.usefixtures("setup_entry")
async def test_switch(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """The switch disables and enables a task, and its status shows that immediately."""
    assert hass.states.is_state(SCHEDULED, STATE_ON)
    await _call_switch(hass, SCHEDULED, SERVICE_TURN_OFF)
    assert simulator.settings["ButlerTaskBackupDatabase"] is False
    assert hass.states.is_state(SCHEDULED, STATE_OFF)
    assert hass.states.is_state(STATUS, "disabled")
    await _call_switch(hass, SCHEDULED, SERVICE_TURN_ON)
    assert simulator.settings["ButlerTaskBackupDatabase"] is True
    assert hass.states.is_state(SCHEDULED, STATE_ON)


@pytest.mark.usefixtures("setup_entry")
async def test_schedule_select(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """Selecting an option sets the value of the same name on the server."""
    assert hass.states.is_state(SCHEDULE, "scheduled")
    for option in ("never", "asap", "scheduled"):
        await _select_option(hass, SCHEDULE, option)
        assert simulator.settings["MusicAnalysisBehavior"] == option
        assert hass.states.is_state(SCHEDULE, option)


@pytest.mark.usefixtures("setup_entry")
async def test_window_selects(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """The hours of the maintenance window can be changed, also across midnight."""
    assert hass.states.is_state(WINDOW_START, "01:00")
    assert hass.states.is_state(WINDOW_END, "07:00")
    await _select_option(hass, WINDOW_START, "23:00")
    await _select_option(hass, WINDOW_END, "00:00")
    assert simulator.settings["ButlerStartHour"] == 23
    assert simulator.settings["ButlerEndHour"] == 0
    assert hass.states.is_state(WINDOW_START, "23:00")
    assert hass.states.is_state(WINDOW_END, "00:00")


@pytest.mark.usefixtures("setup_entry")
async def test_change_requests(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """A change is written and read back, followed by one poll."""
    simulator.requests.clear()
    await _call_switch(hass, SCHEDULED, SERVICE_TURN_OFF)
    assert [(request.method, request.path) for request in simulator.requests] == [
        ("PUT", PREFERENCES),
        ("GET", PREFERENCES),
        ("GET", "/butler"),
        ("GET", "/activities"),
    ]


@pytest.mark.usefixtures("setup_entry")
async def test_read_back_retries(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """Reading back is retried while the server doesn't return its settings."""
    simulator.settings.unready = 0.3
    change = hass.async_create_task(_select_option(hass, WINDOW_START, "04:00"))
    await clock.settle()
    assert simulator.requests[-1].path == PREFERENCES
    assert not change.done()
    assert hass.states.is_state(WINDOW_START, "01:00")
    while not change.done():
        await clock.tick(0.1)
    await change
    assert hass.states.is_state(WINDOW_START, "04:00")


@pytest.mark.usefixtures("setup_entry")
async def test_concurrent_changes(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """Each change is written and read back before the next one is written."""
    changes = [
        hass.async_create_task(_call_switch(hass, SCHEDULED, SERVICE_TURN_OFF)),
        hass.async_create_task(_select_option(hass, WINDOW_START, "04:00")),
        hass.async_create_task(_select_option(hass, WINDOW_END, "06:00")),
    ]
    for change in changes:
        await change
    assert hass.states.is_state(SCHEDULED, STATE_OFF)
    assert hass.states.is_state(WINDOW_START, "04:00")
    assert hass.states.is_state(WINDOW_END, "06:00")
    methods = [
        request.method for request in simulator.requests if request.path == PREFERENCES
    ]
    assert methods[-6:] == ["PUT", "GET"] * 3


@pytest.mark.usefixtures("setup_entry")
async def test_setting_refused(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """A change that the server accepts but doesn't apply raises an error."""
    simulator.inject(faults.body(b""), path=PREFERENCES, method="PUT")
    with pytest.raises(HomeAssistantError) as raised:
        await _call_switch(hass, SCHEDULED, SERVICE_TURN_OFF)
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == "setting_refused"
    assert hass.states.is_state(SCHEDULED, STATE_ON)


@pytest.mark.parametrize(
    ("recovers", "state"),
    [
        pytest.param(False, STATE_ON, id="settings stay unavailable"),
        pytest.param(True, STATE_OFF, id="settings are back"),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_setting_unconfirmed(
    hass: HomeAssistant, simulator: PlexSimulator, recovers: bool, state: str
) -> None:
    """A change that can't be read back raises an error, and the settings are polled.

    As long as they can't be, the last known values stay.
    """

    async def fail(request: web.Request) -> web.StreamResponse:
        if recovers:
            simulator.heal()
        return await faults.status(500)(request)

    simulator.inject(fail, path=PREFERENCES, method="GET")
    with pytest.raises(HomeAssistantError) as raised:
        await _call_switch(hass, SCHEDULED, SERVICE_TURN_OFF)
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == "setting_unconfirmed"
    assert simulator.settings["ButlerTaskBackupDatabase"] is False
    assert hass.states.is_state(SCHEDULED, state)


@pytest.mark.usefixtures("setup_entry")
async def test_setting_refused_with_another_value(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """The value that was read back is shown after a change that wasn't applied."""
    simulator.inject(faults.body(b""), path=PREFERENCES, method="PUT")
    simulator.settings["ButlerStartHour"] = 9
    with pytest.raises(HomeAssistantError) as raised:
        await _select_option(hass, WINDOW_START, "04:00")
    assert raised.value.translation_key == "setting_refused"
    assert hass.states.is_state(WINDOW_START, "09:00")


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        pytest.param(faults.starting_up(), "starting_up", id="starting up"),
        pytest.param(faults.cut_off(), "maybe_changed", id="cut off"),
        pytest.param(faults.status(401), "invalid_auth", id="401"),
        pytest.param(faults.status(403), "not_owner", id="403"),
        pytest.param(faults.status(500), "server_trouble", id="500"),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_change_errors(
    hass: HomeAssistant, simulator: PlexSimulator, fault: faults.Handler, key: str
) -> None:
    """A failed change raises an error, and the settings are polled again."""
    simulator.inject(fault, path=PREFERENCES, method="PUT")
    with pytest.raises(HomeAssistantError) as raised:
        await _call_switch(hass, SCHEDULED, SERVICE_TURN_OFF)
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == key
    assert simulator.requests[-1].path == PREFERENCES
    assert hass.states.is_state(SCHEDULED, STATE_ON)


@pytest.mark.usefixtures("setup_entry")
async def test_changed_in_plex(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """Changes made in Plex are shown after the next poll."""
    simulator.settings["ButlerTaskBackupDatabase"] = False
    simulator.settings["ButlerStartHour"] = 9
    simulator.settings["MusicAnalysisBehavior"] = "never"
    await clock.next_poll()
    assert hass.states.is_state(SCHEDULED, STATE_OFF)
    assert hass.states.is_state(WINDOW_START, "09:00")
    assert hass.states.is_state(SCHEDULE, "never")


@pytest.mark.parametrize(
    ("setting", "value", "entity_id"),
    [
        pytest.param("ButlerStartHour", 24, WINDOW_START, id="hour too large"),
        pytest.param("ButlerStartHour", -1, WINDOW_START, id="negative hour"),
        pytest.param(
            "MusicAnalysisBehavior", "sometimes", SCHEDULE, id="unknown behavior"
        ),
        pytest.param("MusicAnalysisBehavior", "", SCHEDULE, id="empty behavior"),
        pytest.param("ButlerTaskBackupDatabase", None, SCHEDULED, id="no value"),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_unknown_values(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    setting: str,
    value: Any,
    entity_id: str,
) -> None:
    """The state is unknown if the value of the setting isn't a known one."""
    simulator.settings.all[setting].value = value
    await clock.next_poll()
    assert hass.states.is_state(entity_id, STATE_UNKNOWN)


@pytest.mark.usefixtures("setup_entry")
async def test_schedule_options(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The select has the options that the server lists, and all if it lists none."""
    setting = simulator.settings.all["MusicAnalysisBehavior"]
    setting.choices = "never:never|scheduled:as a scheduled task"
    await clock.next_poll()
    state = hass.states.get(SCHEDULE)
    assert state is not None
    assert state.attributes[ATTR_OPTIONS] == ["never", "scheduled"]
    setting.choices = None
    await clock.next_poll()
    state = hass.states.get(SCHEDULE)
    assert state is not None
    assert state.attributes[ATTR_OPTIONS] == ["never", "scheduled", "asap"]


@pytest.mark.usefixtures("setup_entry")
async def test_settings_removed_and_added(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entity_registry: er.EntityRegistry,
    clock: Clock,
) -> None:
    """The entity of a setting is removed and added with it; others stay."""
    removed = {
        name: simulator.settings.all.pop(name)
        for name in (
            "ButlerTaskBackupDatabase",
            "MusicAnalysisBehavior",
            "ButlerEndHour",
        )
    }
    await clock.next_poll()
    for entity_id in (SCHEDULED, SCHEDULE, WINDOW_END):
        assert entity_registry.async_get(entity_id) is None
        assert hass.states.get(entity_id) is None
    assert hass.states.is_state(WINDOW_START, "01:00")
    simulator.settings.all |= removed
    await clock.next_poll()
    assert hass.states.is_state(SCHEDULED, STATE_ON)
    assert hass.states.is_state(SCHEDULE, "scheduled")
    assert hass.states.is_state(WINDOW_END, "07:00")


async def test_setting_removed_while_unloaded(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    entity_registry: er.EntityRegistry,
) -> None:
    """The entity of a setting that the server removed during an unload is removed."""
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    del simulator.settings.all["ButlerTaskBackupDatabase"]
    assert await hass.config_entries.async_setup(setup_entry.entry_id)
    await hass.async_block_till_done()
    assert entity_registry.async_get(SCHEDULED) is None
    assert entity_registry.async_get(WINDOW_START) is not None


@pytest.mark.usefixtures("setup_entry")
async def test_task_removed_and_added(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The switch of a task is removed and added with it."""
    task = simulator.butler.tasks.pop("BackupDatabase")
    await clock.next_poll()
    assert hass.states.get(SCHEDULED) is None
    simulator.butler.tasks["BackupDatabase"] = task
    await clock.next_poll()
    assert hass.states.is_state(SCHEDULED, STATE_ON)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.status(401), id="401"),
        pytest.param(faults.status(403), id="403"),
        pytest.param(faults.status(404), id="404"),
        pytest.param(faults.starting_up(), id="starting up"),
        pytest.param(faults.cut_off(), id="cut off"),
        pytest.param(faults.body(b"<html/>"), id="web page"),
        pytest.param(faults.body(b'{"MediaContainer": {"size": 0}}'), id="no settings"),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_settings_missing(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    fault: faults.Handler,
) -> None:
    """Without settings, the last known ones stay, and a change raises an error.

    They are requested again in the next poll.
    """
    simulator.inject(fault, path=PREFERENCES)
    for _ in range(2):
        await clock.next_poll()
        assert simulator.requests[-1].path == PREFERENCES
        assert hass.states.is_state(STATUS, "idle")
        assert hass.states.is_state(SCHEDULED, STATE_ON)
        assert hass.states.is_state(WINDOW_START, "01:00")
    assert hass.config_entries.flow.async_progress() == []
    with pytest.raises(HomeAssistantError) as raised:
        await _call_switch(hass, SCHEDULED, SERVICE_TURN_OFF)
    assert raised.value.translation_domain == DOMAIN
    assert hass.states.is_state(SCHEDULED, STATE_ON)
    simulator.heal()
    simulator.settings["ButlerStartHour"] = 4
    await clock.tick(301)
    assert hass.states.is_state(WINDOW_START, "04:00")


@pytest.mark.usefixtures("setup_entry")
async def test_task_removed_while_settings_unavailable(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A task that was removed while settings were unavailable gets its switch back."""
    simulator.inject(faults.status(404), path=PREFERENCES)
    task = simulator.butler.tasks.pop("BackupDatabase")
    await clock.next_poll()
    assert hass.states.get(SCHEDULED) is None
    simulator.heal()
    simulator.butler.tasks["BackupDatabase"] = task
    await clock.next_poll()
    assert hass.states.is_state(SCHEDULED, STATE_ON)
    assert hass.states.is_state(WINDOW_START, "01:00")


async def test_no_settings(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    entity_registry: er.EntityRegistry,
) -> None:
    """There are no selects and switches for a server that never returned settings."""
    simulator.inject(faults.status(404), path=PREFERENCES)
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await hass.async_block_till_done()
    domains = {
        entry.domain
        for entry in er.async_entries_for_config_entry(
            entity_registry, config_entry.entry_id
        )
    }
    assert domains == {"binary_sensor", "button", "calendar", "event", "sensor"}


@pytest.mark.usefixtures("setup_entry")
async def test_settings_without_push(simulator: PlexSimulator, clock: Clock) -> None:
    """Settings are read every 5 minutes at most, even if tasks are polled more often."""
    simulator.inject(faults.status(404), path="/:/websockets/notifications")
    await simulator.notifications.close()
    await clock.tick(2)
    simulator.requests.clear()
    for _ in range(120):
        await clock.tick(10)
    polls = [request for request in simulator.requests if request.path == "/butler"]
    settings = [
        request for request in simulator.requests if request.path == PREFERENCES
    ]
    assert len(polls) >= 38
    assert 3 <= len(settings) <= 5
