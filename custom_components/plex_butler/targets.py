"""Which tasks and servers the target of an action, trigger or condition refers to."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import voluptuous as vol

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)
from homeassistant.helpers.typing import ConfigType

from .const import DOMAIN
from .devices import task_of_device


def _require_any(target: ConfigType) -> ConfigType:
    if not TargetSelection(target).has_any_target:
        raise vol.Invalid("the target is empty")
    return target


TARGET: Final = vol.All(cv.TARGET_FIELDS, _require_any)
"""Validates the target of a trigger or condition."""


class TargetedTask(NamedTuple):
    """A task that a target refers to, by Plex's name of it."""

    entry: ConfigEntry
    name: str
    device_id: str


class Targeted(NamedTuple):
    """What a target refers to: tasks, and servers by their config entries."""

    tasks: list[TargetedTask]
    servers: list[ConfigEntry]


@callback
def async_resolve_target(hass: HomeAssistant, selection: TargetSelection) -> Targeted:
    """Return what a target refers to, by devices, entities, labels, areas and floors.

    Home Assistant adds the tasks' devices to the server's, and to those of an area. An
    entity of the server that is referred to itself also stands for all tasks. What isn't
    ours is ignored.
    """
    targeted = Targeted(tasks=[], servers=[])
    for device in _devices(hass, selection):
        entry = hass.config_entries.async_get_entry(device.config_entry_id)
        if entry is None or entry.domain != DOMAIN:
            continue
        name = task_of_device(device, str(entry.unique_id))
        if name is None:
            targeted.servers.append(entry)
        else:
            task = TargetedTask(entry=entry, name=name, device_id=device.id)
            targeted.tasks.append(task)
    return targeted


def _devices(
    hass: HomeAssistant, selection: TargetSelection
) -> Iterator[dr.AnyDeviceEntry]:
    """Yield each device that is referred to, itself or by one of its entities."""
    selected = async_extract_referenced_entity_ids(
        hass, selection, primary_entities_only=False
    )
    entities, devices = er.async_get(hass), dr.async_get(hass)
    device_ids = dict.fromkeys(sorted(selected.referenced_devices))
    for entity_id in sorted(selected.referenced | selected.indirectly_referenced):
        entity = entities.async_get(entity_id)
        if entity and entity.platform == DOMAIN and entity.device_id:
            device_ids[entity.device_id] = None
            if (
                entity_id in selected.referenced
                or entity.device_id not in selected.referenced_devices
            ):
                children = dr.async_entries_for_parent_device(devices, entity.device_id)
                device_ids.update(dict.fromkeys(child.id for child in children))
    # Since 2026.11, a target can have exceptions.
    exclude: list[TargetSelection | None] = [getattr(selection, "exclude", None)]
    excluded = {
        device.id for each in exclude if each for device in _devices(hass, each)
    }
    for device_id in device_ids:
        device = devices.async_get(device_id)
        if device and device_id not in excluded:
            yield device
