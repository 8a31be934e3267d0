"""What users rely on of entities, in plain values: the same on every Home Assistant."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er


def contract_of(hass: HomeAssistant, entry: ConfigEntry, domain: str) -> dict[str, Any]:
    """Return the ids, names, states and attributes of a config entry's entities."""
    devices = dr.async_get(hass)
    contract = {}
    for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        if entity.domain != domain:
            continue
        assert entity.device_id is not None
        device = devices.async_get(entity.device_id)
        state = hass.states.get(entity.entity_id)
        assert device is not None
        contract[entity.entity_id] = {
            "unique_id": entity.unique_id,
            "device": device.name,
            "category": entity.entity_category and entity.entity_category.value,
            "disabled": entity.disabled,
            "state": state and state.state,
            "attributes": state
            and {str(key): value for key, value in state.attributes.items()},
        }
    return contract
