"""Selects: when the server does its tasks, and how eagerly."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.select import (
    DOMAIN as SELECT_DOMAIN,
    SelectEntity,
    SelectEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PlexButlerConfigEntry
from .entity import PlexButlerServerEntity, PlexButlerTaskEntity
from .schedule import WINDOW_END, WINDOW_START, Behavior, Schedule, behavior_of
from .setting_entity import PlexButlerSettingEntity, async_follow_settings
from .task_state import ButlerData

PARALLEL_UPDATES = 1

HOURS: Final = [f"{hour:02}:00" for hour in range(24)]


@dataclass(frozen=True, kw_only=True)
class PlexButlerHourDescription(SelectEntityDescription):
    """An hour of the server's day."""

    setting_id: str


WINDOW: Final = (
    PlexButlerHourDescription(
        key="window_start",
        translation_key="window_start",
        entity_category=EntityCategory.CONFIG,
        options=HOURS,
        setting_id=WINDOW_START,
    ),
    PlexButlerHourDescription(
        key="window_end",
        translation_key="window_end",
        entity_category=EntityCategory.CONFIG,
        options=HOURS,
        setting_id=WINDOW_END,
    ),
)

SCHEDULE: Final = SelectEntityDescription(
    key="schedule",
    translation_key="schedule",
    entity_category=EntityCategory.CONFIG,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexButlerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the selects that the server has settings for."""
    coordinator = entry.runtime_data

    def create(
        data: ButlerData, schedule: Schedule
    ) -> Iterator[PlexButlerSettingEntity]:
        for description in WINDOW:
            if description.setting_id in schedule:
                yield PlexButlerHourSelect(coordinator, description)
        for name in data.tasks:
            if behavior_of(name) in schedule:
                yield PlexButlerScheduleSelect(coordinator, SCHEDULE, name)

    async_follow_settings(entry, async_add_entities, SELECT_DOMAIN, create)


class PlexButlerHourSelect(
    PlexButlerServerEntity, PlexButlerSettingEntity, SelectEntity
):
    """An hour of the server's own day; its labels of them are garbled, the numbers aren't."""

    entity_description: PlexButlerHourDescription

    @property
    @override
    def setting_id(self) -> str:
        """Return the id of the setting that the description names."""
        return self.entity_description.setting_id

    @property
    @override
    def current_option(self) -> str | None:
        """Return the hour, None where the server has none that we know."""
        hour = self.setting and self.setting.value
        return HOURS[hour] if isinstance(hour, int) and hour in range(24) else None

    @override
    async def async_select_option(self, option: str) -> None:
        """Set the hour."""
        await self.async_change_setting(HOURS.index(option))


class PlexButlerScheduleSelect(
    PlexButlerTaskEntity, PlexButlerSettingEntity, SelectEntity
):
    """When the server does a task by itself."""

    @property
    @override
    def setting_id(self) -> str:
        """Return the id of the setting that drives the task."""
        return behavior_of(self.task_name)

    @property
    @override
    def options(self) -> list[str]:
        """Return what the server offers, of what we know."""
        offered = self.setting.choices if self.setting else ()
        return [each.value for each in Behavior if not offered or each.value in offered]

    @property
    @override
    def current_option(self) -> str | None:
        """Return what is so, None where it is something that we don't know."""
        value = self.setting and self.setting.value
        return value if isinstance(value, str) and value in self.options else None

    @override
    async def async_select_option(self, option: str) -> None:
        """Set when the server does the task."""
        await self.async_change_setting(option)
