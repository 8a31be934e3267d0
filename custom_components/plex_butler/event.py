"""Event platform for Plex Butler."""

from typing import Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .butler.models import TaskEvent, TaskEventType
from .coordinator import PlexButlerConfigEntry
from .entity import PlexButlerServerEntity

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
    """Set up the event of a server."""
    async_add_entities([PlexButlerTaskEvent(entry.runtime_data, TASK)])


class PlexButlerTaskEvent(PlexButlerServerEntity, EventEntity):
    """Event of the starts and ends of a server's tasks."""

    @override
    async def async_added_to_hass(self) -> None:
        """Listen for the events of all tasks."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.async_add_task_listener(self._async_handle_event)
        )

    @callback
    def _async_handle_event(self, event: TaskEvent) -> None:
        # Unconfirmed ends aren't reported.
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
            self._async_write()
