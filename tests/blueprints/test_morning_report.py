"""Tests of the blueprint that reports what ran in the night."""

from datetime import UTC, datetime
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from ..common import Clock, press
from ..simulator import PlexSimulator, faults
from .common import PHONE, Notification, Person, add_namesake

BLUEPRINT: Final = "morning_report"
SWITCHED_OFF: Final = "Switched off: Automatic updates, Generate media index files"


class Night:
    """A night, which begins at midnight; the report is sent at eight."""

    def __init__(
        self, hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
    ) -> None:
        """Initialize the night."""
        self._hass = hass
        self._simulator = simulator
        self._clock = clock

    async def run(self, task: str, seconds: float) -> None:
        """Let the server run a task by itself."""
        self._simulator.butler.start(task)
        await self._clock.tick(seconds)
        self._simulator.butler.finish(task)
        await self._clock.tick(2)

    async def end(self) -> None:
        """Let it become eight o'clock."""
        now = datetime.now(UTC)
        eight = now.replace(hour=8, minute=0, second=0, microsecond=0)
        await self._clock.tick((eight - now).total_seconds() + 1)
        await self._hass.async_block_till_done()


@pytest.fixture
def night(hass: HomeAssistant, simulator: PlexSimulator, clock: Clock) -> Night:
    """Return the night."""
    return Night(hass, simulator, clock)


@pytest.fixture
async def inputs(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    clock: Clock,
    config_entry: MockConfigEntry,
) -> dict[str, Any]:
    """Return the least that the form asks for, on a Thursday with the server set up."""
    await hass.config.async_set_time_zone("UTC")
    freezer.move_to(datetime(2026, 11, 19, 0, tzinfo=UTC))
    assert await async_setup_component(hass, "homeassistant", {})
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await clock.tick(2)
    return {"server": config_entry.entry_id}


async def test_report(
    person: Person,
    notifications: list[Notification],
    night: Night,
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    inputs: dict[str, Any],
) -> None:
    """What ran is summed up by task, the longest first; the rest is grouped."""
    await person.make(BLUEPRINT, **inputs)
    await night.run("BackupDatabase", 43)
    for _ in range(3):
        await night.run("RefreshLibraries", 240)
    await night.run("LoudnessAnalysis", 3 * 3600)
    await night.run("DeepMediaAnalysis", 4320)
    simulator.butler.start("MusicAnalysis")
    await clock.tick(2700)
    await press(hass, "button.tower_music_analysis_stop")
    # A task that ends before anything shows it.
    simulator.butler.tasks["OptimizeDatabase"].duration = 0
    simulator.display.row = False
    await press(hass, "button.tower_optimize_database_start")
    await clock.tick(62)
    simulator.display.row = True
    simulator.butler.start("GenerateChapterThumbs")
    await night.end()
    assert notifications == [
        Notification(
            title="Tower: 7 tasks ran",
            message=(
                "Loudness analysis, 3 h\n"
                "Deep media analysis, 1 h 12 min\n"
                "Refresh libraries, 3 times, 12 min\n"
                "Backup database, 43 s\n"
                "Still running: Generate chapter thumbs\n"
                "Stopped: Music analysis after 45 min\n"
                "No confirmed end: Optimize database\n" + SWITCHED_OFF
            ),
        )
    ]


async def test_busy_night(
    person: Person,
    notifications: list[Notification],
    night: Night,
    simulator: PlexSimulator,
    inputs: dict[str, Any],
) -> None:
    """The report of 22 tasks is as short as that of a few."""
    await person.make(BLUEPRINT, **inputs)
    for number, task in enumerate(simulator.butler.tasks.values(), 1):
        task.enabled = False
        await night.run(task.name, number * 60)
    await night.end()
    assert notifications == [
        Notification(
            title="Tower: 22 tasks ran",
            message=(
                "Upgrade media analysis, 22 min\n"
                "Refresh local media, 21 min\n"
                "Refresh libraries, 20 min\n"
                "Refresh EPG guides, 19 min\n"
                "Process assets, 18 min\n"
                "Optimize database, 17 min\n"
                "16 more tasks, 2 h 16 min\n"
                "Switched off: Automatic updates, Backup database, "
                "Clean supplemental log files, Generate ad markers, "
                "Generate credits markers and 17 more"
            ),
        )
    ]


async def test_quiet_night(
    person: Person,
    notifications: list[Notification],
    night: Night,
    inputs: dict[str, Any],
) -> None:
    """A night in which nothing ran is said to be one."""
    await person.make(BLUEPRINT, **inputs, notify_devices=[PHONE])
    await night.end()
    assert notifications == [
        Notification(
            to=(PHONE,),
            title="Tower: nothing ran",
            message=f"No maintenance in the last 12 hours.\n{SWITCHED_OFF}",
        )
    ]


async def test_one_task(
    person: Person,
    notifications: list[Notification],
    night: Night,
    clock: Clock,
    inputs: dict[str, Any],
) -> None:
    """What ran before the hours to report on isn't reported; options shorten it."""
    await person.make(BLUEPRINT, **inputs, hours=7, show_switched_off=False)
    await night.run("BackupDatabase", 60)
    await clock.tick(2 * 3600)
    await night.run("RefreshLibraries", 60)
    await night.end()
    assert notifications == [
        Notification(title="Tower: 1 task ran", message="Refresh libraries, 1 min")
    ]


async def test_only_if_something_ran(
    person: Person,
    notifications: list[Notification],
    night: Night,
    clock: Clock,
    inputs: dict[str, Any],
) -> None:
    """If so chosen, there is no report after a quiet night."""
    await person.make(BLUEPRINT, **inputs, only_if_something_ran=True)
    await night.end()
    assert notifications == []
    await clock.tick(16 * 3600)
    await night.run("BackupDatabase", 120)
    await night.end()
    assert notifications == [
        Notification(
            title="Tower: 1 task ran",
            message=f"Backup database, 2 min\n{SWITCHED_OFF}",
        )
    ]


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_server_away(
    person: Person,
    notifications: list[Notification],
    night: Night,
    hass: HomeAssistant,
    simulator: PlexSimulator,
    attic: PlexSimulator,
    clock: Clock,
    config_entry: MockConfigEntry,
    inputs: dict[str, Any],
    *,
    is_restarted: bool,
) -> None:
    """A report says that the server is away, and what is known nevertheless.

    Another server of the same name is still there.
    """
    await add_namesake(hass, attic, config_entry)
    await person.make(BLUEPRINT, **inputs, only_if_something_ran=True)
    await night.run("BackupDatabase", 120)
    simulator.inject(faults.cut_off())
    await clock.next_poll()
    if is_restarted:
        await person.restart(config_entry)
    await night.end()
    known = Notification(
        title="Tower: 1 task ran",
        message="Backup database, 2 min\n"
        "Home Assistant can't reach the server, so more may have run.",
    )
    unknown = Notification(
        title="Tower: not reachable",
        message="Home Assistant can't reach the server, so it can't tell what ran.",
    )
    assert notifications == [unknown if is_restarted else known]


async def test_days(
    person: Person,
    notifications: list[Notification],
    night: Night,
    clock: Clock,
    inputs: dict[str, Any],
) -> None:
    """The report is sent on the chosen days, at the chosen time."""
    await person.make(BLUEPRINT, **inputs, days=["fri"], time="07:30:00")
    await night.end()
    assert notifications == []
    await clock.tick(23.25 * 3600)
    assert notifications == []
    await clock.tick(900)
    assert len(notifications) == 1
