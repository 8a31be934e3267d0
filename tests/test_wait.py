"""Tests of starting a task and waiting for its end."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from custom_components.plex_butler.const import DOMAIN
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, ServiceResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component

from .common import Clock
from .simulator import PlexSimulator, faults

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
    return {"task": "BackupDatabase", "title": "Backup Database", **outcome}


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
    assert hass.states.is_state("binary_sensor.tower_running", "off")


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
    assert raised.value.translation_key == "not_plex"


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
    assert hass.states.is_state("binary_sensor.tower_running", "off")


@pytest.mark.usefixtures("setup_entry")
async def test_wait_canceled_during_refresh(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The refresh after a command goes on when its caller is canceled."""
    released = asyncio.Event()
    simulator.inject(faults.hang(released), path="/activities")
    call = _start_and_wait(hass)
    await clock.settle()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert hass.states.is_state("binary_sensor.tower_running", "on")
    # The answer is an error.
    released.set()
    await clock.settle()
    assert hass.states.is_state("binary_sensor.tower_running", STATE_UNAVAILABLE)


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
