"""Start and wait: an action that goes on when the task has ended."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from custom_components.plex_butler.const import DOMAIN
from homeassistant.core import HomeAssistant, ServiceResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component

from .common import Clock
from .simulator import PlexSimulator, faults

type Waiting = asyncio.Task[ServiceResponse]


def _start(hass: HomeAssistant, **data: Any) -> Waiting:
    """Start a task, by default the backup, and wait for its end in the background."""
    return asyncio.create_task(
        hass.services.async_call(
            DOMAIN,
            "start_task",
            {"task": "BackupDatabase", "wait": True, **data},
            blocking=True,
            return_response=True,
        )
    )


def _answer(**outcome: Any) -> dict[str, Any]:
    return {"task": "BackupDatabase", "title": "Backup Database", **outcome}


@pytest.mark.usefixtures("setup_entry")
async def test_waits_for_the_end(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """Any number may wait, and all are told how it ended and how long it took."""
    waiting = [_start(hass)]
    await clock.settle()
    waiting += [_start(hass) for _ in range(9)]
    await clock.tick(12)
    assert not any(task.done() for task in waiting)
    simulator.butler.finish("BackupDatabase")
    await clock.settle()
    answers = [await task for task in waiting]
    ended = {"outcome": "finished", "duration": 12, "evidence": "named"}
    assert answers == [
        _answer(result="started", **ended),
        *[_answer(result="already_running", **ended)] * 9,
    ]


@pytest.mark.usefixtures("setup_entry")
async def test_end_of_another_task(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The end of one task doesn't end the wait for another."""
    simulator.display.row = False
    backup, optimization = _start(hass), _start(hass, task="OptimizeDatabase")
    await clock.tick(5)
    await hass.services.async_call(
        DOMAIN, "stop_task", {"task": "OptimizeDatabase"}, blocking=True
    )
    await optimization
    assert not backup.done()
    await hass.services.async_call(DOMAIN, "stop_all_tasks", blocking=True)
    await backup


@pytest.mark.usefixtures("setup_entry")
async def test_stopped(hass: HomeAssistant, clock: Clock) -> None:
    """A stop is an end, whoever ordered it."""
    waiting = _start(hass)
    await clock.tick(5)
    await hass.services.async_call(
        DOMAIN, "stop_task", {"task": "BackupDatabase"}, blocking=True
    )
    assert await waiting == _answer(
        result="started", outcome="stopped", duration=5, evidence="named"
    )


@pytest.mark.usefixtures("setup_entry")
async def test_never_seen(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """An end that nothing showed isn't claimed."""
    simulator.display.row = False
    simulator.butler.tasks["BackupDatabase"].duration = 0.11
    waiting = _start(hass)
    for _ in range(31):
        await clock.tick(2)
    assert await waiting == _answer(
        result="started", outcome="unconfirmed", duration=None, evidence="command"
    )


@pytest.mark.parametrize(
    "longest", [{"seconds": 20}, timedelta(seconds=20), "00:00:20"]
)
@pytest.mark.usefixtures("setup_entry")
async def test_takes_too_long(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, longest: Any
) -> None:
    """Who doesn't want to wait longer goes on, and the task does too."""
    waiting = _start(hass, timeout=longest)
    await clock.tick(19)
    assert not waiting.done()
    await clock.tick(2)
    assert await waiting == _answer(
        result="started", outcome="timeout", duration=None, evidence="named"
    )
    assert simulator.butler.running == ["BackupDatabase"]


@pytest.mark.usefixtures("setup_entry")
async def test_task_that_ends_at_once(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A task that has ended before its start was answered is told of too."""
    simulator.butler.tasks["BackupDatabase"].duration = 0
    waiting = _start(hass)
    await clock.tick(2)
    assert await waiting == _answer(
        result="started", outcome="finished", duration=0, evidence="named"
    )
    assert hass.states.is_state("binary_sensor.tower_running", "off")


@pytest.mark.usefixtures("setup_entry")
async def test_end_is_told_before_the_answer(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A run that was seen from start to end before the start was answered is that start's."""
    answered = asyncio.Event()
    simulator.inject(faults.delay(answered), method="POST")
    waiting = _start(hass)
    await clock.tick(1)
    simulator.butler.start("BackupDatabase")
    await clock.tick(3)
    simulator.butler.finish("BackupDatabase")
    await clock.settle()
    answered.set()
    await clock.tick(1)
    assert await waiting == _answer(
        result="started", outcome="finished", duration=3, evidence="named"
    )


@pytest.mark.usefixtures("setup_entry")
async def test_server_is_lost(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """Without the server, there is no end to see."""
    waiting = _start(hass)
    await clock.tick(5)
    await simulator.stop()
    await clock.tick(2)
    with pytest.raises(HomeAssistantError) as raised:
        await waiting
    assert raised.value.translation_key == "cannot_connect"
    assert "Tower" in str(raised.value)


@pytest.mark.usefixtures("simulator")
async def test_unloaded(
    hass: HomeAssistant, setup_entry: MockConfigEntry, clock: Clock
) -> None:
    """Who waits when the server is unloaded is told so."""
    waiting = [_start(hass), _start(hass)]
    await clock.tick(5)
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    for task in waiting:
        with pytest.raises(HomeAssistantError) as raised:
            await task
        assert raised.value.translation_key == "unloaded"
        assert "Tower" in str(raised.value)


async def test_unloaded_before_the_answer(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    hass_storage: dict[str, Any],
) -> None:
    """A start that is answered after its server was removed changes nothing any more."""
    answered = asyncio.Event()
    simulator.inject(faults.delay(answered), method="POST")
    waiting = _start(hass)
    await clock.settle()
    assert await hass.config_entries.async_remove(setup_entry.entry_id)
    simulator.heal()
    answered.set()
    await clock.tick(61)
    with pytest.raises(HomeAssistantError) as raised:
        await waiting
    assert raised.value.translation_key == "unloaded"
    assert f"plex_butler.{setup_entry.entry_id}" not in hass_storage


@pytest.mark.usefixtures("setup_entry")
async def test_task_goes_before_the_answer(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A task that the server takes away before it answers the start is unknown by then."""
    answered = asyncio.Event()
    simulator.inject(faults.delay(answered), method="POST")
    waiting = _start(hass)
    await clock.settle()
    del simulator.butler.tasks["BackupDatabase"]
    await hass.services.async_call(DOMAIN, "stop_all_tasks", blocking=True)
    answered.set()
    await clock.settle()
    with pytest.raises(HomeAssistantError) as raised:
        await waiting
    assert raised.value.translation_key == "unknown_task"


@pytest.mark.usefixtures("setup_entry")
async def test_task_goes(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A task that the server takes away has no end that anyone saw."""
    waiting = _start(hass)
    await clock.tick(5)
    simulator.display.forget()
    del simulator.butler.tasks["BackupDatabase"]
    await clock.tick(301)
    assert await waiting == _answer(
        result="started", outcome="unconfirmed", duration=None, evidence="named"
    )


@pytest.mark.usefixtures("setup_entry")
async def test_start_fails(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A start that fails is waited for by nobody."""
    simulator.inject(faults.status(500), method="POST")
    waiting = _start(hass)
    await clock.tick(1)
    with pytest.raises(HomeAssistantError) as raised:
        await waiting
    assert raised.value.translation_key == "not_plex"


@pytest.mark.usefixtures("setup_entry")
async def test_given_up(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """An automation that is ended while it waits leaves nothing behind."""
    waiting = _start(hass)
    await clock.tick(2)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    simulator.butler.finish("BackupDatabase")
    await clock.tick(2)
    assert hass.states.is_state("binary_sensor.tower_running", "off")


@pytest.mark.usefixtures("setup_entry")
async def test_given_up_while_the_server_is_asked(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """An automation that is ended while its refresh is under way takes nothing along."""
    answered = asyncio.Event()
    simulator.inject(faults.hang(answered), path="/activities")
    waiting = _start(hass)
    await clock.settle()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    simulator.butler.tasks["BackupDatabase"].title = "Something new"
    await clock.tick(2)
    assert hass.states.is_state("binary_sensor.tower_running", "on")
    answered.set()


@pytest.mark.usefixtures("setup_entry")
async def test_automation(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """Run the backup, wait until it is done, then tell how long it took."""
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
