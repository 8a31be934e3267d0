"""Set-up and polls with answers whose shape is right and whose values are not."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
import json
import logging
from typing import Any, Final, override

import pytest

from custom_components.plex_butler.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.json import json_bytes

from ..common import SCHEDULED, START, STATUS, press
from ..simulator import PREFERENCES, SimulatedTask, faults
from .table import MACHINE_IDENTIFIER, Error, Fault
from .world import World

SURROGATE: Final = "half \ud83d a pair"

BACKUP: Final[Mapping[str, Any]] = {
    "name": "BackupDatabase",
    "title": "Backup Database",
    "description": "Create a backup copy",
    "interval": 3,
    "scheduleRandomized": False,
    "enabled": True,
}

NOTHING: Final = Fault(id="", error=Error.RESPONSE)
"""The server is set up as usual."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """An answer to requests for a path."""

    id: str
    path: str
    body: bytes

    @override
    def __str__(self) -> str:
        """Return the id, which names the test."""
        return self.id


def _tasks(name: str, *rows: Any) -> Content:
    """Return a list of the tasks in the rows, beside that of the backup."""
    root = {"ButlerTasks": {"ButlerTask": [BACKUP, *rows]}}
    # json writes what a server could write too: NaN, Infinity and halves of surrogates.
    return Content(id=name, path="/butler", body=json.dumps(root).encode())


def _backup(name: str, **changes: Any) -> Content:
    """Return a list of only the backup, with changes."""
    root = {"ButlerTasks": {"ButlerTask": [{**BACKUP, **changes}]}}
    return Content(id=name, path="/butler", body=json.dumps(root).encode())


def _server(name: str, **changes: Any) -> Content:
    root = {"friendlyName": "Tower", "machineIdentifier": MACHINE_IDENTIFIER, **changes}
    return Content(
        id=name, path="/", body=json.dumps({"MediaContainer": root}).encode()
    )


def _activity(name: str, **changes: Any) -> Content:
    row = {"uuid": "1", "type": "library.refresh.items", "title": "A", "progress": 7}
    root = {"MediaContainer": {"size": 1, "Activity": [{**row, **changes}]}}
    return Content(id=name, path="/activities", body=json.dumps(root).encode())


def _settings(name: str, *rows: Any) -> Content:
    setting = {"id": "ButlerTaskBackupDatabase", "type": "bool", "value": True}
    root = {"MediaContainer": {"Setting": [setting, *rows]}}
    return Content(id=name, path=PREFERENCES, body=json.dumps(root).encode())


CONTENTS: Final = [
    _backup("surrogate in a title", title=SURROGATE),
    _backup("surrogate in a description", description=SURROGATE),
    _backup("interval of 2^64", interval=2**64),
    _backup("infinite interval", interval=float("inf")),
    _backup("interval that isn't a number", interval=float("nan")),
    _backup("interval of 5,000 digits", interval="9" * 5000),
    _backup("negative interval", interval=-(10**30)),
    _backup("title of a wrong type", title={"a": [1]}),
    _backup("flags of wrong types", enabled=[[[[True]]]], scheduleRandomized={}),
    _backup("description of 10 kB", description="long " * 2000),
    _backup("NUL in a title", title="Back\0up"),
    _backup("markup in a title", title="![a](http://127.0.0.1:9/) <b>" + escape("<")),
    _tasks("duplicate names", BACKUP, {**BACKUP, "title": "Another"}),
    _tasks("names that differ in case", {**BACKUP, "name": "backupdatabase"}),
    _tasks("names of dots", *({"name": "." * count} for count in (1, 2, 3))),
    _tasks("names with slashes", {"name": "a/b"}, {"name": "../../identity"}),
    _tasks("name of 10 kB", {"name": "x" * 10_000}),
    _tasks("title of 10 kB", {"name": "Long", "title": "long " * 2000}),
    _tasks("long title in Chinese", {"name": "Long", "title": "\u5099\u4efd" * 500}),
    _tasks("surrogate in a name", {"name": SURROGATE}),
    _tasks("names of wrong types", {"name": 1}, {"name": []}, {"name": {}}, {}),
    _tasks("rows of wrong types", None, 1, "x", [], {}),
    _server("surrogate in the server's name", friendlyName=SURROGATE),
    _server("server's name of a wrong type", friendlyName=["Tower"]),
    _server("server's name of 10 kB", friendlyName="Tower " * 2000),
    _server("version of 2^64", version=2**64),
    _activity("surrogate in an activity", title=SURROGATE, subtitle=SURROGATE),
    _activity("progress of 2^64", progress=2**64),
    _activity("infinite progress", progress=float("inf")),
    _activity("activity of wrong types", uuid=["1"], type=7, title={}, progress="x"),
    _settings("setting of a wrong type", {"id": "ButlerStartHour", "type": "int"}),
    _settings("hour of 2^64", {"id": "ButlerStartHour", "type": "int", "value": 2**64}),
    _settings("hour of 99", {"id": "ButlerEndHour", "type": "int", "value": 99}),
    _settings(
        "surrogate in a setting", {"id": SURROGATE, "type": "text", "value": "x"}
    ),
    _settings("rows that aren't settings", None, 1, "x", [], {}),
]


def _state(world: World, domain: str, key: str) -> str:
    """Return the state of an entity of the backup."""
    unique_id = f"{MACHINE_IDENTIFIER}_BackupDatabase_{key}"
    entities = er.async_get(world.hass)
    entity_id = entities.async_get_entity_id(domain, DOMAIN, unique_id)
    state = entity_id and world.hass.states.get(entity_id)
    assert state
    return state.state


async def _assert_written(world: World, hass_storage: Mapping[str, Any]) -> None:
    """Check that states and everything that is stored can be encoded as UTF-8."""
    for state in world.hass.states.async_all():
        json_bytes(state.as_dict())
    world.hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await world.hass.async_block_till_done()
    json_bytes(dict(hass_storage))
    assert "core.device_registry" in hass_storage


@pytest.mark.parametrize("fault", [NOTHING], ids=[""])
@pytest.mark.parametrize("content", CONTENTS, ids=str)
async def test_setup(
    world: World, content: Content, hass_storage: Mapping[str, Any]
) -> None:
    """A value that can't be used costs that value at most, and nothing is logged."""
    world.site.simulator.inject(faults.body(content.body), path=content.path)
    setup = world.hass.config_entries.async_setup(world.entry.entry_id)
    assert await world.clock.run(setup)
    await world.clock.tick(2)
    # The entity ids follow the titles.
    assert _state(world, "sensor", "status") == "idle"
    assert _state(world, "switch", "scheduled") == "on"
    assert world.read_log() == []
    await _assert_written(world, hass_storage)


@pytest.mark.parametrize("fault", [NOTHING], ids=[""])
@pytest.mark.parametrize("content", CONTENTS, ids=str)
async def test_poll(
    world: World, content: Content, hass_storage: Mapping[str, Any]
) -> None:
    """What is polled later is as harmless as at set-up, and goes as it came."""
    await world.setup()
    await world.clock.run(press(world.hass, START))
    world.site.simulator.inject(faults.body(content.body), path=content.path)
    await world.clock.pass_time(360)
    assert world.entry.state is ConfigEntryState.LOADED
    assert world.hass.states.is_state(SCHEDULED, "on")
    assert world.read_log() == []
    await _assert_written(world, hass_storage)

    world.site.simulator.heal()
    await world.clock.pass_time(360)
    assert world.hass.states.is_state(SCHEDULED, "on")
    devices = dr.async_get(world.hass)
    children = dr.async_child_entries_for_config_entry(devices, world.entry.entry_id)
    assert len(children) == len(world.site.simulator.butler.tasks)
    assert world.read_log() == []


@pytest.mark.parametrize("fault", [NOTHING], ids=[""])
@pytest.mark.parametrize("name", ["a/b", "a b", "a?b=c#d", "%2e%2e", "é", "a;b", "-"])
async def test_name_in_path(world: World, name: str) -> None:
    """A task's name is sent as one part of the path, whatever it consists of."""
    world.site.simulator.butler.tasks[name] = SimulatedTask(name=name)
    await world.setup()
    action = world.hass.services.async_call(
        DOMAIN, "start_task", {"task": name}, blocking=True
    )
    await world.clock.run(action)
    assert world.site.simulator.butler.running == [name]


@pytest.mark.parametrize("fault", [NOTHING], ids=[""])
@pytest.mark.parametrize("name", [".", "..", "..."])
async def test_name_of_dots(world: World, name: str) -> None:
    """A name of dots alone would be another path, so it's never sent."""
    world.site.simulator.butler.tasks[name] = SimulatedTask(name=name)
    await world.setup()
    action = world.hass.services.async_call(
        DOMAIN, "start_task", {"task": name}, blocking=True
    )
    with pytest.raises(HomeAssistantError):
        await world.clock.run(action)
    assert world.site.simulator.commands() == []


@pytest.mark.timeout(120)
@pytest.mark.parametrize("fault", [NOTHING], ids=[""])
async def test_too_many_tasks(world: World) -> None:
    """Of 5,000 tasks the first 1,000 count, which is logged once."""
    for number in range(5000 - len(world.site.simulator.butler.tasks)):
        name = f"Task{number:04}"
        world.site.simulator.butler.tasks[name] = SimulatedTask(name=name)
    setup = world.hass.config_entries.async_setup(world.entry.entry_id)
    assert await world.clock.run(setup)
    for _ in range(3):
        await world.clock.next_poll()
    assert world.hass.states.is_state(STATUS, "idle")
    devices = dr.async_get(world.hass)
    children = dr.async_child_entries_for_config_entry(devices, world.entry.entry_id)
    assert len(children) == 1000
    assert len(world.read_log(logging.INFO)) == 1
