"""Base entities: device, unique id, availability, and how often states are written."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final, NamedTuple, override

from homeassistant.core import CALLBACK_TYPE, Context, callback
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .butler.models import TaskState
from .coordinator import PlexButlerConfigEntry, PlexButlerCoordinator
from .devices import (
    async_get_task_device,
    server_device_info,
    server_unique_id,
    task_unique_id,
)
from .updates import Scope

WRITE_INTERVAL: Final = 1
"""Seconds from one write of a state to the next."""

UNRECORDED_WRITE_INTERVAL: Final = 10
"""The same if only attributes changed that the recorder leaves out."""


class Shown(NamedTuple):
    """What a state is made of; attributes that the recorder leaves out come second."""

    recorded: object
    unrecorded: object


UNAVAILABLE: Final = Shown(None, None)


class WriteLimiter:
    """Decides when a changed state is written.

    The first change after a command is written at once, and so is whether the entity is
    available. Otherwise, the latest state is written when the interval since the last
    write has passed.
    """

    def __init__(self, coordinator: PlexButlerCoordinator) -> None:
        """Initialize the limiter, before the state is written first."""
        self._coordinator = coordinator
        self._written = UNAVAILABLE
        self._written_at = 0.0
        self._commands = 0
        self._cancel_timer: CALLBACK_TYPE | None = None

    @callback
    def async_written(self, shown: Shown) -> None:
        """Note that a state is written now."""
        self.async_cancel()
        self._written = shown
        self._written_at = self._coordinator.hass.loop.time()
        self._commands = self._coordinator.commands.count

    @callback
    def async_cancel(self) -> None:
        """Cancel the write that is due later."""
        if self._cancel_timer:
            self._cancel_timer()
            self._cancel_timer = None

    @callback
    def async_is_due(self, shown: Shown, later: Callable[[], None]) -> bool:
        """Return whether a state has to be written now; if not yet, call `later` then."""
        self.async_cancel()
        before = self._written
        if before == shown:
            return False
        is_unrecorded = before.recorded == shown.recorded
        interval = UNRECORDED_WRITE_INTERVAL if is_unrecorded else WRITE_INTERVAL
        hass = self._coordinator.hass
        delay = self._written_at + interval - hass.loop.time()
        is_first = self._commands != self._coordinator.commands.count
        if delay <= 0 or is_first or UNAVAILABLE in (before, shown):
            return True

        @callback
        def handle_timer(_: datetime) -> None:
            self._cancel_timer = None
            later()

        self._cancel_timer = async_call_later(hass, delay, handle_timer)
        return False


class PlexButlerEntity(CoordinatorEntity[PlexButlerCoordinator]):
    """Entity that writes its state only when it changed, and not too often."""

    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: PlexButlerCoordinator,
        description: EntityDescription,
        scope: Scope,
    ) -> None:
        """Initialize the entity, which is updated if its scope changed."""
        super().__init__(coordinator, context=scope)
        self.entity_description = description
        self._limiter = WriteLimiter(coordinator)

    @override
    async def async_added_to_hass(self) -> None:
        """Note the state that is about to be written first."""
        await super().async_added_to_hass()
        self.async_on_remove(self._limiter.async_cancel)
        self._limiter.async_written(self._shown())

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state, if it changed and a write is due."""
        shown = self._shown()
        if self._limiter.async_is_due(shown, later=self._handle_coordinator_update):
            self._async_write(shown)

    def _cause(self) -> Context | None:
        """Return who caused the change of the state, None if the entity doesn't know.

        An entity that knows returns a new context for what nobody caused: otherwise, Home
        Assistant would use that of the last change for some seconds more.
        """
        return None

    @callback
    def _async_write(self, shown: Shown) -> None:
        """Write the state at once, made of what is shown."""
        if context := self._cause():
            self.async_set_context(context)
        self._limiter.async_written(shown)
        self.async_write_ha_state()

    def _shown(self) -> Shown:
        """Return all that the state is made of."""
        if not self.available:
            return UNAVAILABLE
        shown = self.state, self.capability_attributes, self.state_attributes
        if not (attributes := self.extra_state_attributes):
            return Shown(shown, None)
        recorded, unrecorded = (
            {
                key: value
                for key, value in attributes.items()
                if (key in self._unrecorded_attributes) is is_unrecorded
            }
            for is_unrecorded in (False, True)
        )
        return Shown((*shown, recorded), unrecorded)


class PlexButlerServerEntity(PlexButlerEntity):
    """Entity of the server."""

    def __init__(
        self, coordinator: PlexButlerCoordinator, description: EntityDescription
    ) -> None:
        """Initialize the entity."""
        super().__init__(coordinator, description, Scope(task=None))
        machine_identifier = coordinator.data.server.machine_identifier
        self._attr_unique_id = server_unique_id(machine_identifier, description.key)
        self._attr_device_info = server_device_info(machine_identifier)


class PlexButlerTaskEntity(PlexButlerEntity):
    """Entity of a butler task."""

    def __init__(
        self,
        coordinator: PlexButlerCoordinator,
        description: EntityDescription,
        name: str,
    ) -> None:
        """Initialize the entity of a task, by Plex's name of it."""
        super().__init__(coordinator, description, Scope(name, self._part))
        self.task_name = name
        machine_identifier = coordinator.data.server.machine_identifier
        self._attr_unique_id = task_unique_id(machine_identifier, name, description.key)
        # The device sync has created it.
        self.device_entry = async_get_task_device(
            coordinator.hass, coordinator.config_entry, machine_identifier, name
        )

    @property
    def task_state(self) -> TaskState:
        """Return the state of the task."""
        return self.coordinator.data.tasks[self.task_name]

    def _part(self, state: TaskState | None) -> object:
        """Return what the entity shows of a task's state, None if the task isn't listed."""
        return state is not None

    @property
    def is_listed(self) -> bool:
        """Return whether the server had the task when it last answered."""
        return self.task_name in self.coordinator.data.tasks

    @property
    @override
    def available(self) -> bool:
        """Return whether the server answers and has the task."""
        return super().available and self.is_listed


@callback
def async_add_task_entities[DescriptionT: EntityDescription](
    entry: PlexButlerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    create: Callable[[PlexButlerCoordinator, DescriptionT, str], Entity],
    descriptions: Collection[DescriptionT],
) -> None:
    """Add the entities of each task, also of tasks that the server gets later."""
    coordinator = entry.runtime_data
    known: set[str] = set()

    @callback
    def add_new_tasks() -> None:
        if coordinator.data.tasks.keys() == known:
            return
        present = set(coordinator.data.tasks)
        if new := present - known:
            async_add_entities(
                create(coordinator, description, name)
                for name in sorted(new)
                for description in descriptions
            )
        # The entities of a task that is gone were removed, so it's new when it returns.
        known.clear()
        known.update(present)

    entry.async_on_unload(coordinator.async_add_listener(add_new_tasks))
    add_new_tasks()
