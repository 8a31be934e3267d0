"""What the tasks are doing, as users see it, end to end."""

from collections import Counter
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from homeassistant.const import (
    EVENT_STATE_CHANGED,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import CoreState, HomeAssistant

from .common import START, STATUS, STOP, Clock, press
from .simulator import NOTIFICATIONS, PREFERENCES, PlexSimulator, faults

LAST_STARTED = "sensor.tower_backup_database_last_started"
LAST_FINISHED = "sensor.tower_backup_database_last_finished"
LAST_DURATION = "sensor.tower_backup_database_last_duration"
PROGRESS = "sensor.tower_backup_database_progress"
CREDITS = "sensor.tower_generate_credits_markers"
RUNNING = "binary_sensor.tower_running"
RUNNING_TASKS = "sensor.tower_running_tasks"
EVENT = "event.tower_task"

type Attributes = dict[str, Any]


def _state(hass: HomeAssistant, entity_id: str) -> str:
    state = hass.states.get(entity_id)
    assert state is not None
    return state.state


def _attributes(hass: HomeAssistant, entity_id: str) -> Attributes:
    state = hass.states.get(entity_id)
    assert state is not None
    return dict(state.attributes)


@pytest.fixture
def without_push(simulator: PlexSimulator) -> None:
    """Let a proxy refuse the websocket."""
    simulator.inject(faults.status(404), path=NOTIFICATIONS)


@pytest.mark.usefixtures("entity_registry_enabled_by_default", "setup_entry")
async def test_a_run_from_start_to_end(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A task is started, moves on, ends, and leaves its traces."""
    simulator.butler.tasks["BackupDatabase"].duration = 10
    assert _state(hass, LAST_STARTED) == STATE_UNKNOWN
    assert _state(hass, RUNNING) == STATE_OFF
    started = freezer.time_to_freeze.replace(microsecond=0).isoformat() + "+00:00"
    await press(hass, START)
    await clock.settle()
    assert _state(hass, STATUS) == "running"
    assert _state(hass, LAST_STARTED) == started
    assert _state(hass, RUNNING) == STATE_ON
    assert _state(hass, RUNNING_TASKS) == "1"
    assert _state(hass, EVENT) != STATE_UNKNOWN
    assert _attributes(hass, EVENT)["event_type"] == "started"

    for second in range(1, 10):
        await clock.tick(1)
        assert _state(hass, STATUS) == "running"
        assert _state(hass, PROGRESS) in (str(second * 10), str(second * 10 - 10))
        assert _attributes(hass, STATUS)["evidence"] == "named"
        assert _attributes(hass, STATUS)["detail"] == "Backup Database"

    for _ in range(3):
        await clock.tick(1)
    assert _state(hass, STATUS) == "idle"
    assert _attributes(hass, STATUS)["evidence"] is None
    assert _state(hass, PROGRESS) == STATE_UNKNOWN
    assert _state(hass, LAST_FINISHED) != STATE_UNKNOWN
    assert float(_state(hass, LAST_DURATION)) == pytest.approx(10, abs=0.1)
    assert _state(hass, RUNNING) == STATE_OFF
    assert _state(hass, RUNNING_TASKS) == "0"
    finished = _attributes(hass, EVENT)
    assert finished["event_type"] == "finished"
    assert finished["task"] == "BackupDatabase"
    assert finished["title"] == "Backup Database"
    assert finished["duration"] == pytest.approx(10, abs=0.1)
    assert finished["evidence"] == "named"


@pytest.mark.usefixtures("setup_entry")
async def test_stop(hass: HomeAssistant, clock: Clock) -> None:
    """A task that is stopped says so."""
    await press(hass, START)
    await clock.tick(4)
    await press(hass, STOP)
    await clock.tick(1)
    assert _state(hass, STATUS) == "idle"
    event = _attributes(hass, EVENT)
    assert (event["event_type"], event["duration"]) == ("stopped", pytest.approx(4))
    await clock.tick(2)
    assert _state(hass, STATUS) == "idle"


@pytest.mark.usefixtures("setup_entry")
async def test_stop_all(hass: HomeAssistant, clock: Clock) -> None:
    """A stop of all ends what runs, and what came after it in the queue never began."""
    await press(hass, "button.tower_start_all_due_tasks")
    await clock.tick(2)
    assert int(_state(hass, RUNNING_TASKS)) == 1
    await press(hass, "button.tower_stop_all_tasks")
    await clock.tick(2)
    assert _state(hass, RUNNING_TASKS) == "0"
    assert _attributes(hass, EVENT)["event_type"] == "stopped"


@pytest.mark.usefixtures("setup_entry")
async def test_started_by_something_else(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """What the server does by itself is seen as it happens."""
    simulator.butler.start("BackupDatabase")
    await clock.tick(0)
    assert _state(hass, STATUS) == "running"
    await clock.tick(3)
    simulator.butler.finish("BackupDatabase")
    await clock.tick(1)
    assert _state(hass, STATUS) == "idle"
    assert _attributes(hass, EVENT)["event_type"] == "finished"


@pytest.mark.usefixtures("without_push", "setup_entry")
async def test_started_by_something_else_without_push(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """Without push, the next poll sees it, and others follow soon."""
    simulator.butler.start("BackupDatabase")
    await clock.tick(31)
    assert _state(hass, STATUS) == "running"
    simulator.butler.finish("BackupDatabase")
    await clock.tick(11)
    assert _state(hass, STATUS) == "idle"
    assert _attributes(hass, EVENT)["event_type"] == "finished"


@pytest.mark.usefixtures("setup_entry")
async def test_known_by_type(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A butler that names no task is known by what it works on."""
    simulator.display.names_task = False
    simulator.butler.start("ButlerTaskGenerateCreditsMarkers")
    await clock.tick(1)
    assert _state(hass, CREDITS) == "running"
    assert _attributes(hass, CREDITS)["evidence"] == "typed"
    assert _attributes(hass, CREDITS)["detail"] == "Item 1"
    simulator.butler.finish("ButlerTaskGenerateCreditsMarkers")
    await clock.tick(1)
    assert _state(hass, CREDITS) == "idle"


@pytest.mark.usefixtures("setup_entry")
async def test_a_film_is_not_the_butler(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """What the server does for a new film is none of the butler's."""
    simulator.activities.begin("media.generate.credits", "Detecting Credits")
    await clock.tick(1)
    assert _state(hass, CREDITS) == "idle"
    assert _state(hass, RUNNING) == STATE_OFF


@pytest.mark.parametrize("permanent", [True, False])
@pytest.mark.usefixtures("setup_entry")
async def test_nothing_shows(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, permanent: bool
) -> None:
    """Where the server shows nothing, our start holds for a minute, and no end is claimed."""
    simulator.display.permanent = permanent
    simulator.display.row = False
    simulator.display.rest()
    await clock.tick(2)
    await press(hass, START)
    await clock.tick(1)
    assert _state(hass, STATUS) == "running"
    assert _attributes(hass, STATUS)["evidence"] == "command"
    await clock.tick(57)
    assert _state(hass, STATUS) == "running"
    await clock.tick(3)
    assert _state(hass, STATUS) == "idle"
    assert _state(hass, LAST_STARTED) != STATE_UNKNOWN
    assert _state(hass, LAST_FINISHED) == STATE_UNKNOWN
    assert _attributes(hass, EVENT)["event_type"] == "started"


@pytest.mark.usefixtures("setup_entry")
async def test_butler_at_work_on_what_is_not_known(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The butler is at work, though nobody knows on what."""
    simulator.display.names_task = False
    simulator.butler.start("BackupDatabase")
    await clock.tick(1)
    assert _state(hass, RUNNING) == STATE_ON
    assert _state(hass, RUNNING_TASKS) == "0"
    assert _state(hass, STATUS) == "idle"


async def test_kept_over_reload(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    hass_storage: dict[str, Any],
) -> None:
    """When a task last ran outlives a restart, as long as its server is set up."""
    await press(hass, START)
    await clock.tick(7)
    simulator.butler.finish("BackupDatabase")
    await clock.tick(2)
    before = [
        _state(hass, sensor) for sensor in (LAST_STARTED, LAST_FINISHED, LAST_DURATION)
    ]
    assert STATE_UNKNOWN not in before

    assert await hass.config_entries.async_reload(setup_entry.entry_id)
    await clock.settle()
    after = [
        _state(hass, sensor) for sensor in (LAST_STARTED, LAST_FINISHED, LAST_DURATION)
    ]
    assert after == before

    kept = f"plex_butler.{setup_entry.entry_id}"
    assert kept in hass_storage
    assert await hass.config_entries.async_remove(setup_entry.entry_id)
    assert kept not in hass_storage


async def test_restart_in_the_middle(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A run that we find under way goes on, and nobody pretends to know its length."""
    await press(hass, START)
    await clock.tick(5)
    started = _state(hass, LAST_STARTED)
    assert await hass.config_entries.async_reload(setup_entry.entry_id)
    await clock.tick(2)
    assert _state(hass, STATUS) == "running"
    assert _state(hass, LAST_STARTED) == started
    simulator.butler.finish("BackupDatabase")
    await clock.tick(2)
    assert _state(hass, STATUS) == "idle"
    assert _state(hass, LAST_FINISHED) != STATE_UNKNOWN
    assert _state(hass, LAST_DURATION) == STATE_UNKNOWN


def _written(changes: list[Any], entity_id: str) -> int:
    return sum(change.data["entity_id"] == entity_id for change in changes)


@pytest.mark.usefixtures("entity_registry_enabled_by_default", "setup_entry")
async def test_a_flood_of_frames(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """However many frames come, an entity is written once a second, if it changed."""
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    scan = simulator.activities.begin("butler", "Butler", "Backup Database")
    for frame in range(1556):
        simulator.activities.update(
            scan, subtitle=f"Backup Database {frame}", progress=frame * 99 // 1556
        )
        if frame % 156 == 155:
            await clock.settle()
    await clock.settle()
    assert _written(changes, STATUS) == 1
    await clock.tick(1.01)
    assert _written(changes, STATUS) == 2
    assert _attributes(hass, STATUS)["detail"] == "Backup Database 1555"
    assert _state(hass, PROGRESS) == "98"
    # Nothing else was written: none of it concerned any other entity.
    assert {change.data["entity_id"] for change in changes} == {
        STATUS,
        LAST_STARTED,
        PROGRESS,
        RUNNING,
        RUNNING_TASKS,
        EVENT,
    }


@pytest.mark.usefixtures("setup_entry")
async def test_an_idle_hour_with_push(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """With push, an idle hour costs 26 requests at most."""
    simulator.requests.clear()
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    for _ in range(720):
        await clock.tick(5)
    asked = Counter(request.path for request in simulator.requests)
    assert asked.keys() == {"/butler", PREFERENCES, "/activities"}
    assert 11 <= asked["/butler"] == asked[PREFERENCES] <= 12
    assert 1 <= asked["/activities"] <= 2
    assert changes == []


@pytest.mark.usefixtures("setup_entry")
async def test_a_server_that_keeps_things_to_itself(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """What notifications don't tell is found out by asking, now and then."""
    row = {"uuid": "1", "type": "butler", "title": "Backup Database", "progress": 5}
    body = json.dumps({"MediaContainer": {"size": 1, "Activity": [row]}}).encode()
    simulator.inject(faults.body(body), path="/activities")
    await clock.tick(1)
    assert _state(hass, STATUS) == "idle"
    for _ in range(7):
        await clock.tick(301)
    assert _state(hass, STATUS) == "running"
    simulator.heal()
    await clock.tick(301)
    await clock.tick(2)
    assert _state(hass, STATUS) == "idle"


@pytest.mark.usefixtures("without_push", "setup_entry")
async def test_an_idle_hour_without_push(
    simulator: PlexSimulator, clock: Clock
) -> None:
    """Without push, polls come every 30 s, and attempts to do better ever more seldom."""
    await clock.tick(60)
    simulator.requests.clear()
    for _ in range(360):
        await clock.tick(10)
    polls = [request for request in simulator.requests if request.path == "/butler"]
    attempts = [
        request for request in simulator.requests if request.path == NOTIFICATIONS
    ]
    assert 115 <= len(polls) <= 121
    assert 10 <= len(attempts) <= 35


@pytest.mark.usefixtures("without_push", "setup_entry")
async def test_polls_while_something_runs(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """Without push, a running task is looked after every 10 s."""
    await press(hass, START)
    await clock.tick(2)
    simulator.requests.clear()
    for _ in range(60):
        await clock.tick(1)
    polls = [request for request in simulator.requests if request.path == "/butler"]
    assert len(polls) == 6


async def test_push_ends_with_its_entry(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """Nothing is left of the connection after unload."""
    assert simulator.notifications.listeners == 1
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    await clock.settle()
    assert simulator.notifications.listeners == 0


@pytest.mark.usefixtures("setup_entry")
async def test_home_assistant_stops(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """Nothing is asked any more while Home Assistant stops."""
    simulator.requests.clear()
    hass.set_state(CoreState.stopping)
    await simulator.notifications.close()
    await clock.settle()
    assert simulator.requests == []
    hass.set_state(CoreState.running)


async def test_another_server_takes_over_the_connection(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """Who the server is is asked again whenever the connection is lost."""
    simulator.machine_identifier = "another"
    await simulator.notifications.close()
    await clock.tick(2)
    assert _state(hass, STATUS) == STATE_UNAVAILABLE
    assert setup_entry.runtime_data.last_exception.translation_key == "wrong_server"


@pytest.mark.usefixtures("setup_entry")
async def test_server_restarts(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A server that restarts is noticed at once, and listened to again when it is back."""
    await press(hass, START)
    await clock.tick(2)
    await simulator.stop()
    await clock.tick(2)
    assert _state(hass, STATUS) == STATE_UNAVAILABLE
    await simulator.start()
    await clock.tick(31)
    await clock.tick(2)
    assert simulator.notifications.listeners == 1
    # What it did before is over, and nobody saw how it ended.
    assert _state(hass, STATUS) == "idle"
    assert _state(hass, LAST_FINISHED) == STATE_UNKNOWN
    simulator.butler.start("BackupDatabase")
    await clock.tick(1)
    assert _state(hass, STATUS) == "running"


@pytest.mark.usefixtures("setup_entry")
async def test_server_dies_without_a_word(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A connection through which nothing comes is given up when a poll fails."""
    simulator.notifications.mute = True
    simulator.inject(faults.cut_off(), path="/butler")
    await clock.next_poll()
    assert _state(hass, STATUS) == STATE_UNAVAILABLE
    simulator.heal()
    simulator.notifications.mute = False
    await clock.next_poll()
    assert _state(hass, STATUS) == "idle"
    assert simulator.notifications.listeners == 1
