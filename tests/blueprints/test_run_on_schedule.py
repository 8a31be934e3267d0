"""Run on my own schedule, played through."""

from datetime import timedelta
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..common import Clock
from ..simulator import PlexSimulator, faults
from .common import PHONE, Notification, Person

BACKUP: Final = ("POST", "/butler/BackupDatabase")
OPTIMIZE: Final = ("POST", "/butler/OptimizeDatabase")
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Schedule:
    """An automation that starts tasks at 10 o'clock on the next day."""

    def __init__(self, clock: Clock, person: Person, entry: MockConfigEntry) -> None:
        """Initialize without an automation."""
        self._clock = clock
        self._person = person
        self._tasks = [
            person.entity_id(entry, "sensor", "status", task)
            for task in ("BackupDatabase", "OptimizeDatabase")
        ]

    async def wait_for_start(self, **inputs: Any) -> None:
        """Make the automation, and let time pass until it starts the tasks."""
        await self._person.make(
            "run_on_schedule",
            time="10:00:00",
            **{"tasks": self._tasks, "notify_devices": [PHONE], **inputs},
        )
        tomorrow = dt_util.now() + timedelta(days=1)
        start = tomorrow.replace(hour=10, minute=0, second=1, microsecond=0)
        await self._clock.tick((start - dt_util.now()).total_seconds() - 600)
        await self._clock.next_poll()
        await self._clock.tick((start - dt_util.now()).total_seconds())

    async def wait(self, minutes: int) -> None:
        """Let some minutes pass, one after the other."""
        for _ in range(minutes):
            await self._clock.tick(60)


@pytest.fixture
def schedule(clock: Clock, person: Person, setup_entry: MockConfigEntry) -> Schedule:
    """Return the automation, which is still to be made."""
    return Schedule(clock, person, setup_entry)


async def test_how_tasks_ended(
    schedule: Schedule,
    clock: Clock,
    simulator: PlexSimulator,
    notifications: list[Notification],
) -> None:
    """The notification says how each task ended and how long it took."""
    simulator.butler.tasks["BackupDatabase"].duration = 42
    simulator.butler.tasks["OptimizeDatabase"].duration = 3720
    await schedule.wait_for_start()
    assert simulator.commands() == [BACKUP, OPTIMIZE]
    await clock.tick(42)
    await clock.tick(18)
    await schedule.wait(50)
    assert notifications == []
    await schedule.wait(15)
    assert notifications == [
        Notification(
            title="Tower: tasks done",
            message="Backup database: finished after 42 s\n"
            "Optimize database: finished after 1 h 2 min",
            to=(PHONE,),
        )
    ]


async def test_days(schedule: Schedule, simulator: PlexSimulator) -> None:
    """On other days, nothing is started."""
    tomorrow = (dt_util.now().weekday() + 1) % 7
    await schedule.wait_for_start(
        weekdays=[day for day in DAYS if day != DAYS[tomorrow]]
    )
    assert simulator.commands() == []
    await schedule.wait_for_start(weekdays=[DAYS[(tomorrow + 1) % 7]])
    assert simulator.commands() == [BACKUP, OPTIMIZE]


@pytest.mark.parametrize("notify_when", ["always", "problem"])
async def test_without_confirmed_end(
    hass: HomeAssistant,
    schedule: Schedule,
    simulator: PlexSimulator,
    notifications: list[Notification],
    notify_when: str,
) -> None:
    """A stop is a problem, as is a task that takes too long."""
    simulator.butler.tasks["BackupDatabase"].duration = None
    await schedule.wait_for_start(timeout={"minutes": 30}, notify_when=notify_when)
    await schedule.wait(19)
    await hass.services.async_call(
        "plex_butler", "stop_task", {"task": "BackupDatabase"}, blocking=True
    )
    await schedule.wait(20)
    [notification] = notifications
    assert notification.title == "Tower: tasks not finished"
    assert notification.message.splitlines() == [
        "Backup database: stopped after 19 min",
        "Optimize database: still running when the wait ended",
    ]


@pytest.mark.parametrize("notify_when", ["always", "problem", "never"])
async def test_end_that_nobody_saw(
    schedule: Schedule,
    simulator: PlexSimulator,
    notifications: list[Notification],
    notify_when: str,
) -> None:
    """An end that wasn't confirmed is no problem: some servers show nothing."""
    simulator.display.row = simulator.display.children = False
    for task in simulator.butler.tasks.values():
        task.duration = 0
    await schedule.wait_for_start(notify_when=notify_when)
    await schedule.wait(5)
    if notify_when != "always":
        assert notifications == []
        return
    [notification] = notifications
    assert notification.title == "Tower: tasks done"
    assert notification.message.splitlines() == [
        "Backup database: started, but its end wasn't confirmed",
        "Optimize database: started, but its end wasn't confirmed",
    ]


async def test_without_wait(
    schedule: Schedule, simulator: PlexSimulator, notifications: list[Notification]
) -> None:
    """Without waiting, the notification says what was started."""
    simulator.butler.start("OptimizeDatabase")
    await schedule.wait_for_start(wait=False, notify_devices=[])
    assert notifications == [
        Notification(
            title="Tower: tasks started",
            message="Backup database: started\nOptimize database: already running",
        )
    ]


@pytest.mark.parametrize("notify_when", ["always", "problem", "never"])
async def test_server_away(
    schedule: Schedule,
    simulator: PlexSimulator,
    notifications: list[Notification],
    caplog: pytest.LogCaptureFixture,
    notify_when: str,
) -> None:
    """A task that can't be started is a problem."""
    simulator.inject(faults.status(500), path="/butler/OptimizeDatabase")
    await schedule.wait_for_start(notify_when=notify_when)
    await schedule.wait(200)
    assert "Optimize database (Tower)" in caplog.text
    caplog.clear()
    if notify_when == "never":
        assert notifications == []
        return
    [notification] = notifications
    assert notification.title == "Tower: tasks failed to start"
    assert notification.message.startswith("Not all tasks could be started")


async def test_two_servers(
    hass: HomeAssistant,
    schedule: Schedule,
    person: Person,
    simulator: PlexSimulator,
    attic: PlexSimulator,
    entry_data: dict[str, Any],
    setup_entry: MockConfigEntry,
    notifications: list[Notification],
) -> None:
    """With tasks of two servers, each line names the server."""
    second = MockConfigEntry(
        domain="plex_butler",
        title="Attic",
        unique_id="attic",
        data={**entry_data, "url": attic.url},
    )
    second.add_to_hass(hass)
    assert await hass.config_entries.async_setup(second.entry_id)
    tasks = [
        person.entity_id(entry, "sensor", "status", "BackupDatabase")
        for entry in (setup_entry, second)
    ]
    await schedule.wait_for_start(wait=False, tasks=tasks)
    assert simulator.commands() == attic.commands() == [BACKUP]
    assert notifications == [
        Notification(
            title="Attic, Tower: tasks started",
            message="Tower, Backup database: started\nAttic, Backup database: started",
            to=(PHONE,),
        )
    ]


async def test_slow_task_and_next_day(
    schedule: Schedule, simulator: PlexSimulator, notifications: list[Notification]
) -> None:
    """A wait that lasts more than a day doesn't hold back the next day's start."""
    await schedule.wait_for_start(timeout={"hours": 30})
    simulator.requests.clear()
    await schedule.wait_for_start(timeout={"hours": 30})
    assert simulator.commands() == [BACKUP, OPTIMIZE]
    assert notifications == []
