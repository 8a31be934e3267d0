"""Binary sensor platform for Plex Butler."""

from typing import Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PlexButlerConfigEntry
from .entity import PlexButlerServerEntity

PARALLEL_UPDATES = 0

RUNNING: Final = BinarySensorEntityDescription(
    key="running",
    translation_key="running",
    device_class=BinarySensorDeviceClass.RUNNING,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexButlerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensor of a server."""
    async_add_entities([PlexButlerRunningSensor(entry.runtime_data, RUNNING)])


class PlexButlerRunningSensor(PlexButlerServerEntity, BinarySensorEntity):
    """Binary sensor that is on while the butler is working."""

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the butler is working, on a known task or something else."""
        return self.coordinator.data.running

    @override
    def _cause(self) -> Context:
        """Return who caused the last run to start or end."""
        # Without a context of its own, it would have that of the last change.
        return self.coordinator.reporter.recent_context() or Context()
