"""Event: what happens to the butler's tasks."""

from typing import Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PlexButlerConfigEntry
from .entity import PlexButlerServerEntity
from .task_state import TaskEvent, TaskEventType

PARALLEL_UPDATES = 0

TASK: Final = EventEntityDescription(
    key="task",
    translation_key="task",
    event_types=[
        TaskEventType.STARTED.value,
        TaskEventType.FINISHED.value,
        TaskEventType.STOPPED.value,
    ],
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexButlerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event of the server."""
    async_add_entities([PlexButlerTaskEvent(entry.runtime_data, TASK)])


class PlexButlerTaskEvent(PlexButlerServerEntity, EventEntity):
    """What happens to the tasks of a server."""

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the tasks."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.watch.async_add_listener(self._async_happened)
        )

    @callback
    def _async_happened(self, event: TaskEvent) -> None:
        # An end that nothing showed is none to tell of.
        if event.type in self.event_types:
            self._trigger_event(
                event.type,
                {
                    "task": event.task.name,
                    "title": event.task.title,
                    "duration": event.duration,
                    "evidence": event.evidence.value,
                },
            )
            self._handle_coordinator_update()
