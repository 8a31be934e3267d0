"""Base entities: device, unique id and availability."""

from collections.abc import Callable, Collection
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .butler.models import TaskState
from .coordinator import PlexButlerConfigEntry, PlexButlerCoordinator
from .devices import async_get_task_device, server_device_info


class PlexButlerEntity(CoordinatorEntity[PlexButlerCoordinator]):
    """Entity that writes its state only when it changed."""

    _attr_has_entity_name = True
    _last_written: object = None

    def __init__(
        self, coordinator: PlexButlerCoordinator, description: EntityDescription
    ) -> None:
        """Initialize the entity."""
        super().__init__(coordinator)
        self.entity_description = description

    @override
    async def async_added_to_hass(self) -> None:
        """Note the state that is about to be written first."""
        await super().async_added_to_hass()
        self._last_written = self._written_state()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state, if it changed."""
        if self._last_written != (written_state := self._written_state()):
            self._last_written = written_state
            self.async_write_ha_state()

    def _written_state(self) -> object:
        """Return everything that writing the state would write."""
        return self.available and (
            self.state,
            self.capability_attributes,
            self.extra_state_attributes,
        )


class PlexButlerServerEntity(PlexButlerEntity):
    """Entity of the server."""

    def __init__(
        self, coordinator: PlexButlerCoordinator, description: EntityDescription
    ) -> None:
        """Initialize the entity."""
        super().__init__(coordinator, description)
        machine_identifier = coordinator.data.server.machine_identifier
        self._attr_unique_id = f"{machine_identifier}_{description.key}"
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
        super().__init__(coordinator, description)
        self.task_name = name
        machine_identifier = coordinator.data.server.machine_identifier
        self._attr_unique_id = f"{machine_identifier}_{name}_{description.key}"
        # The device sync has created it.
        self.device_entry = async_get_task_device(
            coordinator.hass, coordinator.config_entry, machine_identifier, name
        )

    @property
    def task_state(self) -> TaskState:
        """Return the state of the task."""
        return self.coordinator.data.tasks[self.task_name]

    @property
    @override
    def available(self) -> bool:
        """Return whether the server answers and has the task."""
        return super().available and self.task_name in self.coordinator.data.tasks


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
