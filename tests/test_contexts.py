"""Tests of whose context runs have: who started or stopped a task."""

from collections.abc import Callable
from typing import Any

from aiohttp import web
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.plex_butler.const import DOMAIN
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from .common import CURRENT_TASK, RUN, RUNNING, SCHEDULED, START, STATUS, STOP, Clock
from .simulator import PlexSimulator, faults

LAST_STARTED = "sensor.tower_backup_database_last_started"
LAST_FINISHED = "sensor.tower_backup_database_last_finished"


def _attributes(hass: HomeAssistant, entity_id: str) -> dict[str, Any]:
    state = hass.states.get(entity_id)
    assert state is not None
    return dict(state.attributes)


def _user(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return who caused the current state."""
    state = hass.states.get(entity_id)
    assert state is not None
    return state.context.user_id


def _add_user(hass: HomeAssistant, name: str) -> Context:
    user = MockUser(id=name, groups=[]).add_to_hass(hass)
    user.mock_policy({"entities": True})
    return Context(user_id=user.id)


@pytest.fixture
def alice(hass: HomeAssistant) -> Context:
    """Return the context of who starts a task."""
    return _add_user(hass, "alice")


@pytest.fixture
def bob(hass: HomeAssistant) -> Context:
    """Return the context of who stops a task."""
    return _add_user(hass, "bob")


async def _press(hass: HomeAssistant, entity_id: str, context: Context) -> None:
    await hass.services.async_call(
        "button", "press", {"entity_id": entity_id}, blocking=True, context=context
    )


async def _start_action(hass: HomeAssistant, context: Context) -> None:
    await hass.services.async_call(
        DOMAIN, "start_task", {"task": "BackupDatabase"}, blocking=True, context=context
    )


async def _press_start(hass: HomeAssistant, context: Context) -> None:
    await _press(hass, START, context)


@pytest.mark.parametrize("start", [_press_start, _start_action])
@pytest.mark.usefixtures("setup_entry")
async def test_context_of_start(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    alice: Context,
    start: Callable[[HomeAssistant, Context], Any],
) -> None:
    """A run keeps the context of its start, however long it takes."""
    await start(hass, alice)
    await clock.settle()
    for entity_id in (RUN, STATUS, LAST_STARTED, RUNNING, CURRENT_TASK):
        assert _user(hass, entity_id) == "alice", entity_id
    assert _attributes(hass, RUN)["event_type"] == "started"
    await clock.tick(100)
    simulator.butler.finish("BackupDatabase")
    await clock.tick(2)
    assert _attributes(hass, RUN)["event_type"] == "finished"
    assert hass.states.is_state(STATUS, "idle")
    for entity_id in (RUN, STATUS, LAST_FINISHED, RUNNING, CURRENT_TASK):
        assert _user(hass, entity_id) == "alice", entity_id


@pytest.mark.usefixtures("setup_entry")
async def test_context_before_answer(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    alice: Context,
) -> None:
    """The context is that of the start even if the server reports the run before it answers."""

    async def answer(_: web.Request) -> web.StreamResponse:
        simulator.butler.start("BackupDatabase")
        await clock.settle()
        assert _attributes(hass, RUN)["event_type"] == "started"
        return web.Response()

    simulator.inject(answer, path="/butler/BackupDatabase")
    await _press_start(hass, alice)
    await clock.tick(2)
    assert _user(hass, RUN) == "alice"
    assert _user(hass, STATUS) == "alice"


@pytest.mark.usefixtures("setup_entry")
async def test_context_of_stop(
    hass: HomeAssistant, clock: Clock, alice: Context, bob: Context
) -> None:
    """A stop has the context of who stops."""
    await _press_start(hass, alice)
    await clock.tick(100)
    await _press(hass, STOP, bob)
    await clock.tick(2)
    assert _attributes(hass, RUN)["event_type"] == "stopped"
    for entity_id in (RUN, STATUS, RUNNING):
        assert _user(hass, entity_id) == "bob", entity_id


@pytest.mark.usefixtures("setup_entry")
async def test_run_of_server_has_no_context(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, alice: Context
) -> None:
    """A run that the server starts has no one's context, also right after another's."""
    await _press_start(hass, alice)
    await clock.tick(1)
    simulator.butler.finish("BackupDatabase")
    await clock.tick(1)
    assert _user(hass, RUN) == "alice"
    simulator.butler.start("BackupDatabase")
    await clock.tick(1.5)
    assert _attributes(hass, RUN)["event_type"] == "started"
    for entity_id in (RUN, STATUS, LAST_STARTED, RUNNING, CURRENT_TASK):
        assert _user(hass, entity_id) is None, entity_id
    # Nor does a start change who started a run that is in progress.
    await _press_start(hass, alice)
    await clock.tick(100)
    simulator.butler.finish("BackupDatabase")
    await clock.tick(2)
    assert _attributes(hass, RUN)["event_type"] == "finished"
    assert _user(hass, RUN) is None


@pytest.mark.usefixtures("setup_entry")
async def test_context_of_failed_start(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, alice: Context
) -> None:
    """A start that fails leaves no context for what the server does later."""
    simulator.inject(faults.status(500), path="/butler/BackupDatabase")
    with pytest.raises(HomeAssistantError) as raised:
        await _press_start(hass, alice)
    assert raised.value.translation_key == "server_trouble"
    simulator.butler.start("BackupDatabase")
    await clock.tick(2)
    assert hass.states.is_state(STATUS, "running")
    assert _user(hass, RUN) is None


def _open_window(simulator: PlexSimulator) -> None:
    """Let the maintenance window be open now, and for the next 22 hours."""
    hour = dt_util.now().hour
    simulator.settings["ButlerStartHour"] = hour
    simulator.settings["ButlerEndHour"] = (hour + 23) % 24


async def test_context_of_queued_start(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    alice: Context,
) -> None:
    """A task that waits for its turn keeps the context until it has run."""
    task, status = "RefreshEpgGuides", "sensor.tower_refresh_epg_guides"
    _open_window(simulator)
    simulator.butler.tasks[task].schedule_randomized = True
    assert await hass.config_entries.async_reload(setup_entry.entry_id)
    await clock.tick(2)
    await _press(hass, "button.tower_refresh_epg_guides_start", alice)
    await clock.settle()
    assert hass.states.is_state(status, "queued")
    assert _user(hass, status) == "alice"
    await clock.tick(600)
    simulator.butler.start(task)
    await clock.tick(2)
    assert hass.states.is_state(status, "running")
    assert _user(hass, status) == "alice"
    assert _user(hass, "event.tower_refresh_epg_guides_run") == "alice"


@pytest.mark.parametrize(
    "again",
    ["button.tower_refresh_epg_guides_start", "button.tower_start_all_due_tasks"],
)
async def test_another_start_of_queued_task(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    alice: Context,
    bob: Context,
    again: str,
) -> None:
    """Another start changes nothing for a task that waits, nor who started it."""
    task = "RefreshEpgGuides"
    _open_window(simulator)
    simulator.butler.tasks[task].schedule_randomized = True
    assert await hass.config_entries.async_reload(setup_entry.entry_id)
    await clock.tick(2)
    await _press(hass, "button.tower_refresh_epg_guides_start", alice)
    await clock.tick(60)
    await _press(hass, again, bob)
    await clock.tick(60)
    assert hass.states.is_state("sensor.tower_refresh_epg_guides", "queued")
    simulator.butler.start(task)
    await clock.tick(2)
    assert hass.states.is_state("sensor.tower_refresh_epg_guides", "running")
    assert _user(hass, "event.tower_refresh_epg_guides_run") == "alice"


@pytest.mark.usefixtures("setup_entry")
async def test_start_all_and_stop_all(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    alice: Context,
    bob: Context,
) -> None:
    """Tasks that start-all starts have its context, and those that stop-all stops too."""
    for button, user in (
        ("button.tower_start_all_due_tasks", alice),
        ("button.tower_stop_all_tasks", bob),
    ):
        await _press(hass, button, user)
        await clock.tick(2)
        assert _user(hass, RUN) == user.user_id
    assert _attributes(hass, RUN)["event_type"] == "stopped"


@pytest.mark.usefixtures("setup_entry")
async def test_progress_has_no_context(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, alice: Context
) -> None:
    """What changes by itself during a run was caused by no one."""
    simulator.butler.tasks["BackupDatabase"].duration = 100
    await _press_start(hass, alice)
    for _ in range(30):
        await clock.tick(1)
    assert _attributes(hass, STATUS)["progress"] >= 10
    assert _user(hass, STATUS) is None


def _event_type(hass: HomeAssistant, entity_id: str) -> str | None:
    state = hass.states.get(entity_id)
    assert state is not None
    event_type: str | None = state.attributes["event_type"]
    return event_type


async def _start(
    hass: HomeAssistant, context: Context, task: str = "BackupDatabase"
) -> None:
    await hass.services.async_call(
        DOMAIN, "start_task", {"task": task}, blocking=True, context=context
    )


@pytest.fixture
async def run_of_alice(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    alice: Context,
) -> None:
    """Let a run of Alice's end two seconds ago."""
    await _start(hass, alice)
    await clock.tick(10)
    simulator.butler.finish("BackupDatabase")
    await clock.tick(2)
    assert _user(hass, STATUS) == "alice"


@pytest.mark.usefixtures("run_of_alice")
async def test_run_of_server_just_after(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A run of the server isn't attributed to who started the one before."""
    simulator.butler.start("BackupDatabase")
    await clock.tick(2)
    assert hass.states.is_state(STATUS, "running")
    for entity_id in (RUN, STATUS, RUNNING, CURRENT_TASK):
        assert _user(hass, entity_id) is None, entity_id


@pytest.mark.usefixtures("setup_entry")
async def test_another_task_just_after(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, alice: Context
) -> None:
    """The current task isn't attributed to who started another one before."""
    await _start(hass, alice)
    await clock.tick(2)
    simulator.butler.start("OptimizeDatabase")
    await clock.tick(2)
    assert hass.states.is_state(CURRENT_TASK, "Optimize database")
    assert _user(hass, CURRENT_TASK) is None


@pytest.mark.usefixtures("run_of_alice")
async def test_settings_change_just_after(
    hass: HomeAssistant, clock: Clock, bob: Context
) -> None:
    """A task that is switched off isn't attributed to who started its last run."""
    await hass.services.async_call(
        "switch", "turn_off", {"entity_id": SCHEDULED}, blocking=True, context=bob
    )
    await clock.tick(2)
    assert hass.states.is_state(STATUS, "disabled")
    assert _user(hass, SCHEDULED) == "bob"
    assert _user(hass, STATUS) != "alice"


@pytest.mark.usefixtures("run_of_alice")
async def test_end_of_run_found_after_loss(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The end of a run that began unseen isn't attributed to who started the last one."""
    simulator.inject(faults.cut_off())
    simulator.notifications.cut_off()
    await clock.tick(2)
    await clock.next_poll()
    simulator.butler.start("BackupDatabase")
    simulator.heal()
    for _ in range(3):
        await clock.next_poll()
    assert hass.states.is_state(STATUS, "running")
    simulator.butler.finish("BackupDatabase")
    await clock.tick(2)
    assert _event_type(hass, RUN) == "finished"
    assert _user(hass, RUN) is None


@pytest.mark.usefixtures("run_of_alice")
async def test_end_of_run_that_was_running_already(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, bob: Context
) -> None:
    """A run that was running already isn't attributed to who started the last one."""
    simulator.inject(faults.status(202), path="/butler/BackupDatabase")
    await _start(hass, bob)
    assert hass.states.is_state(STATUS, "running")
    for _ in range(3):
        await clock.tick(301)
    assert _event_type(hass, RUN) == "unconfirmed"
    assert _user(hass, RUN) != "alice"


async def test_reload_during_run(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    alice: Context,
) -> None:
    """A run keeps the context of its start over a reload, as after a change of options."""
    await _start(hass, alice)
    await clock.tick(10)
    assert await hass.config_entries.async_reload(setup_entry.entry_id)
    await clock.tick(2)
    simulator.butler.finish("BackupDatabase")
    await clock.tick(2)
    assert _event_type(hass, RUN) == "finished"
    assert _user(hass, RUN) == "alice"
