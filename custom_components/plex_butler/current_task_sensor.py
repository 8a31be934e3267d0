"""Sensor of the current task, which shows the title that a person gave it."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription
from homeassistant.const import MAX_LENGTH_STATE_STATE
from homeassistant.core import Context, Event, callback
from homeassistant.helpers import device_registry as dr

from .coordinator import PlexButlerCoordinator
from .entity import PlexButlerServerEntity

CURRENT_TASK: Final = SensorEntityDescription(
    key="current_task", translation_key="current_task"
)

NO_TASK: Final = "none"
"""State of the current task while none runs."""


class PlexButlerCurrentTaskSensor(PlexButlerServerEntity, SensorEntity):
    """Sensor of the task that began last of those that run."""

    def __init__(self, coordinator: PlexButlerCoordinator) -> None:
        """Initialize the sensor."""
        super().__init__(coordinator, CURRENT_TASK)

    @property
    @override
    def native_value(self) -> str:
        """Return the title of the task."""
        name = self.coordinator.data.current_task
        if name is None:
            return NO_TASK
        # A person may have given the device a longer name than a state can have.
        return self.coordinator.commands.title(name)[:MAX_LENGTH_STATE_STATE]

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return Plex's name of the task, for automations."""
        return {"task": self.coordinator.data.current_task}

    @override
    async def async_added_to_hass(self) -> None:
        """Listen for new names of devices, one of which is the state."""
        await super().async_added_to_hass()

        @callback
        def is_named(data: dr.EventDeviceRegistryUpdatedData) -> bool:
            names = {"name", "name_by_user"}
            return data["action"] == "update" and bool(data["changes"].keys() & names)

        @callback
        def handle_name(_: Event[dr.EventDeviceRegistryUpdatedData]) -> None:
            self._handle_coordinator_update()

        event_type = dr.EVENT_DEVICE_REGISTRY_UPDATED
        self.async_on_remove(
            self.hass.bus.async_listen(event_type, handle_name, event_filter=is_named)
        )

    @override
    def _cause(self) -> Context:
        """Return who caused the last run to start or end."""
        # Without a context of its own, it would have that of the last change.
        return self.coordinator.reporter.recent_context() or Context()
