"""Sensor platform for Plex Butler."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfTime
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .butler.models import ButlerData, TaskState, TaskStatus
from .coordinator import PlexButlerConfigEntry
from .current_task_sensor import PlexButlerCurrentTaskSensor
from .entity import (
    PlexButlerServerEntity,
    PlexButlerTaskEntity,
    async_add_task_entities,
)
from .window_sensor import PlexButlerNextWindowSensor

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class PlexButlerServerSensorDescription(SensorEntityDescription):
    """Describes a sensor of a server."""

    value_fn: Callable[[ButlerData], StateType]


@dataclass(frozen=True, kw_only=True)
class PlexButlerTaskSensorDescription(SensorEntityDescription):
    """Describes a sensor of a butler task."""

    value_fn: Callable[[TaskState], StateType | datetime]
    # Whether the value stays known while the server is away.
    is_lasting: bool = False
    attributes_fn: Callable[[TaskState], Mapping[str, Any]] | None = None


def _status_attributes(state: TaskState) -> Mapping[str, Any]:
    task = state.task
    return {
        "task": task.name,
        "description": task.description,
        "interval_days": task.interval_days,
        "schedule_randomized": task.schedule_randomized,
        "evidence": state.evidence and state.evidence.value,
        "observed": state.last_run.observed,
        "detail": state.detail,
        "progress": state.progress,
        "stalled_since": state.stalled_since and state.stalled_since.isoformat(),
    }


SERVER_SENSORS: Final = (
    PlexButlerServerSensorDescription(
        key="running_tasks",
        translation_key="running_tasks",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda data: sum(
            state.status is TaskStatus.RUNNING for state in data.tasks.values()
        ),
    ),
)

UNUSED: Final = {TaskStatus.DISABLED.value, TaskStatus.IDLE.value}

TASK_SENSORS: Final = (
    PlexButlerTaskSensorDescription(
        key="status",
        translation_key="status",
        name=None,
        device_class=SensorDeviceClass.ENUM,
        options=[status.value for status in TaskStatus],
        value_fn=lambda state: state.status.value,
        attributes_fn=_status_attributes,
    ),
    PlexButlerTaskSensorDescription(
        key="last_started",
        translation_key="last_started",
        entity_category=EntityCategory.DIAGNOSTIC,
        device_class=SensorDeviceClass.TIMESTAMP,
        is_lasting=True,
        value_fn=lambda state: state.last_run.started,
    ),
    PlexButlerTaskSensorDescription(
        key="last_finished",
        translation_key="last_finished",
        entity_category=EntityCategory.DIAGNOSTIC,
        device_class=SensorDeviceClass.TIMESTAMP,
        is_lasting=True,
        value_fn=lambda state: state.last_run.finished,
    ),
    PlexButlerTaskSensorDescription(
        key="last_duration",
        translation_key="last_duration",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        device_class=SensorDeviceClass.DURATION,
        state_class=SensorStateClass.MEASUREMENT,
        is_lasting=True,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_display_precision=0,
        value_fn=lambda state: state.last_run.duration,
    ),
    PlexButlerTaskSensorDescription(
        key="progress",
        translation_key="progress",
        native_unit_of_measurement=PERCENTAGE,
        entity_registry_enabled_default=False,
        value_fn=lambda state: state.progress,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexButlerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of a server and its tasks."""
    coordinator = entry.runtime_data
    async_add_entities(
        [
            *(PlexButlerServerSensor(coordinator, each) for each in SERVER_SENSORS),
            PlexButlerCurrentTaskSensor(coordinator),
            PlexButlerNextWindowSensor(coordinator),
        ]
    )
    async_add_task_entities(
        entry, async_add_entities, PlexButlerTaskSensor, TASK_SENSORS
    )


class PlexButlerServerSensor(PlexButlerServerEntity, SensorEntity):
    """Sensor of a server."""

    entity_description: PlexButlerServerSensorDescription

    @property
    @override
    def native_value(self) -> StateType:
        """Return the value of the sensor."""
        return self.entity_description.value_fn(self.coordinator.data)


class PlexButlerTaskSensor(PlexButlerTaskEntity, SensorEntity):
    """Sensor of a butler task."""

    entity_description: PlexButlerTaskSensorDescription
    _unrecorded_attributes = frozenset({"detail", "progress", "stalled_since"})

    @override
    def _part(self, state: TaskState | None) -> object:
        """Return what the sensor shows of the state of the task."""
        if state is None or self.entity_description.attributes_fn:
            return state
        return self.entity_description.value_fn(state)

    @property
    @override
    def available(self) -> bool:
        """Return whether the value is known, while the server is away or not."""
        if self.entity_description.is_lasting:
            return self.is_listed
        return super().available

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return the value of the sensor."""
        return self.entity_description.value_fn(self.task_state)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return the attributes of the sensor."""
        if self.entity_description.attributes_fn is None:
            return None
        return self.entity_description.attributes_fn(self.task_state)

    @override
    def _cause(self) -> Context:
        """Return who started or stopped the task just before."""
        state = self.hass.states.get(self.entity_id)
        if state and self.is_listed and {state.state, self.native_value} == UNUSED:
            # It was switched on or off.
            return Context()
        recent = self.coordinator.reporter.recent_context(self.task_name)
        return recent or Context()
