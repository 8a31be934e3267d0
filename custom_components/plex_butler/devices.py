"""Device registry sync: a device for the server and a child device for each task."""

from collections.abc import Collection

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from .api import ButlerTask, ServerIdentity
from .butler.models import ButlerData
from .const import DOMAIN


def server_device_info(machine_identifier: str) -> DeviceInfo:
    """Return the device info that links an entity to the server's device."""
    return DeviceInfo(identifiers={(DOMAIN, machine_identifier)})


@callback
def async_get_task_device(
    hass: HomeAssistant, entry: ConfigEntry, machine_identifier: str, task: str
) -> dr.ChildDeviceEntry | None:
    """Return the device of a task, None if there is none."""
    return dr.async_get(hass).async_get_child_device_by_identifier(
        _task_identifier(machine_identifier, task), entry.entry_id
    )


class DeviceSync:
    """Synchronizes the devices of a server and its tasks."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize the synchronization of a config entry's devices."""
        self._hass = hass
        self._entry = entry
        self._synced: tuple[ServerIdentity, list[ButlerTask]] | None = None

    @callback
    def async_sync_devices(self, data: ButlerData) -> None:
        """Add, update and remove devices, if the server or its tasks changed.

        Tasks that are gone lose their device and its entities, also those that went while
        Home Assistant wasn't running.
        """
        server, tasks = data.server, data.butler_tasks
        if self._synced == (server, tasks):
            return
        device = self._async_sync_server(server)
        present = self._async_sync_tasks(server, tasks, device.id)
        registry = dr.async_get(self._hass)
        for child in dr.async_entries_for_parent_device(registry, device.id):
            if child.id not in present:
                registry.async_remove_device(child.id)
        self._synced = (server, tasks)

    def _async_sync_server(self, server: ServerIdentity) -> dr.DeviceEntry:
        return dr.async_get(self._hass).async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={(DOMAIN, server.machine_identifier)},
            entry_type=DeviceEntryType.SERVICE,
            name=server.friendly_name or "Plex Media Server",
            manufacturer="Plex",
            model="Plex Media Server",
            sw_version=server.version,
            configuration_url=f"{self._entry.data[CONF_URL]}/web",
        )

    def _async_sync_tasks(
        self, server: ServerIdentity, tasks: Collection[ButlerTask], parent_id: str
    ) -> set[str]:
        """Add or update the devices of the tasks, and return their ids."""
        registry = dr.async_get(self._hass)
        return {
            registry.async_get_or_create_child(
                config_entry_id=self._entry.entry_id,
                identifiers={_task_identifier(server.machine_identifier, task.name)},
                name=task.title,
                parent_device_id=parent_id,
            ).id
            for task in tasks
        }


def _task_identifier(machine_identifier: str, task: str) -> tuple[str, str]:
    return DOMAIN, f"{machine_identifier}_{task}"
