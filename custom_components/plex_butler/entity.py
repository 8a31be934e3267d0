"""What all entities share: their device, unique id and availability."""

from collections.abc import Callable, Collection
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN
from .coordinator import PlexButlerConfigEntry, PlexButlerCoordinator
from .devices import task_device_info
from .task_state import TaskState


class PlexButlerEntity(CoordinatorEntity[PlexButlerCoordinator]):
    """An entity that is written only when it shows something else than before."""

    _attr_has_entity_name = True
    _shown: object = None

    def __init__(
        self, coordinator: PlexButlerCoordinator, description: EntityDescription
    ) -> None:
        """Stand for what the description describes."""
        super().__init__(coordinator)
        self.entity_description = description

    @override
    async def async_added_to_hass(self) -> None:
        """Remember what is about to be written for the first time."""
        await super().async_added_to_hass()
        self._shown = self._shows()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state, if the change is one of this entity's."""
        if self._shown != (shows := self._shows()):
            self._shown = shows
            self.async_write_ha_state()

    def _shows(self) -> object:
        return self.available and (
            self.state,
            self.capability_attributes,
            self.extra_state_attributes,
        )


class PlexButlerServerEntity(PlexButlerEntity):
    """An entity of the server itself."""

    def __init__(
        self, coordinator: PlexButlerCoordinator, description: EntityDescription
    ) -> None:
        """Stand for what the description describes, on the server's device."""
        super().__init__(coordinator, description)
        machine_identifier = coordinator.data.server.machine_identifier
        self._attr_unique_id = f"{machine_identifier}_{description.key}"
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, machine_identifier)})


class PlexButlerTaskEntity(PlexButlerEntity):
    """An entity of one butler task."""

    def __init__(
        self,
        coordinator: PlexButlerCoordinator,
        description: EntityDescription,
        name: str,
    ) -> None:
        """Stand for what the description describes, on the device of the named task."""
        super().__init__(coordinator, description)
        self.task_name = name
        server = coordinator.data.server
        self._attr_unique_id = f"{server.machine_identifier}_{name}_{description.key}"
        self._attr_device_info = task_device_info(
            server, self.task_state.task, coordinator.server_device_id
        )

    @property
    def task_state(self) -> TaskState:
        """Return the task, and what it is doing."""
        return self.coordinator.data.tasks[self.task_name]

    @property
    @override
    def available(self) -> bool:
        """Return whether the server answers, and still has the task."""
        return super().available and self.task_name in self.coordinator.data.tasks


@callback
def async_add_task_entities[DescriptionT: EntityDescription](
    entry: PlexButlerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    create: Callable[[PlexButlerCoordinator, DescriptionT, str], Entity],
    descriptions: Collection[DescriptionT],
) -> None:
    """Add a task's entities as soon as the server has the task, now or later."""
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
        # A task that comes back has lost its entities meanwhile, and is new again.
        known.clear()
        known.update(present)

    entry.async_on_unload(coordinator.async_add_listener(add_new_tasks))
    add_new_tasks()
