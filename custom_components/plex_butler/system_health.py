"""System health: how many servers there are, and how well they can be heard."""

from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .coordinator import PlexButlerConfigEntry


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register what is told."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    """Tell of all servers; what was last seen of them, without asking."""
    entries: list[PlexButlerConfigEntry] = hass.config_entries.async_entries(
        DOMAIN, include_ignore=False, include_disabled=False
    )
    loaded = hass.config_entries.async_loaded_entries(DOMAIN)
    coordinators = [entry.runtime_data for entry in loaded]
    return {
        "servers": len(entries),
        "reachable": sum(each.last_update_success for each in coordinators),
        "push_connected": sum(each.stream.connected for each in coordinators),
    }
