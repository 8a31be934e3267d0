"""What is stored over restarts, and what is made of a file that is damaged."""

from datetime import timedelta
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_butler.butler.history import EndedRun
from custom_components.plex_butler.monitor import TaskMonitor
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .common import START, STATUS, STOP, Clock, press
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


async def _stored_runs(hass: HomeAssistant, entry: MockConfigEntry) -> list[EndedRun]:
    """Return the runs that a server's file has, as they are known after a restart."""
    monitor = TaskMonitor(hass, entry, None, on_change=lambda: None)
    await monitor.async_load()
    now = dt_util.utcnow()
    return monitor.runs_between(now - timedelta(days=1000), now + timedelta(days=1))


def _ended_run(days: float = 1, **fields: Any) -> dict[str, Any]:
    """Return the record of a run that ended some days ago."""
    ended = dt_util.utcnow() - timedelta(days=days)
    return {
        "title": "Backup Database",
        "started": (ended - timedelta(seconds=7)).isoformat(),
        "ended": ended.isoformat(),
        "duration": 7.0,
        "outcome": "finished",
        "evidence": "named",
        "started_by": "server",
        **fields,
    }


async def test_restart_keeps_ended_runs(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    hass_storage: dict[str, Any],
    clock: Clock,
) -> None:
    """Ended runs outlive restarts, with all that is known of them."""
    start = dt_util.utcnow()
    await press(hass, START)
    await clock.tick(7)
    await press(hass, STOP)
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    assert await hass.config_entries.async_setup(setup_entry.entry_id)
    await clock.tick(20)
    row = simulator.activities.begin("butler", "Butler", "Backup Database")
    await clock.tick(3)
    simulator.activities.end(row)
    await clock.tick(12)
    await hass.async_block_till_done()
    stopped, finished = await _stored_runs(hass, setup_entry)
    assert stopped == EndedRun(
        task="BackupDatabase",
        title="Backup Database",
        started=start,
        ended=start + timedelta(seconds=7),
        duration=7,
        outcome=stopped.outcome,
        evidence=stopped.evidence,
        started_by=stopped.started_by,
    )
    assert (stopped.outcome, stopped.evidence) == ("stopped", "named")
    assert (finished.outcome, finished.evidence) == ("finished", "named")
    assert (stopped.started_by, finished.started_by) == ("home_assistant", "server")
    data = hass_storage[f"plex_butler.{setup_entry.entry_id}"]["data"]
    assert [run["title"] for run in data["BackupDatabase"]["runs"]] == [
        "Backup Database"
    ] * 2


async def test_restart_keeps_who_started(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A run of the server's stays that, though a start was answered during the run."""
    simulator.butler.start("BackupDatabase")
    await clock.tick(3)
    assert hass.states.is_state(STATUS, "running")
    await press(hass, START)
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    assert await hass.config_entries.async_setup(setup_entry.entry_id)
    await clock.tick(3)
    assert hass.states.is_state(STATUS, "running")
    simulator.butler.finish("BackupDatabase")
    await clock.tick(12)
    await hass.async_block_till_done()
    (run,) = await _stored_runs(hass, setup_entry)
    assert (run.outcome, run.started_by) == ("finished", "server")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(None, id="null"),
        pytest.param([], id="list"),
        pytest.param("finished", id="text"),
        pytest.param({}, id="empty"),
        pytest.param({"title": None}, id="no title"),
        pytest.param({"title": ["Backup"]}, id="list as a title"),
        pytest.param({"started": 5}, id="start as a number"),
        pytest.param({"started": "9999-12-31T23:59:59.999999+00:00"}, id="year 9999"),
        pytest.param({"started": "2199-01-01T00:00:00+00:00"}, id="ends before start"),
        pytest.param({"ended": None}, id="no end"),
        pytest.param({"ended": "0001-01-01T00:00:00+14:00"}, id="before all time"),
        pytest.param({"duration": "7"}, id="duration as text"),
        pytest.param({"duration": -7}, id="negative duration"),
        pytest.param({"outcome": "started"}, id="start as an outcome"),
        pytest.param({"outcome": "exploded"}, id="unknown outcome"),
        pytest.param({"outcome": {}}, id="object as an outcome"),
        pytest.param({"evidence": None}, id="no evidence"),
        pytest.param({"started_by": "cat"}, id="unknown starter"),
        pytest.param({"started_by": []}, id="list as a starter"),
    ],
)
async def test_damaged_ended_run(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    damage: Any,
) -> None:
    """A run that can't be read is dropped alone; the rest stays, and is written again."""
    is_changed = isinstance(damage, dict) and damage
    damaged = _ended_run(**damage) if is_changed else damage
    runs = [_ended_run(3), damaged, _ended_run(2, started=None, duration=None)]
    key = _store(config_entry, hass_storage, {"BackupDatabase": {**RUN, "runs": runs}})
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await clock.settle()
    assert hass.states.is_state(LAST_FINISHED, str(RUN["finished"]))
    assert caplog.text.count("can't be read") == 1
    await clock.tick(11)
    await hass.async_block_till_done()
    written = hass_storage[key]["data"]["BackupDatabase"]
    assert written["finished"] == RUN["finished"]
    assert [run["ended"] for run in written["runs"]] == [
        runs[0]["ended"],
        runs[2]["ended"],
    ]


@pytest.mark.parametrize("runs", [None, {}, {"0": {}}, "runs", 5, True])
async def test_damaged_list_of_ended_runs(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    runs: Any,
) -> None:
    """Whatever stands in the place of the runs, the rest of the record is read."""
    _store(config_entry, hass_storage, {"BackupDatabase": {**RUN, "runs": runs}})
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await clock.settle()
    assert hass.states.is_state(LAST_FINISHED, str(RUN["finished"]))
    assert caplog.text.count("can't be read") == 1
    assert not await _stored_runs(hass, config_entry)


async def test_damaged_last_run_beside_ended_runs(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    clock: Clock,
) -> None:
    """Ended runs are read though the rest of their record can't be."""
    record = {"duration": "long", "runs": [_ended_run()]}
    _store(config_entry, hass_storage, {"BackupDatabase": record})
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await clock.tick(11)
    await hass.async_block_till_done()
    (run,) = await _stored_runs(hass, config_entry)
    assert run.duration == 7


async def test_limits_of_ended_runs(
    hass: HomeAssistant,
    config_entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The last 50 runs of a task are read, of 90 days, and of 1,000 tasks.

    Tasks that the server doesn't have are among them. Nothing is wrong with the others.
    """
    records = {
        f"Task{number}": {"runs": [_ended_run(40 + number / 1000)]}
        for number in range(1100)
    }
    records["BackupDatabase"] = {"runs": [_ended_run(80 - day) for day in range(60)]}
    records["OptimizeDatabase"] = {
        "runs": [_ended_run(100), _ended_run(91), _ended_run(89)]
    }
    records["RefreshLibraries"] = {"runs": [_ended_run(95)]}
    key = _store(config_entry, hass_storage, records)
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await clock.settle()
    await press(hass, START)
    await clock.tick(11)
    await hass.async_block_till_done()
    assert "can't be read" not in caplog.text
    written = {
        name: len(record["runs"])
        for name, record in hass_storage[key]["data"].items()
        if "runs" in record
    }
    # OptimizeDatabase ran longest ago.
    assert written == {
        **{f"Task{number}": 1 for number in range(999)},
        "BackupDatabase": 50,
    }
    assert len(await _stored_runs(hass, config_entry)) == 1049


async def test_ended_run_of_a_gone_task(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """Runs of a task that the server no longer lists outlive restarts as well."""
    await press(hass, START)
    await clock.tick(5)
    simulator.butler.finish("BackupDatabase")
    await clock.tick(2)
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    del simulator.butler.tasks["BackupDatabase"]
    for _ in range(2):
        assert await hass.config_entries.async_setup(setup_entry.entry_id)
        await clock.tick(2)
        assert await hass.config_entries.async_unload(setup_entry.entry_id)
    assert hass.states.get(STATUS) is None
    (run,) = await _stored_runs(hass, setup_entry)
    assert (run.task, run.duration) == ("BackupDatabase", 5)


async def test_file_from_before_runs_were_kept(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    hass_storage: dict[str, Any],
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A file that has neither ended runs nor who started what goes on is read."""
    await press(hass, START)
    await clock.tick(5)
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    key = f"plex_butler.{setup_entry.entry_id}"
    record = hass_storage[key]["data"]["BackupDatabase"]
    del record["run"]["start"]["is_cause"]
    _store(setup_entry, hass_storage, {"BackupDatabase": record})
    assert await hass.config_entries.async_setup(setup_entry.entry_id)
    await clock.tick(2)
    assert hass.states.is_state(STATUS, "running")
    assert "can't be read" not in caplog.text
    simulator.butler.finish("BackupDatabase")
    await clock.tick(12)
    await hass.async_block_till_done()
    (run,) = await _stored_runs(hass, setup_entry)
    assert run.started_by == "home_assistant"


async def test_busy_night_of_ended_runs(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    hass_storage: dict[str, Any],
    clock: Clock,
) -> None:
    """The runs of a night that never pauses are written meanwhile."""
    key = f"plex_butler.{setup_entry.entry_id}"
    for number in range(8):
        row = simulator.activities.begin("butler", "Butler", f"{number} BackupDatabase")
        await clock.tick(3)
        simulator.activities.end(row)
        await clock.tick(3)
    await hass.async_block_till_done()
    assert len(hass_storage[key]["data"]["BackupDatabase"]["runs"]) >= 6
