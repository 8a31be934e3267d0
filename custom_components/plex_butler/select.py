"""Select platform for Plex Butler."""

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

from .butler.schedule import WINDOW_END, WINDOW_START, Behavior, behavior_setting_id
from .coordinator import PlexButlerConfigEntry
from .entity import PlexButlerServerEntity, PlexButlerTaskEntity
from .setting_entity import PlexButlerSettingMixin, async_sync_setting_entities

PARALLEL_UPDATES = 1

HOURS: Final = [f"{hour:02}:00" for hour in range(24)]


@dataclass(frozen=True, kw_only=True)
class PlexButlerHourSelectDescription(SelectEntityDescription):
    """Describes a select of an hour."""

    setting_id: str


WINDOW: Final = (
    PlexButlerHourSelectDescription(
        key="window_start",
        translation_key="window_start",
        entity_category=EntityCategory.CONFIG,
        options=HOURS,
        setting_id=WINDOW_START,
    ),
    PlexButlerHourSelectDescription(
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
    """Set up the selects that the server has settings for."""
    coordinator = entry.runtime_data
    async_sync_setting_entities(
        entry,
        async_add_entities,
        SELECT_DOMAIN,
        lambda: [
            *(PlexButlerHourSelect(coordinator, each) for each in WINDOW),
            *(
                PlexButlerScheduleSelect(coordinator, SCHEDULE, name)
                for name in coordinator.data.tasks
            ),
        ],
    )


class PlexButlerHourSelect(
    PlexButlerSettingMixin, PlexButlerServerEntity, SelectEntity
):
    """Select of an hour, in the server's time zone.

    The labels that the server has for its hours are garbled in captures, so the numbers
    are used.
    """

    entity_description: PlexButlerHourSelectDescription

    @property
    @override
    def setting_id(self) -> str:
        """Return the id of the setting."""
        return self.entity_description.setting_id

    @property
    @override
    def current_option(self) -> str | None:
        """Return the hour, None if the value is unknown."""
        hour = self.setting and self.setting.value
        return HOURS[hour] if isinstance(hour, int) and hour in range(24) else None

    @override
    async def async_select_option(self, option: str) -> None:
        """Change the hour."""
        await self.async_change_setting(HOURS.index(option))


class PlexButlerScheduleSelect(
    PlexButlerSettingMixin, PlexButlerTaskEntity, SelectEntity
):
    """Select of when the server runs a task on its own."""

    @property
    @override
    def setting_id(self) -> str:
        """Return the id of the setting that determines when the task runs."""
        return behavior_setting_id(self.task_name)

    @property
    @override
    def options(self) -> list[str]:
        """Return the known behaviors that the server offers."""
        offered = self.setting.choices if self.setting else ()
        return [each.value for each in Behavior if not offered or each.value in offered]

    @property
    @override
    def current_option(self) -> str | None:
        """Return the behavior, None if the value is unknown."""
        value = self.setting and self.setting.value
        return value if isinstance(value, str) and value in self.options else None

    @override
    async def async_select_option(self, option: str) -> None:
        """Change the behavior."""
        await self.async_change_setting(option)
