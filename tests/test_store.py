"""What is stored over restarts, and what is made of a file that is damaged."""

from datetime import timedelta
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant

from .common import START, STATUS, Clock, press
from .simulator import PlexSimulator

LAST_FINISHED: Final = "sensor.tower_backup_database_last_finished"
LAST_STARTED: Final = "sensor.tower_backup_database_last_started"

RUN: Final = {
    "started": "2026-10-01T10:00:00+00:00",
    "finished": "2026-10-01T10:00:07+00:00",
    "duration": 7.0,
}


def _store(entry: MockConfigEntry, hass_storage: dict[str, Any], data: Any) -> str:
    """Store data as if Home Assistant had before a restart; return its key."""
    key = f"plex_butler.{entry.entry_id}"
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": data}
    return key


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(None, id="null"),
        pytest.param([], id="list"),
        pytest.param("finished", id="text"),
        pytest.param(7, id="number"),
        pytest.param({"started": "2026-13-01T00:00:00+00:00"}, id="month 13"),
        pytest.param({"started": "0001-01-01T00:00:00+14:00"}, id="before all time"),
        pytest.param({"finished": "9999-12-31T23:59:59.999999+00:00"}, id="year 9999"),
        pytest.param({"finished": 1759312800}, id="time as a number"),
        pytest.param({"duration": "7"}, id="duration as text"),
        pytest.param({"duration": -7}, id="negative duration"),
        pytest.param({"observed": "yes"}, id="text as a boolean"),
    ],
)
async def test_damaged_record(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    record: Any,
) -> None:
    """A record that can't be read is dropped; the others stay, and are written again."""
    records = {"OptimizeDatabase": record, "BackupDatabase": RUN}
    key = _store(config_entry, hass_storage, records)
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await clock.settle()
    finished = hass.states.get(LAST_FINISHED)
    assert finished
    assert finished.state == RUN["finished"]
    assert caplog.text.count("can't be read") == 1
    await clock.tick(11)
    await hass.async_block_till_done()
    assert hass_storage[key]["data"].keys() == {"BackupDatabase"}
    assert hass_storage[key]["data"]["BackupDatabase"]["duration"] == 7


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({"data": None}, id="null"),
        pytest.param({"data": []}, id="empty list"),
        pytest.param({"data": [RUN]}, id="list"),
        pytest.param({"data": "runs"}, id="text"),
        pytest.param({"data": 5}, id="number"),
        pytest.param({"data": True}, id="true"),
        pytest.param({"version": 999, "data": 5}, id="later version, number"),
        pytest.param({"version": "two", "data": {}}, id="version is no number"),
        pytest.param({"version": 10**6, "data": {}}, id="version of the far future"),
    ],
)
async def test_damaged_file(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    clock: Clock,
    simulator: PlexSimulator,
    content: dict[str, Any],
) -> None:
    """A file that can't be read doesn't keep the server from being set up."""
    key = _store(config_entry, hass_storage, {})
    del hass_storage[key]["data"]
    hass_storage[key] |= content
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await clock.settle()
    assert hass.states.is_state(LAST_FINISHED, STATE_UNKNOWN)
    await press(hass, START)
    await clock.tick(7)
    simulator.butler.finish("BackupDatabase")
    await clock.tick(12)
    await hass.async_block_till_done()
    assert hass_storage[key]["data"]["BackupDatabase"]["duration"] == 7


@pytest.mark.parametrize("time", [None, 5, "soon", "0001-01-01T00:00:00+00:00"])
@pytest.mark.parametrize(
    ("part", "field"),
    [
        ("run", "seen"),
        ("run", "started"),
        ("run", "until"),
        ("queued", "accepted"),
        ("remembered", "since"),
    ],
)
async def test_damaged_time(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    clock: Clock,
    simulator: PlexSimulator,
    time: Any,
    part: str,
    field: str,
) -> None:
    """Whatever stands in the place of a time, the server is set up, and runs end."""
    await press(hass, START)
    await clock.tick(5)
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    key = f"plex_butler.{setup_entry.entry_id}"
    record = hass_storage[key]["data"]["BackupDatabase"]
    record |= {"queued": record["run"]["start"], "remembered": record["run"]["start"]}
    record[part] = {**record[part], field: time}
    _store(setup_entry, hass_storage, {"BackupDatabase": record})
    assert await hass.config_entries.async_setup(setup_entry.entry_id)
    await clock.tick(2)
    assert hass.states.is_state(STATUS, "running")
    simulator.butler.finish("BackupDatabase")
    for _ in range(3):
        await clock.tick(400)
    assert hass.states.is_state(STATUS, "idle")


async def test_later_version(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    clock: Clock,
) -> None:
    """Of a file of a later version, what is as it was is used."""
    record = {**RUN, "mood": "good", "run": {"started": "in another format"}}
    key = _store(config_entry, hass_storage, {"BackupDatabase": record})
    hass_storage[key] |= {"version": 3, "minor_version": 7}
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await clock.settle()
    assert hass.states.is_state(LAST_FINISHED, str(RUN["finished"]))
    assert hass.states.is_state(STATUS, "idle")


@pytest.mark.parametrize("away", [30, 3000])
async def test_restart_during_run(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    freezer: FrozenDateTimeFactory,
    away: float,
) -> None:
    """A run whose activity is still there after a restart goes on with its start."""
    await press(hass, START)
    await clock.tick(5)
    started = hass.states.get(LAST_STARTED)
    assert started
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    freezer.tick(timedelta(seconds=away))
    assert await hass.config_entries.async_setup(setup_entry.entry_id)
    await clock.tick(2)
    assert hass.states.is_state(STATUS, "running")
    assert hass.states.is_state(LAST_STARTED, started.state)
    simulator.butler.finish("BackupDatabase")
    await clock.tick(2)
    assert hass.states.is_state(STATUS, "idle")
    assert not hass.states.is_state(LAST_FINISHED, STATE_UNKNOWN)


async def test_end_during_restart(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A run whose activity is gone after a restart has no known end."""
    await press(hass, START)
    await clock.tick(5)
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    simulator.butler.finish("BackupDatabase")
    assert await hass.config_entries.async_setup(setup_entry.entry_id)
    await clock.tick(2)
    assert hass.states.is_state(STATUS, "idle")
    assert hass.states.is_state(LAST_FINISHED, STATE_UNKNOWN)


async def test_set_up_keeps_what_a_failed_one_found(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    simulator: PlexSimulator,
    hass_storage: dict[str, Any],
    clock: Clock,
) -> None:
    """A server that is away when Home Assistant starts loses no run."""
    _store(config_entry, hass_storage, {"BackupDatabase": RUN})
    await simulator.stop()
    assert not await hass.config_entries.async_setup(config_entry.entry_id)
    assert config_entry.state is ConfigEntryState.SETUP_RETRY
    await simulator.start()
    await clock.tick(30)
    assert hass.states.is_state(LAST_FINISHED, str(RUN["finished"]))


async def test_busy_night(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    hass_storage: dict[str, Any],
    clock: Clock,
) -> None:
    """Changes that never pause are written nevertheless."""
    key = f"plex_butler.{setup_entry.entry_id}"
    for number in range(8):
        row = simulator.activities.begin("butler", "Butler", f"{number} BackupDatabase")
        await clock.tick(3)
        simulator.activities.end(row)
        await clock.tick(3)
    await hass.async_block_till_done()
    assert hass_storage[key]["data"]["BackupDatabase"]["duration"] == 3


async def test_task_gone_during_restart(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A run of a task that the server no longer lists after a restart is forgotten."""
    await press(hass, START)
    await clock.tick(5)
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    simulator.butler.forget()
    del simulator.butler.tasks["BackupDatabase"]
    assert await hass.config_entries.async_setup(setup_entry.entry_id)
    await clock.tick(2)
    assert hass.states.get(STATUS) is None
    assert hass.states.is_state("sensor.tower_running_tasks", "0")
