"""Sensors: the status of each butler task."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import ButlerTask
from .coordinator import PlexButlerConfigEntry
from .entity import PlexButlerTaskEntity, async_add_task_entities
from .tracker import TaskStatus, task_status

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class PlexButlerTaskSensorDescription(SensorEntityDescription):
    """A sensor of every butler task."""

    value_fn: Callable[[ButlerTask], str]
    attributes_fn: Callable[[ButlerTask], Mapping[str, Any]]


TASK_SENSORS: Final = (
    PlexButlerTaskSensorDescription(
        key="status",
        translation_key="status",
        name=None,
        device_class=SensorDeviceClass.ENUM,
        options=[status.value for status in TaskStatus],
        value_fn=lambda task: task_status(task).value,
        attributes_fn=lambda task: {
            "task": task.name,
            "description": task.description,
            "interval_days": task.interval_days,
            "schedule_randomized": task.schedule_randomized,
            # Nothing tells yet which task runs, and what it works on.
            "evidence": None,
            "detail": None,
        },
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexButlerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of the server's tasks."""
    async_add_task_entities(
        entry,
        async_add_entities,
        lambda name: (
            PlexButlerTaskSensor(entry.runtime_data, description, name)
            for description in TASK_SENSORS
        ),
    )


class PlexButlerTaskSensor(PlexButlerTaskEntity, SensorEntity):
    """A sensor of one task."""

    entity_description: PlexButlerTaskSensorDescription
    _unrecorded_attributes = frozenset({"detail"})

    @property
    @override
    def native_value(self) -> str:
        """Return what the description reads from the task."""
        return self.entity_description.value_fn(self.task)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return what else the description reads from the task."""
        return self.entity_description.attributes_fn(self.task)
