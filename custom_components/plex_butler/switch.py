"""Switch platform for Plex Butler."""

from typing import Any, Final, override

from homeassistant.components.switch import (
    DOMAIN as SWITCH_DOMAIN,
    SwitchEntity,
    SwitchEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .butler.schedule import behavior_setting_id, enabled_setting_id
from .coordinator import PlexButlerConfigEntry
from .entity import PlexButlerTaskEntity
from .setting_entity import PlexButlerSettingMixin, async_sync_setting_entities

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
    """Set up the switches of the tasks that the server has settings for."""
    coordinator = entry.runtime_data
    async_sync_setting_entities(
        entry,
        async_add_entities,
        SWITCH_DOMAIN,
        lambda: [
            PlexButlerScheduledSwitch(coordinator, SCHEDULED, name)
            for name in coordinator.data.tasks
        ],
    )


class PlexButlerScheduledSwitch(
    PlexButlerSettingMixin, PlexButlerTaskEntity, SwitchEntity
):
    """Switch that is on while the server runs a task on its own schedule."""

    @property
    @override
    def setting_id(self) -> str:
        """Return the id of the setting that enables the task."""
        return enabled_setting_id(self.task_name)

    @property
    @override
    def entity_registry_enabled_default(self) -> bool:
        """Return whether this setting decides, not a behavior setting beside it."""
        schedule = self.coordinator.data.schedule or {}
        return behavior_setting_id(self.task_name) not in schedule

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether the task is enabled, None if the value is unknown."""
        value = self.setting and self.setting.value
        return value if isinstance(value, bool) else None

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Enable the task."""
        await self.async_change_setting(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Disable the task."""
        await self.async_change_setting(False)
