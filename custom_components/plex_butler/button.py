"""Buttons: start and stop a butler task, or all of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PlexButlerConfigEntry, PlexButlerCoordinator
from .entity import (
    PlexButlerServerEntity,
    PlexButlerTaskEntity,
    async_add_task_entities,
)

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class PlexButlerServerButtonDescription(ButtonEntityDescription):
    """A button of the server."""

    press_fn: Callable[[PlexButlerCoordinator], Awaitable[Any]]


@dataclass(frozen=True, kw_only=True)
class PlexButlerTaskButtonDescription(ButtonEntityDescription):
    """A button of every butler task."""

    press_fn: Callable[[PlexButlerCoordinator, str], Awaitable[Any]]


SERVER_BUTTONS: Final = (
    PlexButlerServerButtonDescription(
        key="start_all_tasks",
        translation_key="start_all_tasks",
        press_fn=lambda coordinator: coordinator.async_start_all_tasks(),
    ),
    PlexButlerServerButtonDescription(
        key="stop_all_tasks",
        translation_key="stop_all_tasks",
        press_fn=lambda coordinator: coordinator.async_stop_all_tasks(),
    ),
)

TASK_BUTTONS: Final = (
    PlexButlerTaskButtonDescription(
        key="start",
        translation_key="start",
        press_fn=lambda coordinator, name: coordinator.async_start_task(name),
    ),
    PlexButlerTaskButtonDescription(
        key="stop",
        translation_key="stop",
        press_fn=lambda coordinator, name: coordinator.async_stop_task(name),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexButlerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons of the server and of its tasks."""
    coordinator = entry.runtime_data
    async_add_entities(
        PlexButlerServerButton(coordinator, description)
        for description in SERVER_BUTTONS
    )
    async_add_task_entities(
        entry, async_add_entities, PlexButlerTaskButton, TASK_BUTTONS
    )


class PlexButlerServerButton(PlexButlerServerEntity, ButtonEntity):
    """A button that commands the whole butler."""

    entity_description: PlexButlerServerButtonDescription

    @override
    async def async_press(self) -> None:
        """Send the command."""
        await self.entity_description.press_fn(self.coordinator)


class PlexButlerTaskButton(PlexButlerTaskEntity, ButtonEntity):
    """A button that commands one task."""

    entity_description: PlexButlerTaskButtonDescription

    @override
    async def async_press(self) -> None:
        """Send the command."""
        await self.entity_description.press_fn(self.coordinator, self.task_name)
