"""Tests of the notification websocket as Home Assistant uses it."""

import json

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event

from .common import RUN, STATUS, Clock
from .simulator import NOTIFICATIONS, PlexSimulator, faults


def _handshakes(simulator: PlexSimulator) -> int:
    return sum(request.path == NOTIFICATIONS for request in simulator.requests)


async def _next_hour(clock: Clock, simulator: PlexSimulator) -> int:
    """Let an hour pass, and return how many connections were tried in it."""
    before = _handshakes(simulator)
    for _ in range(360):
        await clock.tick(10)
    return _handshakes(simulator) - before


@pytest.mark.timeout(120)
@pytest.mark.parametrize("behavior", ["closes", "sends garbage and closes"])
@pytest.mark.usefixtures("setup_entry")
async def test_websocket_that_is_closed_at_once(
    clock: Clock, simulator: PlexSimulator, behavior: str
) -> None:
    """A websocket that is accepted and closed at once counts as a failed attempt."""
    simulator.notifications.closes_at_once = True
    if behavior == "sends garbage and closes":
        simulator.notifications.greeting = "{}"
    await simulator.notifications.close()
    requests = len(simulator.requests)
    # Two minutes of pauses that double, then pauses of 150 to 300 seconds.
    assert await _next_hour(clock, simulator) <= 9 + 24
    # Polls every 30 seconds, and a few with each change of the connection.
    assert len(simulator.requests) - requests < 1000
    # What was seen before doesn't delay a connection that works for long.
    simulator.notifications.closes_at_once = False
    await clock.tick(301)
    assert simulator.notifications.listeners == 1


@pytest.mark.usefixtures("setup_entry")
async def test_websocket_that_stayed_open(
    clock: Clock, simulator: PlexSimulator
) -> None:
    """A silent websocket that stays open for a while resets the pauses."""
    simulator.notifications.closes_at_once = True
    await simulator.notifications.close()
    for _ in range(60):
        await clock.tick(1)
    simulator.notifications.closes_at_once = False
    await clock.tick(301)
    assert simulator.notifications.listeners == 1
    await clock.tick(5)
    await simulator.notifications.close()
    await clock.tick(2)
    assert simulator.notifications.listeners == 0
    await clock.tick(301)
    await clock.tick(31)
    await simulator.notifications.close()
    await clock.tick(2)
    assert simulator.notifications.listeners == 1


@pytest.mark.usefixtures("setup_entry")
async def test_websocket_that_closes_after_a_notification(
    clock: Clock, simulator: PlexSimulator
) -> None:
    """A connection that ends after a notification has failed like any other."""
    await simulator.notifications.close()
    simulator.requests.clear()
    for number in range(300):
        await clock.tick(1)
        if simulator.notifications.listeners:
            simulator.activities.begin("library.update.section", f"Scan {number}")
            await clock.settle()
            await simulator.notifications.close()
    paths = [request.path for request in simulator.requests]
    assert paths.count(NOTIFICATIONS) <= 10


@pytest.mark.usefixtures("setup_entry")
async def test_successful_polls_do_not_end_a_pause(
    clock: Clock, simulator: PlexSimulator
) -> None:
    """While only the websocket fails, polls that succeed don't try it earlier."""
    simulator.inject(faults.status(502), path=NOTIFICATIONS)
    await simulator.notifications.close()
    assert await _next_hour(clock, simulator) <= 9 + 24


@pytest.mark.usefixtures("setup_entry")
async def test_server_that_was_away(
    hass: HomeAssistant, clock: Clock, simulator: PlexSimulator
) -> None:
    """A poll that succeeds ends a pause once the server had been lost."""
    await simulator.stop()
    for _ in range(60):
        await clock.tick(30)
    state = hass.states.get(STATUS)
    assert state is not None
    assert state.state == STATE_UNAVAILABLE
    await simulator.start()
    await clock.tick(31)
    await clock.tick(2)
    assert simulator.notifications.listeners == 1


async def test_ping_interval(
    setup_entry: MockConfigEntry, clock: Clock, simulator: PlexSimulator
) -> None:
    """A silent websocket has traffic well within the 60 seconds that nginx waits."""
    before = simulator.notifications.pings
    for _ in range(10):
        await clock.tick(31)
    assert simulator.notifications.pings - before >= 9
    assert setup_entry.runtime_data.push_connected


@pytest.mark.usefixtures("setup_entry")
async def test_long_frame_at_the_end_of_a_silence(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    clock: Clock,
    simulator: PlexSimulator,
) -> None:
    """All notifications of a frame count that comes just before a ping is due."""

    @callback
    def let_time_pass(_: Event[EventStateChangedData]) -> None:
        freezer.tick(2)

    async_track_state_change_event(hass, RUN, let_time_pass)
    # The answer to a ping begins another silence.
    await clock.tick(31)
    await clock.tick(29)
    titles = ["Backup Database", *["Something else"] * 200, "Optimize Database"]
    rows = [
        {
            "event": "started",
            "uuid": str(number),
            "Activity": {"type": "butler", "title": title, "progress": 5},
        }
        for number, title in enumerate(titles)
    ]
    content = {"NotificationContainer": {"ActivityNotification": rows}}
    simulator.notifications.send(json.dumps(content))
    await clock.settle()
    await clock.tick(2)
    assert hass.states.is_state(STATUS, "running")
    assert hass.states.is_state("sensor.tower_optimize_database", "running")
