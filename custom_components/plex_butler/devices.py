"""The device registry follows the server: one server device, one child for each task."""

from collections.abc import Iterable

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import (
    ChildDeviceInfo,
    DeviceEntryType,
    DeviceInfo,
)

from .api import ButlerTask, ServerIdentity
from .const import DOMAIN


def server_device_info(server: ServerIdentity, url: str) -> DeviceInfo:
    """Describe the server's device."""
    return DeviceInfo(
        identifiers={(DOMAIN, server.machine_identifier)},
        entry_type=DeviceEntryType.SERVICE,
        name=server.friendly_name or "Plex Media Server",
        manufacturer="Plex",
        model="Plex Media Server",
        sw_version=server.version,
        configuration_url=f"{url}/web",
    )


def task_device_info(
    server: ServerIdentity, task: ButlerTask, server_device_id: str
) -> ChildDeviceInfo:
    """Describe a task's device, a part of the server's."""
    return ChildDeviceInfo(
        identifiers={(DOMAIN, f"{server.machine_identifier}_{task.name}")},
        name=task.title,
        parent_device_id=server_device_id,
    )


@callback
def async_follow_server(
    hass: HomeAssistant,
    entry: ConfigEntry,
    server: ServerIdentity,
    tasks: Iterable[ButlerTask],
) -> str:
    """Make the device registry say what the server says; return the server device's id.

    Tasks that are gone, since Home Assistant last ran too, lose their device, and with
    it their entities.
    """
    registry = dr.async_get(hass)
    device = registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        **server_device_info(server, entry.data[CONF_URL]),
    )
    present = {
        registry.async_get_or_create_child(
            config_entry_id=entry.entry_id, **task_device_info(server, task, device.id)
        ).id
        for task in tasks
    }
    for child in dr.async_entries_for_parent_device(registry, device.id):
        if child.id not in present:
            registry.async_remove_device(child.id)
    return device.id
