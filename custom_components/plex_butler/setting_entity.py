"""What entities of settings share: they are there as long as the server has the setting."""

from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import override

from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import ServerSetting, SettingValue
from .coordinator import PlexButlerConfigEntry
from .entity import PlexButlerEntity
from .schedule import Schedule
from .task_state import ButlerData


class PlexButlerSettingEntity(PlexButlerEntity):
    """An entity that shows and changes a setting of the server."""

    @property
    @abstractmethod
    def setting_id(self) -> str:
        """Return the id of the setting."""

    @property
    def setting(self) -> ServerSetting | None:
        """Return the setting, None where it isn't known."""
        return (self.coordinator.data.schedule or {}).get(self.setting_id)

    @property
    @override
    def available(self) -> bool:
        """Return whether the server answers, and tells of the setting."""
        return super().available and self.setting is not None

    async def async_change_setting(self, value: SettingValue) -> None:
        """Change the setting; raises HomeAssistantError where the server won't have it."""
        await self.coordinator.async_change_setting(self.setting_id, value)


@callback
def async_follow_settings(
    entry: PlexButlerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    domain: str,
    create: Callable[[ButlerData, Schedule], Iterable[PlexButlerSettingEntity]],
) -> None:
    """Have exactly the entities of a domain that the server has settings for.

    A server has some of the settings only, and an update may take one away.
    """
    coordinator = entry.runtime_data
    registry = er.async_get(coordinator.hass)
    added: set[str | None] = set()
    shape: object = None

    @callback
    def follow() -> None:
        nonlocal added, shape
        data = coordinator.data
        shape_now = data.schedule and (data.tasks.keys(), data.schedule.keys())
        if data.schedule is None or shape == shape_now:
            shape = shape_now
            return
        shape = shape_now
        wanted = {entity.unique_id: entity for entity in create(data, data.schedule)}
        registered = _registered(registry, entry, domain)
        for unique_id in registered.keys() - wanted.keys():
            registry.async_remove(registered[unique_id])
        # A task that was gone for a while has lost its entities.
        added &= registered.keys()
        async_add_entities(
            entity for unique_id, entity in wanted.items() if unique_id not in added
        )
        added = set(wanted)

    entry.async_on_unload(coordinator.async_add_listener(follow))
    follow()


def _registered(
    registry: er.EntityRegistry, entry: PlexButlerConfigEntry, domain: str
) -> dict[str | None, str]:
    """Return the ids of the entities of a domain, by their unique ids."""
    return {
        known.unique_id: known.entity_id
        for known in er.async_entries_for_config_entry(registry, entry.entry_id)
        if known.domain == domain
    }
