"""Tests of the conditions, in automations and in what the editor asks for."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)

from .automations import record, server_device, set_up_server, task_device
from .common import RUNNING, START, STATUS, STOP, Clock, press
from .simulator import NOTIFICATIONS, PlexSimulator, faults

BACKUP: Final = "BackupDatabase"
OPTIMIZATION: Final = "OptimizeDatabase"

TASK: Final = "plex_butler.task_is_running"
MAINTENANCE: Final = "plex_butler.maintenance_is_running"

type Target = dict[str, str | list[str]]
type Check = Callable[[str, Target], Awaitable[bool]]


def _condition(condition: str, target: Target) -> dict[str, Any]:
    return {"condition": condition, "target": target}


@pytest.fixture
async def check(hass: HomeAssistant, hass_ws_client: WebSocketGenerator) -> Check:
    """Return a function that tests a condition as the editor does."""
    client = await hass_ws_client(hass)

    async def test(condition: str, target: Target) -> bool:
        await client.send_json_auto_id(
            {"type": "test_condition", "condition": _condition(condition, target)}
        )
        result = (await client.receive_json())["result"]["result"]
        assert isinstance(result, bool)
        return result

    return test


async def test_run(
    setup_entry: MockConfigEntry,
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    check: Check,
) -> None:
    """The conditions are met during a run, of any task if the server is targeted."""
    ids = [task_device(hass, setup_entry, task).id for task in (BACKUP, OPTIMIZATION)]
    both: Target = {"device_id": ids}
    backup: Target = {"device_id": ids[0]}
    other: Target = {"device_id": ids[1]}
    server: Target = {"device_id": server_device(hass, setup_entry).id}
    for condition in (TASK, MAINTENANCE):
        assert await check(condition, server) is False
    simulator.butler.start(BACKUP)
    await clock.tick(1)
    running: Target = {"entity_id": RUNNING}
    for target in (backup, both, server, running):
        assert await check(TASK, target) is True
    assert await check(TASK, other) is False
    assert await check(MAINTENANCE, server) is True
    # A task isn't its server.
    assert await check(MAINTENANCE, backup) is False
    simulator.butler.finish(BACKUP)
    await clock.tick(2)
    assert await check(TASK, both) is False
    assert await check(MAINTENANCE, server) is False

    simulator.display.names_task = False
    simulator.butler.start(BACKUP)
    await clock.tick(1)
    assert await check(TASK, server) is False
    assert await check(MAINTENANCE, server) is True


async def test_targets(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    attic: PlexSimulator,
    clock: Clock,
    check: Check,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    """Servers and tasks are targeted by entity, label, area and floor, also disabled ones."""
    other = await set_up_server(hass, attic)
    floor = fr.async_get(hass).async_create("Basement")
    area = ar.async_get(hass).async_create("Cellar", floor_id=floor.floor_id)
    label = lr.async_get(hass).async_create("Night")
    backup = task_device(hass, setup_entry, BACKUP)
    targets: list[Target] = [
        {"label_id": label.label_id},
        {"area_id": area.id},
        {"floor_id": floor.floor_id},
    ]
    simulator.butler.start(BACKUP)
    await clock.tick(1)
    for target in targets:
        assert await check(TASK, target) is False
    device_registry.async_update_child_device(
        backup.id, labels={label.label_id}, area_id=area.id
    )
    for target in targets:
        assert await check(TASK, target) is True
        assert await check(MAINTENANCE, target) is False
    device_registry.async_update_device(
        server_device(hass, setup_entry).id, labels={label.label_id}, area_id=area.id
    )
    for target in targets:
        assert await check(MAINTENANCE, target) is True
    entity_registry.async_update_entity(
        STATUS, disabled_by=er.RegistryEntryDisabler.USER
    )
    await hass.async_block_till_done()
    assert await check(TASK, {"device_id": backup.id}) is True
    assert await check(TASK, {"entity_id": STATUS}) is True
    for condition in (TASK, MAINTENANCE):
        target = {"device_id": server_device(hass, other).id}
        assert await check(condition, target) is False
        assert await check(condition, {"entity_id": "light.kitchen"}) is False


async def test_not_known(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    check: Check,
) -> None:
    """The conditions aren't met while the server is away, not loaded or without the task."""
    target: Target = {"device_id": server_device(hass, setup_entry).id}

    async def are_met() -> bool:
        task, maintenance = await check(TASK, target), await check(MAINTENANCE, target)
        assert task is maintenance
        return task

    simulator.butler.start(BACKUP)
    await clock.tick(1)
    assert await are_met()
    simulator.inject(faults.cut_off())
    simulator.cut_off()
    await clock.tick(2)
    assert not await are_met()
    simulator.heal()
    for _ in range(2):
        await clock.tick(31)
    assert await are_met()

    entries, entry_id = hass.config_entries, setup_entry.entry_id
    await entries.async_set_disabled_by(entry_id, ConfigEntryDisabler.USER)
    await hass.async_block_till_done()
    assert not await are_met()
    await entries.async_set_disabled_by(entry_id, None)
    await clock.tick(2)
    assert await are_met()

    target = {"device_id": task_device(hass, setup_entry, BACKUP).id}
    assert await check(TASK, target) is True
    del simulator.butler.tasks[BACKUP]
    await clock.next_poll()
    assert await check(TASK, target) is False


@pytest.mark.parametrize("push", [True, False])
async def test_with_triggers(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    push: bool,
) -> None:
    """What a trigger starts finds the conditions met, and no longer at the end."""
    if not push:
        simulator.inject(faults.status(404), path=NOTIFICATIONS)
        await simulator.notifications.close()
    server: Target = {"device_id": server_device(hass, setup_entry).id}
    names = ["task_started", "maintenance_started", "task_ended", "maintenance_ended"]
    triggers = [
        {"trigger": f"plex_butler.{name}", "id": name, "target": server}
        for name in names
    ]
    met = [_condition(TASK, server), _condition(MAINTENANCE, server)]
    not_met = {"condition": "not", "conditions": met}
    starts = {"condition": "trigger", "id": names[:2]}
    ends = {"condition": "trigger", "id": names[2:]}
    recorder = await record(
        hass,
        triggers,
        [
            {
                "condition": "or",
                "conditions": [
                    {"condition": "and", "conditions": [starts, *met]},
                    {"condition": "and", "conditions": [ends, not_met]},
                ],
            }
        ],
    )

    async def wait() -> None:
        await clock.tick(2 if push else 31)

    simulator.butler.start(BACKUP)
    await wait()
    assert recorder.pop_ids() == names[:2]
    simulator.butler.finish(BACKUP)
    await wait()
    assert recorder.pop_ids() == names[2:]
    await press(hass, START)
    await wait()
    assert recorder.pop_ids() == names[:2]
    await press(hass, STOP)
    await wait()
    # The task has stopped before the server shows that it rests.
    assert recorder.pop_ids() == names[3:]

    # Also what the first poll after a reload finds.
    entries, entry_id = hass.config_entries, setup_entry.entry_id
    await entries.async_unload(entry_id)
    simulator.butler.start(OPTIMIZATION)
    await entries.async_setup(entry_id)
    await clock.tick(2)
    assert recorder.pop_ids() == names[:2]
    await entries.async_unload(entry_id)
    simulator.butler.finish(OPTIMIZATION)
    await entries.async_setup(entry_id)
    await clock.tick(2)
    assert recorder.pop_ids() == names[2:]

    # Also what is found after a loss.
    simulator.inject(faults.cut_off())
    simulator.cut_off()
    await clock.tick(31)
    simulator.butler.start(OPTIMIZATION)
    simulator.heal()
    for _ in range(2):
        await clock.tick(31)
    assert recorder.pop_ids() == names[:2]


async def test_invalid(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Home Assistant says what is wrong with a condition."""
    client = await hass_ws_client(hass)
    target: Target = {"device_id": server_device(hass, setup_entry).id}
    for condition, error in (
        *(({"condition": each}, "required") for each in (TASK, MAINTENANCE)),
        (_condition(TASK, {}), "target is empty"),
        (_condition(MAINTENANCE, {"label_id": []}), "target is empty"),
        (_condition(TASK, target) | {"options": {"other": 1}}, "other"),
        (_condition("plex_butler.unknown", target), "plex_butler.unknown"),
    ):
        await client.send_json_auto_id(
            {"type": "validate_config", "conditions": condition}
        )
        result = (await client.receive_json())["result"]["conditions"]
        assert result["valid"] is False, condition
        assert error in result["error"], condition


async def test_editor(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """The editor offers the conditions that fit the target."""
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "condition_platforms/subscribe"})
    assert (await client.receive_json())["success"]
    descriptions = (await client.receive_json())["event"]
    assert {TASK, MAINTENANCE} <= descriptions.keys()

    async def offered(target: dict[str, list[str]]) -> set[str]:
        await client.send_json_auto_id(
            {"type": "get_conditions_for_target", "target": target}
        )
        result: list[str] = (await client.receive_json())["result"]
        return set(result) & {TASK, MAINTENANCE}

    task = {"device_id": [task_device(hass, setup_entry, BACKUP).id]}
    server = {"device_id": [server_device(hass, setup_entry).id]}
    assert await offered(task) == {TASK}
    assert await offered({"entity_id": [STATUS]}) == {TASK}
    assert await offered(server) == {TASK, MAINTENANCE}
    assert await offered({"entity_id": [RUNNING]}) == {MAINTENANCE}
    assert await offered({"entity_id": [START]}) == set()
