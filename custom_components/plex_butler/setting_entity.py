"""Entities of settings, which exist as long as the server has the setting."""

from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import override

from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .api import ServerSetting, SettingValue
from .butler.schedule import INFORMATIVE
from .coordinator import PlexButlerConfigEntry, PlexButlerCoordinator


class PlexButlerSettingMixin(CoordinatorEntity[PlexButlerCoordinator]):
    """Mixin for an entity that shows and changes a setting of the server."""

    @property
    @abstractmethod
    def setting_id(self) -> str:
        """Return the id of the setting."""

    @property
    def setting(self) -> ServerSetting | None:
        """Return the setting, None if it's unknown."""
        return (self.coordinator.data.schedule or {}).get(self.setting_id)

    @property
    @override
    def available(self) -> bool:
        """Return whether the server answers and returns the setting."""
        return super().available and self.setting is not None

    async def async_change_setting(self, value: SettingValue) -> None:
        """Change the setting; raises HomeAssistantError if the server doesn't."""
        await self.coordinator.commands.async_change_setting(self.setting_id, value)


@callback
def async_sync_setting_entities(
    entry: PlexButlerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    domain: str,
    candidates: Callable[[], Iterable[PlexButlerSettingMixin]],
) -> None:
    """Add entities of the candidates whose setting the server has; remove all others."""
    coordinator = entry.runtime_data
    registry = er.async_get(coordinator.hass)
    added: set[str | None] = set()
    last_shape: object = None

    @callback
    def sync() -> None:
        nonlocal added, last_shape
        data = coordinator.data
        if data.schedule is None:
            return
        shape = data.tasks.keys(), data.schedule.keys()
        if shape == last_shape:
            return
        last_shape = shape
        wanted = {
            entity.unique_id: entity
            for entity in candidates()
            if entity.setting_id in data.schedule.keys() - INFORMATIVE
        }
        registered = _registered(registry, entry, domain)
        for unique_id in registered.keys() - wanted.keys():
            registry.async_remove(registered[unique_id])
        # The entities of a task that was gone meanwhile were removed.
        added &= registered.keys()
        async_add_entities(
            entity for unique_id, entity in wanted.items() if unique_id not in added
        )
        added = set(wanted)

    entry.async_on_unload(coordinator.async_add_listener(sync))
    sync()


def _registered(
    registry: er.EntityRegistry, entry: PlexButlerConfigEntry, domain: str
) -> dict[str | None, str]:
    """Return the entity ids of a domain by unique id."""
    return {
        known.unique_id: known.entity_id
        for known in er.async_entries_for_config_entry(registry, entry.entry_id)
        if known.domain == domain
    }
