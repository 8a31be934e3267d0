"""Tests of starting a task and waiting for its end."""

import asyncio
from datetime import timedelta
import gc
from typing import Any, Final

from aiohttp import web
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from custom_components.plex_butler.const import DOMAIN
from homeassistant.const import EVENT_HOMEASSISTANT_STOP, STATE_UNAVAILABLE
from homeassistant.core import CoreState, HomeAssistant, ServiceResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component

from .common import STATUS, Clock
from .simulator import PlexSimulator, faults

BOTH: Final = [STATUS, "sensor.tower_optimize_database"]

type PendingCall = asyncio.Task[ServiceResponse]


def _start_and_wait(hass: HomeAssistant, **data: Any) -> PendingCall:
    """Start a task in the background, by default the backup, and wait for its end."""
    return asyncio.create_task(
        hass.services.async_call(
            DOMAIN,
            "start_task",
            {"task": "BackupDatabase", "wait": True, **data},
            blocking=True,
            return_response=True,
        )
    )


def _response(**outcome: Any) -> dict[str, Any]:
    fields = {
        "task": "BackupDatabase",
        "title": "Backup database",
        "server": "Tower",
        "enabled": True,
        **outcome,
    }
    return {**fields, "tasks": [fields]}


@pytest.mark.usefixtures("setup_entry")
async def test_wait(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """Several calls can wait for the same run, and each returns its result."""
    calls = [_start_and_wait(hass)]
    await clock.settle()
    calls += [_start_and_wait(hass) for _ in range(9)]
    await clock.tick(12)
    assert not any(call.done() for call in calls)
    simulator.butler.finish("BackupDatabase")
    await clock.settle()
    responses = [await call for call in calls]
    ended = {"outcome": "finished", "duration": 12, "evidence": "named"}
    assert responses == [
        _response(result="started", **ended),
        *[_response(result="already_running", **ended)] * 9,
    ]


@pytest.mark.usefixtures("setup_entry")
async def test_wait_for_one_of_two_tasks(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The end of one task doesn't end the wait for another."""
    simulator.display.row = False
    backup, optimization = (
        _start_and_wait(hass),
        _start_and_wait(hass, task="OptimizeDatabase"),
    )
    await clock.tick(5)
    await hass.services.async_call(
        DOMAIN, "stop_task", {"task": "OptimizeDatabase"}, blocking=True
    )
    await optimization
    assert not backup.done()
    await hass.services.async_call(DOMAIN, "stop_all_tasks", blocking=True)
    await backup


@pytest.mark.usefixtures("setup_entry")
async def test_wait_stopped(hass: HomeAssistant, clock: Clock) -> None:
    """A stop ends the wait."""
    call = _start_and_wait(hass)
    await clock.tick(5)
    await hass.services.async_call(
        DOMAIN, "stop_task", {"task": "BackupDatabase"}, blocking=True
    )
    assert await call == _response(
        result="started", outcome="stopped", duration=5, evidence="named"
    )


@pytest.mark.usefixtures("setup_entry")
async def test_wait_unconfirmed(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """If nothing showed the end of a run, its outcome is `unconfirmed`."""
    simulator.display.row = False
    simulator.butler.tasks["BackupDatabase"].duration = 0.11
    call = _start_and_wait(hass)
    for _ in range(31):
        await clock.tick(2)
    assert await call == _response(
        result="started", outcome="unconfirmed", duration=None, evidence="command"
    )


@pytest.mark.parametrize(
    "timeout",
    [
        pytest.param({"seconds": 20}, id="dictionary"),
        pytest.param(timedelta(seconds=20), id="time delta"),
        pytest.param("00:00:20", id="text"),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_wait_timeout(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, timeout: Any
) -> None:
    """A timeout ends the wait, but not the task."""
    call = _start_and_wait(hass, timeout=timeout)
    await clock.tick(19)
    assert not call.done()
    await clock.tick(2)
    assert await call == _response(
        result="started", outcome="timeout", duration=None, evidence="named"
    )
    assert simulator.butler.running == ["BackupDatabase"]


@pytest.mark.usefixtures("setup_entry")
async def test_wait_ends_immediately(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A run that ended before the start request was answered ends the wait."""
    simulator.butler.tasks["BackupDatabase"].duration = 0
    call = _start_and_wait(hass)
    await clock.tick(2)
    assert await call == _response(
        result="started", outcome="finished", duration=0, evidence="named"
    )
    assert hass.states.is_state("binary_sensor.tower_maintenance_running", "off")


@pytest.mark.usefixtures("setup_entry")
async def test_wait_ends_before_response(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A run that was observed before the start request was answered is its result."""
    released = asyncio.Event()
    simulator.inject(faults.delay(released), method="POST")
    call = _start_and_wait(hass)
    await clock.tick(1)
    simulator.butler.start("BackupDatabase")
    await clock.tick(3)
    simulator.butler.finish("BackupDatabase")
    await clock.settle()
    released.set()
    await clock.tick(1)
    assert await call == _response(
        result="started", outcome="finished", duration=3, evidence="named"
    )


@pytest.mark.usefixtures("setup_entry")
async def test_wait_connection_lost(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The loss of the server raises an error in a waiting call."""
    call = _start_and_wait(hass)
    await clock.tick(5)
    await simulator.stop()
    await clock.tick(2)
    with pytest.raises(HomeAssistantError) as raised:
        await call
    assert raised.value.translation_key == "cannot_connect"
    assert "Tower" in str(raised.value)


@pytest.mark.usefixtures("simulator")
async def test_wait_unload_entry(
    hass: HomeAssistant, setup_entry: MockConfigEntry, clock: Clock
) -> None:
    """Unloading the entry raises an error in every waiting call."""
    calls = [_start_and_wait(hass), _start_and_wait(hass)]
    await clock.tick(5)
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    for call in calls:
        with pytest.raises(HomeAssistantError) as raised:
            await call
        assert raised.value.translation_key == "unloaded"
        assert "Tower" in str(raised.value)


async def test_remove_entry_before_response(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    hass_storage: dict[str, Any],
) -> None:
    """A start request that is answered after the entry was removed raises an error.

    Nothing is stored for the removed entry.
    """
    released = asyncio.Event()
    simulator.inject(faults.delay(released), method="POST")
    call = _start_and_wait(hass)
    await clock.settle()
    assert await hass.config_entries.async_remove(setup_entry.entry_id)
    simulator.heal()
    released.set()
    await clock.tick(61)
    with pytest.raises(HomeAssistantError) as raised:
        await call
    assert raised.value.translation_key == "unloaded"
    assert f"plex_butler.{setup_entry.entry_id}" not in hass_storage


@pytest.mark.usefixtures("setup_entry")
async def test_task_removed_before_response(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A task that is removed before its start request is answered raises an error."""
    released = asyncio.Event()
    simulator.inject(faults.delay(released), method="POST")
    call = _start_and_wait(hass)
    await clock.settle()
    del simulator.butler.tasks["BackupDatabase"]
    await hass.services.async_call(DOMAIN, "stop_all_tasks", blocking=True)
    released.set()
    await clock.settle()
    with pytest.raises(HomeAssistantError) as raised:
        await call
    assert raised.value.translation_key == "unknown_task"


@pytest.mark.usefixtures("setup_entry")
async def test_wait_task_removed(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The outcome is `unconfirmed` if the server removes the task during its run."""
    call = _start_and_wait(hass)
    await clock.tick(5)
    simulator.display.forget()
    del simulator.butler.tasks["BackupDatabase"]
    await clock.tick(301)
    assert await call == _response(
        result="started", outcome="unconfirmed", duration=None, evidence="named"
    )


@pytest.mark.usefixtures("setup_entry")
async def test_wait_start_error(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A failed start request raises an error without waiting."""
    simulator.inject(faults.status(500), method="POST")
    call = _start_and_wait(hass)
    await clock.tick(1)
    with pytest.raises(HomeAssistantError) as raised:
        await call
    assert raised.value.translation_key == "server_trouble"


async def test_unload_during_refresh(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """Unloading the config entry during the refresh doesn't cancel the caller."""
    released = asyncio.Event()
    simulator.inject(faults.hang(released), path="/activities")
    call = _start_and_wait(hass)
    await clock.settle()
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    with pytest.raises(HomeAssistantError) as raised:
        await call
    assert raised.value.translation_key == "unloaded"
    released.set()


@pytest.mark.usefixtures("setup_entry")
async def test_get_tasks_after_end(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The tasks that an action returns are as current as the end of a run."""
    call = _start_and_wait(hass)
    await clock.tick(10)
    activity = simulator.activities.begin("library.update.section", "Scanning")
    simulator.activities.update(activity, progress=50)
    simulator.butler.finish("BackupDatabase")
    await clock.settle()
    await call
    response = await hass.services.async_call(
        DOMAIN, "get_tasks", blocking=True, return_response=True
    )
    assert response is not None
    tasks = response["tasks"]
    assert isinstance(tasks, list)
    (status,) = [
        task["status"]
        for task in tasks
        if isinstance(task, dict) and task["task"] == "BackupDatabase"
    ]
    assert status == "idle"


@pytest.mark.usefixtures("setup_entry")
async def test_wait_canceled(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A run is monitored to its end after a call that waited for it was canceled."""
    call = _start_and_wait(hass)
    await clock.tick(2)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    simulator.butler.finish("BackupDatabase")
    await clock.tick(2)
    assert hass.states.is_state("binary_sensor.tower_maintenance_running", "off")


@pytest.mark.usefixtures("setup_entry")
async def test_wait_canceled_during_refresh(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The refresh after a command goes on when its caller is canceled."""
    released = asyncio.Event()
    simulator.inject(faults.hang(released), path="/butler")
    call = _start_and_wait(hass)
    await clock.settle()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert hass.states.is_state("binary_sensor.tower_maintenance_running", "on")
    # The answer is an error.
    released.set()
    await clock.settle()
    assert hass.states.is_state(
        "binary_sensor.tower_maintenance_running", STATE_UNAVAILABLE
    )


@pytest.mark.usefixtures("setup_entry")
async def test_wait_in_automation(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """An automation waits for the end of a task and uses the response."""
    notifications = async_mock_service(hass, "notify", "phone")
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "triggers": {"trigger": "event", "event_type": "back_up"},
                "actions": [
                    {
                        "action": "plex_butler.start_task",
                        "data": {"task": "BackupDatabase", "wait": True},
                        "response_variable": "backup",
                    },
                    {
                        "action": "notify.phone",
                        "data": {
                            "message": "{{ backup.outcome }} in {{ backup.duration }} s"
                        },
                    },
                ],
            }
        },
    )
    simulator.butler.tasks["BackupDatabase"].duration = 10
    hass.bus.async_fire("back_up")
    for _ in range(12):
        await clock.tick(1)
    (notification,) = notifications
    assert notification.data["message"] == "finished in 10.0 s"


@pytest.mark.usefixtures("setup_entry")
async def test_wait_unanswered(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A start that the server takes without an answer is followed to its end."""

    async def start(request: web.Request) -> web.StreamResponse:
        simulator.butler.start("BackupDatabase")
        return await faults.cut_off()(request)

    simulator.inject(start, path="/butler/BackupDatabase", method="POST")
    call = _start_and_wait(hass)
    for _ in range(12):
        await clock.tick(1)
    assert not call.done()
    simulator.butler.finish("BackupDatabase")
    await clock.tick(1)
    assert await call == _response(
        result="started", outcome="finished", duration=12, evidence="named"
    )


@pytest.mark.usefixtures("setup_entry")
async def test_wait_unanswered_without_evidence(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A start that isn't answered, and that nothing shows, ends unconfirmed."""
    simulator.inject(faults.cut_off(), method="POST")
    call = _start_and_wait(hass)
    for _ in range(31):
        await clock.tick(2)
    assert await call == _response(
        result="started", outcome="unconfirmed", duration=None, evidence="command"
    )


@pytest.mark.usefixtures("setup_entry")
async def test_stop_home_assistant_during_wait(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """Every wait ends with an error as soon as Home Assistant stops."""
    calls = [_start_and_wait(hass), _start_and_wait(hass)]
    await clock.tick(5)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await clock.settle()
    for call in calls:
        assert call.done()
        with pytest.raises(HomeAssistantError) as raised:
            await call
        assert raised.value.translation_domain == DOMAIN
        assert raised.value.translation_key == "stopping"
        assert "Tower" in str(raised.value)
    assert simulator.butler.running == ["BackupDatabase"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("POST", None, id="during the request"),
        pytest.param("GET", "/butler", id="during the refresh"),
    ],
)
@pytest.mark.usefixtures("setup_entry")
async def test_stop_home_assistant_during_command(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    method: str,
    path: str | None,
) -> None:
    """A command that is in progress ends with an error when Home Assistant stops."""
    released = asyncio.Event()
    simulator.inject(faults.hang(released), method=method, path=path)
    call = _start_and_wait(hass, wait=False)
    await clock.settle()
    assert not call.done()
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    # What the server answers can't be awaited.
    for _ in range(10):
        await asyncio.sleep(0)
    assert call.done()
    released.set()
    with pytest.raises(HomeAssistantError) as raised:
        await call
    assert raised.value.translation_key == "stopping"


@pytest.mark.usefixtures("setup_entry")
async def test_command_while_stopping(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    """No command is sent any more while Home Assistant stops."""
    hass.set_state(CoreState.stopping)
    with pytest.raises(HomeAssistantError) as raised:
        await _start_and_wait(hass)
    hass.set_state(CoreState.running)
    assert raised.value.translation_key == "stopping"
    assert simulator.commands() == []


@pytest.mark.usefixtures("setup_entry")
async def test_command_canceled_during_poll_before(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The poll before a command goes on when the command is canceled."""
    simulator.inject(faults.cut_off(), path="/butler")
    await clock.next_poll()
    requested, released = asyncio.Event(), asyncio.Event()

    async def respond_late(request: web.Request) -> web.StreamResponse:
        requested.set()
        await released.wait()
        return await faults.body(
            b'{"ButlerTasks": {"ButlerTask": [{"name": "BackupDatabase"}]}}'
        )(request)

    simulator.inject(respond_late, path="/butler")
    call = _start_and_wait(hass)
    await requested.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert hass.states.is_state("sensor.tower_backup_database", STATE_UNAVAILABLE)
    released.set()
    await clock.settle()
    assert hass.states.is_state("sensor.tower_backup_database", "idle")
    assert simulator.commands() == []


def _start_both(hass: HomeAssistant, **data: Any) -> PendingCall:
    """Start two tasks in the background, and wait for their ends."""
    return asyncio.create_task(
        hass.services.async_call(
            DOMAIN,
            "start_task",
            {"wait": True, "entity_id": BOTH, **data},
            blocking=True,
            return_response=True,
        )
    )


def _outcomes(response: ServiceResponse) -> list[tuple[Any, ...]]:
    """Return the outcome of each task of a response."""
    assert response is not None
    tasks = response["tasks"]
    assert isinstance(tasks, list)
    return [
        (task["task"], task["outcome"], task["duration"], task["evidence"])
        for task in tasks
        if isinstance(task, dict)
    ]


@pytest.mark.usefixtures("setup_entry")
async def test_wait_for_two_tasks(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """Two tasks of a target are started at once, and both ends are awaited."""
    call = _start_both(hass)
    await clock.tick(5)
    assert simulator.butler.running == ["BackupDatabase", "OptimizeDatabase"]
    simulator.butler.finish("OptimizeDatabase")
    await clock.tick(5)
    assert not call.done()
    simulator.butler.finish("BackupDatabase")
    await clock.settle()
    response = await call
    assert response is not None
    assert response.keys() == {"tasks"}
    assert _outcomes(response) == [
        ("BackupDatabase", "finished", 10, "named"),
        ("OptimizeDatabase", "finished", 5, "named"),
    ]


@pytest.mark.usefixtures("setup_entry")
async def test_wait_for_two_tasks_timeout(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The timeout is one for all tasks; those that have ended have their outcome."""
    call = _start_both(hass, timeout=20)
    await clock.tick(19)
    simulator.butler.finish("BackupDatabase")
    await clock.settle()
    assert not call.done()
    await clock.tick(2)
    assert _outcomes(await call) == [
        ("BackupDatabase", "finished", 19, "named"),
        ("OptimizeDatabase", "timeout", None, "named"),
    ]


@pytest.mark.usefixtures("setup_entry")
async def test_wait_for_the_others(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """If one task fails to start, the end of the other is still awaited."""
    simulator.inject(faults.status(500), path="/butler/BackupDatabase", method="POST")
    call = _start_both(hass)
    await clock.tick(5)
    assert not call.done()
    simulator.butler.finish("OptimizeDatabase")
    await clock.settle()
    with pytest.raises(HomeAssistantError) as raised:
        await call
    assert raised.value.translation_key == "tasks_not_started"
    assert raised.value.translation_placeholders == {
        "failed": "Backup database (Tower)"
    }


@pytest.mark.usefixtures("setup_entry")
async def test_wait_without_any_start(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """If all tasks fail to start, nothing is awaited."""
    simulator.inject(faults.status(500), method="POST")
    with pytest.raises(HomeAssistantError) as raised:
        await _start_both(hass)
    assert raised.value.translation_placeholders == {
        "failed": "Backup database (Tower), Optimize database (Tower)"
    }


@pytest.mark.usefixtures("setup_entry")
async def test_connection_lost_during_wait_for_two_tasks(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The loss of the server ends the wait, and the error names both tasks."""
    call = _start_both(hass)
    await clock.tick(5)
    await simulator.stop()
    await clock.tick(2)
    with pytest.raises(HomeAssistantError) as raised:
        await call
    assert raised.value.translation_key == "tasks_not_started"
    cause = raised.value.__cause__
    assert isinstance(cause, ExceptionGroup)
    assert len(cause.exceptions) == 2


@pytest.mark.usefixtures("setup_entry")
async def test_stop_home_assistant_during_wait_for_two_tasks(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The wait for several tasks ends as soon as Home Assistant stops."""
    call = _start_both(hass)
    await clock.tick(5)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await clock.settle()
    assert call.done()
    with pytest.raises(HomeAssistantError) as raised:
        await call
    assert raised.value.translation_key == "tasks_not_started"
    assert len(simulator.commands()) == 2


@pytest.mark.usefixtures("setup_entry")
async def test_stop_home_assistant_between_tasks(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """No further task is sent once Home Assistant stops; nothing is left to wait for."""
    released = asyncio.Event()
    simulator.inject(faults.hang(released), path="/butler/BackupDatabase")
    call = _start_both(hass)
    await clock.settle()
    hass.set_state(CoreState.stopping)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    # What the server answers can't be awaited.
    for _ in range(20):
        await asyncio.sleep(0)
    assert call.done()
    hass.set_state(CoreState.running)
    released.set()
    with pytest.raises(HomeAssistantError) as raised:
        await call
    assert raised.value.translation_key == "tasks_not_started"
    assert simulator.commands() == [("POST", "/butler/BackupDatabase")]


@pytest.mark.usefixtures("setup_entry")
async def test_wait_for_two_tasks_canceled(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A call that is canceled leaves no waiter behind; both runs go on."""
    call = _start_both(hass)
    await clock.tick(2)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await simulator.stop()
    await clock.tick(2)
    gc.collect()
    await clock.settle()
    assert "never retrieved" not in caplog.text


@pytest.mark.usefixtures("setup_entry")
async def test_no_error_is_left(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A waiter that gets an error while the call fails isn't reported as forgotten."""
    released = asyncio.Event()
    simulator.inject(faults.hang(released), method="GET", path="/butler")
    call = _start_and_wait(hass)
    await clock.settle()
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    # What the server answers can't be awaited.
    for _ in range(10):
        await asyncio.sleep(0)
    released.set()
    with pytest.raises(HomeAssistantError):
        await call
    del call
    gc.collect()
    await clock.settle()
    assert "never retrieved" not in caplog.text
