"""The Plex Butler integration."""

from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, translation
from homeassistant.helpers.device_registry import AnyDeviceEntry
from homeassistant.helpers.typing import ConfigType

from .connection import async_create_client, async_server_time_zone
from .const import DOMAIN
from .coordinator import PlexButlerConfigEntry, PlexButlerCoordinator
from .dashboard import async_setup_dashboard, async_update_dashboard
from .issues import async_setup_issues
from .reporter import async_forget_last_known
from .services import async_setup_services
from .store import RunStore
from .trouble import async_forget_refusals

PLATFORMS: Final = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CALENDAR,
    Platform.EVENT,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
]

CONFIG_SCHEMA: Final = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up the actions, issues and dashboard, which don't depend on one server."""
    async_setup_services(hass)
    async_setup_issues(hass)
    async_setup_dashboard(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: PlexButlerConfigEntry) -> bool:
    """Set up a server from a config entry."""
    await async_update_dashboard(hass)
    # The language may just have been changed, and the names of tasks go into entity ids.
    await translation.async_load_integrations(hass, {DOMAIN})
    client = await async_create_client(hass, entry.data)
    zone = await async_server_time_zone(entry.options)
    coordinator = PlexButlerCoordinator(hass, entry, client, zone)
    entry.async_on_unload(
        hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, coordinator.async_handle_stop)
    )
    await coordinator.async_config_entry_first_refresh()
    entry.runtime_data = coordinator
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    # Not before the entry counts as loaded, which what reacts to the first events relies on.
    entry.async_create_background_task(
        hass,
        coordinator.async_listen(),
        f"{entry.title} notifications",
        eager_start=False,
    )
    return True


async def async_unload_entry(hass: HomeAssistant, entry: PlexButlerConfigEntry) -> bool:
    """Unload a config entry."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: PlexButlerConfigEntry, device: AnyDeviceEntry
) -> bool:
    """Let a person delete the device of a task that the server no longer lists."""
    if entry.state is not ConfigEntryState.LOADED:
        return False
    coordinator = entry.runtime_data
    if not coordinator.async_forget_device(device):
        return False
    # Its entities have to be known as removed before the server may list it again.
    await coordinator.async_refresh()
    return coordinator.last_update_success and coordinator.async_forget_device(device)


async def async_remove_entry(hass: HomeAssistant, entry: PlexButlerConfigEntry) -> None:
    """Remove what is stored of a server."""
    async_forget_refusals(hass, entry)
    async_forget_last_known(hass, entry)
    await async_update_dashboard(hass)
    await RunStore(hass, entry.entry_id).async_remove()
