"""Button platform for Plex Butler."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .commands import Commands
from .coordinator import PlexButlerConfigEntry
from .entity import (
    PlexButlerServerEntity,
    PlexButlerTaskEntity,
    async_add_task_entities,
)

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class PlexButlerServerButtonDescription(ButtonEntityDescription):
    """Describes a button of a server."""

    press_fn: Callable[[Commands, Context | None], Awaitable[object]]


@dataclass(frozen=True, kw_only=True)
class PlexButlerTaskButtonDescription(ButtonEntityDescription):
    """Describes a button of a butler task."""

    press_fn: Callable[[Commands, str, Context | None], Awaitable[object]]


# In the configuration category, so that `button.press` with a device or an area as its
# target doesn't press them.
SERVER_BUTTONS: Final = (
    PlexButlerServerButtonDescription(
        key="start_all_tasks",
        translation_key="start_all_tasks",
        entity_category=EntityCategory.CONFIG,
        press_fn=lambda commands, context: commands.async_start_all_tasks(
            context=context
        ),
    ),
    PlexButlerServerButtonDescription(
        key="stop_all_tasks",
        translation_key="stop_all_tasks",
        entity_category=EntityCategory.CONFIG,
        press_fn=lambda commands, context: commands.async_stop_all_tasks(
            context=context
        ),
    ),
)

TASK_BUTTONS: Final = (
    PlexButlerTaskButtonDescription(
        key="start",
        translation_key="start",
        entity_category=EntityCategory.CONFIG,
        press_fn=lambda commands, name, context: commands.async_start_task(
            name, context=context
        ),
    ),
    PlexButlerTaskButtonDescription(
        key="stop",
        translation_key="stop",
        entity_category=EntityCategory.CONFIG,
        press_fn=lambda commands, name, context: commands.async_stop_task(
            name, context=context
        ),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexButlerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the buttons of a server and its tasks."""
    coordinator = entry.runtime_data
    async_add_entities(
        PlexButlerServerButton(coordinator, description)
        for description in SERVER_BUTTONS
    )
    async_add_task_entities(
        entry, async_add_entities, PlexButlerTaskButton, TASK_BUTTONS
    )


class PlexButlerServerButton(PlexButlerServerEntity, ButtonEntity):
    """Button that starts or stops all tasks of a server."""

    entity_description: PlexButlerServerButtonDescription

    @override
    async def async_press(self) -> None:
        """Send the command."""
        await self.entity_description.press_fn(self.coordinator.commands, self._context)


class PlexButlerTaskButton(PlexButlerTaskEntity, ButtonEntity):
    """Button that starts or stops a butler task."""

    entity_description: PlexButlerTaskButtonDescription

    @override
    async def async_press(self) -> None:
        """Send the command."""
        await self.entity_description.press_fn(
            self.coordinator.commands, self.task_name, self._context
        )
