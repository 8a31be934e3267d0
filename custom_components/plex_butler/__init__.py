"""Plex Butler: watch and command the maintenance tasks of a Plex Media Server."""

from typing import Final

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from .connection import async_create_client
from .const import DOMAIN
from .coordinator import PlexButlerConfigEntry, PlexButlerCoordinator
from .history import RunHistory
from .issues import async_setup_issues
from .services import async_setup_services

PLATFORMS: Final = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
]

CONFIG_SCHEMA: Final = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions, which are there even while no server is."""
    async_setup_services(hass)
    async_setup_issues(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: PlexButlerConfigEntry) -> bool:
    """Set up a server."""
    client = await async_create_client(hass, entry.data)
    coordinator = PlexButlerCoordinator(hass, entry, client)
    await coordinator.async_config_entry_first_refresh()
    entry.runtime_data = coordinator
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    entry.async_create_background_task(
        hass, coordinator.stream.run(), f"{entry.title} notifications"
    )
    return True


async def async_unload_entry(hass: HomeAssistant, entry: PlexButlerConfigEntry) -> bool:
    """Unload a server."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: PlexButlerConfigEntry) -> None:
    """Forget what was kept of a server."""
    await RunHistory(hass, entry).async_remove()
