"""What Home Assistant shows of tasks that wait, overlap, pause and stall."""

from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_butler.const import DOMAIN
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNKNOWN
from homeassistant.core import HomeAssistant

from .common import RUNNING, START, START_ALL, STATUS, STOP_ALL, Clock, press
from .simulator import PlexSimulator, faults

BACKUP_FINISHED: Final = "sensor.tower_backup_database_last_finished"
GUIDES: Final = "sensor.tower_refresh_epg_guides"
START_GUIDES: Final = "button.tower_refresh_epg_guides_start"
STOP_GUIDES: Final = "button.tower_refresh_epg_guides_stop"
LOUDNESS: Final = "sensor.tower_loudness_analysis"
START_LOUDNESS: Final = "button.tower_loudness_analysis_start"


def _attributes(hass: HomeAssistant, entity_id: str) -> dict[str, Any]:
    state = hass.states.get(entity_id)
    assert state
    return dict(state.attributes)


@pytest.fixture
async def night(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """Set up the server at three in the morning, in Home Assistant's time zone."""
    await hass.config.async_set_time_zone("Asia/Tokyo")
    simulator.butler.time_zone = ZoneInfo("Asia/Tokyo")
    freezer.move_to(datetime(2026, 10, 1, 18, tzinfo=UTC))
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await clock.tick(2)


@pytest.mark.usefixtures("night")
async def test_queued(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A task with a random start time waits for it in the window, then runs."""
    await press(hass, START_GUIDES)
    await clock.tick(700)
    assert hass.states.is_state(GUIDES, "queued")
    assert _attributes(hass, GUIDES)["evidence"] is None
    assert hass.states.is_state(RUNNING, STATE_OFF)
    simulator.butler.start("RefreshEpgGuides")
    await clock.tick(2)
    assert hass.states.is_state(GUIDES, "running")


@pytest.mark.usefixtures("night")
@pytest.mark.parametrize("button", [STOP_GUIDES, STOP_ALL])
async def test_stop_queued(hass: HomeAssistant, clock: Clock, button: str) -> None:
    """A stop takes a task off the queue."""
    await press(hass, START_GUIDES)
    assert hass.states.is_state(GUIDES, "queued")
    await press(hass, button)
    await clock.tick(2)
    assert hass.states.is_state(GUIDES, "idle")


@pytest.mark.usefixtures("night")
async def test_window_closes(hass: HomeAssistant, clock: Clock) -> None:
    """What waits is over when the window closes, and the action gets the outcome."""
    call = hass.async_create_task(
        hass.services.async_call(
            DOMAIN,
            "start_task",
            {"task": "RefreshEpgGuides", "wait": True, "timeout": {"hours": 9}},
            blocking=True,
            return_response=True,
        )
    )
    await clock.tick(14_300)
    assert hass.states.is_state(GUIDES, "queued")
    assert not call.done()
    await clock.tick(300)
    assert hass.states.is_state(GUIDES, "idle")
    response = await call
    assert response
    assert response["outcome"] == "unconfirmed"


@pytest.mark.usefixtures("setup_entry")
async def test_folder_with_the_name_of_a_task(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A folder called like a task isn't taken for a backup."""
    row = simulator.activities.begin(
        "library.update.section",
        "Scanning Courses",
        "SQL - Backup Database in 10 minutes",
    )
    await clock.tick(2)
    assert hass.states.is_state(STATUS, "idle")
    simulator.activities.end(row)
    await clock.tick(2)
    assert hass.states.is_state(BACKUP_FINISHED, STATE_UNKNOWN)


@pytest.mark.usefixtures("setup_entry")
async def test_start_while_the_butler_works_on_something_else(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A start that nothing shows is unconfirmed after a minute, whatever else goes on."""
    simulator.activities.begin("butler", "Butler", progress=10)
    await clock.tick(2)
    simulator.display.row = False
    await press(hass, START)
    await clock.tick(58)
    assert hass.states.is_state(STATUS, "running")
    await clock.tick(3)
    assert hass.states.is_state(STATUS, "idle")
    assert hass.states.is_state(BACKUP_FINISHED, STATE_UNKNOWN)
    assert hass.states.is_state(RUNNING, STATE_ON)


@pytest.mark.usefixtures("setup_entry")
async def test_late_activity_after_start_all(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """Work that begins minutes after "start all" is that of its task."""
    await press(hass, START_ALL)
    simulator.butler.forget()
    simulator.display.forget()
    simulator.activities.forget()
    await clock.tick(400)
    assert hass.states.is_state(LOUDNESS, "idle")
    simulator.activities.begin("media.generate.loudness", "Loudness", "Track", 42.5)
    await clock.tick(2)
    assert hass.states.is_state(LOUDNESS, "running")
    attributes = _attributes(hass, LOUDNESS)
    assert (attributes["evidence"], attributes["observed"]) == ("typed", True)
    assert (attributes["progress"], attributes["detail"]) == (42.5, "Track")


@pytest.mark.usefixtures("setup_entry")
async def test_stalled(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A run without progress says since when, until there is some again."""
    row = simulator.activities.begin("butler", "Butler", "Backup Database", 5)
    await clock.tick(2)
    simulator.activities.update(row, progress=42.5)
    await clock.tick(2)
    changed = datetime.now(UTC).timestamp()
    await clock.tick(1780)
    await clock.tick(2)
    assert _attributes(hass, STATUS)["stalled_since"] is None
    await clock.tick(20)
    since = _attributes(hass, STATUS)["stalled_since"]
    assert abs(datetime.fromisoformat(since).timestamp() - changed) < 5
    simulator.activities.update(row, progress=43)
    await clock.tick(11)
    assert _attributes(hass, STATUS)["stalled_since"] is None


@pytest.mark.usefixtures("setup_entry")
async def test_activities_that_stay_unknown(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """A run that nothing has shown for ten minutes is over, though the server answers."""
    await press(hass, START)
    await clock.tick(2)
    simulator.inject(faults.status(500), path="/activities")
    await simulator.notifications.close()
    simulator.inject(faults.status(500), path="/:/websockets/notifications")
    await clock.tick(300)
    await clock.tick(2)
    assert hass.states.is_state(STATUS, "running")
    for _ in range(3):
        await clock.tick(301)
    assert hass.states.is_state(STATUS, "idle")
    assert hass.states.is_state(BACKUP_FINISHED, STATE_UNKNOWN)
