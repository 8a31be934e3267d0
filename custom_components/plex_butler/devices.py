"""Device registry sync: a device for the server and a child device for each task."""

from collections.abc import Collection
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, translation
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.util import slugify

from .api import ButlerTask, ServerIdentity
from .butler.models import ButlerData
from .butler.titles import title_key
from .const import DOMAIN

MAX_SLUG: Final = 100
"""Maximum length of a device's name in entity ids.

An entity id has the names of the server, the task and the entity, and 255 characters at
most. Entities whose longer ids are the same when cut off there may not be added.
"""


def server_device_info(machine_identifier: str) -> DeviceInfo:
    """Return the device info that links an entity to the server's device."""
    return DeviceInfo(identifiers={(DOMAIN, machine_identifier)})


def server_unique_id(machine_identifier: str, key: str) -> str:
    """Return the unique id of an entity of the server."""
    return f"{machine_identifier}_{key}"


def task_unique_id(machine_identifier: str, task: str, key: str) -> str:
    """Return the unique id of an entity of a task, by Plex's name of the task."""
    return f"{machine_identifier}_{task}_{key}"


def task_of_device(device: dr.AnyDeviceEntry, machine_identifier: str) -> str | None:
    """Return Plex's name of the task that a device is for, None if it's for no task."""
    prefix = _task_identifier(machine_identifier, "")[1]
    for _, identifier in device.identifiers:
        if identifier.startswith(prefix):
            return identifier.removeprefix(prefix)
    return None


@callback
def async_get_task_device(
    hass: HomeAssistant, entry: ConfigEntry, machine_identifier: str, task: str
) -> dr.ChildDeviceEntry | None:
    """Return the device of a task, None if there is none."""
    return dr.async_get(hass).async_get_child_device_by_identifier(
        _task_identifier(machine_identifier, task), entry.entry_id
    )


@callback
def async_task_titles(
    hass: HomeAssistant, entry: ConfigEntry, name: str, server_title: str
) -> list[str]:
    """Return all titles of a task, by Plex's name of it; the first is that for people."""
    device = async_get_task_device(hass, entry, str(entry.unique_id), name)
    names = [device.name_by_user, device.name] if device else []
    return [*filter(None, names), server_title]


@callback
def async_task_title(hass: HomeAssistant, entry: ConfigEntry, task: ButlerTask) -> str:
    """Return the title of a task for people: the name of its device."""
    return async_task_titles(hass, entry, task.name, task.title)[0]


class DeviceSync:
    """Synchronizes the devices of a server and its tasks.

    `is_outdated` is True if they have to be synchronized again, whatever was polled.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize the synchronization of a config entry's devices."""
        self._hass = hass
        self._entry = entry
        self.is_outdated = True
        self._synced: object = None

    @callback
    def async_sync_devices(self, data: ButlerData, *, is_complete: bool) -> None:
        """Add, update and remove devices, if the server or its tasks changed.

        Tasks that are gone lose their device and its entities, also those that went while
        Home Assistant wasn't running, unless the list of tasks may be incomplete.
        """
        server, tasks = data.server, data.butler_tasks
        shown = server, [(task.name, task.title) for task in tasks], is_complete
        if self._synced == shown and not self.is_outdated:
            return
        device = self._async_sync_server(server)
        present = self._async_sync_tasks(server, tasks, device.id)
        registry = dr.async_get(self._hass)
        for child in dr.async_entries_for_parent_device(registry, device.id):
            if is_complete and child.id not in present:
                registry.async_remove_device(child.id)
        # While another language is loaded, tasks with a title of ours are named by its key.
        is_named = translation.async_translations_loaded(self._hass, {DOMAIN})
        self._synced, self.is_outdated = shown, not is_named

    def _async_sync_server(self, server: ServerIdentity) -> dr.DeviceEntry:
        return dr.async_get(self._hass).async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={(DOMAIN, server.machine_identifier)},
            entry_type=DeviceEntryType.SERVICE,
            name=_device_name(server.friendly_name or "Plex Media Server"),
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
                # Home Assistant prefers the translated name.
                name=_device_name(task.title),
                translation_key=title_key(task.name),
                parent_device_id=parent_id,
            ).id
            for task in tasks
        }


def _device_name(text: str) -> str:
    """Return a name that isn't too long for entity ids; some letters become several."""
    name = text[:MAX_SLUG]
    while (length := len(slugify(name))) > MAX_SLUG:
        name = name[: len(name) * MAX_SLUG // length]
    return name.rstrip()


def _task_identifier(machine_identifier: str, task: str) -> tuple[str, str]:
    return DOMAIN, f"{machine_identifier}_{task}"
