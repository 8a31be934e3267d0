"""Sensor of the next maintenance window, which changes with time alone."""

from datetime import datetime
from typing import Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from .clock import now
from .coordinator import PlexButlerCoordinator
from .deadline import DeadlineTimer
from .entity import PlexButlerServerEntity, Shown

NEXT_WINDOW: Final = SensorEntityDescription(
    key="next_window",
    translation_key="next_window",
    entity_category=EntityCategory.DIAGNOSTIC,
    device_class=SensorDeviceClass.TIMESTAMP,
)


class PlexButlerNextWindowSensor(PlexButlerServerEntity, SensorEntity):
    """Sensor of when the maintenance window opens next."""

    def __init__(self, coordinator: PlexButlerCoordinator) -> None:
        """Initialize the sensor."""
        super().__init__(coordinator, NEXT_WINDOW)
        self._timer = DeadlineTimer(coordinator.hass, self._async_handle_timer)

    @property
    @override
    def native_value(self) -> datetime | None:
        """Return when the window opens next, None if there is none or it's unknown."""
        window = self.coordinator.data.window
        return window.opening(dt_util.utcnow()) if window else None

    @override
    async def async_added_to_hass(self) -> None:
        """Set the time at which the value changes."""
        await super().async_added_to_hass()
        self.async_on_remove(self._timer.async_cancel)
        self._async_set_timer()

    @callback
    @override
    def _async_write(self, shown: Shown) -> None:
        """Write the state at once, and set the time at which it changes again."""
        super()._async_write(shown)
        self._async_set_timer()

    @callback
    def _async_handle_timer(self) -> None:
        self._handle_coordinator_update()
        # If the system clock was set back, the window opens later than expected.
        self._async_set_timer()

    @callback
    def _async_set_timer(self) -> None:
        value = self.native_value if self.available else None
        self._timer.async_set(now().at(value).seconds if value else None)
