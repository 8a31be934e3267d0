"""Diagnostics support for Plex Butler."""

from dataclasses import asdict
from typing import Any, Final

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant

from .butler.schedule import Schedule
from .coordinator import PlexButlerConfigEntry

TO_REDACT: Final = {
    CONF_TOKEN,
    CONF_URL,
    # The item that a task is working on names libraries and media.
    "detail",
    "friendly_name",
    "machine_identifier",
}


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: PlexButlerConfigEntry
) -> dict[str, Any]:
    """Return diagnostics of a config entry, without requests to the server."""
    if entry.state is not ConfigEntryState.LOADED:
        return {
            "entry": async_redact_data(entry.data, TO_REDACT),
            "state": entry.state.value,
            "reason": entry.error_reason_translation_key,
        }
    coordinator = entry.runtime_data
    error = coordinator.last_exception
    return async_redact_data(
        {
            "entry": dict(entry.data),
            "last_update_success": coordinator.last_update_success,
            # Only the key: the text has the server's name, often a person's.
            "last_error": getattr(error, "translation_key", None),
            "last_error_cause": error and type(error.__cause__).__name__,
            "server": asdict(coordinator.data.server),
            "push_connected": coordinator.push_connected,
            "running": coordinator.data.running,
            "settings": _settings(coordinator.data.schedule),
            "tasks": [asdict(state) for state in coordinator.data.tasks.values()],
        },
        TO_REDACT,
    )


def _settings(schedule: Schedule | None) -> dict[str, Any] | None:
    if schedule is None:
        return None
    return {setting.id: setting.value for setting in schedule.values()}
