"""The server's own schedule: switches and selects that show and change its settings."""

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
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    Platform,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er

from .common import STATUS, Clock, entities_by_unique_id
from .simulator import PREFERENCES, PlexSimulator, faults

SCHEDULED = "switch.tower_backup_database_scheduled"
SCHEDULE = "select.tower_music_analysis_schedule"
WINDOW_START = "select.tower_maintenance_window_begins"
WINDOW_END = "select.tower_maintenance_window_ends"


async def _switch(hass: HomeAssistant, entity_id: str, service: str) -> None:
    await hass.services.async_call(
        SWITCH_DOMAIN, service, {ATTR_ENTITY_ID: entity_id}, blocking=True
    )


async def _select(hass: HomeAssistant, entity_id: str, option: str) -> None:
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
    """The server and its tasks have exactly those that they have settings for."""
    assert entities_by_unique_id(hass, setup_entry, domain) == snapshot


@pytest.mark.usefixtures("setup_entry")
async def test_switch(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """A task is switched off and on, and both entities of it show that at once."""
    assert hass.states.is_state(SCHEDULED, STATE_ON)
    await _switch(hass, SCHEDULED, SERVICE_TURN_OFF)
    assert simulator.settings["ButlerTaskBackupDatabase"] is False
    assert hass.states.is_state(SCHEDULED, STATE_OFF)
    assert hass.states.is_state(STATUS, "disabled")
    await _switch(hass, SCHEDULED, SERVICE_TURN_ON)
    assert simulator.settings["ButlerTaskBackupDatabase"] is True
    assert hass.states.is_state(SCHEDULED, STATE_ON)


@pytest.mark.usefixtures("setup_entry")
async def test_schedule(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """When a task is done is chosen by the server's own words for it."""
    assert hass.states.is_state(SCHEDULE, "scheduled")
    for option in ("never", "asap", "scheduled"):
        await _select(hass, SCHEDULE, option)
        assert simulator.settings["MusicAnalysisBehavior"] == option
        assert hass.states.is_state(SCHEDULE, option)


@pytest.mark.usefixtures("setup_entry")
async def test_window(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """The maintenance window is moved, across midnight too."""
    assert hass.states.is_state(WINDOW_START, "01:00")
    assert hass.states.is_state(WINDOW_END, "07:00")
    await _select(hass, WINDOW_START, "23:00")
    await _select(hass, WINDOW_END, "00:00")
    assert simulator.settings["ButlerStartHour"] == 23
    assert simulator.settings["ButlerEndHour"] == 0
    assert hass.states.is_state(WINDOW_START, "23:00")
    assert hass.states.is_state(WINDOW_END, "00:00")


@pytest.mark.usefixtures("setup_entry")
async def test_what_a_change_costs(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """A change is written, read back, and its effect on the tasks looked at, once."""
    simulator.requests.clear()
    await _switch(hass, SCHEDULED, SERVICE_TURN_OFF)
    assert [(request.method, request.path) for request in simulator.requests] == [
        ("PUT", PREFERENCES),
        ("GET", PREFERENCES),
        ("GET", "/butler"),
        ("GET", "/activities"),
    ]


@pytest.mark.usefixtures("setup_entry")
async def test_a_change_takes_its_time(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """Right after a change the server can't tell its settings, which is waited for."""
    simulator.settings.unready = 0.3
    change = hass.async_create_task(_select(hass, WINDOW_START, "04:00"))
    await clock.settle()
    assert simulator.requests[-1].path == PREFERENCES
    assert not change.done()
    assert hass.states.is_state(WINDOW_START, "01:00")
    while not change.done():
        await clock.tick(0.1)
    await change
    assert hass.states.is_state(WINDOW_START, "04:00")


@pytest.mark.usefixtures("setup_entry")
async def test_two_changes_at_once(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """Changes wait for each other, whichever entity they are of."""
    changes = [
        hass.async_create_task(_switch(hass, SCHEDULED, SERVICE_TURN_OFF)),
        hass.async_create_task(_select(hass, WINDOW_START, "04:00")),
        hass.async_create_task(_select(hass, WINDOW_END, "06:00")),
    ]
    for change in changes:
        await change
    assert hass.states.is_state(SCHEDULED, STATE_OFF)
    assert hass.states.is_state(WINDOW_START, "04:00")
    assert hass.states.is_state(WINDOW_END, "06:00")
    written = [
        request.path + request.method
        for request in simulator.requests
        if request.path == PREFERENCES
    ]
    assert written[-6:] == [PREFERENCES + "PUT", PREFERENCES + "GET"] * 3


@pytest.mark.usefixtures("setup_entry")
async def test_a_change_that_the_server_ignores(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """The server says yes to everything; where it didn't mean it, the user is told."""
    simulator.inject(faults.body(b""), path=PREFERENCES, method="PUT")
    with pytest.raises(HomeAssistantError) as raised:
        await _switch(hass, SCHEDULED, SERVICE_TURN_OFF)
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == "setting_refused"
    assert hass.states.is_state(SCHEDULED, STATE_ON)


@pytest.mark.parametrize(
    ("heals", "state"), [(False, STATE_UNAVAILABLE), (True, STATE_OFF)]
)
@pytest.mark.usefixtures("setup_entry")
async def test_a_change_that_nobody_confirms(
    hass: HomeAssistant, simulator: PlexSimulator, heals: bool, state: str
) -> None:
    """A change that can't be looked at is told apart from one refused, and looked for."""

    async def fail(request: web.Request) -> web.StreamResponse:
        if heals:
            simulator.heal()
        return await faults.status(500)(request)

    simulator.inject(fail, path=PREFERENCES, method="GET")
    with pytest.raises(HomeAssistantError) as raised:
        await _switch(hass, SCHEDULED, SERVICE_TURN_OFF)
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == "setting_unconfirmed"
    assert simulator.settings["ButlerTaskBackupDatabase"] is False
    assert hass.states.is_state(SCHEDULED, state)


@pytest.mark.usefixtures("setup_entry")
async def test_a_change_to_something_else(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """What the server made of a change is shown, even where it isn't what was asked."""
    simulator.inject(faults.body(b""), path=PREFERENCES, method="PUT")
    simulator.settings["ButlerStartHour"] = 9
    with pytest.raises(HomeAssistantError) as raised:
        await _select(hass, WINDOW_START, "04:00")
    assert raised.value.translation_key == "setting_refused"
    assert hass.states.is_state(WINDOW_START, "09:00")


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        pytest.param(faults.starting_up(), "starting_up", id="starting up"),
        pytest.param(faults.cut_off(), "cannot_connect", id="cut off"),
        pytest.param(faults.status(401), "invalid_auth", id="401"),
        pytest.param(faults.status(403), "not_owner", id="403"),
        pytest.param(faults.status(500), "not_plex", id="500"),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_a_change_fails(
    hass: HomeAssistant, simulator: PlexSimulator, fault: faults.Handler, key: str
) -> None:
    """Who changes something in vain is told why, and the entity shows what is so."""
    simulator.inject(fault, path=PREFERENCES, method="PUT")
    simulator.settings["ButlerTaskBackupDatabase"] = True
    with pytest.raises(HomeAssistantError) as raised:
        await _switch(hass, SCHEDULED, SERVICE_TURN_OFF)
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == key
    assert simulator.requests[-1].path == PREFERENCES
    assert hass.states.is_state(SCHEDULED, STATE_ON)


@pytest.mark.usefixtures("setup_entry")
async def test_a_change_on_the_servers_own_page(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """What is changed elsewhere is noticed by the next slow poll."""
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
        ("ButlerStartHour", 24, WINDOW_START),
        ("ButlerStartHour", -1, WINDOW_START),
        ("MusicAnalysisBehavior", "sometimes", SCHEDULE),
        ("MusicAnalysisBehavior", "", SCHEDULE),
        ("ButlerTaskBackupDatabase", None, SCHEDULED),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_values_that_we_do_not_know(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    setting: str,
    value: Any,
    entity_id: str,
) -> None:
    """What a later server may have is unknown, and can be changed to what we know."""
    simulator.settings.all[setting].value = value
    await clock.next_poll()
    assert hass.states.is_state(entity_id, STATE_UNKNOWN)


@pytest.mark.usefixtures("setup_entry")
async def test_fewer_choices(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """What the server doesn't offer isn't offered."""
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
async def test_settings_come_and_go(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entity_registry: er.EntityRegistry,
    clock: Clock,
) -> None:
    """A setting that the server no longer has takes its entity along; others stay."""
    taken = {
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
    simulator.settings.all |= taken
    await clock.next_poll()
    assert hass.states.is_state(SCHEDULED, STATE_ON)
    assert hass.states.is_state(SCHEDULE, "scheduled")
    assert hass.states.is_state(WINDOW_END, "07:00")


async def test_settings_go_while_home_assistant_is_off(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    entity_registry: er.EntityRegistry,
) -> None:
    """Nothing is left of a setting that went in the meantime."""
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    del simulator.settings.all["ButlerTaskBackupDatabase"]
    assert await hass.config_entries.async_setup(setup_entry.entry_id)
    await hass.async_block_till_done()
    assert entity_registry.async_get(SCHEDULED) is None
    assert entity_registry.async_get(WINDOW_START) is not None


@pytest.mark.usefixtures("setup_entry")
async def test_a_task_brings_its_switch(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A task that is gone has no switch, one that comes back has."""
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
async def test_a_server_that_does_not_tell(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entity_registry: er.EntityRegistry,
    clock: Clock,
    fault: faults.Handler,
) -> None:
    """Where settings can't be had, all else goes on, and nothing is forgotten."""
    simulator.inject(fault, path=PREFERENCES)
    await clock.next_poll()
    assert hass.states.is_state(STATUS, "idle")
    assert hass.states.is_state(SCHEDULED, STATE_UNAVAILABLE)
    assert hass.states.is_state(WINDOW_START, STATE_UNAVAILABLE)
    assert entity_registry.async_get(SCHEDULED) is not None
    assert hass.config_entries.flow.async_progress() == []
    simulator.heal()
    await clock.next_poll()
    assert hass.states.is_state(SCHEDULED, STATE_ON)
    assert hass.states.is_state(WINDOW_START, "01:00")


@pytest.mark.usefixtures("setup_entry")
async def test_a_task_comes_back_before_the_settings(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A task that was gone while settings couldn't be had gets its switch again."""
    simulator.inject(faults.status(404), path=PREFERENCES)
    task = simulator.butler.tasks.pop("BackupDatabase")
    await clock.next_poll()
    assert hass.states.get(SCHEDULED) is None
    simulator.heal()
    simulator.butler.tasks["BackupDatabase"] = task
    await clock.next_poll()
    assert hass.states.is_state(SCHEDULED, STATE_ON)
    assert hass.states.is_state(WINDOW_START, "01:00")


async def test_a_server_that_never_tells(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    entity_registry: er.EntityRegistry,
) -> None:
    """A server without settings has no entities of them."""
    simulator.inject(faults.status(404), path=PREFERENCES)
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await hass.async_block_till_done()
    domains = {
        entry.domain
        for entry in er.async_entries_for_config_entry(
            entity_registry, config_entry.entry_id
        )
    }
    assert domains == {"binary_sensor", "button", "event", "sensor"}


@pytest.mark.usefixtures("setup_entry")
async def test_settings_without_push(simulator: PlexSimulator, clock: Clock) -> None:
    """However often tasks are asked for, settings are every 5 minutes."""
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
