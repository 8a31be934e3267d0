"""Tests of the blueprint that warns, with what the recorder knows after a restart."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
)

from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..common import Clock
from ..simulator import PlexSimulator, faults
from .common import Notification, Person
from .test_warn_me import BLUEPRINT, pass_hours, set_up


@pytest.fixture(autouse=True)
def _custom_integrations(
    freezer: FrozenDateTimeFactory,
    recorder_mock: Recorder,
    enable_custom_integrations: None,
) -> None:
    """Let Home Assistant find the integration, and record states as it does by default.

    The recorder has to be there before anything else.
    """


async def test_away_across_restart(
    hass: HomeAssistant,
    person: Person,
    notifications: list[Notification],
    simulator: PlexSimulator,
    freezer: FrozenDateTimeFactory,
    clock: Clock,
    config_entry: MockConfigEntry,
) -> None:
    """The hours before a restart count too."""
    await person.make(BLUEPRINT, **await set_up(hass, freezer, clock, config_entry))
    await pass_hours(clock, 1)
    await _compile_statistics(hass)
    simulator.inject(faults.cut_off())
    await clock.next_poll()
    await pass_hours(clock, 6)
    await person.restart(config_entry)
    await pass_hours(clock, 5.5)
    assert notifications == []
    await pass_hours(clock, 1)
    assert notifications == [
        Notification(
            title="Tower: not reachable for 12 h",
            message="Home Assistant last reached it on November 19 at 09:00.",
        )
    ]


async def _compile_statistics(hass: HomeAssistant) -> None:
    """Compile the statistics of the last hour, as the recorder does after its end."""
    await async_wait_recording_done(hass)
    end = dt_util.utcnow().replace(minute=0, second=0, microsecond=0)
    do_adhoc_statistics(hass, start=end - timedelta(minutes=5))
    await async_wait_recording_done(hass)


async def test_back_after_restart(
    hass: HomeAssistant,
    person: Person,
    notifications: list[Notification],
    simulator: PlexSimulator,
    freezer: FrozenDateTimeFactory,
    clock: Clock,
    config_entry: MockConfigEntry,
) -> None:
    """There is no warning of a server that is back before one is due."""
    await person.make(BLUEPRINT, **await set_up(hass, freezer, clock, config_entry))
    simulator.inject(faults.cut_off())
    await clock.next_poll()
    await person.restart(config_entry)
    await pass_hours(clock, 6)
    simulator.heal()
    await pass_hours(clock, 12)
    assert notifications == []


async def test_two_restarts(
    hass: HomeAssistant,
    person: Person,
    notifications: list[Notification],
    simulator: PlexSimulator,
    freezer: FrozenDateTimeFactory,
    clock: Clock,
    config_entry: MockConfigEntry,
) -> None:
    """A server that has been away for too long is a warning soon after each restart."""
    await person.make(BLUEPRINT, **await set_up(hass, freezer, clock, config_entry))
    await pass_hours(clock, 1)
    await _compile_statistics(hass)
    simulator.inject(faults.cut_off())
    await clock.next_poll()
    await pass_hours(clock, 11)
    await person.restart(config_entry)
    await clock.tick(600)
    await pass_hours(clock, 1)
    assert [notification.title for notification in notifications] == [
        "Tower: not reachable for 12 h"
    ]
    await pass_hours(clock, 3)
    await person.restart(config_entry)
    await clock.tick(600)
    assert len(notifications) == 1
    await clock.tick(600)
    assert [notification.title for notification in notifications[1:]] == [
        "Tower: not reachable for 15 h"
    ]
    # From then on, once a day.
    await pass_hours(clock, 23.5)
    assert len(notifications) == 2
    await pass_hours(clock, 1)
    assert [notification.title for notification in notifications[2:]] == [
        "Tower: not reachable for 40 h"
    ]


async def test_without_recorder(
    hass: HomeAssistant,
    person: Person,
    notifications: list[Notification],
    simulator: PlexSimulator,
    freezer: FrozenDateTimeFactory,
    clock: Clock,
    config_entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Without the recorder, the hours count from the restart."""
    await person.make(BLUEPRINT, **await set_up(hass, freezer, clock, config_entry))
    hass.services.async_remove("recorder", "get_statistics")
    simulator.inject(faults.cut_off())
    await clock.next_poll()
    await pass_hours(clock, 6)
    await person.restart(config_entry)
    await pass_hours(clock, 11.5)
    assert notifications == []
    await pass_hours(clock, 1)
    assert [notification.title for notification in notifications] == [
        "Tower: not reachable for 12 h"
    ]
    assert "Action recorder.get_statistics not found" in caplog.text
    caplog.clear()
