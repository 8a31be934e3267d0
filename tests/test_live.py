"""Tests of the status of tasks, from the server to states and events."""

import asyncio
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
import json
from typing import Any

from aiohttp import web
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
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.setup import async_setup_component

from .common import CURRENT_TASK, RUNNING, START, STATUS, STOP, Clock, press
from .simulator import NOTIFICATIONS, PREFERENCES, PlexSimulator, faults

LAST_STARTED = "sensor.tower_backup_database_last_started"
LAST_FINISHED = "sensor.tower_backup_database_last_finished"
LAST_DURATION = "sensor.tower_backup_database_last_duration"
PROGRESS = "sensor.tower_backup_database_progress"
OPTIMIZATION = "sensor.tower_optimize_database"
START_OPTIMIZATION = "button.tower_optimize_database_start"
CREDITS = "sensor.tower_generate_credits_markers"
RUNNING_TASKS = "sensor.tower_running_tasks"
EVENT = "event.tower_backup_database_run"

type Attributes = dict[str, Any]


def _state(hass: HomeAssistant, entity_id: str) -> str:
    state = hass.states.get(entity_id)
    assert state is not None
    return state.state


def _attributes(hass: HomeAssistant, entity_id: str) -> Attributes:
    state = hass.states.get(entity_id)
    assert state is not None
    return dict(state.attributes)


def _start_backup(simulator: PlexSimulator) -> None:
    simulator.butler.start("BackupDatabase")


def _disable_backup(simulator: PlexSimulator) -> None:
    simulator.butler.tasks["BackupDatabase"].enabled = False


@pytest.fixture
def without_push(simulator: PlexSimulator) -> None:
    """Refuse the websocket, as some proxies do."""
    simulator.inject(faults.status(404), path=NOTIFICATIONS)


@pytest.mark.usefixtures("entity_registry_enabled_by_default", "setup_entry")
async def test_run(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A run sets the states and fires the events of its task, from start to end."""
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
    assert finished["duration"] == pytest.approx(10, abs=0.1)
    assert finished["evidence"] == "named"


@pytest.mark.usefixtures("setup_entry")
async def test_stop_task(hass: HomeAssistant, clock: Clock) -> None:
    """Stopping a task ends its run, with the event `stopped`."""
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
async def test_stop_all_tasks(hass: HomeAssistant, clock: Clock) -> None:
    """Stopping all tasks ends the running one, and queued tasks don't start."""
    await press(hass, "button.tower_start_all_due_tasks")
    await clock.tick(2)
    assert int(_state(hass, RUNNING_TASKS)) == 1
    await press(hass, "button.tower_stop_all_tasks")
    await clock.tick(2)
    assert _state(hass, RUNNING_TASKS) == "0"
    assert _attributes(hass, EVENT)["event_type"] == "stopped"


@pytest.mark.usefixtures("setup_entry")
async def test_started_by_server(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """With push, a run that the server starts is shown at once."""
    simulator.butler.start("BackupDatabase")
    await clock.tick(0)
    assert _state(hass, STATUS) == "running"
    await clock.tick(3)
    simulator.butler.finish("BackupDatabase")
    await clock.tick(1)
    assert _state(hass, STATUS) == "idle"
    assert _attributes(hass, EVENT)["event_type"] == "finished"


@pytest.mark.usefixtures("without_push", "setup_entry")
async def test_started_by_server_without_push(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """Without push, a run that the server starts is shown after the next poll.

    Its end is shown after a poll 10 s later.
    """
    simulator.butler.start("BackupDatabase")
    await clock.tick(31)
    assert _state(hass, STATUS) == "running"
    simulator.butler.finish("BackupDatabase")
    await clock.tick(11)
    assert _state(hass, STATUS) == "idle"
    assert _attributes(hass, EVENT)["event_type"] == "finished"


@pytest.mark.usefixtures("setup_entry")
async def test_typed_evidence(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """While the butler names no task, the type of an activity suggests the task."""
    simulator.display.names_task = False
    simulator.butler.start("ButlerTaskGenerateCreditsMarkers")
    await clock.tick(1)
    assert _state(hass, CREDITS) == "running"
    assert _attributes(hass, CREDITS)["evidence"] == "typed"
    assert _attributes(hass, CREDITS)["detail"] == "Item 1"
    simulator.butler.finish("ButlerTaskGenerateCreditsMarkers")
    await clock.tick(29)
    assert _state(hass, CREDITS) == "running"
    await clock.tick(2)
    assert _state(hass, CREDITS) == "idle"


@pytest.mark.usefixtures("setup_entry")
async def test_typed_activity_while_idle(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The type of an activity suggests no task while the butler is idle."""
    simulator.activities.begin("media.generate.credits", "Detecting Credits")
    await clock.tick(1)
    assert _state(hass, CREDITS) == "idle"
    assert _state(hass, RUNNING) == STATE_OFF


@pytest.mark.parametrize(
    "permanent",
    [
        pytest.param(True, id="permanent activity"),
        pytest.param(False, id="no activity"),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_command_evidence(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, permanent: bool
) -> None:
    """A start without other evidence counts for a minute, and sets no end."""
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
    event = _attributes(hass, EVENT)
    assert (event["event_type"], event["duration"]) == ("unconfirmed", None)
    assert event["evidence"] == "command"


@pytest.mark.usefixtures("setup_entry")
async def test_running_without_known_task(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """An active butler is shown as running, even if its task is unknown."""
    simulator.display.names_task = False
    simulator.butler.start("BackupDatabase")
    await clock.tick(1)
    assert _state(hass, RUNNING) == STATE_ON
    assert _state(hass, RUNNING_TASKS) == "0"
    assert _state(hass, STATUS) == "idle"


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_last_runs_after_reload(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    hass_storage: dict[str, Any],
) -> None:
    """The last runs are kept after a reload, and deleted with the config entry."""
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

    storage_key = f"plex_butler.{setup_entry.entry_id}"
    assert storage_key in hass_storage
    assert await hass.config_entries.async_remove(setup_entry.entry_id)
    assert storage_key not in hass_storage


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_reload_during_run(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A run goes on after a reload, with the start that it had."""
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
    assert _state(hass, LAST_DURATION) == "7.0"


def _count_changes(changes: list[Any], entity_id: str) -> int:
    return sum(change.data["entity_id"] == entity_id for change in changes)


@pytest.mark.usefixtures("entity_registry_enabled_by_default", "setup_entry")
async def test_many_notifications(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """However many notifications arrive, states change at most once a second.

    What the recorder leaves out, such as the detail, changes every 10 s at most.
    """
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    butler_activity = simulator.activities.begin("butler", "Butler", "Backup Database")
    for frame in range(1556):
        simulator.activities.update(
            butler_activity,
            subtitle=f"Backup Database {frame}",
            progress=frame * 99 // 1556,
        )
    # Each frame takes the client an iteration of the event loop.
    for _ in range(50):
        await clock.settle()
    assert _count_changes(changes, STATUS) == 1
    assert _count_changes(changes, PROGRESS) == 1
    await clock.tick(1.01)
    assert _count_changes(changes, PROGRESS) == 2
    assert _state(hass, PROGRESS) == "98"
    assert _count_changes(changes, STATUS) == 1
    await clock.tick(9)
    assert _count_changes(changes, STATUS) == 2
    assert _attributes(hass, STATUS)["detail"] == "Backup Database 1555"
    # No other entity changed.
    assert {change.data["entity_id"] for change in changes} == {
        STATUS,
        LAST_STARTED,
        PROGRESS,
        RUNNING,
        RUNNING_TASKS,
        CURRENT_TASK,
        EVENT,
    }


@pytest.mark.usefixtures("setup_entry")
async def test_many_runs(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """However many runs begin and end, each is an event, but states change once a second."""
    simulator.display.permanent = False
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    for _ in range(50):
        simulator.butler.start("BackupDatabase")
        simulator.butler.finish("BackupDatabase")
        await clock.tick(0.01)
    await clock.tick(1.01)
    assert _state(hass, STATUS) == "idle"
    assert _count_changes(changes, EVENT) == 100
    for entity_id in (STATUS, LAST_FINISHED, RUNNING, RUNNING_TASKS):
        assert _count_changes(changes, entity_id) <= 3


@pytest.mark.usefixtures("without_push", "setup_entry")
async def test_states_of_poll_and_command(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A poll changes no state within a second of another change, but a command does."""
    assert await async_setup_component(hass, "homeassistant", {})
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    simulator.butler.start("BackupDatabase")
    await clock.tick(30)
    assert _state(hass, STATUS) == "running"
    simulator.butler.finish("BackupDatabase")
    await hass.services.async_call(
        "homeassistant", "update_entity", {"entity_id": OPTIMIZATION}, blocking=True
    )
    await clock.tick(0.5)
    assert _state(hass, STATUS) == "running"
    assert _count_changes(changes, STATUS) == 1
    await clock.tick(0.5)
    assert _state(hass, STATUS) == "idle"
    await press(hass, START)
    assert _state(hass, STATUS) == "running"
    assert _count_changes(changes, STATUS) == 3


@pytest.mark.usefixtures("setup_entry")
async def test_change_undone_within_a_second(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A change that is undone before it is due isn't shown."""
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    activity = simulator.activities.begin("butler", "Butler")
    await clock.tick(0.2)
    simulator.activities.end(activity)
    await clock.tick(0.2)
    simulator.activities.begin("butler", "Butler")
    await clock.tick(3)
    assert _state(hass, RUNNING) == STATE_ON
    assert _count_changes(changes, RUNNING) == 1


@pytest.mark.usefixtures("setup_entry")
async def test_removed_before_due(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """An entity that is removed before its change is due isn't written any more."""
    activity = simulator.activities.begin("butler", "Butler", "Backup Database 1")
    await clock.tick(2)
    simulator.activities.update(activity, subtitle="Backup Database 2")
    await clock.tick(1)
    del simulator.butler.tasks["BackupDatabase"]
    await press(hass, START_OPTIMIZATION)
    assert hass.states.get(STATUS) is None
    await clock.tick(10)
    assert hass.states.get(STATUS) is None


@pytest.mark.usefixtures("without_push", "setup_entry")
async def test_refresh_during_poll(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A refresh that is requested during a poll follows it, however long that takes."""
    assert await async_setup_component(hass, "homeassistant", {})
    released = asyncio.Event()
    simulator.inject(faults.hang(released), path="/activities")
    await clock.tick(30)
    assert simulator.busy
    refresh = hass.async_create_task(
        hass.services.async_call(
            "homeassistant", "update_entity", {"entity_id": STATUS}, blocking=True
        )
    )
    await clock.tick(2)
    simulator.heal()
    simulator.requests.clear()
    released.set()
    await refresh
    await clock.tick(0)
    paths = [request.path for request in simulator.requests]
    assert paths == ["/identity", "/", "/butler", "/activities"]


@pytest.mark.usefixtures("setup_entry")
async def test_idle_hour_with_push(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """With push, an idle hour costs 26 requests at most, and changes no state."""
    simulator.requests.clear()
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    # A ping is due after each minute of silence, a poll every five minutes.
    for _ in range(60):
        await clock.tick(60)
    requests = Counter(request.path for request in simulator.requests)
    assert requests.keys() == {"/butler", PREFERENCES, "/activities"}
    assert 11 <= requests["/butler"] == requests[PREFERENCES] <= 12
    assert 1 <= requests["/activities"] <= 2
    assert changes == []


@pytest.mark.usefixtures("setup_entry")
async def test_activity_without_notification(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """With push, an occasional poll finds activities that weren't notified."""
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
async def test_idle_without_push(
    simulator: PlexSimulator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without push, the server is polled every 30 s.

    Attempts to connect the websocket back off up to 5 minutes.
    """
    # Half of each pause is random. Without it, 5 minutes become 150 s.
    monkeypatch.setattr("random.uniform", lambda minimum, _: minimum)
    attempts = []
    for seconds in range(0, 600, 30):
        simulator.requests.clear()
        await clock.tick(30)
        requests = Counter(request.path for request in simulator.requests)
        assert requests["/butler"] == 1
        assert requests[NOTIFICATIONS] <= 1
        if requests[NOTIFICATIONS]:
            attempts.append(seconds)
    pauses = [later - earlier for earlier, later in pairwise(attempts)]
    assert pauses == sorted(pauses)
    assert pauses[0] < 150
    assert pauses[-2:] == [150, 150]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        pytest.param(_start_backup, "running", id="task started"),
        pytest.param(_disable_backup, "disabled", id="task disabled"),
    ],
)
@pytest.mark.usefixtures("without_push")
async def test_poll_updates_listeners_once(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    change: Callable[[PlexSimulator], object],
    status: str,
) -> None:
    """A poll with a change calls each listener once, and one without a change never."""
    updates: list[str] = []
    setup_entry.async_on_unload(
        setup_entry.runtime_data.async_add_listener(
            lambda: updates.append(_state(hass, STATUS))
        )
    )
    change(simulator)
    for expected in ([status], []):
        updates.clear()
        simulator.requests.clear()
        await clock.tick(30)
        polls = [request for request in simulator.requests if request.path == "/butler"]
        assert len(polls) == 1
        assert updates == expected


@pytest.mark.usefixtures("without_push", "setup_entry")
async def test_press_during_cooldown(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """A start during the cooldown of the refresh is shown as soon as it is accepted."""
    simulator.requests.clear()
    await press(hass, START)
    await press(hass, START_OPTIMIZATION)
    assert _state(hass, OPTIMIZATION) == "running"
    polls = [
        request
        for request in simulator.requests
        if (request.method, request.path) == ("GET", "/butler")
    ]
    assert len(polls) == 1


@pytest.mark.usefixtures("without_push", "setup_entry")
async def test_press_shown_before_refresh(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A start is shown before the refresh that follows it is answered."""
    released = asyncio.Event()
    simulator.inject(faults.hang(released), path="/butler", method="GET")
    call = hass.async_create_task(press(hass, START))
    await clock.settle()
    status, unanswered = _state(hass, STATUS), simulator.busy
    released.set()
    await call
    assert (status, unanswered) == ("running", 1)


@pytest.mark.usefixtures("setup_entry")
async def test_change_within_poll(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A change that comes and goes during one poll isn't shown any longer after it."""
    async with async_get_clientsession(hass).get(
        f"{simulator.url}/butler", headers={"X-Plex-Token": simulator.owner_token}
    ) as response:
        tasks = faults.body(await response.read())
    requested, released = asyncio.Event(), asyncio.Event()

    async def respond_late(request: web.Request) -> web.StreamResponse:
        requested.set()
        await released.wait()
        return await tasks(request)

    simulator.inject(respond_late, path="/butler")
    poll = asyncio.ensure_future(clock.tick(301))
    await requested.wait()
    activity = simulator.activities.begin("butler", "Butler")
    await clock.settle()
    assert _state(hass, RUNNING) == STATE_ON
    simulator.activities.end(activity)
    await clock.settle()
    released.set()
    await poll
    await clock.tick(2)
    assert _state(hass, RUNNING) == STATE_OFF


@pytest.mark.usefixtures("without_push", "setup_entry")
async def test_poll_interval_while_running(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """Without push, the server is polled every 10 s while a task is running."""
    await press(hass, START)
    await clock.tick(2)
    simulator.requests.clear()
    for _ in range(60):
        await clock.tick(1)
    polls = [request for request in simulator.requests if request.path == "/butler"]
    assert len(polls) == 6


async def test_unload_closes_websocket(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """Unloading the entry closes the websocket."""
    assert simulator.notifications.listeners == 1
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    await clock.settle()
    assert simulator.notifications.listeners == 0


@pytest.mark.usefixtures("setup_entry")
async def test_stopping_home_assistant(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """While Home Assistant is stopping, a closed websocket causes no requests."""
    simulator.requests.clear()
    hass.set_state(CoreState.stopping)
    await simulator.notifications.close()
    await clock.settle()
    assert simulator.requests == []
    hass.set_state(CoreState.running)


async def test_different_server_after_disconnect(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """The identity of the server is checked when the websocket is closed."""
    simulator.machine_identifier = "another"
    await simulator.notifications.close()
    await clock.tick(2)
    assert _state(hass, STATUS) == STATE_UNAVAILABLE
    assert setup_entry.runtime_data.last_exception.translation_key == "wrong_server"


@pytest.mark.usefixtures("setup_entry")
async def test_server_restart(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A restart of the server is noticed at once, and the websocket reconnects."""
    await press(hass, START)
    await clock.tick(2)
    await simulator.stop()
    await clock.tick(2)
    assert _state(hass, STATUS) == STATE_UNAVAILABLE
    await simulator.start()
    await clock.tick(31)
    await clock.tick(2)
    assert simulator.notifications.listeners == 1
    # The run from before the restart has ended, unconfirmed.
    assert _state(hass, STATUS) == "idle"
    assert _state(hass, LAST_FINISHED) == STATE_UNKNOWN
    simulator.butler.start("BackupDatabase")
    await clock.tick(1)
    assert _state(hass, STATUS) == "running"


@pytest.mark.usefixtures("setup_entry")
async def test_silent_websocket(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A failed poll closes a websocket that went silent, and it is opened again."""
    simulator.notifications.mute = True
    simulator.inject(faults.cut_off(), path="/butler")
    simulator.requests.clear()
    await clock.next_poll()
    assert _state(hass, STATUS) == STATE_UNAVAILABLE
    simulator.heal()
    simulator.notifications.mute = False
    await clock.next_poll()
    assert _state(hass, STATUS) == "idle"
    assert NOTIFICATIONS in [request.path for request in simulator.requests]
    assert simulator.notifications.listeners == 1
