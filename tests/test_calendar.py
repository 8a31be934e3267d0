"""Tests of the calendar and the maintenance window."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util import dt as dt_util

from .common import START, STOP, Clock, press
from .simulator import NOTIFICATIONS, PREFERENCES, PlexSimulator, faults

CALENDAR = "calendar.tower_maintenance"
NEXT_WINDOW = "sensor.tower_next_maintenance_window"
WINDOW_START = "select.tower_maintenance_window_start"

type Event = tuple[str, datetime, datetime]


async def _events(hass: HomeAssistant, start: datetime, end: datetime) -> list[Event]:
    """Return the events of the calendar: summary, start and end."""
    response = await hass.services.async_call(
        "calendar",
        "get_events",
        {"entity_id": CALENDAR, "start_date_time": start, "end_date_time": end},
        blocking=True,
        return_response=True,
    )
    assert response is not None
    calendar: Any = response[CALENDAR]
    return [
        (
            event["summary"],
            datetime.fromisoformat(event["start"]),
            datetime.fromisoformat(event["end"]),
        )
        for event in calendar["events"]
    ]


@pytest.fixture
def daytime(freezer: FrozenDateTimeFactory) -> datetime:
    """Freeze time at noon in Berlin, where Home Assistant is; the window is 1:00 to 7:00."""
    now = datetime.fromisoformat("2026-11-28T12:00:00+01:00")
    freezer.move_to(now)
    return now


async def _set_time_zone(hass: HomeAssistant) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")


@pytest.fixture
async def setup_in_berlin(
    hass: HomeAssistant, daytime: datetime, config_entry: MockConfigEntry, clock: Clock
) -> MockConfigEntry:
    """Set up the simulated server in Berlin."""
    await _set_time_zone(hass)
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await clock.tick(2)
    return config_entry


@pytest.mark.usefixtures("setup_in_berlin")
async def test_next_window(hass: HomeAssistant, clock: Clock) -> None:
    """The next window is the one that opens next; time alone changes it."""
    first = "2026-11-29T00:00:00+00:00"
    assert hass.states.is_state(NEXT_WINDOW, first)
    assert hass.states.is_state(CALENDAR, STATE_OFF)
    await clock.tick(timedelta(hours=12, minutes=59, seconds=56).total_seconds())
    assert hass.states.is_state(NEXT_WINDOW, first)
    await clock.tick(3)
    assert hass.states.is_state(NEXT_WINDOW, "2026-11-30T00:00:00+00:00")
    assert hass.states.is_state(CALENDAR, STATE_ON)
    state = hass.states.get(CALENDAR)
    assert state is not None
    assert state.attributes["message"] == "Maintenance window"
    assert state.attributes["start_time"] == "2026-11-29 01:00:00"
    assert state.attributes["end_time"] == "2026-11-29 07:00:00"
    await clock.tick(timedelta(hours=6).total_seconds())
    assert hass.states.is_state(CALENDAR, STATE_OFF)


@pytest.mark.usefixtures("setup_in_berlin")
async def test_time_zone_of_home_assistant(hass: HomeAssistant, clock: Clock) -> None:
    """A new time zone of Home Assistant counts after a poll that brings nothing new."""
    await clock.next_poll()
    await hass.config.async_set_time_zone("America/New_York")
    await clock.next_poll()
    assert hass.states.is_state(NEXT_WINDOW, "2026-11-29T06:00:00+00:00")


@pytest.mark.usefixtures("setup_in_berlin")
async def test_clock_set_back(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """The next window changes in time, also if the system clock was set back before."""
    opening = datetime.fromisoformat("2026-11-29T00:00:00+00:00")
    # The timer is due before the clock shows that time.
    freezer.move_to(opening - timedelta(seconds=1))
    async_fire_time_changed(hass, opening + timedelta(seconds=1))
    await hass.async_block_till_done()
    assert hass.states.is_state(NEXT_WINDOW, opening.isoformat())
    freezer.move_to(opening + timedelta(seconds=1))
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert hass.states.is_state(NEXT_WINDOW, "2026-11-30T00:00:00+00:00")


@pytest.mark.usefixtures("setup_in_berlin")
async def test_changed_window(hass: HomeAssistant) -> None:
    """A change of the window is shown at once; without hours there is none."""
    for option, state in (
        ("03:00", "2026-11-29T02:00:00+00:00"),
        ("07:00", STATE_UNKNOWN),
        ("06:00", "2026-11-29T05:00:00+00:00"),
    ):
        await hass.services.async_call(
            "select",
            "select_option",
            {"entity_id": WINDOW_START, "option": option},
            blocking=True,
        )
        assert hass.states.is_state(NEXT_WINDOW, state)
        calendar = hass.states.get(CALENDAR)
        assert calendar is not None
        start = dt_util.parse_datetime(calendar.attributes.get("start_time", ""))
        assert (start is None) is (state == STATE_UNKNOWN)


async def test_without_settings(
    hass: HomeAssistant, config_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """Without settings, no window is known."""
    simulator.inject(faults.status(404), path=PREFERENCES)
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    assert hass.states.is_state(NEXT_WINDOW, STATE_UNKNOWN)
    assert hass.states.is_state(CALENDAR, STATE_OFF)
    now = dt_util.utcnow()
    assert await _events(hass, now, now + timedelta(days=7)) == []


async def test_time_zone_of_server(
    hass: HomeAssistant, setup_in_berlin: MockConfigEntry, clock: Clock
) -> None:
    """The window is in the server's time zone, which is an option."""
    flow = await hass.config_entries.options.async_init(setup_in_berlin.entry_id)
    assert flow["type"] is FlowResultType.FORM
    assert flow["description_placeholders"] == {"server": "Tower"}
    assert flow["data_schema"] is not None
    assert flow["data_schema"]({}) == {"time_zone": "Europe/Berlin"}
    flow = await hass.config_entries.options.async_configure(
        flow["flow_id"], {"time_zone": "America/New_York"}
    )
    assert flow["type"] is FlowResultType.CREATE_ENTRY
    assert setup_in_berlin.options == {"time_zone": "America/New_York"}
    await clock.tick(2)
    assert hass.states.is_state(NEXT_WINDOW, "2026-11-29T06:00:00+00:00")
    flow = await hass.config_entries.options.async_init(setup_in_berlin.entry_id)
    assert flow["data_schema"] is not None
    assert flow["data_schema"]({}) == {"time_zone": "America/New_York"}


@pytest.mark.usefixtures("setup_in_berlin")
async def test_events(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, daytime: datetime
) -> None:
    """The calendar has past runs, the one in progress until now, and windows to come."""
    started = dt_util.utcnow()
    await press(hass, START)
    await clock.tick(30)
    assert await _events(hass, daytime, daytime + timedelta(hours=1)) == [
        ("Backup database", started.replace(microsecond=0), dt_util.utcnow())
    ]
    simulator.butler.finish("BackupDatabase")
    await clock.tick(90)
    events = await _events(hass, daytime, daytime + timedelta(days=2))
    midnight = daytime.replace(hour=0)
    assert events == [
        ("Backup database", started, started + timedelta(seconds=30)),
        *(
            (
                "Maintenance window",
                midnight + timedelta(days=day, hours=1),
                midnight + timedelta(days=day, hours=7),
            )
            for day in (1, 2)
        ),
    ]
    before = daytime - timedelta(days=1)
    assert await _events(hass, before, before + timedelta(hours=20)) == []


@pytest.mark.usefixtures("setup_in_berlin")
async def test_far_future(hass: HomeAssistant, daytime: datetime) -> None:
    """A request for a thousand years is answered with the windows of a year."""
    events = await _events(hass, daytime, daytime.replace(year=3000))
    assert len(events) == 366


@pytest.mark.usefixtures("setup_in_berlin")
async def test_gone_task(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock, daytime: datetime
) -> None:
    """The runs of a task that is gone are still there, with the server's title."""
    await press(hass, START)
    await clock.tick(5)
    await press(hass, STOP)
    del simulator.butler.tasks["BackupDatabase"]
    await clock.next_poll()
    events = await _events(hass, daytime, daytime + timedelta(hours=1))
    assert [summary for summary, _, _ in events] == ["Backup Database"]


@pytest.mark.usefixtures("setup_in_berlin")
async def test_outcome_is_described(
    hass: HomeAssistant,
    clock: Clock,
    daytime: datetime,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """An open calendar is told of a run that ends, and how it ended."""
    client = await hass_ws_client(hass)
    await client.send_json_auto_id(
        {
            "type": "calendar/event/subscribe",
            "entity_id": CALENDAR,
            "start": daytime.isoformat(),
            "end": (daytime + timedelta(hours=1)).isoformat(),
        }
    )
    assert (await client.receive_json())["success"]
    assert (await client.receive_json())["event"] == {"events": []}
    await press(hass, START)
    await clock.tick(5)
    await press(hass, STOP)
    await clock.tick(5)
    # One for the start, one for the end, and maybe one for a change of the state.
    descriptions: list[str | None] = []
    for _ in range(3):
        message = await client.receive_json()
        events = message["event"]["events"]
        descriptions = [event.get("description") for event in events]
        if descriptions == ["Stopped"]:
            break
    assert descriptions == ["Stopped"]


async def test_unavailable(
    hass: HomeAssistant,
    setup_in_berlin: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """The next window is unavailable with the server, and right when it is back."""
    simulator.inject(faults.cut_off())
    simulator.inject(faults.status(404), path=NOTIFICATIONS)
    await clock.next_poll()
    assert hass.states.is_state(NEXT_WINDOW, STATE_UNAVAILABLE)
    await clock.tick(timedelta(hours=14).total_seconds())
    simulator.heal()
    await clock.next_poll()
    assert hass.states.is_state(NEXT_WINDOW, "2026-11-30T00:00:00+00:00")
