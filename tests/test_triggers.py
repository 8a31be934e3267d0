"""Tests of the triggers, in automations and in what the editor asks for."""

from typing import Any, Final
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.plex_butler.const import DOMAIN
from custom_components.plex_butler.targets import async_resolve_target
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)
from homeassistant.helpers.target import TargetSelection

from .automations import record, server_device, set_up_server, task_device
from .common import RUNNING, START, STATUS, STOP, Clock, press
from .simulator import NOTIFICATIONS, PlexSimulator, faults

BACKUP: Final = "BackupDatabase"
OPTIMIZATION: Final = "OptimizeDatabase"

STARTED: Final = "plex_butler.task_started"
ENDED: Final = "plex_butler.task_ended"
MAINTENANCE_STARTED: Final = "plex_butler.maintenance_started"
MAINTENANCE_ENDED: Final = "plex_butler.maintenance_ended"
ALL: Final = (STARTED, ENDED, MAINTENANCE_STARTED, MAINTENANCE_ENDED)

type Target = dict[str, str | list[str]]


def _trigger(trigger: str, target: Target, **options: Any) -> dict[str, Any]:
    return {
        "trigger": trigger,
        "id": trigger.removeprefix(f"{DOMAIN}."),
        "target": target,
    } | ({"options": options} if options else {})


def _all(target: Target) -> list[dict[str, Any]]:
    return [_trigger(trigger, target) for trigger in ALL]


def _started(targets: dict[str, Target]) -> list[dict[str, Any]]:
    """Return triggers for starts, one for each target, with the target's name as id."""
    return [
        _trigger(STARTED, target) | {"id": name} for name, target in targets.items()
    ]


async def _run(simulator: PlexSimulator, clock: Clock, task: str = BACKUP) -> None:
    """Let the server run a task for 5 s."""
    simulator.butler.start(task)
    await clock.tick(5)
    simulator.butler.finish(task)
    await clock.tick(2)


async def _lose(simulator: PlexSimulator, clock: Clock) -> None:
    """Let Home Assistant lose the server, whose tasks go on."""
    simulator.inject(faults.cut_off())
    simulator.cut_off()
    await clock.tick(2)


async def _recover(simulator: PlexSimulator, clock: Clock) -> None:
    """Let Home Assistant reach the server again."""
    simulator.heal()
    for _ in range(3):
        await clock.tick(31)


async def test_task(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """The start and end of a task trigger, with all that is known of the run."""
    device_id = task_device(hass, setup_entry, BACKUP).id
    target: Target = {"device_id": device_id}
    recorder = await record(hass, [_trigger(STARTED, target), _trigger(ENDED, target)])
    await _run(simulator, clock, OPTIMIZATION)
    assert recorder.pop() == []

    await _run(simulator, clock)
    start, end = recorder.pop()
    shared = {
        "task": BACKUP,
        "title": "Backup database",
        "server": "Tower",
        "evidence": "named",
        "device_id": device_id,
        "entity_id": STATUS,
    }
    assert start == shared | {
        "id": "task_started",
        "description": "start of Backup database on Tower",
        "outcome": None,
        "duration": None,
    }
    assert end == shared | {
        "id": "task_ended",
        "description": "end (finished) of Backup database on Tower",
        "outcome": "finished",
        "duration": pytest.approx(5, abs=0.1),
    }


async def test_maintenance(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """The start and end of maintenance trigger, also if its task is unknown."""
    device_id = server_device(hass, setup_entry).id
    recorder = await record(hass, _all({"device_id": device_id}))
    simulator.display.names_task = False
    await _run(simulator, clock)
    start, end = recorder.pop()
    shared = {
        "task": None,
        "title": None,
        "server": "Tower",
        "outcome": None,
        "duration": None,
        "evidence": None,
        "device_id": device_id,
        "entity_id": RUNNING,
    }
    assert start == shared | {
        "id": "maintenance_started",
        "description": "start of maintenance on Tower",
    }
    assert end == shared | {
        "id": "maintenance_ended",
        "description": "end of maintenance on Tower",
    }


async def test_targets(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    """A task is targeted by its device and entities, by label, area and floor."""
    floor = fr.async_get(hass).async_create("Basement")
    areas = ar.async_get(hass)
    cellar = areas.async_create("Cellar", floor_id=floor.floor_id)
    attic, hall = areas.async_create("Attic"), areas.async_create("Hall")
    labels = lr.async_get(hass)
    night, server, one = (
        labels.async_create(name).label_id for name in ("Night", "Server", "One")
    )
    areas.async_update(hall.id, labels={server})
    tower = server_device(hass, setup_entry)
    backup = task_device(hass, setup_entry, BACKUP)
    optimization = task_device(hass, setup_entry, OPTIMIZATION)
    device_registry.async_update_device(tower.id, area_id=cellar.id)
    device_registry.async_update_child_device(backup.id, labels={night})
    device_registry.async_update_child_device(optimization.id, area_id=attic.id)
    entity_registry.async_update_entity(START, area_id=hall.id)
    entity_registry.async_update_entity(RUNNING, labels={one})
    demo = MockConfigEntry(domain="demo")
    demo.add_to_hass(hass)
    device_registry.async_get_or_create(
        config_entry_id=demo.entry_id,
        identifiers={(DOMAIN, f"{setup_entry.unique_id}_{BACKUP}")},
        suggested_area="Garage",
    )
    recorder = await record(
        hass,
        _started(
            {
                "device": {"device_id": backup.id},
                "status": {"entity_id": STATUS},
                "button": {"entity_id": [START]},
                "label": {"label_id": night},
                "area": {"area_id": cellar.id},
                "other area": {"area_id": attic.id},
                "area of an entity": {"area_id": hall.id},
                "label of an area": {"label_id": server},
                "floor": {"floor_id": floor.floor_id},
                "server": {"device_id": tower.id},
                "entity of the server": {"entity_id": RUNNING},
                "area and entity": {"entity_id": RUNNING, "area_id": cellar.id},
                "label of an entity of the server": {"label_id": one},
                "other task": {"device_id": optimization.id},
                "another integration": {"area_id": "garage"},
                "not ours": {"entity_id": "light.kitchen", "device_id": "nothing"},
            }
        ),
    )
    await _run(simulator, clock)
    every = {
        "server",
        "entity of the server",
        "area and entity",
        "label of an entity of the server",
    }
    ids = recorder.pop_ids()
    assert len(ids) == len(set(ids))
    assert set(ids) == every | {
        "device",
        "status",
        "button",
        "label",
        "area",
        "area of an entity",
        "label of an area",
        "floor",
    }
    # A task that was moved to another area isn't in that of its server.
    await _run(simulator, clock, OPTIMIZATION)
    assert set(recorder.pop_ids()) == every | {"other area", "other task"}


async def test_targets_of_maintenance(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    device_registry: dr.DeviceRegistry,
) -> None:
    """A server is targeted by its device, entities and area, but not by a task."""
    area = ar.async_get(hass).async_create("Cellar")
    tower = server_device(hass, setup_entry)
    device_registry.async_update_device(tower.id, area_id=area.id)
    targets: dict[str, Target] = {
        "device": {"device_id": tower.id},
        "entity": {"entity_id": RUNNING},
        "area": {"area_id": area.id},
        "task": {"device_id": task_device(hass, setup_entry, BACKUP).id},
        "status": {"entity_id": STATUS},
    }
    recorder = await record(
        hass,
        [
            _trigger(MAINTENANCE_STARTED, target) | {"id": name}
            for name, target in targets.items()
        ],
    )
    await _run(simulator, clock)
    assert sorted(recorder.pop_ids()) == ["area", "device", "entity"]


async def test_two_servers(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    attic: PlexSimulator,
    clock: Clock,
) -> None:
    """Of servers with the same name and tasks, only the one that is meant triggers."""
    attic.friendly_name = "Tower"
    other = await set_up_server(hass, attic)
    await clock.tick(2)
    target: Target = {"device_id": server_device(hass, other).id}
    recorder = await record(hass, _all(target))
    await _run(simulator, clock)
    assert recorder.pop() == []
    await _run(attic, clock)
    found = recorder.pop()
    assert [each["id"] for each in found] == [
        "task_started",
        "maintenance_started",
        "task_ended",
        "maintenance_ended",
    ]
    task = task_device(hass, other, BACKUP)
    assert found[0]["device_id"] == found[2]["device_id"] == task.id
    assert found[0]["entity_id"] != STATUS
    assert found[1]["device_id"] == server_device(hass, other).id


async def test_changes_after_setup(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    """The target is what it is when a task starts: moved, renamed, disabled or new."""
    area = ar.async_get(hass).async_create("Cellar")
    backup = task_device(hass, setup_entry, BACKUP)
    task = simulator.butler.tasks.pop(OPTIMIZATION)
    await clock.next_poll()
    recorder = await record(
        hass,
        _started(
            {
                "area": {"area_id": area.id},
                "server": {"device_id": server_device(hass, setup_entry).id},
            }
        ),
    )
    await _run(simulator, clock)
    assert recorder.pop_ids() == ["server"]

    device_registry.async_update_child_device(
        backup.id, area_id=area.id, name_by_user="Nightly copy"
    )
    entity_registry.async_update_entity(STATUS, new_entity_id="sensor.copy")
    await _run(simulator, clock)
    for variables in recorder.pop():
        assert variables["title"] == "Nightly copy"
        assert variables["entity_id"] == "sensor.copy"

    entity_registry.async_update_entity(
        "sensor.copy", disabled_by=er.RegistryEntryDisabler.USER
    )
    await hass.async_block_till_done()
    await _run(simulator, clock)
    assert [each["entity_id"] for each in recorder.pop()] == ["sensor.copy"] * 2

    entity_registry.async_remove("sensor.copy")
    await _run(simulator, clock)
    assert [each["entity_id"] for each in recorder.pop()] == [None] * 2

    simulator.butler.tasks[OPTIMIZATION] = task
    await clock.next_poll()
    await _run(simulator, clock, OPTIMIZATION)
    assert recorder.pop_ids() == ["server"]


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        pytest.param(None, ["finished", "stopped", "unconfirmed"], id="default"),
        pytest.param("stopped", ["stopped"], id="one"),
        pytest.param(
            ["finished", "unconfirmed"], ["finished", "unconfirmed"], id="two"
        ),
    ],
)
async def test_outcomes(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    outcome: str | list[str] | None,
    expected: list[str],
) -> None:
    """Ends trigger if their outcome is among those that were chosen."""
    target: Target = {"device_id": task_device(hass, setup_entry, BACKUP).id}
    options = {"outcome": outcome} if outcome else {}
    recorder = await record(hass, [_trigger(ENDED, target, **options)])
    await _run(simulator, clock)
    await press(hass, START)
    await clock.tick(2)
    await press(hass, STOP)
    await clock.tick(15)
    simulator.display.row = False
    simulator.display.rest()
    await clock.tick(2)
    await press(hass, START)
    await clock.tick(62)
    found = recorder.pop()
    assert [each["outcome"] for each in found] == expected
    durations = {each["outcome"]: each["duration"] for each in found}
    assert durations.get("unconfirmed") is None


@pytest.mark.usefixtures("setup_entry")
async def test_context(hass: HomeAssistant, clock: Clock) -> None:
    """The automation was caused by who started the task."""
    recorder = await record(hass, [_trigger(STARTED, {"entity_id": STATUS})])
    context = Context(user_id=None)
    await hass.services.async_call(
        "button", "press", {"entity_id": START}, blocking=True, context=context
    )
    await clock.tick(1)
    (event,) = recorder.events
    assert event.context.parent_id == context.id


async def test_order(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """What one poll finds triggers in order: ends come before beginnings."""
    simulator.inject(faults.status(404), path=NOTIFICATIONS)
    await simulator.notifications.close()
    target: Target = {"device_id": server_device(hass, setup_entry).id}
    recorder = await record(hass, _all(target))
    simulator.butler.start(OPTIMIZATION)
    await clock.tick(31)
    assert recorder.pop_ids() == ["task_started", "maintenance_started"]
    simulator.butler.finish(OPTIMIZATION)
    simulator.butler.start(BACKUP)
    await clock.tick(31)
    assert [(each["id"], each["task"]) for each in recorder.pop()] == [
        ("task_ended", OPTIMIZATION),
        ("task_started", BACKUP),
    ]


async def test_reload(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """Reloads hide nothing, not even what changes while the entry isn't loaded."""
    entries, entry_id = hass.config_entries, setup_entry.entry_id
    await entries.async_unload(entry_id)
    target: Target = {"device_id": server_device(hass, setup_entry).id}
    recorder = await record(hass, _all(target))
    simulator.butler.start(BACKUP)
    await clock.tick(2)
    assert recorder.pop_ids() == []
    await entries.async_setup(entry_id)
    await clock.tick(2)
    assert recorder.pop_ids() == ["task_started", "maintenance_started"]

    await entries.async_reload(entry_id)
    await clock.tick(2)
    assert recorder.pop_ids() == []

    await entries.async_set_disabled_by(entry_id, ConfigEntryDisabler.USER)
    simulator.butler.finish(BACKUP)
    await clock.tick(2)
    await entries.async_set_disabled_by(entry_id, None)
    await clock.tick(2)
    found = recorder.pop()
    assert [each["id"] for each in found] == ["task_ended", "maintenance_ended"]
    assert found[0]["outcome"] == "unconfirmed"
    await _run(simulator, clock)
    assert len(recorder.pop_ids()) == 4


async def test_loss(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A loss of the server hides nothing that is known when it is back."""
    target: Target = {"device_id": server_device(hass, setup_entry).id}
    recorder = await record(hass, _all(target))
    for task in (BACKUP, OPTIMIZATION):
        await _lose(simulator, clock)
        simulator.butler.start(task)
        await _recover(simulator, clock)
        started, maintenance = recorder.pop()
        assert (started["id"], started["task"]) == ("task_started", task)
        assert (started["evidence"], started["duration"]) == ("named", None)
        assert maintenance["id"] == "maintenance_started"

        await _lose(simulator, clock)
        await _recover(simulator, clock)
        assert recorder.pop() == []

        await _lose(simulator, clock)
        simulator.butler.finish(task)
        await _recover(simulator, clock)
        ended, maintenance = recorder.pop()
        assert (ended["id"], ended["outcome"]) == ("task_ended", "unconfirmed")
        assert maintenance["id"] == "maintenance_ended"
    await _run(simulator, clock)
    assert len(recorder.pop()) == 4


async def test_another_run_during_loss(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A task that is found in another run has ended and started."""
    simulator.display.permanent = False
    simulator.display.rest()
    await clock.tick(2)
    recorder = await record(hass, _all({"entity_id": STATUS}))
    simulator.butler.start(BACKUP)
    await clock.tick(2)
    assert recorder.pop_ids() == ["task_started"]
    await _lose(simulator, clock)
    simulator.butler.finish(BACKUP)
    simulator.butler.start(BACKUP)
    await _recover(simulator, clock)
    assert recorder.pop_ids() == ["task_ended", "task_started"]


@pytest.mark.parametrize("task", [BACKUP, OPTIMIZATION])
async def test_end_during_loss(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    task: str,
) -> None:
    """What time ends during a loss doesn't hide what is found after it.

    The same task begins again if the server shows only then what had been started.
    """
    simulator.display.row = simulator.display.permanent = False
    simulator.display.rest()
    await clock.tick(2)
    target: Target = {"device_id": server_device(hass, setup_entry).id}
    recorder = await record(hass, _all(target))
    await press(hass, START)
    await clock.tick(2)
    assert recorder.pop_ids() == ["task_started", "maintenance_started"]
    await _lose(simulator, clock)
    await clock.tick(60)
    assert recorder.pop_ids() == ["task_ended"]
    simulator.display.row = True
    simulator.butler.finish(BACKUP)
    simulator.butler.start(task)
    await _recover(simulator, clock)
    assert [(each["id"], each["task"]) for each in recorder.pop()] == [
        ("task_started", task)
    ]


@pytest.mark.parametrize("device_first", [False, True])
async def test_removed_task(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    device_registry: dr.DeviceRegistry,
    device_first: bool,
) -> None:
    """The end of a task that is gone triggers, although its device is gone too."""
    backup = task_device(hass, setup_entry, BACKUP)
    optimization = task_device(hass, setup_entry, OPTIMIZATION)
    server = server_device(hass, setup_entry)
    recorder = await record(
        hass,
        [
            _trigger(ENDED, {"device_id": device_id}) | {"id": name}
            for name, device_id in (
                ("task", backup.id),
                ("other task", optimization.id),
                ("server", server.id),
            )
        ],
    )
    simulator.butler.start(BACKUP)
    await clock.tick(2)
    if device_first:
        device_registry.async_remove_device(backup.id)
        simulator.butler.finish(BACKUP)
        await clock.tick(2)
        assert recorder.pop_ids() == ["server"]
        return
    del simulator.butler.tasks[BACKUP]
    await clock.next_poll()
    assert device_registry.async_get(backup.id) is None
    found = recorder.pop()
    assert [each["id"] for each in found] == ["task", "server"]
    for variables in found:
        assert variables["title"] == "Backup database"
        assert variables["device_id"] == backup.id
        assert variables["entity_id"] is None


@pytest.mark.skipif(
    not hasattr(TargetSelection, "exclude"),
    reason="Home Assistant has exceptions in targets since 2026.11",
)
@pytest.mark.parametrize("by_entity", [False, True])
async def test_exceptions(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    by_entity: bool,
) -> None:
    """A task that the target excepts doesn't trigger."""
    backup = task_device(hass, setup_entry, BACKUP)
    excepted = {"entity_id": STATUS} if by_entity else {"device_id": backup.id}
    target: dict[str, Any] = {"entity_id": RUNNING, "exclude": excepted}
    recorder = await record(hass, [_trigger(STARTED, target)])
    await _run(simulator, clock)
    assert recorder.pop_ids() == []
    await _run(simulator, clock, OPTIMIZATION)
    assert recorder.pop_ids() == ["task_started"]


async def test_invalid(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Home Assistant says what is wrong with a trigger."""
    client = await hass_ws_client(hass)
    target: Target = {"device_id": server_device(hass, setup_entry).id}
    for trigger, error in (
        *(({"trigger": each}, "required") for each in ALL),
        *(({"trigger": each, "target": {}}, "target is empty") for each in ALL),
        *((_trigger(each, target, other=1), "other") for each in ALL),
        (_trigger(STARTED, target, outcome="finished"), "outcome"),
        (_trigger(ENDED, target, outcome="started"), "outcome"),
        (_trigger(ENDED, target, outcome=[]), "outcome"),
        ({"trigger": "plex_butler.unknown", "target": target}, "plex_butler.unknown"),
    ):
        await client.send_json_auto_id({"type": "validate_config", "triggers": trigger})
        result = (await client.receive_json())["result"]["triggers"]
        assert result["valid"] is False, trigger
        assert error in result["error"], trigger


async def test_editor(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """The editor offers what fits the target, and can try a trigger."""
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "trigger_platforms/subscribe"})
    assert (await client.receive_json())["success"]
    descriptions = (await client.receive_json())["event"]
    assert set(ALL) <= descriptions.keys()
    assert descriptions[ENDED]["fields"].keys() == {"outcome"}

    async def offered(target: dict[str, list[str]]) -> set[str]:
        await client.send_json_auto_id(
            {"type": "get_triggers_for_target", "target": target}
        )
        result: list[str] = (await client.receive_json())["result"]
        return set(result) & set(ALL)

    tower = server_device(hass, setup_entry).id
    backup = task_device(hass, setup_entry, BACKUP).id
    assert await offered({"device_id": [backup]}) == {STARTED, ENDED}
    assert await offered({"entity_id": [STATUS]}) == {STARTED, ENDED}
    assert await offered({"device_id": [tower]}) == set(ALL)
    assert await offered({"entity_id": [RUNNING]}) == {
        MAINTENANCE_STARTED,
        MAINTENANCE_ENDED,
    }
    assert await offered({"entity_id": [START]}) == set()

    trigger = _trigger(STARTED, {"device_id": backup})
    await client.send_json_auto_id({"type": "subscribe_trigger", "trigger": [trigger]})
    assert (await client.receive_json())["success"]
    simulator.butler.start(BACKUP)
    await clock.tick(1)
    event = (await client.receive_json())["event"]
    assert event["variables"]["trigger"]["task"] == BACKUP


async def test_many_events_at_once(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """The target of a trigger is resolved once for all that one list of a server brings.

    For a server with 900 tasks, that takes 6 to 12 ms each time. A list that had 400 new
    runs held up everything for 5 s.
    """
    target = {"device_id": server_device(hass, setup_entry).id}
    recorder = await record(
        hass,
        [{"id": "start", "trigger": "plex_butler.task_started", "target": target}],
    )
    simulator.notifications.cut_off()
    simulator.inject(faults.status(404), path=NOTIFICATIONS)
    await clock.tick(2)
    tasks = list(simulator.butler.tasks)[:10]
    for name in tasks:
        simulator.butler.start(name)
    with patch(
        "custom_components.plex_butler.trigger.async_resolve_target",
        wraps=async_resolve_target,
    ) as resolve:
        await clock.next_poll()
    assert len(recorder.pop()) == len(tasks)
    assert resolve.call_count == 1
