"""The usual integration: a coordinator, and a sensor for each task that it updates."""

from datetime import timedelta
import logging
from typing import Any, override

from homeassistant.components.sensor import SensorEntity
from homeassistant.helpers.entity_platform import EntityPlatform
from homeassistant.helpers.update_coordinator import (
    CoordinatorEntity,
    DataUpdateCoordinator,
)

from ..bodies import TASKS
from ..home import Home
from .empty import EmptyCoordinator


class _Sensor(CoordinatorEntity[DataUpdateCoordinator[list[Any]]], SensorEntity):
    """A sensor that shows whether a task is on, and its description."""

    def __init__(
        self, coordinator: DataUpdateCoordinator[list[Any]], number: int
    ) -> None:
        super().__init__(coordinator)
        self._number = number
        self._attr_name = f"plain {number}"

    @property
    def _task(self) -> dict[str, Any]:
        content = self.coordinator.data[0]
        task: dict[str, Any] = content["ButlerTasks"]["ButlerTask"][self._number]
        return task

    @property
    @override
    def native_value(self) -> str:
        return str(self._task["enabled"])

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        return {"description": self._task.get("description")}


class PlainIntegration(EmptyCoordinator):
    """A coordinator with a sensor for each task, and nothing else."""

    name = "coordinator with 22 sensors"

    @override
    async def async_set_up(self, home: Home) -> None:
        await super().async_set_up(home)
        platform = EntityPlatform(
            hass=home.hass,
            logger=logging.getLogger(__name__),
            domain="sensor",
            platform_name="plain",
            platform=None,
            scan_interval=timedelta(seconds=30),
            entity_namespace=None,
        )
        await platform.async_add_entities(
            [_Sensor(self.coordinator, number) for number in range(TASKS)]
        )
