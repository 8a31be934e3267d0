"""What users rely on of entities, in plain values: the same on every Home Assistant."""

from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import MAJOR_VERSION, MINOR_VERSION
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

# The id of an entity of a part begins with the name of the whole since 2026.10.
TOWER: Final = "tower_" if (MAJOR_VERSION, MINOR_VERSION) >= (2026, 10) else ""

STATUS: Final = f"sensor.{TOWER}backup_database"
START: Final = f"button.{TOWER}backup_database_start"
STOP: Final = f"button.{TOWER}backup_database_stop"
START_ALL: Final = "button.tower_start_all_due_tasks"
STOP_ALL: Final = "button.tower_stop_all_tasks"


def contract_of(hass: HomeAssistant, entry: ConfigEntry, domain: str) -> dict[str, Any]:
    """Return the names, states and attributes of a config entry's entities, by unique id."""
    devices = dr.async_get(hass)
    contract = {}
    for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        if entity.domain != domain:
            continue
        assert entity.device_id is not None
        device = devices.async_get(entity.device_id)
        state = hass.states.get(entity.entity_id)
        assert device is not None
        contract[entity.unique_id] = {
            "device": device.name,
            "category": entity.entity_category and entity.entity_category.value,
            "disabled": entity.disabled,
            "state": state and state.state,
            "attributes": state
            and {str(key): value for key, value in state.attributes.items()},
        }
    return contract
