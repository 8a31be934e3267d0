"""Switches: whether the server does a task on its own schedule."""

from collections.abc import Iterator
from typing import Any, Final, override

from homeassistant.components.switch import (
    DOMAIN as SWITCH_DOMAIN,
    SwitchEntity,
    SwitchEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PlexButlerConfigEntry
from .entity import PlexButlerTaskEntity
from .schedule import Schedule, behavior_of, switch_of
from .setting_entity import PlexButlerSettingEntity, async_follow_settings
from .task_state import ButlerData

PARALLEL_UPDATES = 1

SCHEDULED: Final = SwitchEntityDescription(
    key="scheduled",
    translation_key="scheduled",
    entity_category=EntityCategory.CONFIG,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexButlerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a switch for each task that the server can switch off."""

    def create(
        data: ButlerData, schedule: Schedule
    ) -> Iterator[PlexButlerScheduledSwitch]:
        for name in data.tasks:
            if switch_of(name) in schedule:
                yield PlexButlerScheduledSwitch(entry.runtime_data, SCHEDULED, name)

    async_follow_settings(entry, async_add_entities, SWITCH_DOMAIN, create)


class PlexButlerScheduledSwitch(
    PlexButlerTaskEntity, PlexButlerSettingEntity, SwitchEntity
):
    """Whether the server does a task by itself, when it is due."""

    @property
    @override
    def setting_id(self) -> str:
        """Return the id of the setting that switches the task on and off."""
        return switch_of(self.task_name)

    @property
    @override
    def entity_registry_enabled_default(self) -> bool:
        """Return whether this is what drives the task, not a behavior beside it."""
        schedule = self.coordinator.data.schedule or {}
        return behavior_of(self.task_name) not in schedule

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether the task is switched on."""
        value = self.setting and self.setting.value
        return value if isinstance(value, bool) else None

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Have the server do the task by itself."""
        await self.async_change_setting(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Have the server leave the task alone."""
        await self.async_change_setting(False)
