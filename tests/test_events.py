"""Tests of the events of runs: when they are fired, and with whose context."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.plex_butler.listeners import TaskListeners
from custom_components.plex_butler.signals import SIGNAL_TASK, TaskSignal
from homeassistant.const import (
    EVENT_STATE_CHANGED,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    EntityCategory,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .automations import task_device
from .common import CURRENT_TASK, RUN, STATUS, Clock
from .simulator import PlexSimulator, SimulatedTask, faults

LAST_STARTED = "sensor.tower_backup_database_last_started"
LAST_FINISHED = "sensor.tower_backup_database_last_finished"


def _attributes(hass: HomeAssistant, entity_id: str) -> dict[str, Any]:
    state = hass.states.get(entity_id)
    assert state is not None
    return dict(state.attributes)


@pytest.mark.usefixtures("setup_entry")
async def test_event_while_server_is_away(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The event and the last runs stay while the server is away; nothing is missed.

    An end that the next poll finds is an event once the poll counts as successful.
    """
    simulator.butler.start("BackupDatabase")
    await clock.tick(5)
    simulator.inject(faults.cut_off())
    simulator.notifications.cut_off()
    await clock.tick(2)
    await clock.next_poll()
    assert hass.states.is_state(STATUS, STATE_UNAVAILABLE)
    assert _attributes(hass, RUN)["event_type"] == "started"
    last_started = hass.states.get(LAST_STARTED)
    assert last_started is not None
    assert last_started.state not in (STATE_UNAVAILABLE, STATE_UNKNOWN)

    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    simulator.butler.finish("BackupDatabase")
    simulator.heal()
    for _ in range(3):
        await clock.next_poll()
    events = [
        (old.state, new.attributes["event_type"])
        for change in changes
        if change.data["entity_id"] == RUN
        and (old := change.data["old_state"])
        and (new := change.data["new_state"])
    ]
    assert [event_type for _, event_type in events] == ["unconfirmed"]
    assert events[0][0] != STATE_UNAVAILABLE
    assert hass.states.is_state(STATUS, "idle")


async def test_event_after_reload(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """An end that the first poll after a reload finds is an event as well."""
    simulator.butler.start("BackupDatabase")
    await clock.tick(5)
    assert await hass.config_entries.async_unload(setup_entry.entry_id)
    assert hass.states.is_state(RUN, STATE_UNAVAILABLE)
    simulator.butler.finish("BackupDatabase")
    assert await hass.config_entries.async_setup(setup_entry.entry_id)
    await clock.tick(2)
    assert _attributes(hass, RUN)["event_type"] == "unconfirmed"


@pytest.mark.usefixtures("setup_entry")
async def test_renamed_current_task(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    """The current task has the name that a person gave, as far as a state can have it."""
    status = entity_registry.async_get(STATUS)
    assert status
    assert status.device_id
    device_registry.async_update_child_device(
        status.device_id, name_by_user="Long " * 60
    )
    simulator.butler.start("BackupDatabase")
    await clock.tick(2)
    assert hass.states.is_state(CURRENT_TASK, ("Long " * 60)[:255])
    # Another language gives the device another name, and nothing else changes.
    device_registry.async_update_child_device(status.device_id, name_by_user=None)
    await clock.tick(2)
    device_registry.async_update_child_device(
        status.device_id, name="Datenbank sichern"
    )
    await clock.tick(2)
    assert hass.states.is_state(CURRENT_TASK, "Datenbank sichern")


@pytest.mark.usefixtures("setup_entry")
async def test_current_task(
    hass: HomeAssistant, simulator: PlexSimulator, clock: Clock
) -> None:
    """The current task is the one that began last of those that run."""
    assert hass.states.is_state(CURRENT_TASK, "none")
    assert _attributes(hass, CURRENT_TASK)["task"] is None
    for name in ("OptimizeDatabase", "BackupDatabase"):
        simulator.butler.start(name)
        await clock.tick(2)
    assert hass.states.is_state(CURRENT_TASK, "Backup database")
    assert _attributes(hass, CURRENT_TASK)["task"] == "BackupDatabase"
    simulator.butler.finish("BackupDatabase")
    await clock.tick(2)
    assert hass.states.is_state(CURRENT_TASK, "Optimize database")
    simulator.butler.finish("OptimizeDatabase")
    await clock.tick(2)
    assert hass.states.is_state(CURRENT_TASK, "none")


async def test_enabled_entities(
    setup_entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    """At first, few entities are enabled, and no button is a primary entity."""
    entities = er.async_entries_for_config_entry(entity_registry, setup_entry.entry_id)
    enabled = [entity for entity in entities if not entity.disabled]
    assert len(enabled) <= 170
    primary = [entity for entity in enabled if entity.entity_category is None]
    assert {entity.domain for entity in primary} == {
        "binary_sensor",
        "calendar",
        "event",
        "sensor",
    }
    assert {
        (entity.domain, entity.translation_key)
        for entity in enabled
        if entity.entity_category is EntityCategory.DIAGNOSTIC
    } == {("sensor", key) for key in ("last_started", "last_finished", "next_window")}


async def test_new_name_of_running_task(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A person who renames the device of a running task sees the name at once."""
    simulator.butler.start("BackupDatabase")
    await clock.tick(2)
    dr.async_get(hass).async_update_child_device(
        task_device(hass, setup_entry, "BackupDatabase").id, name_by_user="My backup"
    )
    await clock.tick(2)
    assert hass.states.is_state(CURRENT_TASK, "My backup")


async def test_event_of_new_task(
    hass: HomeAssistant,
    setup_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """A task that the server lists first while it is running has the event, too."""
    simulator.butler.tasks["NewTask"] = SimulatedTask(name="NewTask", title="New Task")
    simulator.butler.start("NewTask")
    await clock.next_poll()
    await clock.next_poll()
    assert hass.states.is_state("sensor.tower_new_task", "running")
    assert _attributes(hass, "event.tower_new_task_run")["event_type"] == "started"
    simulator.butler.finish("NewTask")
    await clock.tick(2)
    assert _attributes(hass, "event.tower_new_task_run")["event_type"] == "finished"


@pytest.mark.usefixtures("setup_entry")
async def test_events_of_gone_tasks_are_forgotten(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: Clock,
) -> None:
    """Events are kept for a listener to come, but not of tasks that are gone."""
    signals: list[TaskSignal] = []
    async_dispatcher_connect(hass, SIGNAL_TASK, signals.append)
    for name in ("BackupDatabase", "OptimizeDatabase"):
        simulator.butler.start(name)
        await clock.tick(2)
        simulator.butler.finish(name)
        await clock.tick(2)
    assert len(signals) == 4
    listeners = TaskListeners()
    for signal in signals:
        listeners.notify(signal)
    listeners.keep({"OptimizeDatabase"})
    heard: list[TaskSignal] = []
    for name in ("BackupDatabase", "OptimizeDatabase"):
        listeners.add_for_task(name, heard.append)
    assert heard == signals[2:]
