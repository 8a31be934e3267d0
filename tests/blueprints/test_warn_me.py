"""Tests of the blueprint that warns if something is wrong with a server."""

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

BLUEPRINT: Final = "warn_me"


async def set_up(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    clock: Clock,
    config_entry: MockConfigEntry,
) -> dict[str, Any]:
    """Set up the server at 8:00 on November 19, and return what the form asks for."""
    await hass.config.async_set_time_zone("UTC")
    freezer.move_to(datetime(2026, 11, 19, 8, tzinfo=UTC))
    assert await async_setup_component(hass, "homeassistant", {})
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await clock.tick(2)
    return {"server": config_entry.entry_id}


@pytest.fixture
async def inputs(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    clock: Clock,
    config_entry: MockConfigEntry,
) -> dict[str, Any]:
    """Return the least that the form asks for, with the server set up."""
    return await set_up(hass, freezer, clock, config_entry)


async def pass_hours(clock: Clock, hours: float) -> None:
    """Let hours pass, an hour at a time and the rest at once."""
    for _ in range(int(hours)):
        await clock.tick(3600)
    if rest := hours % 1:
        await clock.tick(rest * 3600)


async def _back_up(clock: Clock, hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """Back up the database, which takes a minute."""
    await press(hass, "button.tower_backup_database_start")
    await clock.tick(60)
    simulator.butler.finish("BackupDatabase")
    await clock.tick(2)


async def test_no_backup(
    hass: HomeAssistant,
    person: Person,
    notifications: list[Notification],
    simulator: PlexSimulator,
    clock: Clock,
    config_entry: MockConfigEntry,
    inputs: dict[str, Any],
) -> None:
    """A backup that is overdue is a warning, one a day until there is a backup."""
    await person.make(BLUEPRINT, **inputs, backup_days=2)
    await _back_up(clock, hass, simulator)
    await pass_hours(clock, 47.5)
    assert notifications == []
    await pass_hours(clock, 1)
    warning = Notification(
        title="Tower: no backup for 2 days",
        message="The last one was seen on November 19.",
    )
    assert notifications == [warning]
    await pass_hours(clock, 22)
    await person.restart(config_entry)
    await pass_hours(clock, 0.5)
    assert notifications == [warning]
    notifications.clear()
    simulator.butler.tasks["BackupDatabase"].enabled = False
    await clock.next_poll()
    await pass_hours(clock, 2)
    assert notifications == [
        Notification(
            title="Tower: no backup for 3 days",
            message="The last one was seen on November 19. Backups are switched off.",
        )
    ]
    await _back_up(clock, hass, simulator)
    await pass_hours(clock, 47)
    assert len(notifications) == 1


async def test_backup_that_was_never_seen(
    person: Person,
    notifications: list[Notification],
    clock: Clock,
    inputs: dict[str, Any],
) -> None:
    """There is no warning until a backup was seen."""
    await person.make(BLUEPRINT, **inputs, backup_days=1)
    await pass_hours(clock, 72)
    assert notifications == []


async def test_no_backup_at_a_start(
    hass: HomeAssistant,
    person: Person,
    notifications: list[Notification],
    simulator: PlexSimulator,
    clock: Clock,
    config_entry: MockConfigEntry,
    inputs: dict[str, Any],
) -> None:
    """What is due when Home Assistant starts is a warning at once."""
    await person.make(BLUEPRINT, **inputs, backup_days=1)
    await _back_up(clock, hass, simulator)
    await pass_hours(clock, 23)
    await clock.tick(3540)
    # Now it's eight, and everything has been checked.
    await clock.tick(90)
    assert notifications == []
    await person.restart(config_entry)
    await clock.settle()
    assert [warning.title for warning in notifications] == ["Tower: no backup for 24 h"]


async def test_other_server(
    hass: HomeAssistant,
    person: Person,
    notifications: list[Notification],
    attic: PlexSimulator,
    clock: Clock,
    config_entry: MockConfigEntry,
    inputs: dict[str, Any],
) -> None:
    """Another server isn't warned about, even if it has the same name."""
    await add_namesake(hass, attic, config_entry)
    await person.make(BLUEPRINT, **inputs)
    attic.butler.tasks["MusicAnalysis"].wedged_at = 7
    attic.butler.start("MusicAnalysis")
    await pass_hours(clock, 4)
    attic.inject(faults.cut_off())
    await pass_hours(clock, 14)
    assert notifications == []


async def test_no_backup_while_away(
    hass: HomeAssistant,
    person: Person,
    notifications: list[Notification],
    simulator: PlexSimulator,
    clock: Clock,
    inputs: dict[str, Any],
) -> None:
    """While the server is away it may make backups: warned is when it's back."""
    await person.make(BLUEPRINT, **inputs, backup_days=1, warn_about_server=False)
    await _back_up(clock, hass, simulator)
    await pass_hours(clock, 12)
    simulator.inject(faults.cut_off())
    await pass_hours(clock, 24)
    assert notifications == []
    simulator.heal()
    await clock.next_poll()
    await pass_hours(clock, 0.5)
    assert notifications == [
        Notification(
            title="Tower: no backup for 36 h",
            message="The last one was seen on November 19.",
        )
    ]


async def test_stalled(
    person: Person,
    notifications: list[Notification],
    simulator: PlexSimulator,
    clock: Clock,
    inputs: dict[str, Any],
) -> None:
    """Tasks that stall are a warning, each once and again after a day."""
    await person.make(BLUEPRINT, **inputs)
    simulator.butler.tasks["LoudnessAnalysis"].wedged_at = 42.5
    simulator.butler.start("LoudnessAnalysis")
    await pass_hours(clock, 2.5)
    assert notifications == []
    await pass_hours(clock, 1)
    first = Notification(
        title="Tower: a task has stalled",
        message="Loudness analysis: at 42% for 3 h",
    )
    assert notifications == [first]
    await pass_hours(clock, 23)
    simulator.butler.tasks["MusicAnalysis"].wedged_at = 7
    simulator.butler.start("MusicAnalysis")
    assert notifications == [first]
    await pass_hours(clock, 1)
    again = Notification(
        title="Tower: a task has stalled",
        message="Loudness analysis: at 42% for 27 h",
    )
    assert notifications == [first, again]
    simulator.butler.finish("LoudnessAnalysis")
    await pass_hours(clock, 3)
    second = Notification(
        title="Tower: a task has stalled",
        message="Music analysis: at 7% for 3 h",
    )
    assert notifications == [first, again, second]


async def test_several_warnings(
    hass: HomeAssistant,
    person: Person,
    notifications: list[Notification],
    simulator: PlexSimulator,
    clock: Clock,
    inputs: dict[str, Any],
) -> None:
    """What is due at the same time is a notification each; stalled tasks share one."""
    await _back_up(clock, hass, simulator)
    simulator.activities.begin("butler", "Butler", "Loudness Analysis", -1)
    simulator.butler.tasks["MusicAnalysis"].wedged_at = 7
    simulator.butler.start("MusicAnalysis")
    await pass_hours(clock, 26)
    await person.make(BLUEPRINT, **inputs, backup_days=1, notify_devices=[PHONE])
    await pass_hours(clock, 0.5)
    assert notifications == [
        Notification(
            to=(PHONE,),
            title="Tower: no backup for 26 h",
            message="The last one was seen on November 19.",
        ),
        Notification(
            to=(PHONE,),
            title="Tower: 2 tasks have stalled",
            message="Loudness analysis: no progress for 26 h\n"
            "Music analysis: at 7% for 26 h",
        ),
    ]


async def test_away(
    hass: HomeAssistant,
    person: Person,
    notifications: list[Notification],
    simulator: PlexSimulator,
    attic: PlexSimulator,
    clock: Clock,
    config_entry: MockConfigEntry,
    inputs: dict[str, Any],
) -> None:
    """A server that is away for long is a warning, once and again after a day.

    Another server of the same name is still there.
    """
    await add_namesake(hass, attic, config_entry)
    await person.make(BLUEPRINT, **inputs)
    simulator.inject(faults.cut_off())
    await clock.next_poll()
    await pass_hours(clock, 11.5)
    assert notifications == []
    await pass_hours(clock, 1)
    first = Notification(
        title="Tower: not reachable for 12 h",
        message="Home Assistant last reached it on November 19 at 08:05.",
    )
    assert notifications == [first]
    await pass_hours(clock, 23)
    assert notifications == [first]
    await pass_hours(clock, 1)
    assert [warning.title for warning in notifications] == [
        first.title,
        "Tower: not reachable for 36 h",
    ]
    simulator.heal()
    await clock.next_poll()
    simulator.inject(faults.cut_off())
    await pass_hours(clock, 10)
    assert len(notifications) == 2


@pytest.mark.parametrize("switch", ["backups", "stalled_tasks", "server"])
async def test_switched_off(
    hass: HomeAssistant,
    person: Person,
    notifications: list[Notification],
    simulator: PlexSimulator,
    clock: Clock,
    inputs: dict[str, Any],
    switch: str,
) -> None:
    """Each warning can be switched off."""
    await _back_up(clock, hass, simulator)
    simulator.butler.tasks["MusicAnalysis"].wedged_at = 7
    simulator.butler.start("MusicAnalysis")
    await pass_hours(clock, 25)
    await person.make(
        BLUEPRINT, **inputs, backup_days=1, **{f"warn_about_{switch}": False}
    )
    await pass_hours(clock, 0.5)
    simulator.inject(faults.cut_off())
    await pass_hours(clock, 14)
    assert {warning.title for warning in notifications} == {
        "backups": {
            "Tower: a task has stalled",
            "Tower: not reachable for 12 h",
        },
        "stalled_tasks": {
            "Tower: no backup for 25 h",
            "Tower: not reachable for 12 h",
        },
        "server": {"Tower: a task has stalled", "Tower: no backup for 25 h"},
    }[switch]
