"""Tests of the action that returns the runs of a period."""

from datetime import datetime, timedelta
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
import voluptuous as vol

from custom_components.plex_butler.const import DOMAIN
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from .common import STATUS, Clock
from .simulator import PlexSimulator, faults


async def _runs(
    hass: HomeAssistant, *, context: Context | None = None, **data: Any
) -> list[dict[str, Any]]:
    """Return the runs, as JSON gives them to others."""
    response = await hass.services.async_call(
        DOMAIN, "get_runs", data, blocking=True, return_response=True, context=context
    )
    assert response is not None
    assert response.keys() == {"runs"}
    runs: list[dict[str, Any]] = json.loads(json.dumps(response["runs"]))
    return runs


async def _names(hass: HomeAssistant, **data: Any) -> list[str]:
    """Return the tasks of the runs."""
    return [run["task"] for run in await _runs(hass, **data)]


async def _start(hass: HomeAssistant, task: str) -> None:
    await hass.services.async_call(DOMAIN, "start_task", {"task": task}, blocking=True)


@pytest.fixture(name="night")
async def _night(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> datetime:
    """Let two tasks run, 10 hours apart, and return when the first of them started."""
    began = dt_util.utcnow()
    for task in ("BackupDatabase", "OptimizeDatabase"):
        simulator.butler.start(task)
        await clock.tick(60)
        simulator.butler.finish(task)
        await clock.tick(36000 - 60)
    return began


@pytest.mark.usefixtures("setup_entry")
async def test_runs(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """Each run says how it ended, how long it took, and who started it."""
    began = dt_util.utcnow()
    await _start(hass, "BackupDatabase")
    await clock.tick(10)
    simulator.butler.finish("BackupDatabase")
    await clock.tick(10)
    simulator.butler.start("OptimizeDatabase")
    await clock.tick(10)
    await hass.services.async_call(
        DOMAIN, "stop_task", {"task": "OptimizeDatabase"}, blocking=True
    )
    simulator.display.row = False
    await _start(hass, "CleanOldBundles")
    assert len(await _runs(hass)) == 2
    for _ in range(31):
        await clock.tick(2)

    def after(seconds: float) -> str:
        return (began + timedelta(seconds=seconds)).isoformat()

    assert await _runs(hass) == [
        {
            "task": "BackupDatabase",
            "title": "Backup database",
            "started": after(0),
            "ended": after(10),
            "duration": 10,
            "outcome": "finished",
            "evidence": "named",
            "by": "home_assistant",
        },
        {
            "task": "OptimizeDatabase",
            "title": "Optimize database",
            "started": after(20),
            "ended": after(30),
            "duration": 10,
            "outcome": "stopped",
            "evidence": "named",
            "by": "server",
        },
        {
            "task": "CleanOldBundles",
            "title": "Clean old bundles",
            "started": after(30),
            "ended": None,
            "duration": None,
            "outcome": "unconfirmed",
            "evidence": "command",
            "by": "home_assistant",
        },
    ]


@pytest.mark.parametrize(
    ("start", "end", "tasks"),
    [
        pytest.param(None, None, ["BackupDatabase", "OptimizeDatabase"], id="day"),
        pytest.param(1, None, ["OptimizeDatabase"], id="start"),
        pytest.param(None, 1, ["BackupDatabase"], id="end"),
        pytest.param(-30, 11, ["BackupDatabase", "OptimizeDatabase"], id="both"),
        pytest.param(9, 11, ["OptimizeDatabase"], id="second"),
        pytest.param(1, 2, [], id="between"),
        pytest.param(1, 1, [], id="no time"),
        pytest.param(None, -1, [], id="end before"),
        pytest.param(None, 40, [], id="the day before an end that is far"),
    ],
)
async def test_period(
    hass: HomeAssistant,
    night: datetime,
    start: float | None,
    end: float | None,
    tasks: list[str],
) -> None:
    """The period can have a start and an end, here in hours after the first run.

    Without a start it is a day.
    """
    times = {
        key: (night + timedelta(hours=hours)).isoformat()
        for key, hours in (("start", start), ("end", end))
        if hours is not None
    }
    assert await _names(hass, **times) == tasks


async def test_last_day(hass: HomeAssistant, night: datetime, clock: Clock) -> None:
    """By default, the runs of the last 24 hours are returned."""
    await clock.tick(3600 * 4 + 100)
    assert await _names(hass) == ["OptimizeDatabase"]
    assert len(await _names(hass, start=night)) == 2


async def test_local_time(hass: HomeAssistant, night: datetime) -> None:
    """Times without an offset are in Home Assistant's time zone."""
    await hass.config.async_set_time_zone("Pacific/Honolulu")
    start = dt_util.as_local(night + timedelta(hours=1)).replace(tzinfo=None)
    end = start + timedelta(hours=12)
    for times in (
        {"start": start, "end": end},
        {"start": str(start), "end": end.isoformat()},
    ):
        assert await _names(hass, **times) == ["OptimizeDatabase"]


@pytest.mark.parametrize("times", [{"start": 10, "end": 9}, {"start": 30}])
async def test_end_before_start(
    hass: HomeAssistant, night: datetime, times: dict[str, float]
) -> None:
    """A period that ends before it starts is an error; without an end, it ends now."""
    data: dict[str, Any] = {
        key: night + timedelta(hours=hours) for key, hours in times.items()
    }
    with pytest.raises(ServiceValidationError) as raised:
        await _runs(hass, **data)
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == "end_before_start"


@pytest.mark.parametrize(
    "time", ["yesterday", "0001-01-01 00:00:00", "9999-12-31 23:59:59-12:00"]
)
@pytest.mark.usefixtures("setup_entry")
async def test_invalid_time(hass: HomeAssistant, time: str) -> None:
    """A text that is no time, or a time that can't be calculated with, is invalid."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    with pytest.raises(vol.Invalid):
        await _runs(hass, start=time)
    with pytest.raises(vol.Invalid):
        await _runs(hass, end=time)


@pytest.mark.usefixtures("night")
async def test_task(hass: HomeAssistant) -> None:
    """The runs can be those of one task."""
    for task in ("BackupDatabase", "backup database", "butler_task_backup_database"):
        assert await _names(hass, task=task) == ["BackupDatabase"]
    assert await _names(hass, task="CleanOldBundles") == []
    for task in ("MakeCoffee", ""):
        with pytest.raises(ServiceValidationError) as raised:
            await _runs(hass, task=task)
        assert raised.value.translation_key == "unknown_task"
        assert f'Tower has no task "{task}"' in str(raised.value)
        assert "CleanOldBundles" in str(raised.value)


@pytest.mark.usefixtures("night")
async def test_task_that_has_gone(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    hass_read_only_user: MockUser,
) -> None:
    """The runs of a task that the server no longer has are kept, with its last title."""
    simulator.butler.tasks["BackupDatabase"].title = "Back it up"
    simulator.butler.start("BackupDatabase")
    await clock.next_poll()
    simulator.butler.finish("BackupDatabase")
    await clock.settle()
    context = Context(user_id=hass_read_only_user.id)
    before = await _runs(hass, task="Back it up", context=context)
    assert [run["title"] for run in before] == ["Backup database"] * 2
    del simulator.butler.tasks["BackupDatabase"]
    await clock.next_poll()
    for task in ("BackupDatabase", "Back it up"):
        runs = await _runs(hass, task=task, context=context)
        assert [run["title"] for run in runs] == ["Backup Database", "Back it up"]


@pytest.mark.usefixtures("night")
async def test_ambiguous_task(
    hass: HomeAssistant, setup_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """A title of several tasks is an error that names them."""
    devices = dr.async_get(hass)
    for name in ("BackupDatabase", "OptimizeDatabase"):
        device = devices.async_get_child_device_by_identifier(
            (DOMAIN, f"{simulator.machine_identifier}_{name}"), setup_entry.entry_id
        )
        assert device is not None
        devices.async_update_child_device(device.id, name_by_user="Database")
    assert [run["title"] for run in await _runs(hass)] == ["Database"] * 2
    with pytest.raises(ServiceValidationError) as raised:
        await _runs(hass, task="database")
    assert raised.value.translation_key == "ambiguous_task"
    assert "BackupDatabase, OptimizeDatabase" in str(raised.value)


@pytest.mark.usefixtures("night")
async def test_server_away(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The runs are known while the server is away."""
    simulator.inject(faults.cut_off())
    await clock.next_poll()
    assert await _names(hass) == ["BackupDatabase", "OptimizeDatabase"]
    assert await _names(hass, task="Backup database") == ["BackupDatabase"]


async def test_not_loaded(hass: HomeAssistant, setup_entry: MockConfigEntry) -> None:
    """A config entry that isn't loaded is an error."""
    await hass.config_entries.async_unload(setup_entry.entry_id)
    calls: tuple[dict[str, Any], ...] = ({}, {"config_entry_id": setup_entry.entry_id})
    for data in calls:
        with pytest.raises(ServiceValidationError) as raised:
            await _runs(hass, **data)
        assert raised.value.translation_key == "not_loaded"


@pytest.mark.usefixtures("night")
async def test_permission(hass: HomeAssistant) -> None:
    """A person gets the runs of the tasks that they may read, and knows no others."""
    user = MockUser(groups=[]).add_to_hass(hass)
    user.mock_policy({"entities": {"entity_ids": {STATUS: {"read": True}}}})
    context = Context(user_id=user.id)
    assert await _names(hass, context=context) == ["BackupDatabase"]
    with pytest.raises(ServiceValidationError) as raised:
        await _runs(hass, context=context, task="Optimize database")
    assert raised.value.translation_key == "unknown_task"
    assert "BackupDatabase" in str(raised.value)
    assert "OptimizeDatabase" not in str(raised.value)
