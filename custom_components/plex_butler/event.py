"""Event platform for Plex Butler."""

from typing import Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .butler.models import TaskEventType
from .coordinator import PlexButlerConfigEntry
from .entity import PlexButlerTaskEntity, async_add_task_entities
from .signals import TaskSignal

PARALLEL_UPDATES = 0

RUN: Final = EventEntityDescription(
    key="run",
    translation_key="run",
    event_types=[each.value for each in TaskEventType],
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexButlerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the events of the tasks."""
    async_add_task_entities(entry, async_add_entities, PlexButlerRunEvent, [RUN])


class PlexButlerRunEvent(PlexButlerTaskEntity, EventEntity):
    """Event of the starts and ends of a task's runs."""

    @property
    @override
    def available(self) -> bool:
        """Return whether there is such a task; a loss of the server isn't an event."""
        return self.is_listed

    @override
    async def async_added_to_hass(self) -> None:
        """Listen for the events of the task."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.reporter.async_add_task_listener(
                self.task_name, self._async_handle_signal
            )
        )

    @callback
    def _async_handle_signal(self, signal: TaskSignal) -> None:
        event = signal.event
        self._trigger_event(
            event.type, {"duration": event.duration, "evidence": event.evidence.value}
        )
        # Without a context of its own, it would have that of the last event.
        self.async_set_context(signal.context or Context())
        self._async_write(self._shown())
